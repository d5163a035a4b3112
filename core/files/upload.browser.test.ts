import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import type { ElementHandle, Page } from 'puppeteer';
import { HANDS, openPage, openSchool, type TestSchool, violations } from '../testing.ts';

const NOTES = '/gestion/potager/notes';

describe('files that leave as they are chosen, in a browser', function () {
  this.timeout(120_000);
  let school: TestSchool;
  let folder: string;
  before(async () => {
    school = await openSchool();
    folder = mkdtempSync(path.join(tmpdir(), 'preau-choisis-'));
  });
  after(async () => {
    await school.close();
    rmSync(folder, { recursive: true, force: true });
  });

  async function open(width: 360 | 1280, javascript = true): Promise<Page> {
    const { page, context } = await openPage(width, { javascript });
    const direction = school.as('direction');
    await direction.get('/compte/');
    const [name = '', value = ''] = direction.cookie.split('; ')[0]?.split('=') ?? [];
    await context.setCookie({ name, value, domain: 'localhost', path: '/' });
    await page.goto(school.url(NOTES));
    if (javascript) await page.waitForSelector('[data-attachments][data-ready]');
    return page;
  }
  const close = (page: Page) => page.browserContext().close();
  function file(name: string, bytes: string | Buffer = 'Bonjour'): string {
    const place = path.join(folder, name);
    writeFileSync(place, bytes);
    return place;
  }
  const choose = async (page: Page, ...files: string[]) =>
    ((await page.$('#form-files')) as ElementHandle<HTMLInputElement>).uploadFile(...files);
  const states = (page: Page) =>
    page.$$eval('.arrival', (rows) =>
      rows.map((row) => {
        const name = row.querySelector('b')?.textContent;
        const said = row.querySelector('.state, .error:not([hidden])')?.textContent ?? 'en route';
        return `${name} : ${said}`;
      }),
    );
  const until = (page: Page, words: string, count = 1) =>
    page.waitForFunction(
      (wanted, n) =>
        [...document.querySelectorAll('.arrival :is(.state, .error:not([hidden]))')].filter((one) =>
          one.textContent?.includes(wanted),
        ).length === n,
      {},
      words,
      count,
    );
  const keep = (page: Page) => Promise.all([page.waitForNavigation(), page.click('#keep')]);
  const joined = (page: Page) =>
    page.$$eval('a.file', (links) =>
      links.map((link) => link.firstElementChild?.nextElementSibling?.firstChild?.textContent),
    );
  const focused = (page: Page) => page.evaluate(() => document.activeElement?.textContent);

  it('F17-09 on a phone whose connection is cut: what failed is sent again without typing again, and each file is there once', async () => {
    const page = await open(360);
    await page.type('#form-class', 'Téléphone');
    await page.type('#form-body', 'Voici les photos');
    await choose(page, file('un.txt'), file('jeu.exe', 'MZ\0\0'));
    await until(page, 'Reçu');
    await until(page, 'n’est pas d’un type accepté');
    await page.setOfflineMode(true);
    await choose(page, file('deux.txt'));
    await until(page, 'La connexion s’est coupée');
    await page.click('#keep');
    await page.waitForFunction(() => document.querySelector('[data-attachments] [role=alert]')?.textContent);
    expect(await page.$eval('[data-attachments] [role=alert]', (one) => one.textContent)).to.equal(
      '2 fichiers ne sont pas partis. Réessayez, ou retirez-les, puis envoyez.',
    );
    expect(await focused(page)).to.equal('Retirer jeu.exe');
    expect(await violations(page, 'files that failed')).to.deep.equal([]);
    const small = await page.$$eval(
      '[data-attachments] .btn',
      (all) => all.filter((one) => !(one as HTMLElement).hidden && one.getBoundingClientRect().height < 44).length,
    );
    expect(small, 'targets').to.equal(0);
    expect(await page.$eval('[for=form-files-photo]', (one) => one.textContent)).to.equal('Prendre une photo');
    await page.setOfflineMode(false);
    await page.keyboard.press('Enter');
    expect(await states(page)).to.have.length(2);
    await page.click('.arrival:last-child .btn');
    await until(page, 'Reçu', 2);
    await keep(page);
    expect(await page.$eval('.prose', (one) => one.textContent)).to.include('Voici les photos');
    expect(await joined(page)).to.deep.equal(['un.txt', 'deux.txt']);
    await close(page);
  });

  it('says how far a file is; a form sent meanwhile waits for it, then leaves by itself', async () => {
    const page = await open(1280);
    await page.type('#form-class', 'Lent');
    await page.type('#form-body', 'Bonjour');
    await page.emulateNetworkConditions({ upload: 150_000, download: 10_000_000, latency: 0 });
    await choose(page, file('gros.txt', Buffer.alloc(300_000, 65)));
    await page.waitForFunction(() => {
      const bar = document.querySelector<HTMLProgressElement>('.arrival progress');
      return bar && bar.value > 0 && bar.value < 100 && /^\d+\s%$/.test(bar.previousElementSibling?.textContent ?? '');
    });
    const left = page.waitForNavigation();
    await page.click('#keep');
    expect(await page.$eval('#keep', (button) => button.textContent)).to.equal('Envoi en cours…');
    await page.emulateNetworkConditions(null);
    await left;
    expect(await joined(page)).to.deep.equal(['gros.txt']);
    await close(page);
  });

  it('takes away and chooses again by keyboard; more than the form keeps is told before it leaves', async () => {
    const hand = HANDS.find(({ name }) => name.includes('keyboard')) as (typeof HANDS)[0];
    const page = await open(1280);
    await hand.choose(page, '#form-files', file('un.txt'));
    await until(page, 'Reçu');
    await page.keyboard.down('Shift');
    await page.keyboard.press('Tab');
    if (!(await focused(page))?.startsWith('Retirer')) await page.keyboard.press('Tab');
    await page.keyboard.up('Shift');
    expect(await focused(page)).to.equal('Retirer un.txt');
    await page.keyboard.press('Enter');
    expect(await states(page)).to.deep.equal([]);
    expect(await page.evaluate(() => document.activeElement?.id)).to.equal('form-files');
    await choose(page, ...Array.from({ length: 12 }, (_, n) => file(`${n}.txt`)));
    expect(await page.$eval('[data-attachments] [role=alert]', (one) => one.textContent)).to.equal(
      '10 fichiers au plus : 2 n’ont pas été pris.',
    );
    await until(page, 'Reçu', 10);
    await close(page);
  });

  it('without JavaScript a phone sends its photo and its files with the form', async () => {
    const page = await open(360, false);
    await page.type('#form-class', 'Sans script');
    await page.type('#form-body', 'Bonjour');
    await choose(page, file('un.txt'), file('deux.txt'));
    await ((await page.$('#form-files-photo')) as ElementHandle<HTMLInputElement>).uploadFile(file('photo.txt'));
    await keep(page);
    expect((await joined(page)).sort()).to.deep.equal(['deux.txt', 'photo.txt', 'un.txt']);
    await close(page);
  });
});
