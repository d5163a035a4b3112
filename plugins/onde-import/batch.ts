import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import type { Remark } from '@preau/core';
import { schoolYear, type Transaction, type Undone, type Work } from '@preau/core';
import type { KeptChoices } from './choices.ts';
import type { ImportReport } from './contract.ts';
import type { Columns, GuardianColumn, Kind, PupilColumn } from './layouts.ts';
import type { Table } from './read.ts';
import type { GuardianReading, PupilReading } from './row-types.ts';

export type KeptPupils = PupilReading & { columns: Columns<PupilColumn>; remarks: Remark[] };
/** Two lines that may be one person, by their places in `guardians`. */
export interface KeptDoubt {
  at: number;
  other: number;
  message: string;
}
export type KeptGuardians = Omit<GuardianReading, 'doubtful'> & {
  columns: Columns<GuardianColumn>;
  remarks: Remark[];
  doubts: KeptDoubt[];
};

/** A reading of guardians as a batch keeps it: each row once. */
export function keptGuardians(
  { doubtful, ...reading }: GuardianReading,
  columns: Columns<GuardianColumn>,
  remarks: Remark[],
): KeptGuardians {
  const places = new Map(reading.guardians.map((row, at) => [row, at]));
  const doubts = doubtful.flatMap(({ row, sameAs, problem }) => {
    const [at, other] = [places.get(row), places.get(sameAs)];
    return at === undefined || other === undefined ? [] : [{ at, other, message: problem.message }];
  });
  return { ...reading, columns, remarks, doubts };
}

/** What was read of a file: pupils, guardians, or (a spreadsheet) both; before its columns are known, the table itself. */
export interface Reading {
  table?: Table;
  eleves?: KeptPupils;
  responsables?: KeptGuardians;
}
export type BatchKind = Kind | 'tableur';
export type Reports = Partial<Record<Kind, ImportReport>>;

export interface Batch {
  id: string;
  kind: BatchKind;
  file_name: string;
  state: 'columns' | 'preview' | 'running' | 'imported' | 'undone';
  /** School year the file is for. */
  year: number;
  rows: number;
  reading: Reading;
  choices: KeptChoices | null;
  progress: number;
  progress_at: Date | null;
  report: Reports | null;
  made_by: string | null;
  made_by_name: string;
  made_at: Date;
  imported_at: Date | null;
  undone_at: Date | null;
  undone_by: string | null;
  undone: Undone | null;
}

/** What an import's changes are noted under, to be undone as one. */
export const causeOf = (batch: Pick<Batch, 'id'>) => `onde-import:${batch.id}`;

/** Keeps what was read of a file until the director decides. @returns the batch's id. */
export async function keepPreview(
  db: Transaction,
  batch: {
    kind: BatchKind;
    file_name: string;
    year: number;
    rows: number;
    state?: 'columns';
    made_by: string | null;
    made_by_name: string;
    made_at: Date;
    reading: Reading;
  },
): Promise<string> {
  const [{ id }] = await db('onde_import_batches')
    .insert({ ...batch, reading: await packed(batch.reading) })
    .returning('id');
  return id;
}

export const packed = (reading: object): Promise<Buffer> =>
  promisify(gzip)(JSON.stringify(reading), { level: 1 }) as Promise<Buffer>;

/** @param hold keeps a second « Importer » waiting until the first is done. */
export async function batchOf(db: Transaction, id: string, hold = false): Promise<Batch | null> {
  const query = db('onde_import_batches').where({ id }).first();
  const row = await (hold ? query.forUpdate() : query);
  return (
    row && {
      ...row,
      reading:
        row.reading &&
        JSON.parse((await promisify(gunzip)(row.reading, { maxOutputLength: 256 * 1024 * 1024 })).toString('utf8')),
    }
  );
}

/** A batch without what was read of its file, which may be large. */
export type BatchFacts = Omit<Batch, 'reading'>;

export const factsOf = async (db: Transaction, id: string, hold = false): Promise<BatchFacts | null> => {
  const query = db('onde_import_batches').where({ id }).first(FACTS);
  return (await (hold ? query.forUpdate() : query)) ?? null;
};
const FACTS = [
  'id',
  'kind',
  'file_name',
  'state',
  'year',
  'rows',
  'progress',
  'progress_at',
  'report',
  'made_by_name',
  'made_at',
  'imported_at',
  'undone_at',
  'undone_by',
  'undone',
];

/** The preview's data go; the counts stay. */
export const markImported = (db: Transaction, id: string, now: Date, report: Reports) =>
  db('onde_import_batches')
    .where({ id })
    .update({ state: 'imported', imported_at: now, report: JSON.stringify(report), reading: null, choices: null });

/** A preview nobody imported within a day is forgotten, a report when its school year is over. */
export async function purgeBatches({ db, now, school }: Pick<Work, 'db' | 'now' | 'school'>): Promise<void> {
  await db('onde_import_batches')
    .whereIn('state', ['columns', 'preview'])
    .where('made_at', '<', new Date(now.getTime() - 86_400_000))
    .delete();
  await db('onde_import_batches').where('year', '<', schoolYear(now, school.timezone)).delete();
}
