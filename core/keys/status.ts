import type { Transaction } from '../plugin/contract.ts';
import type { KeyStatus } from './keys-types.ts';

interface Told {
  person_id: string;
  login: string;
  personal: boolean;
  last_sign_in_at: Date | null;
  way: 'print' | 'mail' | null;
  made_at: Date | null;
  expires_at: Date | null;
}

/** How far these people are from being connected: their last key, and whether they have signed in since. */
export async function statusesOf(db: Transaction, now: Date, personIds: string[]): Promise<Map<string, KeyStatus>> {
  const { rows }: { rows: Told[] } = await db.raw(
    `select a.person_id, a.login, a.password_hash is not null as personal, a.last_sign_in_at,
        k.way, k.made_at, k.expires_at
      from accounts a
      left join (select distinct on (account_id) account_id, way, made_at, expires_at from account_keys
        order by account_id, made_at desc) k on k.account_id = a.id
      where a.person_id = any(?::uuid[])`,
    [personIds],
  );
  return new Map(rows.map((row) => [row.person_id, statusOf(row, now)]));
}

function statusOf(row: Told, now: Date): KeyStatus {
  const about = { personId: row.person_id, login: row.login };
  const seen = row.last_sign_in_at;
  // Who was given another key since has to come again.
  if (row.personal || (seen && (!row.made_at || seen >= row.made_at)))
    return { ...about, state: 'used', at: seen, expires: null };
  if (!row.made_at || !row.expires_at) return { ...about, state: 'none', at: null, expires: null };
  if (row.expires_at <= now) return { ...about, state: 'expired', at: row.expires_at, expires: row.expires_at };
  return { ...about, state: row.way === 'mail' ? 'mailed' : 'printed', at: row.made_at, expires: row.expires_at };
}
