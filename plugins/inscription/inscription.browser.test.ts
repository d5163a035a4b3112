import { HANDS, type Hand, openPage, openSchool, type TestSchool, violations } from '@preau/core/testing';
import { expect } from 'chai';
import type { Page } from 'puppeteer';
import { type Desk, deskOf, FORM_PAGE, SETTINGS } from './samples/family.test.ts';

describe('F11-17 a request to enrol in a browser', function () {
  this.timeout(120_000);
  let school: TestSchool;
  let desk: Desk;
  before(async () => {
    school = await openSchool({ plugins: ['inscription'], rubrics: ['inscription'] });
    desk = deskOf(school);
    const year = String(new Date().getUTCFullYear() + (new Date().getUTCMonth() > 6 ? 1 : 0));
    await school.as('direction').post(FORM_PAGE, { ...SETTINGS, year, address: 'no', meals: 'no' });
  });
  after(() => school.close());

  /** A letter chooses in a list by keyboard. */
  const choose = (page: Page, hand: Hand, field: string, value: string, letter: string) =>
    hand.name.includes('keyboard')
      ? hand.fill(page, `#form-${field}`, letter)
      : page.select(`#form-${field}`, value).then(() => undefined);
  const text = (page: Page) => page.$eval('main', (main) => main.innerText.replace(/\s+/g, ' '));

  for (const hand of HANDS)
    it(`F11-17 I-04 a family asks, mends what is wrong, confirms and follows ${hand.name}`, async () => {
      const { page, context } = await openPage(hand.width, { javascript: hand.javascript });
      const address = `famille${HANDS.indexOf(hand)}@exemple.fr`;
      const said: string[] = [];
      const look = async (where: string) => {
        if (!hand.javascript) return;
        if (hand === HANDS[0]) said.push(...(await violations(page, where)));
      };
      await page.goto(school.url('/inscription/'));
      await hand.fill(page, '#form-lastName', 'Leroy');
      await hand.fill(page, '#form-firstNames', 'Mila');
      await hand.fill(page, '#form-birthDate', '3/4/2022');
      await choose(page, hand, 'sex', 'F', 'F');
      await choose(page, hand, 'level', 'MS', 'M');
      await hand.fill(page, '#form-guardianLastName', 'Dubois');
      await hand.fill(page, '#form-guardianFirstName', 'Nora');
      await hand.fill(page, '#form-email', address);
      await hand.fill(page, '#form-phone', '0612345678');
      await hand.press(page, '#envoyer');
      // The summary takes the focus; everything is still there.
      expect(await text(page)).to.include('Cochez cette case pour envoyer la demande.');
      expect(await page.$eval('#form-level', (one) => (one as HTMLSelectElement).value)).to.equal('MS');
      await hand.tick(page, '#form-agree');
      await hand.press(page, '#envoyer');
      expect(await text(page))
        .to.include('Ouvrez votre e-mail')
        .and.include(address);
      const sideways = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
      expect(sideways, 'scrolls sideways').to.equal(false);
      await look('envoyée');
      await page.goto(school.url(await desk.lastLink(address)));
      await look('à confirmer');
      await hand.press(page, '#confirmer');
      expect(await text(page)).to.include('L’école a votre demande');
      expect(said).to.deep.equal([]);
      await context.close();
    });

  it('F11-17 C-01 every page of a request in Gestion is right for a screen reader and does not scroll sideways, at 360 px', async () => {
    const row = await school.db((db) => db('inscription_requests').where({ state: 'sent' }).first('id'));
    const direction = school.as('direction');
    const { page, context } = await openPage(360);
    const [name = '', value = ''] = direction.cookie.split('; ')[0]?.split('=') ?? [];
    await context.setCookie({ name, value, domain: 'localhost', path: '/' });
    const said: string[] = [];
    for (const path of ['', '/accepter', '/completer', '/refuser']) {
      await page.goto(school.url(`/gestion/inscription/demandes/${row.id}${path}`));
      said.push(...(await violations(page, path)));
    }
    expect(said).to.deep.equal([]);
    await context.close();
  });
});
