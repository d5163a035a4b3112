import { readFileSync } from 'node:fs';
import path from 'node:path';
import { undrawn } from '@preau/core';
import { type OpenPdf, openPage, openPdf, openSchool, type TestSchool } from '@preau/core/testing';
import { expect } from 'chai';
import { drawing, type LabelPerson, type LabelStyle, misfits } from './label-make.ts';
import { ORIGINALS } from './label-models.ts';
import { perSheet, readOwn, SHEETS, type Sheet, sheetsFor } from './label-sheets.ts';
import { widthOf } from './label-text.ts';
import { VARIABLES, type Values } from './variables.ts';

const sample = (name: string) => JSON.parse(readFileSync(path.join(import.meta.dirname, 'samples', name), 'utf8'));
const LONG = sample('B16-etiquettes-noms-longs.json') as {
  people: { nom: string; enfants: string[]; identifiant: string; motDePasse: string }[];
};
const PLANCHES = sample('B17-planches.json') as {
  sheets: Record<'L7159' | 'L7160', { label_mm: number[]; margin_mm: number[]; gap_mm: number[] }>;
  cases: { sheet: 'L7159' | 'L7160'; n: number; start?: number; pages: number }[];
};
const QR = sample('B18-qr.json') as { good: { text: string } };
/** As long as a link of the house ever is. */
const LONGEST_LINK =
  `https://preau.une-commune-au-nom-bien-long-du-departement.exemple.fr/0220123A/c/${'x'.repeat(22)}`.padEnd(120, 'y');
const linkOf = (at: number) => `https://preau.example/0220123A/c/${String(at).padStart(22, 'k')}`;

const person = (at: number, words: Partial<Values> = {}, link = linkOf(at)): LabelPerson => ({
  who: `PARENT ${at}`,
  spent: false,
  link,
  values: {
    ...(Object.fromEntries(VARIABLES.map((one) => [one, ''])) as Values),
    NOM: `PARENT${at}`,
    Prénom: 'Essai',
    'Enfants ou classe': 'Mila (CE1)',
    'Identifiant de connexion': `PESSAI${at}`,
    'Mot de passe': 'Kfz7mwTqab',
    'Adresse de connexion': 'preau.example/0220123A',
    ...words,
  },
});
const people = (count: number) => Array.from({ length: count }, (_, at) => person(at));
const longNames = (link: string) =>
  LONG.people.map(({ nom, enfants, identifiant, motDePasse }, at) =>
    person(
      at,
      {
        NOM: nom,
        Prénom: '',
        'Enfants ou classe': enfants.join(', '),
        'Identifiant de connexion': identifiant,
        'Mot de passe': motDePasse,
      },
      link,
    ),
  );
const style = (sheet: Sheet, model: keyof typeof ORIGINALS = 'qr'): LabelStyle => {
  const { content, qr, large } = ORIGINALS[model] as (typeof ORIGINALS)[string];
  return { content, qr, large, sheet };
};

describe('a sheet of labels', function () {
  this.timeout(120_000);
  let school: TestSchool;
  before(async () => {
    school = await openSchool({ plugins: ['credentials'] });
  });
  after(() => school.close());

  /** The page as the job gives it to the browser. */
  function html(how: LabelStyle, whom: LabelPerson[], start = 1): string {
    const { views, assets } = school.house.house;
    const { data, css } = drawing(how, whom, start);
    const body = views.render('base', 'credentials/etiquettes-feuilles', data, {} as never);
    return `<!doctype html><html lang="fr"><head><meta charset="utf-8"><title>Étiquettes</title><style>${assets.print}${css}</style></head><body><p class="from">École</p>${body}</body></html>`;
  }
  const printed = async (how: LabelStyle, whom: LabelPerson[], start = 1): Promise<OpenPdf> =>
    openPdf(await school.house.house.pdf.print(html(how, whom, start)));

  /** What stands where, measured by the browser in millimetres. */
  async function measured(how: LabelStyle, whom: LabelPerson[], start = 1) {
    const { page, context } = await openPage(1280);
    await page.emulateMediaType('print');
    await page.setContent(html(how, whom, start));
    const found = await page.evaluate(() =>
      document.fonts.ready.then(() => {
        const mm = (dots: number) => (dots * 25.4) / 96;
        const box = (element: Element | Range) => {
          const { left, top, right, bottom } = element.getBoundingClientRect();
          return [left, top, right, bottom].map(mm) as [number, number, number, number];
        };
        const drawn = (element: Element) => {
          const words = document.createRange();
          words.selectNodeContents(element);
          return box(words);
        };
        return [...document.querySelectorAll('.sheet')].map((sheet) => ({
          sheet: box(sheet),
          cells: [...sheet.querySelectorAll(':scope > div')].map(box),
          labels: [...sheet.querySelectorAll('.label')].map((label) => ({
            box: box(label),
            qr: [...label.querySelectorAll('svg')].map(box)[0] ?? null,
            lines: [...label.querySelectorAll('p')].map((line) => ({
              box: box(line),
              cut: line.scrollWidth > line.clientWidth,
            })),
            codes: [...label.querySelectorAll('b')].map((code) => ({
              text: code.textContent ?? '',
              box: drawn(code),
              rows: code.getClientRects().length,
            })),
          })),
        }));
      }),
    );
    await context.close();
    return found;
  }
  type Box = [number, number, number, number];
  const inside = (inner: Box, outer: Box) =>
    inner[0] >= outer[0] - 0.05 &&
    inner[1] >= outer[1] - 0.05 &&
    inner[2] <= outer[2] + 0.05 &&
    inner[3] <= outer[3] + 0.05;
  const apart = (a: Box, b: Box) =>
    a[2] <= b[0] + 0.05 || b[2] <= a[0] + 0.05 || a[3] <= b[1] + 0.05 || b[3] <= a[1] + 0.05;

  const LOOKED_AT: [string, LabelStyle, string][] = [
    ['Avery L7159', style(SHEETS.L7159), linkOf(1)],
    ['Avery L7160', style(SHEETS.L7160), linkOf(1)],
    ['Avery L7160, with the longest link', style(SHEETS.L7160), LONGEST_LINK],
    ['Avery L7160 without QR code', style(SHEETS.L7160, 'plain'), linkOf(1)],
    ['3 × 8 without margins', style(SHEETS.sans), linkOf(1)],
    ['Avery L7165 in large letters', style(SHEETS.L7165, 'large'), linkOf(1)],
    ['one page per person', style(SHEETS.page, 'page'), linkOf(1)],
  ];
  for (const [title, how, link] of LOOKED_AT)
    it(`B16 F12-08 keeps 24 long names, their login and password and the QR code inside their own label: ${title}`, async () => {
      const whom = longNames(link);
      expect(misfits(how, whom)).to.deep.equal([]);
      const labels = (await measured(how, whom)).flatMap((one) => one.labels);
      expect(labels).to.have.length(24);
      for (const [at, label] of labels.entries()) {
        const { nom, identifiant, motDePasse } = LONG.people[at] as (typeof LONG.people)[number];
        expect(
          label.codes.map((one) => one.text),
          nom,
        ).to.deep.equal([identifiant, motDePasse]);
        for (const { box, rows } of label.codes) {
          expect(rows, `${nom} : on one line`).to.equal(1);
          expect(inside(box, label.box), `${nom} : ${box} in ${label.box}`).to.equal(true);
        }
        for (const line of label.lines) {
          expect(line.cut, `${nom} : nothing is cut at the end of a line`).to.equal(false);
          expect(inside(line.box, label.box), `${nom} : ${line.box} in ${label.box}`).to.equal(true);
          if (label.qr) expect(apart(line.box, label.qr), `${nom} : text and QR code apart`).to.equal(true);
        }
        for (const [one, line] of label.lines.entries())
          for (const other of label.lines.slice(one + 1))
            expect(apart(line.box, other.box), `${nom} : lines apart`).to.equal(true);
        expect(label.qr !== null).to.equal(how.qr);
        if (label.qr) expect(inside(label.qr, label.box), `${nom} : ${label.qr} in ${label.box}`).to.equal(true);
      }
    });

  it('B16 names the labels that do not hold on a sheet, instead of cutting them', () => {
    expect(misfits(style(SHEETS.L7159), longNames(LONGEST_LINK))).to.deep.equal(['PARENT 1']);
    expect(misfits(style(SHEETS.L7160, 'large'), people(2))).to.deep.equal(['PARENT 0', 'PARENT 1']);
  });

  it('B16 knows how wide each letter of a login is drawn at most', async () => {
    const { page, context } = await openPage(1280);
    await page.setContent(
      `<style>${school.house.house.assets.print} b { font-weight: 650; font-size: 40px }</style><b>A</b>`,
    );
    const wider = await page.evaluate((letters) => {
      const place = document.querySelector('b') as HTMLElement;
      return document.fonts.ready.then(() =>
        [...letters].map((letter): [string, number] => {
          place.textContent = letter.repeat(30);
          return [letter, place.getBoundingClientRect().width / 40 / 30];
        }),
      );
    }, 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.-/:@');
    await context.close();
    expect(wider.filter(([letter, width]) => width > widthOf(letter))).to.deep.equal([]);
  });

  for (const { sheet, n, start = 1, pages } of PLANCHES.cases)
    it(`B17 F12-08 puts ${n} labels on ${pages} sheets ${sheet}${start > 1 ? ` from label ${start}` : ''}`, async () => {
      expect(sheetsFor(n, start, SHEETS[sheet])).to.equal(pages);
      if (!n) return;
      const pdf = await printed(style(SHEETS[sheet], 'plain'), people(n), start);
      expect(pdf.pages).to.equal(pages);
      for (const side of [0, 1] as const)
        expect(pdf.size(pages - 1)[side]).to.be.closeTo(([595.28, 841.89] as const)[side], 1);
    });

  for (const name of ['L7159', 'L7160'] as const)
    it(`B17 cuts ${name} to the tenth of a millimetre, and a started sheet begins where it should`, async () => {
      const { label_mm, margin_mm, gap_mm } = PLANCHES.sheets[name];
      const one = SHEETS[name];
      const count = perSheet(one);
      const [first, second] = await measured(style(one), people(count), 8);
      expect(first?.labels).to.have.length(count - 7);
      expect(second?.labels, 'the second sheet begins at its first label').to.have.length(7);
      for (const { sheet, cells } of [first, second].flatMap((one) => one ?? []))
        for (const [at, [left, top, right, bottom]] of cells.entries()) {
          const [column, row] = [at % one.columns, Math.floor(at / one.columns)];
          const [width, height] = label_mm as [number, number];
          expect(right - left).to.be.closeTo(width, 0.1);
          expect(bottom - top).to.be.closeTo(height, 0.1);
          expect(left - sheet[0]).to.be.closeTo(
            (margin_mm[0] as number) + column * (width + (gap_mm[0] as number)),
            0.1,
          );
          expect(top - sheet[1]).to.be.closeTo((margin_mm[1] as number) + row * (height + (gap_mm[1] as number)), 0.1);
        }
    });

  it('B17 F12-08 takes sizes of one’s own with a comma, and refuses what does not stand on A4', () => {
    const own = { columns: '2', rows: '5', width: '99,1', height: '57', left: '4,7', top: '6', gapX: '2,5', gapY: '0' };
    expect(readOwn(own)).to.deep.equal({
      sheet: { columns: 2, rows: 5, width: 99.1, height: 57, left: 4.7, top: 6, gapX: 2.5, gapY: 0 },
    });
    const wrong = (changes: Partial<typeof own>) => {
      const read = readOwn({ ...own, ...changes });
      return 'errors' in read ? read.errors : {};
    };
    expect(wrong({ columns: '3' }))
      .to.have.property('width')
      .that.includes('307 mm');
    expect(wrong({ rows: '6' }))
      .to.have.property('height')
      .that.includes('348 mm');
    for (const bad of ['', 'x', '-1', '12', '1e2', '500', 'NaN', '99,123'])
      expect(wrong({ width: bad }), bad).to.have.property('width');
    expect(wrong({ columns: '2,5' }))
      .to.have.property('columns')
      .that.includes('entier');
  });

  for (const [title, link] of [
    ['the link of the case', QR.good.text],
    ['a link of 120 characters', LONGEST_LINK],
  ] as const)
    it(`B18 F12-09 reads every QR code of the PDF at 150 dots an inch, each in its own label: ${title}`, async () => {
      const whom = people(24).map((one, at) => ({
        ...one,
        link: `${link.slice(0, -2)}${String(at).padStart(2, '0')}`,
      }));
      const how = style(SHEETS.L7159);
      const pdf = await printed(how, whom);
      const codes = await pdf.codes(0, 150);
      expect(codes.map((one) => one.text)).to.deep.equal(whom.map((one) => one.link));
      for (const [at, { x, y }] of codes.entries()) {
        const [column, row] = [at % 3, Math.floor(at / 3)];
        expect(Math.floor((x - how.sheet.left) / (how.sheet.width + how.sheet.gapX))).to.equal(column);
        expect(Math.floor((y - how.sheet.top) / how.sheet.height)).to.equal(row);
      }
      for (const { labels } of await measured(how, whom))
        for (const { qr } of labels) {
          const [left, , right] = qr as Box;
          const modules = link.length > 84 ? 45 : link.length > 62 ? 37 : 33;
          expect((right - left) / (modules + 8), 'a module and the quiet zone of four').to.be.at.least(0.4);
        }
    });

  it('B18 a QR code says neither login nor password', async () => {
    const [one] = await (await printed(style(SHEETS.L7160), people(1))).codes(0);
    expect(one?.text).to.equal(linkOf(0));
    expect(one?.text).not.to.match(/PESSAI|Kfz7/);
  });

  it('B19 draws the letters our fonts hold, and tells those they do not before anything is printed', async () => {
    const drawn = ['Élodie ŒUVRARD', 'Łucja ŻUK', 'Ayşe ÇELIK', 'Çağlar ŠIMŮNEK', 'D’ESSAI-Ø', 'Đại'];
    const letters = drawn.map((name) => undrawn(name).join(''));
    expect(letters).to.deep.equal(['', '', '', '', '', 'ạ']);
    expect(undrawn('Đức')).to.deep.equal(['ứ']);
    expect(undrawn('Нина 王小明 محمد 🎒')).to.include.members(['Н', '王', 'م', '🎒']);
    const whom = drawn.slice(0, 5).map((name, at) => person(at, { NOM: name, Prénom: '' }));
    const how = style(SHEETS.L7160);
    const pdf = await printed(how, whom);
    const names = (await measured(how, whom)).flatMap((one) => one.labels.map(({ lines }) => lines[0]?.box as Box));
    for (const [at, box] of names.entries()) {
      const [left, top, , bottom] = box;
      // Each letter leaves ink: looked at in strips as wide as a letter, up to the width of the name.
      const name = drawn[at] as string;
      for (let x = left; x < left + 1.5 * name.length - 3; x += 3)
        expect(pdf.ink(0, [x, top, x + 3, bottom]), `${name}, ${Math.round(x - left)} mm`).to.be.greaterThan(0.03);
      expect(pdf.text(0).normalize('NFC')).to.include(name);
    }
  });
});
