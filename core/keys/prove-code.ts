import { audit } from '../audit.ts';
import type { House } from '../container.ts';
import type { School, Transaction, Visit } from '../plugin/contract.ts';
import { counted } from '../table/problem.ts';
import { inSchool } from '../tenancy/in-school.ts';
import { holdLink, LINK_TRIES, type LinkRow, type LiveLink, linkOf } from './live-link.ts';

/** What became of a try: what the right date was for, or why it opens nothing. */
export type Tried<T> =
  | { done: T }
  | { over: 'unknown' | 'ended' | 'five wrong dates' }
  | { wait: number }
  | { left: number };

/**
 * Tries a birth date on the link of a code, within the limits of DESIGN 17: five dates a link, ten an account in a quarter
 * of an hour, and the failures of an address. With the right date `then` runs while the link is held.
 */
export async function proveCode<T>(
  house: House,
  { school, client }: { school: School; client: Visit['client'] },
  code: string,
  birth: string,
  then: (db: Transaction, live: LiveLink) => Promise<T>,
): Promise<Tried<T>> {
  const found = await inSchool(house.app, school.id, (db) => linkOf(db, code));
  const blocked = await house.limits.blockedAddress(client.address);
  if (blocked) return { wait: blocked };
  if (!found) {
    await house.limits.failFrom(client.address);
    return { over: 'unknown' };
  }
  const who = `${school.id} ${found.account_id}`;
  const left = await house.limits.take('qr', who);
  if (!left.ok) return { wait: left.minutes };
  const tried = await inSchool(house.app, school.id, async (db): Promise<Tried<T>> => {
    const live = await holdLink(house, { school, client }, db, found);
    if (!live) return { over: 'ended' };
    if (!live.children.some((child) => child.birthDate === birth)) return wrong(house, db, live);
    return { done: await then(db, live) };
  });
  if ('done' in tried) await house.limits.clear('qr', who);
  else if (!('over' in tried && tried.over === 'ended')) await house.limits.failFrom(client.address);
  return tried;
}

async function wrong(house: House, db: Transaction, { row, account }: LiveLink): Promise<Tried<never>> {
  const tries = row.tries + 1;
  const now = house.clock();
  await db('account_keys')
    .where({ id: row.id })
    .update({ tries, dead_at: tries < LINK_TRIES ? null : now });
  if (tries < LINK_TRIES) return { left: LINK_TRIES - tries };
  const who = `${account.first_name} ${account.last_name}`;
  await audit(
    db,
    now,
    { account, person: null, who },
    'Étiquette : cinq dates fausses, le code ne sert plus',
    account.login,
  );
  return { over: 'five wrong dates' };
}

/** The first use of a link ends all those of the account. */
export async function spendCode(
  db: Transaction,
  now: Date,
  { row, account }: { row: Pick<LinkRow, 'id'>; account: LiveLink['account'] },
): Promise<void> {
  await db('account_keys').where({ account_id: account.id, used_at: null, dead_at: null }).update({ dead_at: now });
  await db('account_keys').where({ id: row.id }).update({ used_at: now, dead_at: null });
  const who = `${account.first_name} ${account.last_name}`;
  await audit(db, now, { account, person: null, who }, 'Code de l’étiquette utilisé', account.login);
}

export const waitWords = ({ wait }: { wait: number }): string => `Trop d’essais. Attendez ${counted(wait, 'minute')}`;
export const wrongDate = ({ left }: { left: number }): string =>
  `Ce n’est pas la date que l’école a notée. Vérifiez le jour, le mois et l’année. Il reste ${counted(left, 'essai')}.`;
