import { expect } from 'chai';
import type { Page } from 'puppeteer';
import { type Family, newFamilies, servicesAs } from '../testing/keys.ts';
import { HANDS, openPage, openSchool, type TestSchool, violations } from '../testing.ts';

const NEW = 'Trois petits tours 3';
const words = (page: Page) => page.$eval('body', (body) => body.innerText.replace(/\s+/g, ' '));
const path = (page: Page) => new URL(page.url()).pathname;

describe('a label on a phone, in a browser', function () {
  this.timeout(120_000);
  let school: TestSchool;
  let family: Family;
  let door: string;
  before(async () => {
    school = await openSchool();
  });
  beforeEach(async () => {
    family = (await newFamilies(school, 1))[0] as Family;
    const [key] = await servicesAs(school, 'direction', ({ keys }) =>
      keys.issue([family.guardianId], { way: 'print', days: 30 }),
    );
    door = school.house.origin + new URL(key?.link as string).pathname;
  });
  after(async () => {
    await school.house.house.app('rate_limits').delete();
    await school.close();
  });

  for (const hand of HANDS)
    it(`P2 C-01 C-32 from the QR code to the Espace, a slip of the finger included, ${hand.name}`, async () => {
      const { page, context } = await openPage(hand.width, { javascript: hand.javascript });
      const accessible = async () => {
        if (hand === HANDS[0]) expect(await violations(page, path(page))).to.deep.equal([]);
      };
      await page.goto(door);
      expect(await words(page))
        .to.include('Sophie 1 LEOTI')
        .and.include('Date de naissance de votre enfant');
      await accessible();
      await hand.fill(page, '[name=birth]', '03042017');
      await hand.press(page, 'form button.first');
      expect(await words(page)).to.include('Il reste 4 essais');
      await accessible();
      await page.$eval('[name=birth]', (input) => (input as HTMLInputElement).select());
      await page.$eval('[name=birth]', (input) => {
        (input as HTMLInputElement).value = '';
      });
      await hand.fill(page, '[name=birth]', '03042018');
      await hand.press(page, 'form button.first');
      expect(path(page)).to.equal(`/${school.rne}/compte/mot-de-passe`);
      await hand.fill(page, '[name=password]', NEW);
      await hand.fill(page, '[name=again]', NEW);
      await hand.press(page, 'form button.first');
      await hand.tick(page, '#mesure-none');
      await hand.press(page, 'form button.first');
      expect(path(page)).to.equal(`/${school.rne}/espace/parents/accueil/`);
      expect(await words(page)).to.include('Mila 1');
      await page.goto(door);
      expect(path(page), 'his own label leads him home').to.equal(`/${school.rne}/espace/parents/accueil/`);
      await context.close();
    });

  it('C-32 on somebody else’s phone it asks by name; a label that is over says what to do', async () => {
    const { page, context } = await openPage(360);
    await school.as('parents').get('/compte/');
    const value = /preau=([^;]+)/.exec(school.as('parents').cookie)?.[1] as string;
    await context.setCookie({ name: 'preau', value, domain: 'localhost', path: '/' });
    await page.goto(door);
    expect(await words(page)).to.include('connecté au compte de Paul LEROY. Continuer comme Sophie 1 LEOTI ?');
    expect(await violations(page, 'other account')).to.deep.equal([]);
    await page.goto(school.url('/c/nimporte-quoi'));
    expect(await words(page)).to.include('Ce code ne sert plus');
    expect(await violations(page, 'over')).to.deep.equal([]);
    await context.close();
  });
});
