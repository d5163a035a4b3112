import { quoted } from './problem.ts';

export interface SplitName {
  title: string;
  lastName: string;
  firstName: string;
  /** In French, when the split is a guess somebody should look at. */
  fault: string | null;
}

/**
 * Parts « Mme Claire ABADIE »: capitals are the family name, as French lists write it. Without capitals the first word
 * is taken as the first name, and said.
 */
export function splitFullName(text: string): SplitName {
  const found = /^(m|mr|mme|mlle|madame|monsieur|mademoiselle)(?:\.\s*|\s+)(.+)$/i.exec(text.trim());
  const title = found?.[1] ?? '';
  const words = (found?.[2] ?? text).trim().split(/\s+/).filter(Boolean);
  const capital = (word: string) => word === word.toUpperCase() && word !== word.toLowerCase() && word.length > 1;
  const last = words.filter(capital);
  const first = words.filter((word) => !capital(word));
  if (last.length > 0 && first.length > 0)
    return { title, lastName: last.join(' '), firstName: first.join(' '), fault: null };
  if (words.length < 2) return { title, lastName: words.join(' '), firstName: '', fault: null };
  const [firstName = '', ...rest] = last.length > 0 ? [words.at(-1), ...words.slice(0, -1)] : words;
  const lastName = rest.join(' ');
  return { title, lastName, firstName, fault: `lu ${quoted(text)} : prénom ${firstName}, nom ${lastName}. Vérifiez.` };
}
