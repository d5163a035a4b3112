import { dayIn, type Espace, schoolYear, type Transaction, type Work } from '@preau/core';
import { capitalised, whenInWords } from './words.ts';

/** A row of `agenda_events`; days are text (2026-12-04), hours too (16:30). */
export interface Event {
  id: string;
  title: string;
  first_day: string;
  last_day: string;
  starts: string | null;
  ends: string | null;
  place: string | null;
  audience: Espace[];
  on_page: boolean;
  made_at: Date;
  changed_at: Date;
  version: number;
}

type Now = Pick<Work, 'now' | 'school'>;

export const today = ({ now, school }: Now): string => dayIn(now, school.timezone);
/** The first day of the school year, or of one before it. */
export const yearBegins = ({ now, school }: Now, before = 0): string =>
  `${schoolYear(now, school.timezone) - before}-08-01`;

/** Every event that is not removed, in the order of the calendar. */
export const events = (db: Transaction) =>
  db('agenda_events')
    .whereNull('removed_at')
    .orderBy(['first_day', { column: 'starts', nulls: 'first' }, 'title']);

/** Those for the persons of these Espaces (F10-5): nothing else leaves Gestion but by `forAnyone`. */
export const forEspaces = (db: Transaction, espaces: Espace[]) =>
  events(db).whereRaw('audience && ?::text[]', [espaces]);

/** Those anyone may see, on the Page établissement. */
export const forAnyone = (db: Transaction) => events(db).where({ on_page: true });

const MONTH = new Intl.DateTimeFormat('fr-FR', { month: 'long', year: 'numeric', timeZone: 'UTC' });
const SHORT = new Intl.DateTimeFormat('fr-FR', { month: 'short', timeZone: 'UTC' });
const dateOf = (day: string) => new Date(`${day}T00:00Z`);

/** An event as the lists show it. */
export const shown = (one: Event) => ({
  id: one.id,
  title: one.title,
  place: one.place,
  firstDay: one.first_day,
  day: Number(one.first_day.slice(8)),
  month: SHORT.format(dateOf(one.first_day)),
  when: whenInWords(one),
});

/** By month, each under its title: « Décembre 2026 ». */
export function byMonth<T extends { firstDay: string }>(list: T[]): { title: string; list: T[] }[] {
  return [...Map.groupBy(list, ({ firstDay }) => firstDay.slice(0, 7))].map(([month, some]) => ({
    title: capitalised(MONTH.format(dateOf(`${month}-01`))),
    list: some,
  }));
}
