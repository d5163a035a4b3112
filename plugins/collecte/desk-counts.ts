import type { Visit } from '@preau/core';
import { asked } from './documents.ts';

/** How a document stands, in pupils. */
export interface Counts {
  total: number;
  /** Deposited or accepted, on paper or not. */
  done: number;
  paper: number;
  missing: number;
  redo: number;
  expired: number;
  /** Sendings nobody has decided on: one may be for brothers and sisters. */
  waiting: number;
}
export const NOBODY: Counts = { total: 0, done: 0, paper: 0, missing: 0, redo: 0, expired: 0, waiting: 0 };

/** Of all documents of the year at once, for these pupils or for all. */
export async function countsOf(visit: Visit, pupilIds: string[] | null): Promise<Map<string, Counts>> {
  const { db } = visit;
  const number = (what: string, name: string) => db.raw(`(count(*) filter (where ${what}))::int as ${name}`);
  const query = db
    .from(asked(visit))
    .groupBy('document_id')
    .select(
      'document_id',
      db.raw('count(*)::int as total'),
      number("state in ('deposited', 'accepted')", 'done'),
      number("paper and state in ('deposited', 'accepted')", 'paper'),
      number("state = 'missing'", 'missing'),
      number("state = 'redo'", 'redo'),
      number("state = 'expired'", 'expired'),
    );
  if (pupilIds) query.whereIn('pupil_id', pupilIds);
  const rows: (Omit<Counts, 'waiting'> & { document_id: string })[] = await query;
  const waiting = await waitingOf(visit, pupilIds);
  return new Map(rows.map((row) => [row.document_id, { ...row, waiting: waiting.get(row.document_id) ?? 0 }]));
}

async function waitingOf(visit: Visit, pupilIds: string[] | null): Promise<Map<string, number>> {
  const { db } = visit;
  const query = db
    .from(asked(visit))
    .join('collecte_deposits as dep', (join) =>
      join.on('dep.document_id', 'asked.document_id').andOn('dep.pupil_id', 'asked.pupil_id'),
    )
    .where({ 'asked.waiting': true, 'dep.state': 'deposited' })
    .whereNull('dep.replaced_at')
    .groupBy('asked.document_id')
    .select('asked.document_id as id', db.raw('count(distinct dep.sending_id)::int as count'));
  if (pupilIds) query.whereIn('asked.pupil_id', pupilIds);
  const rows: { id: string; count: number }[] = await query;
  return new Map(rows.map((row) => [row.id, row.count]));
}

/** « CE1, CE2, CM1 », by document. */
export async function classNamesOf({ db }: Pick<Visit, 'db'>): Promise<Map<string, string>> {
  const rows: { id: string; names: string }[] = await db('collecte_classes as d')
    .join('classes as c', 'c.id', 'd.class_id')
    .groupBy('d.document_id')
    .select('d.document_id as id', db.raw("string_agg(c.label, ', ' order by c.search) as names"));
  return new Map(rows.map((row) => [row.id, row.names]));
}

/** How many may open the deposits, by document. */
export async function readersOf({ db }: Pick<Visit, 'db'>): Promise<Map<string, number>> {
  const rows: { id: string; count: number }[] = await db('collecte_readers')
    .groupBy('document_id')
    .select('document_id as id', db.raw('count(*)::int as count'));
  return new Map(rows.map((row) => [row.id, row.count]));
}
