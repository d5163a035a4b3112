/** The words a model may hold, in square brackets; each is replaced by the person's own value. From a fixed list, never compiled. */
export const VARIABLES = [
  'Civilité',
  'NOM',
  'Prénom',
  'Enfants',
  'Classe',
  'Enfants ou classe',
  'Identifiant de connexion',
  'Mot de passe',
  'Adresse de connexion',
  'Lien de connexion',
  'Nom de l’école',
  'Téléphone de l’école',
  'E-mail de l’école',
] as const;
export type Variable = (typeof VARIABLES)[number];

/** What stands for each word, for one person. */
export type Values = Record<Variable, string>;

const WORD = /\[([^[\]\n]{1,40})\]/g;
// Typed on a keyboard the apostrophe is straight.
const known = (word: string) => VARIABLES.find((one) => one === word.trim().replaceAll("'", '’'));

/** The text with each word of the list replaced; any other bracket stays as it was typed. */
export const fill = (text: string, values: Values): string =>
  text.replace(WORD, (typed, word: string) => {
    const variable = known(word);
    return variable ? values[variable] : typed;
  });

/** Brackets that are no word of the list: probably a slip, told when a model is saved. */
export const unknownWords = (text: string): string[] =>
  [...text.matchAll(WORD)].map((found) => found[1] as string).filter((word) => !known(word));

/** All its variables are empty for this person (« Enfants : » of a pupil): such a line is left out. */
export function saysNothing(line: string, values: Values): boolean {
  const words = wordsIn(line);
  return words.length > 0 && words.every((word) => !values[word]);
}

/** The variables a text holds. */
export const wordsIn = (text: string): Variable[] =>
  [...text.matchAll(WORD)].flatMap((found) => known(found[1] as string) ?? []);
