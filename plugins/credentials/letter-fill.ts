import { fill, saysNothing, unknownWords, type Values } from './variables.ts';

/** What a person reads: subject on one line, body in lines. */
export interface Written {
  subject: string;
  body: string;
}

// « Bonjour  LEROY » when no civility is known.
const tidy = (line: string) => line.replace(/ {2,}/g, ' ').trimEnd();

/** A letter for one person; a line whose words all stand empty for him (« Enfants : ») is left out. */
export function writeLetter({ subject, body }: Written, values: Values): Written {
  const lines = body.split(/\r?\n/).filter((line) => !saysNothing(line, values));
  return {
    subject: tidy(fill(subject, values)),
    body: lines.map((line) => tidy(fill(line, values))).join('\n'),
  };
}

/** Beside the field: brackets that would leave as they were typed; null when there is none. */
export function wrongWords(text: string): string | null {
  const [word, ...others] = [...new Set(unknownWords(text))].map((one) => `[${one}]`);
  if (!word) return null;
  const them = others.length
    ? `${word}, ${others.join(', ')} ne sont pas des variables`
    : `${word} n’est pas une variable`;
  return `${them} : ce texte partirait tel quel. Prenez une variable de la liste, ou mettez des parenthèses.`;
}
