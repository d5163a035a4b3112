import type { Gestures } from './counting-hand.ts';
import { FICHES, printedIn } from './printed.ts';

export const BEGIN = '<!-- gestes du guide : écrit par core/guide/guide.browser.test.ts, UPDATE_TABLE=1 -->';
export const END = '<!-- fin des gestes du guide -->';

export const sumOf = ({ clicks, fields, keys }: Gestures): number => clicks + fields + keys;
const share = (part: number, whole: number): string => `${Math.round((100 * part) / whole)} %`;

/** The table of the README: what each fiche asks of a hand here, and in the guide. */
export function tableOf(done: Map<number, Gestures>): string {
  const all: Gestures = { clicks: 0, fields: 0, keys: 0 };
  let printed = 0;
  const lines = FICHES.map((fiche) => {
    const one = done.get(fiche.number) as Gestures;
    for (const kind of ['clicks', 'fields', 'keys'] as const) all[kind] += one[kind];
    printed += printedIn(fiche);
    return row(`${fiche.number}. ${fiche.title}`, one, printedIn(fiche));
  });
  return [
    '| Fiche | Clics | Champs | Touches | En tout | Guide | Part |',
    '|---|--:|--:|--:|--:|--:|--:|',
    ...lines,
    row('**Les 18 fiches**', all, printed),
  ].join('\n');
}

const row = (title: string, one: Gestures, printed: number): string =>
  `| ${[title, one.clicks, one.fields, one.keys, sumOf(one), printed, share(sumOf(one), printed)].join(' | ')} |`;

const partsOf = (readme: string): [before: string, table: string, after: string] => {
  const [before = '', rest = ''] = readme.split(BEGIN);
  const [table = '', after = ''] = rest.split(END);
  return [before, table.trim(), after];
};

/** The table that stands in the README, between its marks. */
export const tableIn = (readme: string): string => partsOf(readme)[1];

export function withTable(readme: string, table: string): string {
  const [before, , after] = partsOf(readme);
  return `${before}${BEGIN}\n${table}\n${END}${after}`;
}
