/**
 * What a school reads in the place of a provisional password that is used up: also of an account opened without a
 * password (C-22), so that nobody is told which accounts are linked.
 */
export const ALREADY_OPEN = 'Compte déjà ouvert';
