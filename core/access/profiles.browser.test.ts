import { expect } from 'chai';
import type { Page } from 'puppeteer';
import { openPage, openSchool, PASSWORD, type TestSchool } from '../testing.ts';

describe('profiles and hats, in a browser', function () {
  this.timeout(120_000);
  let school: TestSchool;
  let daily: string;
  beforeEach(async () => {
    school = await openSchool();
    daily = await school.db(async (db) => (await db('profiles').where({ name: 'Vie scolaire' }).first('id')).id);
  });
  afterEach(() => school.close());

  async function open(width: 360 | 1280, path: string, javascript = true): Promise<Page> {
    const { page } = await openPage(width, { javascript });
    const client = await school.asAccount(school.people.direction.accountId, 'administration');
    await client.get('/compte/');
    const [name = '', value = ''] = client.cookie.split('; ')[0]?.split('=') ?? [];
    await page.browserContext().setCookie({ name, value, domain: 'localhost', path: '/' });
    await page.goto(school.url(path));
    return page;
  }
  const words = (page: Page) =>
    page.$$eval('[data-branch]', (list) =>
      Object.fromEntries(
        list.map((one) => [one.querySelector('strong')?.textContent, one.querySelector('[data-words]')?.textContent]),
      ),
    );
  const rights = async (): Promise<string[]> =>
    school.db(async (db) => (await db('profiles').where({ id: daily }).first('permissions')).permissions);

  it('F06-10 counts follow the boxes; « Tout cocher » ticks a category; only the keyboard is needed', async () => {
    const page = await open(1280, `/gestion/profils/${daily}`);
    const address = page.url();
    const before = await words(page);
    expect(before.Élèves).to.match(/^En partie/);
    await page.focus('[id="droit-ressources.secrets"]');
    await page.keyboard.press('Space');
    expect((await words(page)).Élèves).to.not.equal(before.Élèves);
    const button = await page.$('[data-branch]:has(strong) button[data-tick="on"]');
    await button?.focus();
    await page.keyboard.press('Enter');
    expect((await words(page)).Généralités).to.match(/^Tous cochés/);
    expect(page.url(), 'without a way to the server').to.equal(address);
    await page.focus('#enregistrer');
    await Promise.all([page.waitForNavigation(), page.keyboard.press('Enter')]);
    expect(await page.$eval('#messages', (zone) => zone.textContent)).to.include(
      'Il vaut dès maintenant pour 1 personne',
    );
    expect(await rights())
      .to.include('profils.edit')
      .and.include('ressources.secrets');
    await page.browserContext().close();
  });

  it('F06-09 searches, ticks and saves without JavaScript, at 360 px', async () => {
    const page = await open(360, `/gestion/profils/${daily}`, false);
    await page.click('[id="droit-potager.plant"]');
    await page.type('#q', 'menus');
    await Promise.all([page.waitForNavigation(), page.keyboard.press('Enter')]);
    expect(await page.$$('.tree input[type=checkbox]')).to.have.length(1);
    await page.click('[id="droit-cantine.edit"]');
    await Promise.all([page.waitForNavigation(), page.click('#enregistrer')]);
    expect(await rights())
      .to.include('potager.plant')
      .and.include('cantine.edit')
      .and.include('ressources.pupils-read');
    await page.browserContext().close();
  });

  it('DESIGN 17 a director who is a parent links her accounts and changes hat by the menu of her name', async () => {
    const page = await open(1280, '/autres-comptes/', false);
    await page.type('#form-login', school.people.parents.login);
    await page.type('#form-password', PASSWORD);
    await Promise.all([page.waitForNavigation(), page.keyboard.press('Enter')]);
    await page.goto(school.url('/gestion/accueil/'));
    await page.click('.roof-link[popovertarget="moi"]');
    const [hat] = await page.$$('#moi form[action$="/autres-comptes/ouvrir"] button');
    await Promise.all([page.waitForNavigation(), hat?.click()]);
    expect(page.url()).to.equal(school.url('/espace/parents/accueil/'));
    expect(await page.$eval('h1', (title) => title.textContent)).to.equal('Bonjour Paul');
    await page.browserContext().close();
  });
});
