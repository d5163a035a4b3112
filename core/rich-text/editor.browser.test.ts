import { writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import type { Page } from 'puppeteer';
import sharp from 'sharp';
import { FLAG, hostile } from '../testing/hostile.ts';
import { openPage, openSchool, type TestSchool, violations } from '../testing.ts';

const NOTES = '/gestion/potager/notes';
const ZONE = '#form-body';

describe('the editor of rich texts', function () {
  this.timeout(120_000);
  let school: TestSchool;
  before(async () => {
    school = await openSchool();
  });
  after(() => school.close());

  async function open(width: 360 | 1280, address: string, options: { javascript?: boolean } = {}): Promise<Page> {
    const { page, context } = await openPage(width, options);
    const direction = school.as('direction');
    await direction.get('/compte/');
    const [name = '', value = ''] = direction.cookie.split('; ')[0]?.split('=') ?? [];
    await context.setCookie({ name, value, domain: 'localhost', path: '/' });
    await page.goto(school.url(address));
    if (options.javascript !== false) await page.waitForSelector(`${ZONE}[contenteditable=true]`);
    return page;
  }
  const close = (page: Page) => page.browserContext().close();
  const bodyOf = async (name: string) =>
    (await school.db((db) => db('potager_notes').where({ class: name }).first())).body;
  const chord = async (page: Page, letter: string) => {
    await page.keyboard.down('Control');
    await page.keyboard.press(letter as 'b');
    await page.keyboard.up('Control');
  };
  /** What the clipboard of a word processor or a browser would bring. */
  const paste = (page: Page, ...texts: string[]) =>
    page.$eval(
      ZONE,
      (zone, all) => {
        for (const text of all) {
          const clipboardData = new DataTransfer();
          clipboardData.setData('text/html', text);
          zone.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }));
        }
      },
      texts,
    );

  it('formats by keyboard alone: shortcuts, one stop for the toolbar, arrows in it, Tab goes on', async () => {
    const page = await open(1280, NOTES);
    await page.focus('#form-class');
    await page.keyboard.type('Clavier');
    await page.keyboard.press('Tab');
    const focused = () => page.evaluate(() => document.activeElement?.id);
    expect(await focused()).to.equal('form-body-bold');
    await page.keyboard.press('Tab');
    expect(await focused()).to.equal('form-body');
    await page.keyboard.type('Bonjour ');
    await chord(page, 'b');
    expect(await page.$eval('#form-body-bold', (button) => button.getAttribute('aria-pressed'))).to.equal('true');
    await page.keyboard.type('à tous');
    await chord(page, 'b');
    await page.keyboard.press('Enter');
    await page.keyboard.type('pain');
    await page.keyboard.down('Shift');
    await page.keyboard.press('Tab');
    await page.keyboard.up('Shift');
    for (let n = 0; n < 4; n++) await page.keyboard.press('ArrowRight');
    expect(await focused()).to.equal('form-body-list');
    await page.keyboard.press('Enter');
    expect(await focused()).to.equal('form-body');
    await page.keyboard.press('End');
    await page.keyboard.press('Enter');
    await page.keyboard.type('eau');
    await page.keyboard.press('Tab');
    expect(await focused()).to.match(/^form-files/);
    await page.focus('#keep');
    await Promise.all([page.waitForNavigation(), page.keyboard.press('Enter')]);
    // A browser writes the last space of a line as one that does not break.
    expect((await bodyOf('Clavier')).replaceAll('\u00a0', ' ')).to.equal(
      '<p>Bonjour <strong>à tous</strong></p><ul><li>pain</li><li>eau</li></ul>',
    );
    await close(page);
  });

  it('puts in and takes out a link, a title, and undoes', async () => {
    const page = await open(1280, NOTES);
    await page.type('#form-class', 'Lien');
    await page.click(ZONE);
    await page.keyboard.type('Sortie');
    await page.click('#form-body-heading');
    await page.keyboard.press('End');
    await page.keyboard.press('Enter');
    await page.keyboard.type('le site');
    await page.keyboard.down('Shift');
    await page.keyboard.press('Home');
    await page.keyboard.up('Shift');
    await page.click('#form-body-link');
    await page.type('#form-body-href', 'exemple.fr/sortie');
    await page.keyboard.press('Enter');
    await page.click('#form-body-italic');
    await page.click('#form-body-undo-2');
    await Promise.all([page.waitForNavigation(), page.click('#keep')]);
    expect(await bodyOf('Lien')).to.match(
      /^<h3>Sortie<\/h3><p><a href="https:\/\/exemple\.fr\/sortie" rel="noopener noreferrer nofollow">le site<\/a><\/p>$/,
    );
    await close(page);
  });

  it('B30 takes a Word paste as a list and a table, and opens it again as it was', async () => {
    const page = await open(1280, NOTES);
    await page.type('#form-class', 'Word');
    await page.click(ZONE);
    await paste(
      page,
      '<html><body><!--StartFragment--><p class=MsoNormal><b><span style="font-size:14pt">Sortie<o:p></o:p></span></b></p><p style="mso-list:l0 level1 lfo1"><![if !supportLists]><span style="mso-list:Ignore">·<span>&nbsp; </span></span><![endif]>pain</p><table border=1><tr><td width=200>Départ</td><td>8 h 30</td></tr></table><!--EndFragment--></body></html>',
    );
    await Promise.all([page.waitForNavigation(), page.click('#keep')]);
    const body = await bodyOf('Word');
    expect(body).to.include('<strong>Sortie</strong>').and.include('<ul><li>pain</li></ul>');
    expect(body)
      .to.match(/<td>(<p>)?Départ.*<td>(<p>)?8 h 30/)
      .and.not.match(/mso|style|class/i);
    await page.waitForSelector(`${ZONE} table`);
    await Promise.all([page.waitForNavigation(), page.click('#keep')]);
    expect(await bodyOf('Word')).to.equal(body);
    await close(page);
  });

  it('B32 joins a pasted picture as a file, and says so', async () => {
    const page = await open(1280, NOTES);
    await page.type('#form-class', 'Image');
    await page.click(ZONE);
    await page.keyboard.type('Affiche');
    const png = await sharp({ create: { width: 4, height: 4, channels: 3, background: 'red' } })
      .png()
      .toBuffer();
    await paste(page, `<p>Voici</p><img src="data:image/png;base64,${png.toString('base64')}">`);
    await page.waitForFunction(() =>
      document.querySelector('.rich-field [role=status]')?.textContent?.includes('L’image est jointe, sous le texte.'),
    );
    await Promise.all([page.waitForNavigation(), page.click('#keep')]);
    expect(await page.$eval('a.file', (link) => link.textContent)).to.include('Image collée.png');
    expect(await bodyOf('Image')).not.to.include('img');
    await close(page);
  });

  it('keeps text and files of a form that was wrong, without JavaScript, on a phone', async () => {
    const page = await open(360, NOTES, { javascript: false });
    const file = path.join(tmpdir(), `preau-${process.pid}.txt`);
    writeFileSync(file, 'Liste des élèves');
    await page.type('#form-body', 'Bonjour\n\nVoir https://exemple.fr/a');
    const input = (await page.$('#form-files')) as unknown as { uploadFile(name: string): Promise<void> };
    await input.uploadFile(file);
    await Promise.all([page.waitForNavigation(), page.tap('#keep')]);
    expect(await page.$eval('main', (main) => main.textContent))
      .to.include('Remplissez « Classe »')
      .and.include('déjà reçu');
    await page.type('#form-class', 'Sans script');
    await Promise.all([page.waitForNavigation(), page.tap('#keep')]);
    expect(await bodyOf('Sans script')).to.include('<p>Bonjour</p><p>Voir <a href="https://exemple.fr/a"');
    expect(await page.$eval('a.file', (link) => link.textContent)).to.include('.txt');
    await close(page);
  });

  it('is named, hinted and told wrong like any field; 44 px to touch on a phone; nothing for axe to say', async () => {
    const page = await open(360, NOTES);
    const said: string[] = [];
    page.on('console', (message) => said.push(message.text()));
    await page.click(ZONE);
    await page.keyboard.type('Bonjour');
    await page.click('#form-body-link');
    expect(await violations(page, 'editor')).to.deep.equal([]);
    await Promise.all([page.waitForNavigation(), page.click('#keep')]);
    await page.waitForSelector(`${ZONE}[contenteditable=true]`);
    expect(await page.$eval(ZONE, (zone) => zone.textContent)).to.equal('Bonjour');
    await page.$eval(ZONE, (zone) => zone.replaceChildren());
    await page.type('#form-class', 'x');
    await Promise.all([page.waitForNavigation(), page.click('#keep')]);
    await page.waitForSelector(`${ZONE}[contenteditable=true]`);
    const told = await page.$eval(ZONE, (zone) => ({
      name: document.getElementById(zone.getAttribute('aria-labelledby') ?? '')?.textContent,
      invalid: zone.getAttribute('aria-invalid'),
      hints: (zone.getAttribute('aria-describedby') ?? '')
        .split(' ')
        .map((id) => document.getElementById(id)?.textContent?.trim()),
    }));
    expect(told).to.deep.equal({ name: 'Texte', invalid: 'true', hints: ['Remplissez « Texte ».'] });
    // The summary of what is wrong leads into the editor.
    expect(await page.$eval(`a[href="${ZONE}"]`, (link) => link.textContent)).to.include('Remplissez');
    const heights = await page.$$eval('.rich-bar .btn', (all) => all.map((one) => one.getBoundingClientRect().height));
    expect(Math.min(...heights)).to.be.at.least(44);
    const sideways = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    expect(sideways).to.equal(0);
    expect(await violations(page, 'editor, wrong')).to.deep.equal([]);
    expect(said.filter((text) => !/status of 422/.test(text))).to.deep.equal([]);
    await close(page);
  });

  it('S18-05 lets nothing run and nothing leave, in 500 hostile texts read and edited in our own page', async () => {
    const seed = Number(process.env.SEED ?? Math.floor(Math.random() * 1e6));
    console.log(`      500 hostile texts from SEED=${seed}`);
    const { cleanRich } = await import('./sanitise.ts');
    const texts = Array.from({ length: 500 }, (_, at) => hostile(seed + at));
    for (let at = 0; at < 500; at += 100) {
      // Read: as they are shown. Edited: as they came in, in the editor's own hands.
      const shown = texts
        .slice(at, at + 100)
        .map((text) => cleanRich(text.replaceAll('\0', '')))
        .join('\n');
      const id = await school.db(
        async (db) => (await db('potager_notes').insert({ body: shown, class: 'Hostile' }).returning('id'))[0].id,
      );
      const page = await open(1280, `${NOTES}/${id}`);
      const left: string[] = [];
      page.on('request', (request) => {
        if (!request.url().startsWith(school.house.origin) && !request.url().startsWith('data:'))
          left.push(request.url());
      });
      page.on('dialog', (dialog) => void dialog.dismiss().then(() => left.push('dialog')));
      await paste(page, ...texts.slice(at, at + 100));
      const came = await page.evaluate(
        (flag) => ({
          ran: flag in window,
          read: ['main .prose.rich:not([contenteditable])', '[contenteditable]'].every(
            (zone) => (document.querySelector(zone)?.textContent ?? '').length > 100,
          ),
          shown: document.querySelectorAll(
            'main .prose.rich:not([contenteditable]) :is(script, img, svg, iframe, form, input, style, [style], [id], [class], [onerror], [onload])',
          ).length,
          edited: document.querySelectorAll(
            '[contenteditable] :is(script, img, svg, iframe, form, style, [onerror], [onload], [hx-get])',
          ).length,
        }),
        FLAG,
      );
      expect({ ...came, left }, `SEED=${seed}, from ${at}`).to.deep.equal({
        ran: false,
        read: true,
        shown: 0,
        edited: 0,
        left: [],
      });
      await close(page);
    }
  });
});
