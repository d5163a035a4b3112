import { remembering } from '@preau/core';

const LETTERS: Record<string, string> = { Œ: 'OE', Æ: 'AE', ẞ: 'SS', Ø: 'O', Ł: 'L', Đ: 'D', Ð: 'D', Þ: 'TH', İ: 'I' };

/**
 * A name without what two files write differently: accents, case, ligatures, and hyphens, apostrophes or spaces, which
 * all become one space (ONDE section 4). « D'Alméida » and « D’ALMEIDA » give the same. Not for showing.
 */
export const normaliseName = remembering((text) => {
  const plain = text
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toUpperCase()
    .replace(/[ŒÆẞØŁĐÐÞİ]/g, (letter) => LETTERS[letter] ?? letter)
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
  // A name made of signs only is still a name, and must not equal every other one.
  return plain === '' ? text.trim() : plain;
});

/** The same, spaces taken out: « LE GOFF » and « LEGOFF » are one family. For keys. */
export const nameKey = remembering((text) => normaliseName(text).replace(/ /g, ''));

/** What tells a pupil without INE: family name, first name and birth date. */
export function pupilKey(pupil: { lastName: string; firstName: string; birthDate: string | null }): string {
  return `${nameKey(pupil.lastName)}|${nameKey(pupil.firstName)}|${pupil.birthDate ?? ''}`;
}

/**
 * Whether two names may be one written twice: equal, one inside the other (SALMON, SALMON-ROY), or a letter or two
 * apart. Short names must be equal: Léa and Léo are two children.
 */
export function namesClose(a: string, b: string): boolean {
  const left = normaliseName(a);
  const right = normaliseName(b);
  if (left.replace(/ /g, '') === right.replace(/ /g, '')) return true;
  const leftWords = left.split(' ');
  const rightWords = right.split(' ');
  const [few, many] = leftWords.length < rightWords.length ? [leftWords, rightWords] : [rightWords, leftWords];
  if (few.length < many.length && few.some((word) => word.length > 2) && few.every((word) => many.includes(word)))
    return true;
  const length = Math.max(left.length, right.length);
  return lettersApart(left, right, length < 5 ? 0 : length < 8 ? 1 : 2);
}

/** Whether at most `limit` letters must be changed, added or taken out to go from one text to the other. */
export function lettersApart(a: string, b: string, limit: number): boolean {
  if (Math.abs(a.length - b.length) > limit) return false;
  // Beyond this nobody compares names; it keeps hostile cells cheap.
  if (a.length > 80) return a === b;
  let previous = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    let least = i;
    for (let j = 1; j <= b.length; j++) {
      const swap = (previous[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      const cost = Math.min(swap, (previous[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1);
      row.push(cost);
      least = Math.min(least, cost);
    }
    if (least > limit) return false;
    previous = row;
  }
  return (previous[b.length] ?? 0) <= limit;
}
