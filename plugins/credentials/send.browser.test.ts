import { HANDS, openPage, openSchool, type TestSchool, violations } from '@preau/core/testing';
import { expect } from 'chai';

type Page = Awaited<ReturnType<typeof openPage>>['page'];
const TEACHERS = '/gestion/personnels/professeurs';
const MODELS = '/gestion/credentials/courriers';
const words = (page: Page, selector = 'main') =>
  page.$eval(selector, (element) => (element as HTMLElement).innerText.replace(/\s+/g, ' ').trim());

describe('letters, in a browser (fiche 13)', function () {
  this.timeout(120_000);
  let school: TestSchool;
  before(async () => {
    school = await openSchool();
    for (const first_name of ['Jeanne', 'Rémy'])
      await school.as('direction').post(`${TEACHERS}/creer`, { last_name: 'Martin', first_name });
    await school.db((db) => db('people').where({ first_name: 'Jeanne' }).update({ email: 'jeanne@exemple.fr' }));
  });
  after(() => school.close());

  async function signedIn(page: Page): Promise<void> {
    await school.as('direction').get('/compte/');
    const [name = '', value = ''] = school.as('direction').cookie.split('; ')[0]?.split('=') ?? [];
    await page.browserContext().setCookie({ name, value, domain: 'localhost', path: '/' });
  }

  for (const hand of HANDS)
    it(`F13-3 to F13-7 from the list to the mailing, ${hand.name}`, async () => {
      const { page, context } = await openPage(hand.width, { javascript: hand.javascript });
      await signedIn(page);
      await page.goto(school.url(TEACHERS));
      for (const name of ['Jeanne MARTIN', 'Rémy MARTIN']) await hand.tick(page, `[aria-label="Sélectionner ${name}"]`);
      await hand.press(page, '#acte-credentials-courrier');
      expect(await words(page)).to.include('1 sans adresse');
      if (hand === HANDS[0]) expect(await violations(page, 'send window')).to.deep.equal([]);
      await openWindow(page, hand);
      expect(await words(page, hand.javascript ? '#fenetre' : 'main')).to.include('1 personne ne recevra rien');
      // Behind a window the page is inert, its title too.
      const said = hand === HANDS[0] ? await violations(page, 'mail window') : [];
      expect(said.filter((one) => !one.endsWith('2 h1'))).to.deep.equal([]);
      await hand.press(page, '#envoyer');
      expect(await words(page, 'body'))
        .to.include('1 e-mail part dans une minute.')
        .and.include('imprimez leurs étiquettes');
      await context.close();
    });

  /** With JavaScript a window over the page, without it a page of its own. */
  async function openWindow(page: Page, hand: (typeof HANDS)[number]): Promise<void> {
    if (!hand.javascript) return hand.press(page, '#imprimer-mailer');
    await page.focus('#imprimer-mailer');
    await page.keyboard.press('Enter');
    await page.waitForSelector('#fenetre[open] #form-mail');
  }

  it('F13-2 a button puts a variable where the caret is', async () => {
    const { page, context } = await openPage(1280);
    await signedIn(page);
    await page.goto(school.url(`${MODELS}/nouveau`));
    await page.type('#form-body', 'Bonjour ,');
    await page.keyboard.press('ArrowLeft');
    await page.click('button[data-insert="[Prénom]"]');
    expect(await page.$eval('#form-body', (field) => (field as HTMLTextAreaElement).value)).to.equal(
      'Bonjour [Prénom],',
    );
    await context.close();
  });

  // On a phone the list of core/views/axe.browser.test.ts looks at them.
  it('F13-1 the models pass axe at a desk', async () => {
    const { page, context } = await openPage(1280);
    await signedIn(page);
    for (const path of [MODELS, `${MODELS}/nouveau`]) {
      await page.goto(school.url(path));
      expect(await violations(page, path)).to.deep.equal([]);
    }
    await context.close();
  });
});
