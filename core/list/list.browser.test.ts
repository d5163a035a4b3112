import { expect } from 'chai';
import type { Page } from 'puppeteer';
import { searchKey } from '../people/names.ts';
import { openPage, openSchool, type TestSchool } from '../testing.ts';

const PUPILS = '/gestion/ressources/eleves';

describe('a list under the hand (N-09, F04-17)', function () {
  this.timeout(120_000);
  let school: TestSchool;

  beforeEach(async () => {
    school = await openSchool({ plugins: [] });
    await school.db(async (db) => {
      const { year } = school.house.container.services({ timezone: 'Europe/Paris' } as never, db, new Date()).people;
      await db('classes').insert({ year, label: 'CP A', search: 'cp a' });
      await db('people').insert(
        Array.from({ length: 120 }, (_, n) => {
          const name = `FOULE ${String(n).padStart(3, '0')}`;
          return { kind: 'pupil', last_name: name, first_name: 'Noé', search: searchKey(name, 'Noé') };
        }),
      );
    });
  });
  afterEach(() => school.close());

  async function open(width: 360 | 1280, javascript = true, query = '') {
    const opened = await openPage(width, { javascript });
    const client = school.as('direction');
    await client.get('/compte/');
    const [name = '', value = ''] = client.cookie.split('; ')[0]?.split('=') ?? [];
    await opened.context.setCookie({ name, value, domain: 'localhost', path: '/' });
    await opened.page.goto(school.url(PUPILS + query));
    return opened;
  }

  /** Each name of the page with its class. */
  const rows = (page: Page) =>
    page.$$eval('tbody tr[id^="r-"]', (list) =>
      list.map((row) => row.querySelector('.m input')?.getAttribute('aria-label')?.replace('Sélectionner ', '')),
    );
  const focused = (page: Page) => page.evaluate(() => document.activeElement?.id ?? '');
  const text = (page: Page, selector: string) => page.$eval(selector, (one) => one.textContent?.trim() ?? '');
  const said = (page: Page, words: string) =>
    page.waitForFunction((wanted) => document.body.textContent?.includes(wanted), {}, words);

  /** As often as it takes, and no mouse. */
  async function tabTo(page: Page, selector: string, back = false): Promise<void> {
    if (back) await page.keyboard.down('Shift');
    for (let times = 0; times < 250; times++) {
      await page.keyboard.press('Tab');
      if (await page.evaluate((wanted) => document.activeElement?.matches(wanted) ?? false, selector)) break;
    }
    if (back) await page.keyboard.up('Shift');
    expect(await page.evaluate((wanted) => document.activeElement?.matches(wanted), selector), selector).to.equal(true);
  }
  async function submit(page: Page, act: () => Promise<unknown>): Promise<void> {
    await Promise.all([page.waitForNavigation(), act()]);
  }
  async function selectAll(page: Page): Promise<void> {
    await page.keyboard.down('Control');
    await page.keyboard.press('a');
    await page.keyboard.up('Control');
  }

  it('creates by type, Entrée, type, Entrée, twice in a row, and takes back, by keyboard only', async () => {
    const { page, context } = await open(1280);
    await tabTo(page, '#make-last_name');
    for (const [last, first] of [
      ['Dupont', 'Léa'],
      ['Martin', 'Paul'],
    ] as const) {
      await page.keyboard.type(last);
      await page.keyboard.press('Enter');
      expect(await focused(page), 'the next field to fill').to.equal('make-first_name');
      await page.keyboard.type(first);
      await page.keyboard.press('Enter');
      await said(page, `${last.toUpperCase()} ${first} est dans la liste.`);
      await page.waitForFunction(() => document.activeElement?.id === 'make-last_name');
      expect(await page.$eval('#make-last_name', (one) => (one as HTMLInputElement).value)).to.equal('');
      expect((await rows(page))[0]).to.equal(`${first} ${last.toUpperCase()}`);
    }
    expect(await text(page, '#liste-compte')).to.equal('123 élèves');
    await tabTo(page, 'tbody a.cell');
    await page.keyboard.press('Enter');
    await page.waitForSelector('.editing input');
    expect(await page.evaluate(() => document.activeElement?.matches('.editing input')), 'not the line again').to.equal(
      true,
    );
    await page.keyboard.press('Escape');
    await page.waitForFunction(() => !document.querySelector('.editing'));
    await tabTo(page, '#make-last_name', true);
    await page.keyboard.press('Enter');
    await said(page, 'Remplissez « Nom ».');
    expect(await focused(page), 'the field that is wrong').to.equal('make-last_name');
    await context.close();
  });

  it('takes back the last pupil made, by keyboard only', async () => {
    const { page, context } = await open(1280);
    await tabTo(page, '#make-last_name');
    await page.keyboard.type('Dupont');
    await page.keyboard.press('Enter');
    await page.keyboard.type('Léa');
    await page.keyboard.press('Enter');
    await said(page, 'DUPONT Léa est dans la liste.');
    await page.waitForFunction(() => document.activeElement?.id === 'make-last_name');
    await tabTo(page, '.messages button', true);
    await submit(page, () => page.keyboard.press('Enter'));
    expect(await text(page, '.messages .note p')).to.equal('C’est annulé.');
    expect(await rows(page)).not.to.include('Léa DUPONT');
    await context.close();
  });

  it('N-09 edits a cell by Entrée or a double click, and Échap leaves it, the focus staying there', async () => {
    const { page, context } = await open(1280, true, '?q=leroy');
    const cell = `#c-${school.childId}-class`;
    await tabTo(page, cell);
    await page.keyboard.press('Enter');
    await page.waitForSelector(`select${cell}`);
    expect(await focused(page)).to.equal(cell.slice(1));
    await page.keyboard.press('Escape');
    await page.waitForSelector(`a${cell}`);
    expect(await focused(page)).to.equal(cell.slice(1));
    await page.keyboard.press('Enter');
    await page.waitForSelector(`select${cell}`);
    await page.keyboard.type('CP');
    await page.keyboard.press('Enter');
    await page.waitForSelector(`a${cell}`);
    expect(await text(page, cell)).to.equal('CP A (Niveau CE1)');
    expect(await focused(page)).to.equal(cell.slice(1));

    const name = `#c-${school.childId}-first_name`;
    const place = await (await page.$(`${name} >>> ::-p-xpath(..)`))?.boundingBox();
    await page.mouse.click((place?.x ?? 0) + (place?.width ?? 0) - 3, (place?.y ?? 0) + 3, { count: 2 });
    await page.waitForSelector(`input${name}`);
    await page.keyboard.type('Milan');
    await page.keyboard.press('Enter');
    await page.waitForSelector(`a${name}`);
    expect(await text(page, name), 'what stood there was selected, and replaced').to.equal('Milan');
    await context.close();
  });

  it('S18-18 tells the second editor what the first has saved', async () => {
    const { page, context } = await open(1280, true, '?q=leroy');
    const cell = `#c-${school.childId}-first_name`;
    await page.click(cell);
    await page.waitForSelector(`input${cell}`);
    await school.db((db) => db('people').where({ id: school.childId }).update({ first_name: 'Milana' }));
    await page.keyboard.type('Camille');
    await page.keyboard.press('Enter');
    await said(page, 'elle contient maintenant « Milana ». Vous aviez mis « Camille ».');
    expect(await page.$eval(cell, (one) => (one as HTMLInputElement).value)).to.equal('Camille');
    expect(await focused(page)).to.equal(cell.slice(1));
    await page.keyboard.press('Escape');
    await page.waitForSelector(`a${cell}`);
    expect(await text(page, cell)).to.equal('Milana');
    await context.close();
  });

  it('sorts, filters and groups without losing the focus or a letter', async () => {
    const { page, context } = await open(1280);
    await tabTo(page, '#tri-last_name');
    await page.keyboard.press('Enter');
    await page.waitForSelector('[aria-sort="descending"]');
    expect(await focused(page)).to.equal('tri-last_name');
    expect((await rows(page))[0]).to.equal('Mila LEROY');
    await tabTo(page, '#filtre', true);
    await page.keyboard.type('foule 01', { delay: 60 });
    await page.waitForFunction(() => document.getElementById('liste-compte')?.textContent === '12 élèves sur 121');
    await page.keyboard.type('2');
    await page.waitForFunction(() => document.getElementById('liste-compte')?.textContent === '1 élève sur 121');
    expect(await page.$eval('#filtre', (one) => (one as HTMLInputElement).value)).to.equal('foule 012');
    expect(await focused(page)).to.equal('filtre');
    expect(page.url(), 'the address can be kept').to.include('q=foule+012').and.include('tri=-last_name');
    await tabTo(page, '#sans-q');
    await page.keyboard.press('Enter');
    await page.waitForFunction(() => document.getElementById('liste-compte')?.textContent === '121 élèves');
    expect(await page.$eval('#filtre', (one) => (one as HTMLInputElement).value)).to.equal('');
    await page.select('#filtre-classe', 'sans');
    await page.waitForFunction(() => document.getElementById('liste-compte')?.textContent === '120 élèves sur 121');
    await page.click('#groupe-classe');
    await page.waitForSelector('tr.group');
    expect(await text(page, 'tr.group th')).to.equal('Sans classe 120 élèves');
    await context.close();
  });

  it('N-09 Ctrl+A takes all of them over all pages, but not from whoever is typing', async () => {
    const { page, context } = await open(1280);
    await tabTo(page, '#filtre');
    await selectAll(page);
    expect(await page.$eval('#actes', (one) => one.checkVisibility())).to.equal(false);
    await tabTo(page, 'tbody .m input');
    await selectAll(page);
    expect(await text(page, '#actes [data-words]')).to.equal('121 élèves sélectionnés');
    expect(await text(page, '#acte-placer')).to.equal('Placer 121 élèves dans une classe');
    await page.keyboard.press('Space');
    // Save the one unticked.
    await said(page, 'Placer 120 élèves dans une classe');
    await page.keyboard.press('Enter');
    expect(await focused(page), 'Entrée goes to the toolbar, past a hundred rows').to.equal('acte-exporter');
    await page.keyboard.press('Escape');
    expect(await page.evaluate(() => document.activeElement?.matches('tbody .m input'))).to.equal(true);
    await page.keyboard.press('Enter');
    await tabTo(page, '#acte-placer');
    await submit(page, () => page.keyboard.press('Enter'));
    expect(await text(page, 'h1')).to.equal('Placer 120 élèves dans une classe');
    expect(await focused(page)).to.equal('choisi');
    await page.keyboard.type('CP');
    await tabTo(page, 'main .btn.first');
    await submit(page, () => page.keyboard.press('Enter'));
    expect(await text(page, '.messages .note p')).to.equal('120 élèves sont maintenant en CP A.');
    await tabTo(page, '.messages button');
    await submit(page, () => page.keyboard.press('Enter'));
    expect(await text(page, '.messages .note p')).to.equal('C’est annulé.');
    await page.select('#filtre-classe', 'sans');
    await page.waitForFunction(() => document.getElementById('liste-compte')?.textContent === '120 élèves sur 121');
    await context.close();
  });

  it('keeps a selection from page to page, within reach of the thumb at 360 px', async () => {
    const { page, context } = await open(360);
    const boxes = await page.$$('tbody .m input');
    await boxes[0]?.tap();
    await boxes[1]?.tap();
    await page.$eval('#page-2', (one) => one.scrollIntoView());
    await page.tap('#page-2');
    await page.waitForSelector('#page-2[aria-current]');
    await (await page.$('tbody .m input'))?.tap();
    expect(await text(page, '#actes [data-words]')).to.equal('3 élèves sélectionnés');
    const bottom = await page.$eval('#actes', (one) => one.getBoundingClientRect().bottom - innerHeight);
    expect(bottom, 'the bar stands at the foot of the screen').to.be.within(-2, 2);
    await submit(page, () => page.tap('#acte-ranger'));
    expect(await text(page, '.messages .note p')).to.equal('3 élèves sont rangés parmi les anciens élèves.');
    expect(await text(page, '#liste-compte')).to.equal('118 élèves');
    await submit(page, () => page.tap('.messages button'));
    expect(await text(page, '#liste-compte')).to.equal('121 élèves');
    await page.tap('#make-last_name');
    await page.keyboard.type('Dupont');
    await page.keyboard.press('Enter');
    await page.keyboard.type('Léa');
    await page.keyboard.press('Enter');
    await said(page, 'DUPONT Léa est dans la liste.');
    await context.close();
  });

  for (const width of [360, 1280] as const)
    it(`does all of it without JavaScript at ${width} px`, async () => {
      const { page, context } = await open(width, false);
      for (const [last, first] of [
        ['Dupont', 'Léa'],
        ['Martin', 'Paul'],
      ] as const) {
        await page.focus('#make-last_name');
        await page.keyboard.type(last);
        await submit(page, () => page.keyboard.press('Enter'));
        expect(await text(page, '#make-first_name-e')).to.equal('Remplissez « Prénom ».');
        // The browser itself has put the focus on the field that is missing.
        await page.keyboard.type(first);
        await submit(page, () => page.keyboard.press('Enter'));
        expect((await rows(page))[0]).to.equal(`${first} ${last.toUpperCase()}`);
      }
      await submit(page, () => page.click('.messages button'));
      expect(await text(page, '#liste-compte')).to.equal('122 élèves');

      await page.focus('#filtre');
      await page.keyboard.type('leroy');
      await submit(page, () => page.click('#filtrer'));
      expect(await text(page, '#liste-compte')).to.equal('1 élève sur 122');
      const cell = `#c-${school.childId}-class`;
      await submit(page, () => page.click(cell));
      await page.select(cell, await page.$eval(`${cell} option:last-child`, (one) => (one as HTMLOptionElement).value));
      await submit(page, () => page.click(`${cell}-ok`));
      expect(await text(page, cell)).to.equal('CP A (Niveau CE1)');
      await submit(page, () => page.click('#sans-q'));

      await submit(page, () => page.click('#tri-last_name'));
      expect((await rows(page))[0]).to.equal('Mila LEROY');
      await submit(page, () => page.click('#groupe-classe'));
      expect(await text(page, 'tr.group th')).to.equal('CP A 1 élève');

      await page.click('#tout');
      await submit(page, () => page.click('#acte-ranger'));
      expect(await text(page, 'h1')).to.equal('Ranger 122 élèves parmi les anciens élèves');
      await submit(page, () => page.click('main .btn.first'));
      expect(await text(page, '.messages .note p')).to.equal('122 élèves sont rangés parmi les anciens élèves.');
      await submit(page, () => page.click('.messages button'));
      expect(await text(page, '#liste-compte')).to.equal('122 élèves');

      const sheet = await page.$eval('.head a.btn', (one) => (one as HTMLAnchorElement).pathname);
      expect((await school.as('direction').get(sheet)).text.trim().split('\r\n')).to.have.length(123);
      await context.close();
    });
});
