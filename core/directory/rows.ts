import { dayIn, frenchDay } from '../clock.ts';
import { type PersonRow, pupilsOfYear } from '../people/people.ts';
import type { Visit } from '../plugin/contract.ts';

export const pupilsToday = ({ db, services, school, now }: Visit) =>
  pupilsOfYear(db, services.people.year, dayIn(now, school.timezone));

/** Rows given to a template are plain objects. */
export const plain = (row: PersonRow) => JSON.parse(JSON.stringify(row)) as Record<string, unknown>;

export const pupilLine = (row: Record<string, string | null>): Record<string, string | null | undefined> => ({
  ...row,
  sex: row.sex === 'M' ? 'G' : row.sex,
});

export interface Named {
  civility: string | null;
  last_name: string;
  used_name: string | null;
  first_name: string;
  used_first_name: string | null;
}
export const NAME_COLUMNS = ['civility', 'last_name', 'used_name', 'first_name', 'used_first_name'] as const;

/** « LEROY Mila », as lists and titles say it. */
export const nameOf = (row: Named): string =>
  `${row.used_name ?? row.last_name} ${row.used_first_name ?? row.first_name}`;
/** « Mila LEROY », in a sentence. */
export const pupilCalled = (row: Named): string =>
  `${row.used_first_name ?? row.first_name} ${row.used_name ?? row.last_name}`;
/** « M. LEROY », in a sentence; the first name where no civility is known. */
export const guardianCalled = (row: Named): string =>
  row.civility ? `${row.civility} ${row.used_name ?? row.last_name}` : pupilCalled(row);

/** « 23/11/2026 à 8 h 45 », at the school's own hour. */
export function momentsIn(timeZone: string): (at: Date) => string {
  const hour = new Intl.DateTimeFormat('fr-FR', { hour: 'numeric', minute: '2-digit', timeZone });
  return (at) => `${frenchDay(dayIn(at, timeZone))} à ${hour.format(at).replace(':', '\u00a0h\u00a0')}`;
}
