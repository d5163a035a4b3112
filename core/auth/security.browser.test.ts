import { expect } from 'chai';
import type { Page } from 'puppeteer';
import { HANDS, type Hand, openPage, openSchool, type TestSchool, violations } from '../testing.ts';

const NEW = 'Trois petits tours 3';
const PIN = '491706';
const words = (page: Page) => page.$eval('body', (body) => body.innerText.replace(/\s+/g, ' '));
const path = (page: Page) => new URL(page.url()).pathname;

/** Pages no address alone leads to are looked at on the way. */
async function accessible(page: Page, hand: Hand): Promise<void> {
  if (!hand.javascript) return;
  expect(await violations(page, path(page))).to.deep.equal([]);
}

/** Issue 4, acceptance 2, by each of three hands. */
describe('a PIN and a named device, in a browser', function () {
  this.timeout(180_000);
  let school: TestSchool;
  beforeEach(async () => {
    school = await openSchool();
  });
  afterEach(() => school.close());

  async function label(): Promise<{ login: string; secret: string }> {
    const { accountId, personId, login } = school.people.parents;
    const { house } = school.house;
    const secret = 'Kiwi7Prune';
    await school.db((db) =>
      db('accounts')
        .where({ id: accountId })
        .update({
          state: 'provisional',
          password_hash: null,
          secret_hmac: house.secrets.hmac('provisional', `${personId} ${secret}`),
          secret_sealed: house.secrets.seal('provisional', secret),
          secret_expires_at: new Date(Date.now() + 86_400_000),
        }),
    );
    return { login, secret };
  }

  async function signIn(page: Page, hand: Hand, login: string, password: string): Promise<void> {
    await page.goto(school.url('/connexion/'));
    await hand.fill(page, '[name=login]', login.toLowerCase());
    await hand.fill(page, '[name=password]', password);
    await hand.press(page, 'form button.first');
  }

  /** With a mouse the digits are pressed where the keypad shows them; without a script there is no keypad. */
  async function enterPin(page: Page, hand: Hand, field: string): Promise<void> {
    const pad = await page.$eval('[data-keypad]', (element) => element.checkVisibility());
    expect(pad, 'the keypad').to.equal(hand.javascript);
    if (!hand.name.includes('mouse')) return hand.fill(page, field, PIN);
    await page.click(field);
    for (const digit of PIN) await page.click(`[data-digit="${digit}"]`);
    expect(await page.$eval(field, (input) => (input as HTMLInputElement).value)).to.equal(PIN);
  }

  HANDS.forEach((hand) => {
    it(`F02-13 F02-16 F02-17 F02-19 F02-20 F02-21 F02-23 first sign-in with a PIN and a named device, again without the PIN, from another device with it, ${hand.name}`, async () => {
      const { login, secret } = await label();
      const home = await openPage(hand.width, { javascript: hand.javascript });
      const { page } = home;
      await signIn(page, hand, login, secret);
      await hand.fill(page, '[name=password]', NEW);
      await hand.fill(page, '[name=again]', NEW);
      await hand.press(page, 'form button.first');
      expect(await words(page)).to.include('Renforcer la sécurité de mon compte');
      await hand.tick(page, '#mesure-pin');
      await accessible(page, hand);
      await enterPin(page, hand, '[name=pin]');
      await enterPin(page, hand, '[name=again]');
      await hand.press(page, 'form button.first');
      expect(await words(page)).to.include('Enregistrement de l’appareil');
      await accessible(page, hand);
      await page.$eval('[name=name]', (input) => (input as HTMLInputElement).select());
      await hand.fill(page, '[name=name]', 'Domicile');
      await hand.press(page, 'form button.first');
      expect(path(page)).to.equal(`/${school.rne}/espace/parents/accueil/`);

      await page.goto(school.url('/compte/'));
      await hand.press(page, 'main form[action$="/connexion/sortie"] button');
      await signIn(page, hand, login, NEW);
      expect(path(page), 'the device is recognised').to.equal(`/${school.rne}/espace/parents/accueil/`);

      const away = await openPage(hand.width, { javascript: hand.javascript });
      await signIn(away.page, hand, login, NEW);
      expect(await words(away.page)).to.include('Cet appareil n’est pas encore reconnu');
      await accessible(away.page, hand);
      await hand.fill(away.page, '[name=pin]', '2580');
      await hand.press(away.page, 'form button.first');
      expect(await words(away.page))
        .to.include('Ce n’est pas votre code PIN')
        .and.include('Il reste 4 essais');
      await enterPin(away.page, hand, '[name=pin]');
      await hand.press(away.page, 'form button.first');
      expect(path(away.page)).to.equal(`/${school.rne}/espace/parents/accueil/`);

      await page.goto(school.url('/espace/parents/accueil/'));
      expect(await words(page), 'the other device is told').to.include('Connexion depuis un nouvel appareil');
      await Promise.all([home.context.close(), away.context.close()]);
    });
  });

  it('F02-17 the keypad takes a paste, erases, and is mixed again', async () => {
    const { login, secret } = await label();
    const { page, context } = await openPage(1280);
    await signIn(page, HANDS[0] as Hand, login, secret);
    await page.type('[name=password]', NEW);
    await page.type('[name=again]', NEW);
    await (HANDS[0] as Hand).press(page, 'form button.first');
    await page.click('#mesure-pin');
    const value = () => page.$eval('[name=pin]', (input) => (input as HTMLInputElement).value);
    await page.$eval('[name=pin]', (input) => (input as HTMLInputElement).focus());
    await page.evaluate((pin) => document.execCommand('insertText', false, pin), PIN);
    expect(await value()).to.equal(PIN);
    await page.click('[data-erase]');
    expect(await value()).to.equal(PIN.slice(0, -1));
    const order = () => page.$$eval('[data-digit]', (keys) => keys.map((key) => key.textContent).join(''));
    const seen = new Set([await order()]);
    for (let n = 0; n < 4; n++) {
      await page.click('[data-shuffle]');
      seen.add(await order());
    }
    expect(seen.size).to.be.greaterThan(1);
    await page.click('[data-digit="6"]');
    expect(await value(), 'a key writes what it shows').to.equal(PIN);
    await context.close();
  });
});
