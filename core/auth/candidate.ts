import { type Shut, whyShut } from '../access/shut.ts';
import type { House } from '../container.ts';
import type { Account, Mode, Person, Transaction } from '../plugin/contract.ts';
import type { Measure } from './measures.ts';

/** An account somebody wants to open, before he is let in. */
export interface Candidate {
  id: string;
  person_id: string;
  login: string;
  state: Account['state'];
  mode: Mode;
  password_hash: string | null;
  secret_hmac: Buffer | null;
  secret_expires_at: Date | null;
  valid_until: Date | null;
  measure: Measure;
  pin_tries: number;
  code_hmac: Buffer | null;
  code_expires_at: Date | null;
  next_step: Account['nextStep'];
  kind: Person['kind'];
  genre: Person['genre'];
  first_name: string;
  last_name: string;
  email: string | null;
  /** This device has signed in to the account before. */
  knows: boolean;
  /** And its owner has given it a name (F02-20). */
  recognised: boolean;
}

export async function findCandidate(
  db: Transaction,
  which: { login: string } | { id: string },
  device: Buffer,
): Promise<Candidate | null> {
  const [column, value] = Object.entries(which)[0] as [string, string];
  const found = await db('accounts')
    .join('people', 'people.id', 'accounts.person_id')
    .where(`accounts.${column}`, value)
    .first('people.kind', 'people.genre', 'people.first_name', 'people.last_name', 'people.email', 'accounts.*');
  if (!found) return null;
  const seen = await db('devices').where({ account_id: found.id, device_hmac: device }).first('name');
  return { ...found, knows: !!seen, recognised: !!seen?.name };
}

/** What the database keeps of a device. */
export const deviceHmac = (house: House, device: string): Buffer => house.secrets.hmac('device', device);

/** Why nobody may sign in to it today; null when he may. */
export const shutOf = (
  account: Pick<Candidate, 'state' | 'valid_until' | 'secret_expires_at'>,
  now: Date,
): Shut | null =>
  whyShut({ state: account.state, validUntil: account.valid_until, secretExpiresAt: account.secret_expires_at }, now);

/** The person of an account, as the directory knows him. */
export const asPerson = (account: Candidate): Person => ({
  id: account.person_id,
  kind: account.kind,
  genre: account.genre,
  civility: null,
  lastName: account.last_name,
  firstName: account.first_name,
});
