/** Letters that no decomposition opens (case B07). */
const LETTERS: Record<string, string> = {
  Œ: 'OE',
  Æ: 'AE',
  Ø: 'O',
  Ł: 'L',
  Đ: 'D',
  ẞ: 'SS',
  ß: 'SS',
  Þ: 'TH',
  Ð: 'D',
  I: 'I',
  ı: 'I',
};

/** Capitals A–Z, digits and the rest of the text, without accents: Élodie -> ELODIE. */
export const unaccent = (text: string): string =>
  text
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toUpperCase()
    .replace(/[ŒÆØŁĐẞßÞÐı]/g, (letter) => LETTERS[letter] ?? letter);

/** What a list is searched and sorted by: no accents, lower case, hyphens and apostrophes as spaces. */
export const searchKey = (...parts: (string | null | undefined)[]): string =>
  unaccent(parts.filter(Boolean).join(' '))
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();

/** For LIKE: what a person typed, as a pattern that holds nothing but text. */
export const likePattern = (typed: string): string => `%${searchKey(typed).replace(/ /g, '%')}%`;

/** « Mme KRUG », « Samia LEOTI » */
export const signature = (one: { civility: string | null; firstName: string; lastName: string }): string =>
  `${one.civility ?? one.firstName} ${one.lastName}`;
