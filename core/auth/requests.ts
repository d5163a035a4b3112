import { audit } from '../audit.ts';
import type { Transaction } from '../plugin/contract.ts';

/** Who asks: enough to write the journal. */
export interface Asking {
  id: string;
  first_name?: string;
  last_name?: string;
}

/** A request that reaches the school, once per account; the director sees it on the home of Gestion. */
export async function askSchool(db: Transaction, now: Date, account: Asking, why: 'password' | 'pin'): Promise<void> {
  const [made] = await db('password_requests')
    .insert({ account_id: account.id, why, at: now })
    .onConflict(['school_id', 'account_id'])
    .ignore()
    .returning('id');
  if (!made) return;
  const who = account.last_name ? `${account.first_name} ${account.last_name}` : 'visiteur';
  await audit(
    db,
    now,
    { account, person: null, who },
    why === 'pin' ? 'Code PIN : demande à l’école' : 'Mot de passe oublié : demande à l’école',
  );
}

/** Requests that wait for an answer. */
export async function waitingRequests(db: Transaction): Promise<number> {
  const [row] = await db('password_requests')
    .join('accounts', 'accounts.id', 'password_requests.account_id')
    .whereNot('state', 'suspended')
    .count('* as n');
  return Number(row?.n);
}
