import { dayIn } from './clock.ts';
import type { Account, Person, Transaction, Visit } from './plugin/contract.ts';

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

/** One line per name of the same act, in one statement. */
export async function auditEach(
  db: Transaction,
  now: Date,
  by: { accountId: string; who: string },
  act: string,
  abouts: string[],
): Promise<void> {
  await db.raw(
    'insert into audit_log (at, account_id, who, act, about) select ?, ?, ?, ?, about from unnest(?::text[]) about',
    [now, by.accountId, by.who, act, abouts],
  );
}

/** A line for what a person looks at: once per person and day, however often he comes back. */
export async function auditDaily(
  { db, now, school, account, person }: Pick<Visit, 'db' | 'now' | 'school' | 'account' | 'person'>,
  act: string,
  about: string,
): Promise<void> {
  const line = { at: now, account: account?.id ?? null, who: `${person?.firstName} ${person?.lastName}`, act, about };
  await db.raw(
    `insert into audit_log (at, account_id, who, act, about)
     select :at::timestamptz, :account::uuid, :who, :act, :about
     where not exists (
       select 1 from audit_log where at > :at::timestamptz - interval '1 day' and (at at time zone :timezone)::date = :day::date
       and account_id = :account::uuid and act = :act and about = :about)`,
    { ...line, timezone: school.timezone, day: dayIn(now, school.timezone) },
  );
}
