import type { Account, Person, Transaction } from './plugin/contract.ts';

/** Adds a line to the school's journal, in the transaction of the act; the server's role can neither change nor delete it. */
export async function audit(
  db: Transaction,
  now: Date,
  by: { account: Account | { id: string } | null; person: Person | null; who?: string },
  act: string,
  about?: string,
): Promise<void> {
  const who = by.who ?? (by.person ? `${by.person.firstName} ${by.person.lastName}` : 'visiteur');
  await db('audit_log').insert({ at: now, account_id: by.account?.id ?? null, who, act, about: about ?? null });
}
