import type { Knex } from 'knex';
import type { Opening } from '../database/connect.ts';
import { isId } from '../identifier.ts';

/**
 * One transaction in which PostgreSQL shows and takes rows of this school only.
 * The setting dies with the transaction, so a pooled connection carries nothing to the next visit.
 */
export function inSchool<T>(knex: Knex, schoolId: string, work: (db: Knex.Transaction) => Promise<T>): Promise<T> {
  // The statement takes no parameters: what goes into it is an identifier and nothing else.
  if (!isId(schoolId)) throw new Error(`not a school: ${schoolId}`);
  const opening: Opening = { opening: `select set_config('app.school', '${schoolId}', true)` };
  return knex.transaction(work, opening);
}

/** Turns an open transaction to a school; for the opening of a school, which begins outside of it. */
export async function enterSchool(db: Knex.Transaction, schoolId: string): Promise<void> {
  await db.raw("select set_config('app.school', ?, true)", [schoolId]);
}
