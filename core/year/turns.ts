import { dayAfter, dayIn } from '../clock.ts';
import type { Undone } from '../people/directory-types.ts';
import type { Transaction, Work } from '../plugin/contract.ts';

/** What the director chose; what is not named follows the proposal. */
export interface Draft {
  /** By group (`<class>_<level>`): where its pupils go, see `Target`. */
  to: Record<string, string>;
  /** By group: name of the class to be made, when `to` is `new`. */
  name: Record<string, string>;
  /** By class of this year: its name in the year to come. */
  label: Record<string, string>;
  /** Classes that go on only if somebody goes there. */
  dropped: string[];
  /** Classes that begin the year without their teachers. */
  emptied: string[];
  pupils: Record<string, { go: Exception; to: string }>;
}
/** What one pupil does instead of what his class does. */
export type Exception = '' | 'stay' | 'leave';

export interface Report {
  up: number;
  stay: number;
  left: number;
  guardians: number;
  placed: number;
  none: number;
  classes: number;
  teachers: number;
}

/** A row of `year_turns`. */
export interface Turn {
  id: string;
  year: number;
  state: 'draft' | 'done' | 'undone';
  draft: Draft;
  version: number;
  changed_at: Date;
  changed_by: string;
  done_at: Date | null;
  done_by: string | null;
  effective_on: string | null;
  begun_at: Date | null;
  report: Report | null;
  teachers: { class_id: string; teacher_id: string }[] | null;
  undone_at: Date | null;
  undone_by: string | null;
  undone: Undone | null;
}

/** For how many days a turn can be taken back (P11). */
export const UNDO_DAYS = 30;

export const EMPTY: Draft = { to: {}, name: {}, label: {}, dropped: [], emptied: [], pupils: {} };
/** « 2026-2027 » */
export const yearWords = (year: number): string => `${year}-${year + 1}`;
/** First day of the year that follows. */
export const firstDay = (year: number): string => `${year + 1}-08-01`;
/** What a turn's changes are noted under, to be undone as one. */
export const causeOf = ({ id }: Pick<Turn, 'id'>): string => `annee:${id}`;
export const reportOf = ({ id }: Pick<Turn, 'id'>): string => `/gestion/annee/rapport/${id}`;
/** The last day on which it can be taken back. */
export const lastDayToUndo = (turn: Pick<Turn, 'effective_on'>): string =>
  dayAfter(turn.effective_on as string, UNDO_DAYS);

/** The year to leave, what was prepared for it, and the turn that stands in the way of another. */
export interface Standing {
  year: number;
  turn: Turn | null;
  done: Turn | null;
  /** What is prepared; after an undo, what had been. */
  draft: Draft;
}

type Now = Pick<Work, 'db' | 'services' | 'now' | 'school'>;

/** @param hold lock what was prepared until the end of the visit. */
export async function standing(work: Now, hold = false): Promise<Standing> {
  const { db, now, school, services } = work;
  const current = services.people.year;
  const before = await turnOf(db, current - 1);
  const today = dayIn(now, school.timezone);
  if (before?.state !== 'done' && today < `${current}-11-01` && (await seats(db, current - 1)))
    return standingOf(db, current - 1, await turnOf(db, current - 1, hold), null);
  const turn = await turnOf(db, current, hold);
  // Somebody who looks for what he did in September must not turn the year once more.
  const early = before?.state === 'done' && today < opensOn(current) ? before : null;
  return standingOf(db, current, turn, turn?.state === 'done' ? turn : early);
}

async function standingOf(db: Transaction, year: number, turn: Turn | null, done: Turn | null): Promise<Standing> {
  const before = turn ?? (await db<Turn>('year_turns').where({ year }).orderBy('undone_at', 'desc').first());
  return { year, turn, done, draft: before?.draft ?? EMPTY };
}

/** From when the turn that follows another can be done. */
export const opensOn = (year: number): string => `${year + 1}-04-01`;

const seats = async (db: Transaction, year: number): Promise<boolean> =>
  !!(await db('class_places').where({ year }).whereNotNull('class_id').first('id'));

async function turnOf(db: Transaction, year: number, hold = false): Promise<Turn | null> {
  const query = db<Turn>('year_turns').where({ year }).whereNot({ state: 'undone' });
  if (hold) query.forUpdate();
  return (await query.first()) ?? null;
}

/** Keeps what is being prepared. @returns its row. */
export async function keepDraft(
  { db, now }: Pick<Work, 'db' | 'now'>,
  { year, turn }: Standing,
  draft: Draft,
  by: string,
): Promise<Turn> {
  const values = { draft: JSON.stringify(draft), changed_at: now, changed_by: by };
  const [kept] = turn
    ? await db('year_turns')
        .where({ id: turn.id })
        .update({ ...values, version: db.raw('version + 1') })
        .returning('*')
    : await db('year_turns')
        .insert({ ...values, year })
        .returning('*');
  return kept;
}
