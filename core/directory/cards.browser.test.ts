import { expect } from 'chai';
import type { Page } from 'puppeteer';
import { openPage, openSchool, PASSWORD, type Role, type TestSchool } from '../testing.ts';

const text = (page: Page) => page.$eval('body', (body) => body.innerText.replace(/\s+/g, ' '));

/** Three ways of using a page: pointer, keyboard alone, and plain forms on a phone. */
interface Hand {
  name: string;
  width: 360 | 1280;
  javascript: boolean;
  fill(page: Page, selector: string, value: string): Promise<void>;
  press(page: Page, selector: string): Promise<void>;
}

async function tabTo(page: Page, selector: string): Promise<void> {
  for (let n = 0; n < 80; n++) {
    if (await page.$eval(selector, (element) => element === document.activeElement)) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`${selector} n’est pas atteint au clavier`);
}

const HANDS: Hand[] = [
  {
    name: 'with the mouse at 1280 px',
    width: 1280,
    javascript: true,
    fill: async (page, selector, value) => page.type(selector, value),
    press: async (page, selector) => {
      await Promise.all([page.waitForNavigation(), page.click(selector)]);
    },
  },
  {
    name: 'by keyboard only',
    width: 1280,
    javascript: true,
    fill: async (page, selector, value) => {
      await tabTo(page, selector);
      await page.keyboard.type(value);
    },
    press: async (page, selector) => {
      await tabTo(page, selector);
      await Promise.all([page.waitForNavigation(), page.keyboard.press('Enter')]);
    },
  },
  {
    name: 'with JavaScript off at 360 px',
    width: 360,
    javascript: false,
    fill: async (page, selector, value) => page.type(selector, value),
    press: async (page, selector) => {
      await Promise.all([page.waitForNavigation(), page.tap(selector)]);
    },
  },
];

describe('the cards, in a browser', function () {
  this.timeout(120_000);
  let school: TestSchool;
  beforeEach(async () => {
    school = await openSchool();
  });
  afterEach(() => school.close());

  async function signedIn(page: Page, role: Role): Promise<void> {
    const client = school.as(role);
    await client.get('/compte/');
    const [name = '', value = ''] = client.cookie.split('; ')[0]?.split('=') ?? [];
    await page.browserContext().setCookie({ name, value, domain: 'localhost', path: '/' });
  }
  const open = async (hand: Hand, path: string) => {
    const { page, context } = await openPage(hand.width, { javascript: hand.javascript });
    await signedIn(page, 'direction');
    await page.goto(school.url(path));
    return { page, context };
  };

  for (const hand of HANDS) {
    it(`F04-17 a director corrects a first name, and a wrong date is said beside the field, ${hand.name}`, async () => {
      const { page, context } = await open(hand, `/gestion/ressources/eleves/${school.childId}`);
      await hand.press(page, '#identite-modifier');
      await hand.fill(page, '#form-usedFirstName', 'Mimi');
      await hand.fill(page, '#form-ine', '012');
      await page.$eval('#form-birthDate', (input) => {
        (input as HTMLInputElement).value = '2999-01-01';
      });
      await hand.press(page, '#form-form button.first');
      expect(await text(page))
        .to.include('1 point est à corriger')
        .and.include('pas encore passée');
      expect(await page.$eval('#form-usedFirstName', (input) => (input as HTMLInputElement).value)).to.equal('Mimi');
      await page.$eval('#form-birthDate', (input) => {
        (input as HTMLInputElement).value = '2018-03-13';
      });
      await hand.press(page, '#form-form button.first');
      expect(await text(page))
        .to.include('LEROY Mimi')
        .and.include('13/03/2018')
        .and.include('Forme inhabituelle')
        .and.include('L’identité est enregistrée.');
      await context.close();
    });

    it(`DESIGN 17 a director restricts a link, and lifts it, ${hand.name}`, async () => {
      const { page, context } = await open(hand, `/gestion/ressources/eleves/${school.childId}`);
      const link = `a[href$="/responsables/${school.people.parents.personId}/lien"]`;
      const child = `/espace/parents/accueil/enfants/${school.childId}`;
      await hand.press(page, link);
      await hand.press(page, '#restreindre');
      await hand.press(page, '#form-form button.bad');
      expect(await text(page))
        .to.include('2 points sont à corriger')
        .and.include('Remplissez « Motif »');
      await hand.fill(page, '#form-reason', 'Ordonnance du juge');
      await hand.fill(page, '#form-by', 'Mme BRAUD');
      await hand.press(page, '#form-form button.bad');
      expect(await text(page))
        .to.include('C’est fermé : M. LEROY')
        .and.include('Restreint depuis le');
      expect((await school.as('parents').get(child)).status).to.equal(404);
      await hand.press(page, link);
      await hand.press(page, '#lever');
      expect(await text(page)).to.include('La restriction est levée');
      expect((await school.as('parents').get(child)).status).to.equal(200);
      await context.close();
    });

    it(`DESIGN 17 a director shows a provisional password against his own, ${hand.name}`, async () => {
      await school.as('direction').post(`/gestion/ressources/eleves/${school.childId}/compte/reinitialiser`);
      const { page, context } = await open(hand, `/gestion/ressources/eleves/${school.childId}`);
      expect(await text(page)).to.include('••••••••••');
      await hand.press(page, '#connexion a.btn');
      await hand.fill(page, '#form-password', 'Pas le bon 1');
      await hand.press(page, '#form-form button.first');
      expect(await text(page)).to.include('Ce n’est pas votre mot de passe actuel.');
      await hand.fill(page, '#form-password', PASSWORD);
      await hand.press(page, '#form-form button.first');
      expect(await page.$eval('.secret', (one) => one.textContent)).to.match(/^[a-zA-Z2-9]{10}$/);
      await context.close();
    });

    it(`N-09 a director adds a contact, removes it and takes that back, ${hand.name}`, async () => {
      const { page, context } = await open(hand, `/gestion/ressources/eleves/${school.childId}`);
      await hand.press(page, '#contact-ajouter');
      await hand.fill(page, '#form-name', 'Odette LEROY');
      await hand.fill(page, '#form-phone', '06 00 00 00 01');
      await hand.press(page, '#form-form button.first');
      expect(await text(page)).to.include('Contact ajouté : Odette LEROY.');
      await hand.press(page, '#contacts li a.btn');
      await hand.press(page, '#retirer');
      expect(await text(page))
        .to.include('Contact retiré')
        .and.include('Personne d’autre que les responsables');
      await hand.press(page, '#messages button');
      expect(await text(page))
        .to.include('C’est annulé.')
        .and.include('06 00 00 00 01');
      await context.close();
    });
  }

  it('S18-18 two directors on the same card: the second compares, then saves', async () => {
    const hand = HANDS[0] as Hand;
    const path = `/gestion/ressources/eleves/${school.childId}/modifier`;
    const first = await open(hand, path);
    const second = await open(hand, path);
    await hand.fill(first.page, '#form-ine', '012345678AB');
    await hand.press(first.page, '#form-form button.first');
    await hand.fill(second.page, '#form-usedFirstName', 'Mimi');
    await hand.press(second.page, '#form-form button.first');
    expect(await text(second.page))
      .to.include('Quelqu’un d’autre a enregistré cette fiche')
      .and.include('Enregistré entre-temps : « 012345678AB ».');
    await hand.fill(second.page, '#form-ine', '012345678AB');
    await hand.press(second.page, '#form-form button.first');
    expect(await text(second.page))
      .to.include('LEROY Mimi')
      .and.include('012345678AB');
    await first.context.close();
    await second.context.close();
  });

  it('I-04 a teacher opens the contacts of a pupil with his thumb: links of 44 px, nothing to scroll sideways', async () => {
    await school.db(async (db) => {
      await db('people').where({ id: school.people.parents.personId }).update({
        phone_mobile: '06 00 00 00 01',
        email: 'paul.leroy.de.la.tour.du.pin@un-tres-long-domaine.exemple.fr',
      });
    });
    const { page, context } = await openPage(360, { javascript: false });
    await signedIn(page, 'enseignants');
    await page.goto(school.url(`/espace/enseignants/accueil/classes/${school.classId}`));
    await page.tap('details.calls summary');
    const links = await page.$$eval('details.calls a, details.calls summary', (list) =>
      list.map((one) => one.getBoundingClientRect().height),
    );
    expect(links).to.have.length(3);
    for (const height of links) expect(height).to.be.at.least(44);
    const sideways = () =>
      page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    expect(await sideways()).to.equal(0);
    await Promise.all([page.waitForNavigation(), page.tap('.feed h2 a')]);
    expect(await text(page)).to.include('LEROY Paul');
    expect(await sideways()).to.equal(0);
    await context.close();
  });
});
