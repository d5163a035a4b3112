import type { School } from '../plugin/contract.ts';

/** A commune stands among the schools under an address of two words: `commune/01053`. */
const PREFIX = 'commune/';

/** Upper case, without spaces: how an INSEE code is stored. */
export const normaliseInsee = (typed: string): string => typed.replace(/\s/gu, '').toUpperCase();

/** What is wrong with an INSEE code, in French, or null. */
export const wrongInsee = (insee: string): string | null =>
  /^(\d{2}|2[AB])\d{3}$/.test(insee)
    ? null
    : 'Le code INSEE d’une commune a cinq chiffres, par exemple 01053 (2A004 ou 2B033 en Corse). Ce n’est pas le code postal.';

export const communeAddress = (insee: string): string => PREFIX + insee;
export const inseeOf = ({ rne }: Pick<School, 'rne'>): string => rne.slice(PREFIX.length);

/** A town hall is a tenant like a school, with the screens of its console and no school's (F07-5). */
export const isCommune = ({ rne }: Pick<School, 'rne'>): boolean => rne.startsWith(PREFIX);
/** The same asked of the database. */
export const COMMUNES = `${PREFIX}%`;
