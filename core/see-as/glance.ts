import type { Knex } from 'knex';
import type { Transaction } from '../plugin/contract.ts';
import { inSchool } from '../tenancy/in-school.ts';

/**
 * A transaction of which nothing remains: whatever a page writes while it is shown (a reading mark, a line of the
 * journal, a job), the person looked at never did it (P9).
 */
export async function glance<T>(knex: Knex, schoolId: string, work: (db: Transaction) => Promise<T>): Promise<T> {
  let seen: { value: T } | null = null;
  const undone = new Error('seen');
  await inSchool(knex, schoolId, async (db) => {
    seen = { value: await work(db) };
    throw undone;
  }).catch((error) => {
    if (error !== undone) throw error;
  });
  return (seen as unknown as { value: T }).value;
}
