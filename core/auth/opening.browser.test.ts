import { expect } from 'chai';
import type { Page } from 'puppeteer';
import { prepareSchool } from '../tenancy/prepare-school.ts';
import { HANDS, openPage, openTestHouse, type TestHouse } from '../testing.ts';

const NEW = 'Toboggan-77 bleu';
const text = (page: Page) => page.$eval('body', (body) => body.innerText.replace(/\s+/g, ' '));

describe('opening a school, in a browser', function () {
  this.timeout(120_000);
  let house: TestHouse;
  before(async () => {
    house = await openTestHouse();
  });

  HANDS.forEach((hand, at) => {
    it(`I-01 F01-1 F01-3 F01-4 F02-04 F02-23 a director opens the school and signs in for the first time, then again, ${hand.name}`, async () => {
      const rne = ['0999903B', '0000002C', '0000003D'][at] as string;
      const { login, code } = await prepareSchool(
        house.house.app,
        house.house.secrets,
        {
          rne,
          name: 'École Rosa-Parks',
          address: '7 avenue de la Gare',
          postcode: '01000',
          city: 'Bourg-Fictif',
          email: 'rosa@exemple.fr',
        },
        new Date(),
      );
      const { page, context } = await openPage(hand.width, { javascript: hand.javascript });
      await page.goto(`${house.origin}/ouverture`);
      await hand.fill(page, '[name=rne]', rne.toLowerCase());
      await hand.press(page, 'form button.first');
      expect(await text(page))
        .to.include('École Rosa-Parks')
        .and.include('7 avenue de la Gare');
      await hand.fill(page, '[name=login]', login);
      await hand.fill(page, '[name=code]', `${code.slice(0, -1)}?`);
      await hand.fill(page, '[name=lastName]', 'LEOTI');
      await hand.fill(page, '[name=firstName]', 'Samia');
      await hand.press(page, 'form button.first');
      expect(await text(page), 'a wrong code').to.include('n’ouvrent pas cette école');
      expect(
        await page.$eval('[name=lastName]', (input) => (input as HTMLInputElement).value),
        'nothing typed is lost',
      ).to.equal('LEOTI');
      await page.$eval('[name=code]', (input) => (input as HTMLInputElement).select());
      await page.focus('[name=code]');
      for (let n = 0; n < 12; n++) await page.keyboard.press('Backspace');
      await page.keyboard.type(code);
      await hand.press(page, 'form button.first');
      const opened = await text(page);
      expect(opened).to.include('Votre école est ouverte').and.include('SLEOTI').and.include(`/${rne}/gestion/`);
      await hand.press(page, 'a.btn.first');

      expect(await page.$eval('h1', (h1) => h1.textContent)).to.equal('Personnalisation du mot de passe');
      await hand.fill(page, '[name=password]', 'court');
      if (hand.javascript) {
        const met = await page.$$eval('.rules li', (lines) => lines.map((line) => line.className));
        expect(met.filter((one) => one === 'no').length, 'rules unmet are shown while typing').to.be.greaterThan(1);
        expect(await text(page)).to.include('il manque un chiffre');
      }
      await hand.fill(page, '[name=again]', 'court');
      await hand.press(page, 'form button.first');
      expect(await page.$$eval('.rules li.no', (lines) => lines.length), 'and after sending').to.be.greaterThan(1);
      await hand.fill(page, '[name=password]', NEW);
      if (hand.javascript) expect(await page.$$eval('.rules li.no', (lines) => lines.length)).to.equal(0);
      await hand.fill(page, '[name=again]', NEW);
      await hand.press(page, 'form button.first');
      await hand.tick(page, '#mesure-none');
      await hand.press(page, 'form button.first');
      expect(new URL(page.url()).pathname, 'the management side opens by itself').to.equal(`/${rne}/gestion/accueil/`);

      await page.goto(`${house.origin}/${rne}/compte/`);
      await hand.press(page, 'main form[action$="/connexion/sortie"] button');
      await page.$eval('input[value=administration]', (input) => (input as HTMLElement).focus());
      await page.keyboard.press('Space');
      await hand.fill(page, '[name=login]', ' sleoti');
      await hand.fill(page, '[name=password]', NEW);
      await hand.press(page, 'form button.first');
      expect(new URL(page.url()).pathname).to.equal(`/${rne}/gestion/accueil/`);
      await context.close();
    });
  });
});
