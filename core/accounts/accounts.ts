import { Model } from '../model.ts';
import type { Account, Mode, Person, School, Transaction } from '../plugin/contract.ts';
import { newSecret, type Secrets } from '../secret.ts';
import { distinctLogins, loginFor } from './logins.ts';

export class AccountRow extends Model {
  static override tableName = 'accounts';
  declare id: string;
  declare person_id: string;
  declare login: string;
  declare mode: Mode;
  declare profile_id: string | null;
  declare state: Account['state'];
  declare password_hash: string | null;
  declare secret_hmac: Buffer | null;
  declare secret_sealed: Buffer | null;
  declare secret_expires_at: Date | null;
  declare valid_until: Date | null;
  declare last_sign_in_at: Date | null;
}

const NEUTRAL: Record<Person['kind'], string> = {
  pupil: 'ELEVE',
  guardian: 'PARENT',
  teacher: 'PROFESSEUR',
  staff: 'PERSONNEL',
};
/** Days a provisional secret lives; renewed by one click. */
export const SECRET_DAYS = 90;

export interface NewAccount {
  personId: string;
  kind: Person['kind'];
  firstName: string;
  lastName: string;
  mode?: Mode;
  profileId?: string | null;
  /** A secret the person already holds (the code of an opening); drawn when absent. */
  secret?: string;
}

/**
 * The scoped service `accounts`: what plugins may ask about sign-ins.
 * Secrets leave it only where one must hand them out (labels, mails).
 */
export interface Accounts {
  /** Gives each person a login and a provisional secret, at the cost of no slow hash (F04-18, F05-3). */
  create(people: NewAccount[]): Promise<{ personId: string; login: string }[]>;
}

declare module '../plugin/services.ts' {
  interface Services {
    accounts: Accounts;
  }
}

export const accounts = ({
  db,
  now,
  school,
  secrets,
}: {
  db: Transaction;
  now: Date;
  school: School;
  secrets: Secrets;
}): Accounts => ({
  create: (people) => createAccounts(db, secrets, school, now, people),
});

async function createAccounts(
  db: Transaction,
  secrets: Secrets,
  school: School,
  now: Date,
  people: NewAccount[],
): Promise<{ personId: string; login: string }[]> {
  if (!people.length) return [];
  // Two creations of the same name at once wait for each other instead of meeting on the unique index (case B08).
  await db.raw("select pg_advisory_xact_lock(hashtextextended('logins ' || ?, 0))", [school.id]);
  const wishes = people.map((person) => loginFor(person.firstName, person.lastName, NEUTRAL[person.kind]));
  const taken = new Set<string>(
    await db('accounts')
      .whereIn(db.raw("regexp_replace(login, '[0-9]+$', '')") as never, [
        ...new Set(wishes.map((wish) => wish.replace(/\d+$/, ''))),
      ])
      .pluck('login'),
  );
  const distinct = distinctLogins(taken);
  const expires = new Date(now.getTime() + SECRET_DAYS * 86_400_000);
  const rows = people.map((person, at) => {
    const secret = person.secret ?? newSecret();
    return {
      person_id: person.personId,
      login: distinct(wishes[at] as string),
      mode: person.mode ?? 'espace',
      profile_id: person.profileId ?? null,
      secret_hmac: `\\x${secretHmac(secrets, person.personId, secret).toString('hex')}`,
      secret_sealed: `\\x${secrets.seal('provisional', secret).toString('hex')}`,
      secret_expires_at: expires.toISOString(),
    };
  });
  await db.raw(
    `insert into accounts (person_id, login, mode, profile_id, secret_hmac, secret_sealed, secret_expires_at)
     select * from json_to_recordset(?) as r(person_id uuid, login text, mode text, profile_id uuid, secret_hmac bytea, secret_sealed bytea, secret_expires_at timestamptz)`,
    [JSON.stringify(rows)],
  );
  return rows.map((row) => ({ personId: row.person_id, login: row.login }));
}

/** The check of a provisional secret, bound to its person. */
export const secretHmac = (secrets: Secrets, personId: string, secret: string): Buffer =>
  secrets.hmac('provisional', `${personId} ${secret}`);

/** The provisional secret in clear, for whoever must hand it out; null once it has expired or served. */
export function openProvisional(
  secrets: Secrets,
  account: Pick<AccountRow, 'secret_sealed' | 'secret_expires_at'>,
  now: Date,
): string | null {
  if (!account.secret_sealed || !account.secret_expires_at || account.secret_expires_at <= now) return null;
  return secrets.open('provisional', account.secret_sealed);
}

/** Draws a new provisional secret; whatever opened the account before no longer does. */
export async function drawProvisional(
  db: Transaction,
  secrets: Secrets,
  account: Pick<AccountRow, 'id' | 'person_id'>,
  now: Date,
): Promise<void> {
  const secret = newSecret();
  await db('accounts')
    .where({ id: account.id })
    .update({
      state: 'provisional',
      password_hash: null,
      secret_hmac: secretHmac(secrets, account.person_id, secret),
      secret_sealed: secrets.seal('provisional', secret),
      secret_expires_at: new Date(now.getTime() + SECRET_DAYS * 86_400_000),
      // A forgotten PIN must not keep out whom the school lets in; the measure is chosen again after the password.
      measure: 'none',
      pin_hash: null,
      pin_tries: 0,
      code_hmac: null,
      code_expires_at: null,
      next_step: null,
    });
  await db('devices').where({ account_id: account.id }).update({ name: null });
  for (const table of ['password_requests', 'reset_links', 'account_keys'])
    await db(table).where({ account_id: account.id }).delete();
}
