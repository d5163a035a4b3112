import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import type { Transaction } from '@preau/core';
import type { ImportReport } from './contract.ts';
import type { Columns, GuardianColumn, Kind, PupilColumn } from './layouts.ts';
import type { Remark } from './problem.ts';
import type { GuardianReading, PupilReading } from './row-types.ts';

export type KeptPupils = PupilReading & { columns: Columns<PupilColumn>; remarks: Remark[] };
export type KeptGuardians = GuardianReading & { columns: Columns<GuardianColumn>; remarks: Remark[] };

interface BatchBase {
  id: string;
  file_name: string;
  state: 'preview' | 'imported';
  report: ImportReport | null;
  made_at: Date;
  imported_at: Date | null;
}
export type Batch = BatchBase &
  ({ kind: 'eleves'; reading: KeptPupils } | { kind: 'responsables'; reading: KeptGuardians });

/** Keeps what was read of a file until the director decides. @returns the batch's id. */
export async function keepPreview(
  db: Transaction,
  batch: { kind: Kind; file_name: string; made_by: string | null; made_at: Date; reading: object },
): Promise<string> {
  const [{ id }] = await db('onde_import_batches')
    .insert({ ...batch, reading: await promisify(gzip)(JSON.stringify(batch.reading), { level: 1 }) })
    .returning('id');
  return id;
}

/** @param hold keeps a second « Importer » waiting until the first is done. */
export async function batchOf(db: Transaction, id: string, hold = false): Promise<Batch | null> {
  const query = db('onde_import_batches').where({ id }).first();
  const row = await (hold ? query.forUpdate() : query);
  if (!row) return null;
  return { ...row, reading: row.reading && JSON.parse((await promisify(gunzip)(row.reading)).toString('utf8')) };
}

/** The preview's data go; the counts stay. */
export const markImported = (db: Transaction, id: string, now: Date, report: ImportReport) =>
  db('onde_import_batches')
    .where({ id })
    .update({ state: 'imported', imported_at: now, report: JSON.stringify(report), reading: null });

/** A preview nobody imported within a day is forgotten. */
export async function purgePreviews(db: Transaction, now: Date): Promise<void> {
  await db('onde_import_batches')
    .where({ state: 'preview' })
    .where('made_at', '<', new Date(now.getTime() - 86_400_000))
    .delete();
}
