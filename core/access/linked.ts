import { shutOf } from '../auth/candidate.ts';
import type { Account, Mode, Person, Transaction } from '../plugin/contract.ts';

/** An account of the same human, in this school or in another; one's own is among them. */
export interface Linked {
  school_id: string;
  rne: string;
  school: string;
  account_id: string;
  login: string;
  last_name: string;
  first_name: string;
  kind: Person['kind'];
  genre: Person['genre'];
  mode: Mode;
  state: Account['state'];
  valid_until: Date | null;
  proven_at: Date;
  suspended: boolean;
}

/**
 * All the accounts of the human whose session this is, those of this school first. Asked by the session, so that nobody
 * who looks at the pages of another learns of them.
 */
export async function linkedTo(db: Transaction, { id, sessionHandle }: Account): Promise<Linked[]> {
  const { rows } = await db.raw('select * from linked_accounts(?, ?)', [sessionHandle, id]);
  return rows;
}

/** Whether one may change to it today, or why not. */
export function stateOf(one: Linked, now: Date): 'open' | 'suspended' | 'shut' {
  if (one.suspended) return 'suspended';
  return one.state === 'active' && !shutOf({ ...one, secret_expires_at: null }, now) ? 'open' : 'shut';
}
