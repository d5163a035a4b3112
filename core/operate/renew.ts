import { SECRET_DAYS, secretHmac } from '../accounts/accounts.ts';
import { bulk } from '../people/write.ts';
import type { Transaction } from '../plugin/contract.ts';
import { newSecret, type Secrets } from '../secret.ts';

export interface Renewed {
  id: string;
  login: string;
  mode: string;
  secret: string;
}

/**
 * New provisional secrets, sealed by this house, for accounts whose own it cannot open (another PREAU_SECRET) or has not
 * received. What opened them before is forgotten; a suspended account stays shut.
 */
export async function renewSecrets(
  db: Transaction,
  secrets: Secrets,
  now: Date,
  states: ('provisional' | 'active')[],
): Promise<Renewed[]> {
  const rows: { id: string; person_id: string; login: string; mode: string }[] = await db('accounts')
    .whereIn('state', states)
    .orderBy('login')
    .select('id', 'person_id', 'login', 'mode');
  const renewed = rows.map(({ person_id, ...account }) => ({ ...account, person_id, secret: newSecret() }));
  const sealed = renewed.map(({ id, person_id, secret }) => ({
    id,
    secret_hmac: `\\x${secretHmac(secrets, person_id, secret).toString('hex')}`,
    secret_sealed: `\\x${secrets.seal('provisional', secret).toString('hex')}`,
  }));
  const until = new Date(now.getTime() + SECRET_DAYS * 86_400_000);
  await bulk(sealed, (json) => db.raw(RENEW, [until, json]));
  return renewed;
}

const RENEW = `update accounts set state = 'provisional', password_hash = null, secret_hmac = r.secret_hmac,
    secret_sealed = r.secret_sealed, secret_expires_at = ?, measure = 'none', pin_hash = null, pin_tries = 0,
    code_hmac = null, code_expires_at = null, next_step = null
  from json_to_recordset(?) as r(id uuid, secret_hmac bytea, secret_sealed bytea)
  where accounts.id = r.id`;
