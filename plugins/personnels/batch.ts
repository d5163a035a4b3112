import type { Table, Transaction, Undone } from '@preau/core';
import type { Known } from './sheet-plan.ts';
import type { SheetReading } from './sheet-rows.ts';

/** What an import really wrote. */
export interface Report {
  created: number;
  changed: number;
  same: number;
  left: number;
  functions: string[];
}

export interface Batch {
  id: string;
  file_name: string;
  state: 'columns' | 'preview' | 'imported' | 'undone';
  /** What somebody without function in the file is. */
  otherwise: Known['kind'];
  rows: number;
  reading: { table?: Table; sheet?: SheetReading } | null;
  report: Report | null;
  made_by: string | null;
  made_by_name: string;
  made_at: Date;
  imported_at: Date | null;
  undone_at: Date | null;
  undone: Undone | null;
}

/** Under which all that an import writes can be taken back. */
export const causeOf = ({ id }: Pick<Batch, 'id'>): string => `personnels:${id}`;

/** @param hold keeps a second « Importer » waiting until the first is done. */
export async function batchOf(db: Transaction, id: string | undefined, hold = false): Promise<Batch | null> {
  const query = db('personnels_batches').where({ id }).first();
  return (await (hold ? query.forUpdate() : query)) ?? null;
}

export const stepOf = ({ id, state }: Pick<Batch, 'id' | 'state'>): string =>
  `/gestion/personnels/importer/${id}/${state === 'columns' ? 'colonnes' : state === 'preview' ? 'apercu' : 'rapport'}`;
