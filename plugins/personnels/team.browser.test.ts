import { HANDS, openPage, openSchool, PASSWORD, type TestSchool } from '@preau/core/testing';
import { expect } from 'chai';

type Page = Awaited<ReturnType<typeof openPage>>['page'];
type Mode = 'espace' | 'quotidienne' | 'administration';

const NEW = 'Trois petits tours 3';
const NOBODY = '00000000-0000-4000-8000-000000000000';
const words = (page: Page, selector: string) =>
  page.$eval(selector, (element) => (element as HTMLElement).innerText.replace(/\s+/g, ' ').trim());
const path = (page: Page) => new URL(page.url()).pathname;

/** Who is entered, and what he then finds: his menu, and every permission that opens a screen to him. */
const TABLE: {
  login: string;
  mode: Mode;
  espace: string | null;
  home: string;
  menu: string[];
  opens: string[];
}[] = [
  { login: 'AKRUG', mode: 'espace', espace: 'enseignants', home: '/espace/enseignants/accueil/', menu: [], opens: [] },
  {
    login: 'SLEOTI',
    mode: 'quotidienne',
    espace: null,
    home: '/gestion/accueil/',
    menu: ['Classes', 'Élèves', 'Responsables'],
    opens: [
      'ressources.classes-read',
      'ressources.classes-write',
      'ressources.guardians-read',
      'ressources.guardians-write',
      'ressources.pupils-read',
      'ressources.pupils-write',
    ],
  },
  {
    login: 'RMARCHAND',
    mode: 'quotidienne',
    espace: 'mairie',
    home: '/gestion/accueil/',
    menu: ['Classes', 'Élèves'],
    opens: ['ressources.classes-read', 'ressources.pupils-read'],
  },
  {
    login: 'KBRAUD',
    mode: 'espace',
    espace: 'accompagnants',
    home: '/espace/accompagnants/accueil/',
    menu: [],
    opens: [],
  },
];

/** A school whose only member of the team is its director, with one class and one pupil. */
async function emptyTeam(): Promise<TestSchool> {
  const school = await openSchool({ plugins: ['personnels'] });
  const { direction } = school.people;
  await school.db(async (db) => {
    await db('people').whereIn('kind', ['teacher', 'staff']).whereNot({ id: direction.personId }).delete();
    await db('people').where({ id: direction.personId }).update({ last_name: 'PETIT', first_name: 'Claire' });
    await db('accounts').where({ id: direction.accountId }).update({ login: 'CPETIT' });
  });
  return school;
}

async function signIn(page: Page, school: TestSchool, login: string, secret: string, mode: Mode): Promise<void> {
  await page.goto(school.url('/connexion/'));
  await page.$eval(`input[value=${mode}]`, (input) => (input as HTMLElement).focus());
  await page.keyboard.press('Space');
  await keyboard.fill(page, '[name=login]', login);
  await keyboard.fill(page, '[name=password]', secret);
  await keyboard.press(page, 'form button.first');
}
const keyboard = HANDS[1] as (typeof HANDS)[number];

/** The stations of a first sign-in: password, then no measure, then a device that is not kept. */
async function firstSteps(page: Page): Promise<void> {
  await keyboard.fill(page, '[name=password]', NEW);
  await keyboard.fill(page, '[name=again]', NEW);
  await keyboard.press(page, 'form button.first');
  if (path(page).includes('/compte/securite')) {
    await keyboard.tick(page, '#mesure-none');
    await keyboard.press(page, 'form button.first');
  }
  if (path(page).includes('/compte/appareil')) await keyboard.press(page, '#sans');
}

async function tabTo(page: Page, selector: string): Promise<void> {
  for (let n = 0; n < 300; n++) {
    if (await page.evaluate((one) => document.activeElement?.matches(one) ?? false, selector)) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`${selector} n’est pas atteint au clavier`);
}

/** Nom, Entrée, prénom, Entrée. */
async function create(page: Page, last: string, first: string): Promise<void> {
  await tabTo(page, '#make-last_name');
  await page.keyboard.type(last);
  await page.keyboard.press('Enter');
  await page.keyboard.type(first);
  await page.keyboard.press('Enter');
}
const said = (page: Page, text: string) =>
  page.waitForFunction(
    (wanted) => document.querySelector('#messages, .messages')?.textContent?.replace(/\s+/g, ' ').includes(wanted),
    {},
    text,
  );

/** In the window of the function: arrows, then Entrée. */
async function chooseFunction(page: Page, label: string): Promise<void> {
  await page.waitForSelector('#fenetre[open] [name=label]:focus');
  for (let n = 0; n < 20; n++) {
    if ((await page.$eval(':focus', (one) => (one as HTMLInputElement).value)) === label) break;
    await page.keyboard.press('ArrowDown');
  }
  expect(await page.$eval(':focus', (one) => (one as HTMLInputElement).value)).to.equal(label);
  await page.keyboard.press('Enter');
}

/** In the window of the mode: what is preselected. */
async function acceptMode(page: Page): Promise<string> {
  await page.waitForSelector('#fenetre[open] [name=mode]:focus');
  const told = await page.$eval('#fenetre', (one) => {
    const mode = one.querySelector<HTMLInputElement>('[name=mode]:checked')?.value;
    return `${mode} ${one.querySelector<HTMLOptionElement>('[name=profile] option:checked')?.text}`;
  });
  await page.keyboard.press('Enter');
  return told;
}

const closed = (page: Page) => page.waitForFunction(() => !document.querySelector('#fenetre[open]'));

/** Issue 4, acceptance 1. */
describe('the team entered by keyboard only', function () {
  this.timeout(240_000);
  let school: TestSchool;
  before(async () => {
    school = await emptyTeam();
  });
  after(() => school.close());

  it('F05-1 F05-2 F05-3 F05-9 F06-01 F06-02 F06-05 F06-07 F07-1 F07-2 F08-1 F08-4 the director enters KRUG, LEOTI, MARCHAND and BRAUD', async () => {
    const { page, context } = await openPage(1280);
    await signIn(page, school, 'CPETIT', PASSWORD, 'administration');

    await page.goto(school.url('/gestion/personnels/professeurs'));
    await create(page, 'Krug', 'Anne-Sophie');
    await said(page, 'KRUG Anne-Sophie est dans la liste. Identifiant : AKRUG.');
    await page.waitForFunction(() => document.activeElement?.id === 'make-last_name');
    await tabTo(page, '[id$="-classes"]');
    await page.keyboard.press('Enter');
    await page.waitForSelector('.editing input');
    await page.keyboard.type('ce1 jonquilles');
    await page.keyboard.press('Enter');
    await page.waitForSelector('a[id$="-classes"]');
    expect(await words(page, '[id$="-classes"]')).to.equal('CE1 Jonquilles');

    await page.goto(school.url('/gestion/personnels/personnels'));
    await create(page, 'Leoti', 'Samia');
    await chooseFunction(page, 'Secrétaire');
    expect(await acceptMode(page)).to.equal('quotidienne Vie scolaire');
    await closed(page);
    await said(page, 'LEOTI Samia : Secrétaire, Gestion quotidienne, profil Vie scolaire. Identifiant : SLEOTI.');
    await page.waitForFunction(() => document.activeElement?.id === 'make-last_name');

    await create(page, 'Marchand', 'Roméo');
    await chooseFunction(page, 'Mairie');
    expect(await acceptMode(page)).to.equal('quotidienne Mairie');
    await closed(page);
    await said(page, 'Identifiant : RMARCHAND.');

    await create(page, 'Braud', 'Karen');
    await chooseFunction(page, 'AESH');
    await page.waitForSelector('#fenetre[open] [name=pupils]');
    expect(await words(page, '#fenetre'))
      .to.include('CE1 Jonquilles')
      .and.include('LEROY Mila (CE1)');
    await tabTo(page, '#fenetre [name=pupils]');
    await page.keyboard.press('Space');
    await page.keyboard.press('Enter');
    await closed(page);
    await said(page, 'BRAUD Karen : AESH, 1 élève pris en charge. Identifiant : KBRAUD.');
    await context.close();
  });

  TABLE.forEach(({ login, mode, espace, home, menu, opens }) => {
    it(`F05-3 F06-12 F07-4 F08-2 F08-6 S18-01 ${login} signs in; his menu and the status of every route are those of the table`, async () => {
      const account = await school.db((db) => db('accounts').where({ login }).first('id', 'secret_sealed'));
      const secret = school.house.house.secrets.open('provisional', account.secret_sealed);
      const { page, context } = await openPage(1280);
      await signIn(page, school, login, secret as string, mode);
      await firstSteps(page);
      expect(path(page)).to.equal(`/${school.rne}${home}`);
      const entries = await page.$$eval('.onglets a', (tabs) => tabs.map((one) => (one as HTMLAnchorElement).href));
      const found: string[] = [];
      for (const tab of entries) {
        await page.goto(tab);
        found.push(...(await page.$$eval('.sous-onglets a', (list) => list.map((one) => one.textContent ?? ''))));
      }
      expect(found).to.deep.equal(menu);
      if (mode === 'espace')
        expect(await words(page, 'main')).to.include(login === 'AKRUG' ? 'CE1 Jonquilles' : 'Mila');
      await context.close();

      const wrong: string[] = [];
      for (const route of school.house.house.modules.routes) {
        if (!school.house.house.modules.of(await schoolOf(school)).has(route.plugin)) continue;
        if (route.area !== 'admin' && route.area !== 'espace') continue;
        const wanted =
          route.area === 'espace'
            ? espace !== null && route.allow === 'signed-in'
            : mode !== 'espace' && (route.allow === 'signed-in' || opens.includes(route.allow));
        const client = await school.asAccount(account.id, mode);
        const base = route.area === 'admin' ? '/gestion' : `/espace/${espace ?? 'parents'}`;
        const address = `${base}/${route.plugin}${route.path}`.replace(/:\w+/g, NOBODY);
        const { status } = route.method === 'get' ? await client.get(address) : await client.post(address);
        if ((status !== 403) !== wanted) wrong.push(`${route.method} ${address} ${status}`);
      }
      expect(wrong).to.deep.equal([]);
    });
  });

  const schoolOf = async ({ house, rne }: TestSchool) => {
    const { rows } = await house.house.app.raw('select door(?, null) as told', [rne]);
    return rows[0].told.school;
  };
});

describe('the team entered without JavaScript', function () {
  this.timeout(120_000);
  let school: TestSchool;
  before(async () => {
    school = await emptyTeam();
  });
  after(() => school.close());

  it('F06-02 F06-04 F06-05 F08-4 the windows are plain pages, one after the other, and all of it can be taken back', async () => {
    const hand = HANDS[2] as (typeof HANDS)[number];
    const { page, context } = await openPage(360, { javascript: false });
    await page.goto(school.url('/connexion/'));
    await hand.tick(page, 'input[value=administration]');
    await hand.fill(page, '[name=login]', 'CPETIT');
    await hand.fill(page, '[name=password]', PASSWORD);
    await hand.press(page, 'form button.first');
    await page.goto(school.url('/gestion/personnels/personnels'));
    // Away from the bar of the selection, which sticks to the foot of a phone.
    await page.$eval('#make-go', (button) => button.scrollIntoView({ block: 'center' }));
    await hand.fill(page, '#make-last_name', 'Durand');
    await hand.fill(page, '#make-first_name', 'Zoé');
    await hand.press(page, '#make-go');
    expect(await words(page, 'h1')).to.equal('Sélectionner ou éditer une fonction');
    expect(await page.evaluate(() => document.documentElement.scrollWidth), 'no sideways scroll').to.be.at.most(360);
    await hand.press(page, '#valider');
    expect(await words(page, 'h1')).to.equal('Mode de connexion autorisé');
    await hand.tick(page, '#mode-quotidienne');
    await hand.press(page, '#valider');
    expect(path(page)).to.include('/gestion/personnels/personnels');
    expect(await words(page, '#messages')).to.include('DURAND Zoé : Gestion quotidienne, profil Vie scolaire.');
    await hand.press(page, '#messages button');
    expect(await words(page, '#messages')).to.include('C’est annulé.');
    expect(await school.db((db) => db('people').where({ last_name: 'DURAND' }))).to.have.length(0);
    await context.close();
  });
});
