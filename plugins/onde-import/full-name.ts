import { normaliseHeading, quoted } from '@preau/core';

export interface SplitName {
  title: string;
  lastName: string;
  firstName: string;
  /** In French, when the split is a guess somebody should look at. */
  fault: string | null;
}

/** Words that begin a family name and may be written small. */
const PARTICLES = [
  'de',
  'du',
  'des',
  'la',
  'le',
  'les',
  'd',
  'von',
  'van',
  'der',
  'den',
  'da',
  'dos',
  'el',
  'al',
  'ben',
];
const TITLE = 'm|mr|mme|mlle|melle|madame|monsieur|mademoiselle';
const TITLED = new RegExp(
  String.raw`^((?:${TITLE})(?:\.?\s*(?:et|ou|&|/|-|,)\s*(?:${TITLE}))?)(?:\.\s*|\s+)(.+)$`,
  'i',
);

/** « M. et Mme ABADIE »: the title, or both, and the name without. */
export function withoutTitle(text: string): { title: string; name: string } {
  const found = TITLED.exec(text.trim());
  return { title: found?.[1] ?? '', name: (found?.[2] ?? text).trim() };
}

/** Whether a title is that of two persons. */
export const isCouple = (title: string): boolean =>
  /[a-z]\.?\s*(?:\bet\b|\bou\b|&|\/)\s*m/.test(normaliseHeading(title));

/**
 * Parts « Claire ABADIE » or « ABADIE Claire » where capitals tell the family name, as French lists write it; null when
 * nothing tells.
 */
export function splitByCapitals(name: string): { lastName: string; firstName: string } | null {
  const words = name.split(/\s+/).filter(Boolean);
  const kinds = words.map((word, at) => kindOf(word, words[at + 1]));
  const last = words.filter((_, at) => kinds[at] === 'last');
  const first = words.filter((_, at) => kinds[at] === 'first');
  // A name in several pieces is not told: « ABADIE Claire DURAND ».
  const turns = kinds.filter((kind, at) => at > 0 && kind !== kinds[at - 1]).length;
  if (last.length === 0 || first.length === 0 || turns !== 1) return null;
  return { lastName: last.join(' '), firstName: first.join(' ') };
}

function kindOf(word: string, next: string | undefined): 'last' | 'first' {
  if (isCapital(word)) return 'last';
  const particle = PARTICLES.includes(word.toLowerCase().replace(/['’]$/, ''));
  if (particle && next && kindOf(next, undefined) === 'last') return 'last';
  return /^d['’]\p{Lu}/u.test(word) && isCapital(word.slice(2)) ? 'last' : 'first';
}

const isCapital = (word: string): boolean =>
  word === word.toUpperCase() && word !== word.toLowerCase() && /\p{L}.*\p{L}/u.test(word);

/**
 * Parts « Mme Claire ABADIE » of a spreadsheet's cell. Without capitals the first word is taken as the first name, and
 * said.
 */
export function splitFullName(text: string): SplitName {
  const { title, name } = withoutTitle(text);
  const split = splitByCapitals(name);
  if (split) return { title, ...split, fault: null };
  const words = name.split(/\s+/).filter(Boolean);
  // Of two persons no first name is told.
  if (words.length < 2 || isCouple(title)) return { title, lastName: words.join(' '), firstName: '', fault: null };
  const allCapitals = words.every(isCapital);
  const [firstName = '', ...rest] = allCapitals ? [words.at(-1), ...words.slice(0, -1)] : words;
  const lastName = rest.join(' ');
  return { title, lastName, firstName, fault: `lu ${quoted(text)} : prénom ${firstName}, nom ${lastName}. Vérifiez.` };
}
