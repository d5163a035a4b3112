import type { Knex } from 'knex';

/**
 * One transaction in which PostgreSQL shows and takes rows of this school only.
 * The setting dies with the transaction, so a pooled connection carries nothing to the next visit.
 */
export function inSchool<T>(knex: Knex, schoolId: string, work: (db: Knex.Transaction) => Promise<T>): Promise<T> {
  return knex.transaction(async (db) => {
    await enterSchool(db, schoolId);
    return work(db);
  });
}

/** Turns an open transaction to a school; for the opening of a school, which begins outside of it. */
export async function enterSchool(db: Knex.Transaction, schoolId: string): Promise<void> {
  await db.raw("select set_config('app.school', ?, true)", [schoolId]);
}
