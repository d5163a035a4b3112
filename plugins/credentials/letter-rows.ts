import type { Transaction, Visit } from '@preau/core';
import { ORIGINALS } from './letter-texts.ts';
import type { Recipient } from './recipients.ts';

/** A model of letter, as the school has it. */
export interface LetterModel {
  id: string;
  title: string;
  subject: string;
  body: string;
  kind: Recipient['kind'] | null;
  version: number;
}

const COLUMNS = ['id', 'title', 'subject', 'body', 'kind', 'version'] as const;

/** Fills a school's models the first time somebody needs them. */
async function preloadLetters(db: Transaction): Promise<void> {
  if (await db('credentials_letters').first('id')) return;
  await db('credentials_letters').insert(ORIGINALS).onConflict().ignore();
}

/** All models, the house's own first, in the order they came. */
export async function letterModels(db: Transaction): Promise<LetterModel[]> {
  await preloadLetters(db);
  return db('credentials_letters')
    .orderBy('rank')
    .select(...COLUMNS);
}

export const letterModel = async (db: Transaction, id: string): Promise<LetterModel | null> =>
  (await db('credentials_letters')
    .where({ id })
    .first(...COLUMNS)) ?? null;

/** Two editors: the second is told. */
export async function letterVersion({ db, params }: Visit, hold: boolean): Promise<number | null> {
  const query = db('credentials_letters').where({ id: params.id });
  return (await (hold ? query.forUpdate() : query).first('version'))?.version ?? null;
}
