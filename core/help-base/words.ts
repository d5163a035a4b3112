import { searchKey } from '../people/names.ts';

/** Words of a question that say nothing of what is asked. */
const EMPTY = new Set(
  (
    'a ai au aux avec ce ces cet cette comment dans de des du elle en est et faire faut fait il je la le les leur leurs ma me mes ' +
    'mon ne nos notre ou par pas peut plus pour pourquoi qu quand que quel quelle qui sa sans se ses si son sont sur un une veux ' +
    'vos votre vous y'
  ).split(' '),
);

/** Singular, without accents: « Étiquettes » and « étiquette » are one word. */
const stem = (word: string): string => {
  if (word.length < 4) return word;
  if (word.endsWith('eaux')) return word.slice(0, -1);
  if (word.endsWith('aux')) return `${word.slice(0, -2)}l`;
  return word.replace(/[sx]$/, '');
};

/** The words of a text as a search knows them; a question made of nothing but small words keeps them. */
export function wordsOf(text: string): string[] {
  const all = searchKey(text).split(' ').filter(Boolean);
  const telling = all.filter((word) => word.length > 1 && !EMPTY.has(word));
  return (telling.length ? telling : all).map(stem);
}

/** How surely the word asked is the word known, 0 to 1: the same, its beginning, or one or two slips of the finger away (F18-3). */
export function closeness(asked: string, known: string): number {
  if (asked === known) return 1;
  if (asked.length > 2 && known.startsWith(asked)) return 0.85;
  if (asked.length < 4) return 0;
  const slips = asked.length < 8 ? 1 : 2;
  if (Math.abs(asked.length - known.length) > slips) return 0;
  const apart = distance(asked, known);
  return apart > slips ? 0 : apart === 1 ? 0.6 : 0.4;
}

/** Letters to add, drop, change or swap with their neighbour between two words. */
function distance(a: string, b: string): number {
  let before: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = (last[j - 1] as number) + (a[i - 1] === b[j - 1] ? 0 : 1);
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      row[j] = Math.min(
        change,
        (last[j] as number) + 1,
        (row[j - 1] as number) + 1,
        swapped ? (before[j - 2] as number) + 1 : change,
      );
    }
    [before, last] = [last, row];
  }
  return last[b.length] as number;
}
