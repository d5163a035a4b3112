import { text } from '@preau/core';

/** A sheet of labels on A4, in millimetres (case B17). */
export interface Sheet {
  columns: number;
  rows: number;
  width: number;
  height: number;
  left: number;
  top: number;
  gapX: number;
  gapY: number;
}

const PAPER = { width: 210, height: 297 };
/** Under this no name, login and password stand whole beside each other. */
const LEAST = { width: 35, height: 20 };

const sheet = (columns: number, rows: number, width: number, height: number, left: number, top: number, gapX = 0) => ({
  columns,
  rows,
  width,
  height,
  left,
  top,
  gapX,
  gapY: 0,
});

/** Sheets one buys, and two for plain paper (F12-08). */
export const SHEETS = {
  L7160: sheet(3, 7, 63.5, 38.1, 7.2, 15.1, 2.5),
  L7159: sheet(3, 8, 63.5, 33.9, 7.2, 12.9, 2.5),
  L7165: sheet(2, 4, 99.1, 67.7, 4.65, 13.1, 2.5),
  sans: sheet(3, 8, 70, 37, 0, 0.5),
  page: sheet(1, 1, 170, 257, 20, 20),
} as const satisfies Record<string, Sheet>;
export type SheetName = keyof typeof SHEETS | 'own';

export const SHEET_TITLES: Record<SheetName, string> = {
  L7160: 'Avery L7160 : 21 par feuille, 63,5 × 38,1 mm',
  L7159: 'Avery L7159 : 24 par feuille, 63,5 × 33,9 mm',
  L7165: 'Avery L7165 : 8 par feuille, 99,1 × 67,7 mm',
  sans: '3 × 8 sans marges : 24 par feuille, 70 × 37 mm',
  page: 'Une par page',
  own: 'Mes dimensions',
};

export const perSheet = ({ columns, rows }: Sheet): number => columns * rows;

/** How many sheets of paper: only the first begins at `start` (case B17). */
export const sheetsFor = (count: number, start: number, one: Sheet): number =>
  count ? Math.ceil((start - 1 + count) / perSheet(one)) : 0;

/** Beside the field: there is no such place on the sheet. */
export function wrongStart(start: number, one: Sheet): string | null {
  const most = perSheet(one);
  return start > most ? `Cette planche a ${most} étiquette${most > 1 ? 's' : ''}.` : null;
}

/** Empty places before the first label, then the labels of each sheet. */
export function dealt<T>(labels: T[], start: number, one: Sheet): { blanks: null[]; labels: T[] }[] {
  const each = perSheet(one);
  const count = sheetsFor(labels.length, start, one);
  return Array.from({ length: count }, (_, at) => ({
    blanks: Array.from({ length: at ? 0 : start - 1 }, () => null),
    labels: labels.slice(Math.max(0, at * each - start + 1), (at + 1) * each - start + 1),
  }));
}

const measure = (label: string) =>
  text(label, { max: 8, optional: true, attributes: { inputmode: 'decimal' } } as const);
/** Fields of one's own sheet: lengths in millimetres, « 63,5 ». */
export const ownFields = {
  columns: measure('Étiquettes par ligne'),
  rows: measure('Étiquettes par colonne'),
  width: measure('Largeur d’une étiquette, en mm'),
  height: measure('Hauteur d’une étiquette, en mm'),
  left: measure('Marge de gauche, en mm'),
  top: measure('Marge du haut, en mm'),
  gapX: measure('Espace entre deux étiquettes, en largeur, en mm'),
  gapY: measure('Espace entre deux étiquettes, en hauteur, en mm'),
};
type Own = keyof typeof ownFields;

const BOUNDS: Record<Own, { least: number; most: number; whole?: true }> = {
  columns: { least: 1, most: 10, whole: true },
  rows: { least: 1, most: 20, whole: true },
  width: { least: LEAST.width, most: PAPER.width },
  height: { least: LEAST.height, most: PAPER.height },
  left: { least: 0, most: 100 },
  top: { least: 0, most: 100 },
  gapX: { least: 0, most: 50 },
  gapY: { least: 0, most: 50 },
};

/** One's own sheet as it was typed, or what is wrong beside each field: it must stand on A4. */
export function readOwn(typed: Record<Own, string | null>): { sheet: Sheet } | { errors: Record<string, string> } {
  const errors: Record<string, string> = {};
  const read = {} as Sheet;
  for (const [name, { least, most, whole }] of Object.entries(BOUNDS) as [Own, (typeof BOUNDS)[Own]][]) {
    const value = typed[name] ?? '';
    const number = Number(value.replace(',', '.'));
    const plain = whole ? /^\d{1,2}$/ : /^\d{1,3}([.,]\d{1,2})?$/;
    if (!plain.test(value) || number < least || number > most)
      errors[name] = `Écrivez un nombre${whole ? ' entier' : ''} de ${french(least)} à ${french(most)}.`;
    read[name] = number;
  }
  if (Object.keys(errors).length) return { errors };
  const across = read.left + read.columns * read.width + (read.columns - 1) * read.gapX;
  const down = read.top + read.rows * read.height + (read.rows - 1) * read.gapY;
  if (across > PAPER.width + 0.01) errors.width = tooLarge('largeur', across, PAPER.width);
  if (down > PAPER.height + 0.01) errors.height = tooLarge('hauteur', down, PAPER.height);
  return Object.keys(errors).length ? { errors } : { sheet: read };
}

const french = (value: number) => String(Math.round(value * 100) / 100).replace('.', ',');
const tooLarge = (what: string, total: number, paper: number) =>
  `Avec les marges et les espaces, la ${what} fait ${french(total)} mm : une feuille A4 fait ${paper} mm.`;

/** The page's geometry as CSS; numbers only, no word of a user. */
export const sheetCss = (one: Sheet): string =>
  `@page{size:A4;margin:0}.sheet{grid-template-columns:repeat(${one.columns},${one.width}mm);grid-auto-rows:${one.height}mm;gap:${one.gapY}mm ${one.gapX}mm;padding:${one.top}mm 0 0 ${one.left}mm}`;
