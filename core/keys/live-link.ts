import { asPerson, type Candidate, deviceHmac, findCandidate, shutOf } from '../auth/candidate.ts';
import type { House } from '../container.ts';
import { type PupilLine, people } from '../people/people.ts';
import type { Deps, Transaction, Visit } from '../plugin/contract.ts';
import { tokenHash } from '../secret.ts';

/** Wrong dates after which a link is dead (DESIGN 17). */
export const LINK_TRIES = 5;

export interface LinkRow {
  id: string;
  account_id: string;
  expires_at: Date;
  tries: number;
  used_at: Date | null;
  dead_at: Date | null;
}

/** A link that still opens: whose account it is, and which children's birth dates prove it. */
export interface LiveLink {
  row: LinkRow;
  account: Candidate;
  children: PupilLine[];
}

export const linkOf = async (db: Transaction, code: string): Promise<LinkRow | null> =>
  (await db('account_keys')
    .where({ token_hash: tokenHash(code) })
    .first()) ?? null;

/** The link of a code, when it still opens the account today: once a password is chosen, no paper opens it any more. */
export async function liveLink(
  house: House,
  { client, school }: Pick<Visit, 'client' | 'school'>,
  db: Transaction,
  row: LinkRow | null,
): Promise<LiveLink | null> {
  const now = house.clock();
  if (!row || row.used_at || row.dead_at || row.expires_at <= now) return null;
  const account = await findCandidate(db, { id: row.account_id }, deviceHmac(house, client.device));
  if (account?.state !== 'provisional' || shutOf(account, now)) return null;
  const family = account.kind === 'guardian' || account.kind === 'pupil';
  const mine = family ? await people({ db, school, now } as Deps).concerning(asPerson(account)) : [];
  return { row, account, children: mine.filter((child) => child.birthDate) };
}

/**
 * The same, held until the end of the transaction, the account first: of all the links of an account, used at once by
 * however many, one opens it.
 */
export async function holdLink(
  house: House,
  visit: Pick<Visit, 'client' | 'school'>,
  db: Transaction,
  found: LinkRow,
): Promise<LiveLink | null> {
  await db('accounts').where({ id: found.account_id }).forUpdate().first('id');
  const row = await db('account_keys').where({ id: found.id }).forUpdate().first();
  return liveLink(house, visit, db, row ?? null);
}
