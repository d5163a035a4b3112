import { ALREADY_OPEN } from '@preau/core';
import { fill, saysNothing, type Values, type Variable, wordsIn } from './variables.ts';

/** A line of a label. A line with a login or a password shows it whole, on a line of its own. */
export interface LabelLine {
  kind: 'name' | 'text' | 'small' | 'code';
  /** For a code: what stands above it. */
  text: string;
  /** The login or the password; empty on other lines. */
  code: string;
}

const CODES: Variable[] = ['Identifiant de connexion', 'Mot de passe'];
const NAMES: Variable[] = ['NOM', 'Prénom'];
const ADDRESSES: Variable[] = ['Adresse de connexion', 'Lien de connexion'];
const tidy = (text: string) => text.replace(/\s+/g, ' ').trim();

/**
 * A model's text as the lines of one person's label.
 * @param spent the account is open already: the label says so in its place.
 */
export function linesOf(content: string, values: Values, spent: boolean): LabelLine[] {
  return content
    .split(/\r?\n/)
    .flatMap((line) => line.split(SEAM))
    .filter((part) => part.trim() && !saysNothing(part, values))
    .map((part): LabelLine => {
      const words = wordsIn(part);
      const code = CODES.find((word) => words.includes(word));
      if (code === 'Mot de passe' && spent) return { kind: 'text', text: ALREADY_OPEN, code: '' };
      if (code) return { kind: 'code', text: tidy(fill(part, { ...values, [code]: '' })), code: values[code] };
      const kind = has(words, NAMES) ? 'name' : has(words, ADDRESSES) ? 'small' : 'text';
      return { kind, text: tidy(fill(part, values)), code: '' };
    });
}
/** After a login or a password something else begins. */
const SEAM = /(?<=\[(?:Identifiant de connexion|Mot de passe)\])/;
const has = (words: Variable[], wanted: Variable[]) => words.some((word) => wanted.includes(word));

/** Widths of our font in its height, rounded up, as measured in the browser: a label is laid out before it is drawn. */
const WIDTHS: [RegExp, number][] = [
  [/[ijl.:,' ’]/, 0.35],
  [/[frtI1/()-]/, 0.46],
  [/[MWm@w]/, 0.93],
  [/[OQGNHDU]/, 0.79],
  [/[A-Za-z0-9À-ÿ]/, 0.71],
];

/** How wide a text is, for a height of 1; never less than drawn. Letters of other writings count as squares. */
export function widthOf(text: string): number {
  let width = 0;
  for (const letter of text.normalize('NFC')) width += WIDTHS.find(([some]) => some.test(letter))?.[1] ?? 1.1;
  return width;
}
