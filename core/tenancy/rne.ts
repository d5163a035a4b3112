const LETTERS = 'ABCDEFGHJKLMNPRSTUVWXYZ';

/** The check letter of seven digits (23 letters, no I O Q). */
export const checkLetter = (digits: string): string => LETTERS[Number(digits) % 23] as string;

/** Upper case, without spaces: how an RNE is stored. */
export const normaliseRne = (typed: string): string => typed.replace(/\s/gu, '').toUpperCase();

/** What is wrong with an RNE (F01-2), in French, or null. */
export function wrongRne(rne: string): string | null {
  if (!/^\d{7}[A-Z]$/.test(rne)) return 'Le numéro RNE a sept chiffres puis une lettre, par exemple 0301674G.';
  if (checkLetter(rne.slice(0, 7)) !== rne[7])
    return `La lettre ne va pas avec ces chiffres : vérifiez le numéro RNE ${rne}, un caractère a été mal recopié.`;
  return null;
}
