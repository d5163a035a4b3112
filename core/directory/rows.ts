import { dayIn } from '../clock.ts';
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
