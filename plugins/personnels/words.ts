import type { Row, Undone, Visit } from '@preau/core';
import { dayIn } from '@preau/core';

export const today = ({ now, school }: Visit): string => dayIn(now, school.timezone);
interface Named {
  civility: string | null;
  last_name: string;
  first_name: string;
}
/** « KRUG Anne-Sophie » */
export const nameOf = (row: Named): string => `${row.last_name} ${row.first_name}`;
/** « Mme KRUG », in a sentence; the whole name where no civility is known. */
export const called = (row: Named): string =>
  row.civility ? `${row.civility} ${row.last_name}` : `${row.first_name} ${row.last_name}`;

/** State of a sign-in, as lists say it. */
export function accountMark({ state, email }: Row) {
  if (state === 'active') return { text: 'Connecté', icon: 'circle-check', tone: 'ok' as const };
  if (state === 'suspended') return { text: 'Suspendu', icon: 'lock', tone: 'bad' as const };
  if (state === 'provisional' && !email) return { text: 'Sans adresse', icon: 'mail-x', tone: 'warn' as const };
  return state ? { text: 'Jamais connecté', icon: 'circle-dashed', tone: '' as const } : null;
}

/** Last day of a temporary account, from the moment it ends. */
export const lastDay = (validUntil: Date | null, { school }: Pick<Visit, 'school'>): string | null =>
  validUntil && dayIn(new Date(validUntil.getTime() - 1000), school.timezone);

/** « C'est annulé. », and what had to stay. */
export async function takeBack({ services }: Visit, cause: string): Promise<string> {
  const { restored, removed, unlinked, kept }: Undone = await services.register.undo(cause);
  const done = restored + removed + unlinked ? 'C’est annulé.' : 'Il n’y avait plus rien à annuler.';
  return [done, ...kept.map(({ who, what }) => `${who} reste : ${what}.`)].join(' ');
}
