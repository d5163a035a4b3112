import { invalid, type Reply, redirect, schoolYear, type Visit } from '@preau/core';
import { type BatchKind, keepPreview, type Reading } from './batch.ts';
import type { Table } from './read.ts';

/** What an upload brings: the file, and the school year it is for. */
export type Chosen = { file: { name: string; bytes: Buffer }; year: 'current' | 'next' };

/** A spreadsheet with more columns than this is something else. */
const MOST = 200;

/** Keeps a table whose columns nobody knows yet, and asks what each holds. */
export async function askColumns(
  visit: Visit<Pick<Chosen, 'year'> & { file: { name: string } }>,
  kind: BatchKind,
  table: Table,
): Promise<Reply> {
  if (table.header.length > MOST)
    return invalid({ file: `Ce fichier a ${table.header.length} colonnes : ce n’est pas une liste d’élèves.` });
  return keep(visit, kind, { table });
}

/** Keeps a reading and goes to its preview. */
export async function keep(
  { db, input, account, person, now, school }: Visit<Pick<Chosen, 'year'> & { file: { name: string } }>,
  kind: BatchKind,
  reading: Reading,
): Promise<Reply> {
  const id = await keepPreview(db, {
    kind,
    file_name: input.file.name,
    year: schoolYear(now, school.timezone) + (input.year === 'next' ? 1 : 0),
    rows: reading.table?.rows.length ?? (reading.eleves ?? reading.responsables)?.rows ?? 0,
    ...(reading.table ? { state: 'columns' } : {}),
    made_by: account?.id ?? null,
    made_by_name: [person?.firstName, person?.lastName].filter(Boolean).join(' '),
    made_at: now,
    reading,
  });
  return redirect(`/gestion/onde-import/${reading.table ? 'colonnes' : 'apercu'}/${id}`);
}
