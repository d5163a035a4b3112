import { espacesOf, missingFor } from '../access/espaces.ts';
import { type Linked, linkedTo, stateOf } from '../access/linked.ts';
import { optionsOf } from '../access/options.ts';
import { allowed } from '../access/permissions.ts';
import { asPerson, deviceHmac, findCandidate } from '../auth/candidate.ts';
import { asksPin } from '../auth/pin-door.ts';
import type { Container } from '../container.ts';
import type { Account, Espace, FeedItem, Person, School, Transaction, Visit } from '../plugin/contract.ts';
import { enterSchool } from '../tenancy/in-school.ts';
import { schoolWithin } from '../tenancy/schools.ts';
import { INSIDE } from '../web/slow.ts';
import { openWork } from '../web/work.ts';

/** An item with where it comes from, and the account that opens it: null when it is the one of the visit. */
export interface FeedLine extends FeedItem {
  school: string;
  hat: { accountId: string; rne: string; place: Espace } | null;
}

export interface Gathered {
  lines: FeedLine[];
  /** Accounts that could be read. */
  read: number;
  /** Accounts that must be opened once by hand before they are read from here, as « École (LOGIN) ». */
  shut: string[];
  /** Accounts a school has reset or suspended: they are to be proved again. */
  suspended: string[];
}

/** Whoever reads: an account of one school, with its person. */
interface Reader {
  school: School;
  account: Account;
  person: Person;
  hat: Omit<NonNullable<FeedLine['hat']>, 'place'> | null;
}

/**
 * What is new for the human of the visit (C-20): under his own account, and under those linked to it. The schools are
 * read one after the other in the visit's own transaction, each inside its own setting; it is turned back at the end.
 * @param which the accounts to read besides one's own; `own: false` leaves that one out.
 */
export async function gather(
  container: Container,
  visit: Visit,
  { own, which }: { own: boolean; which: (one: Linked) => boolean },
): Promise<Gathered> {
  const { db, school, account, person, now } = visit;
  const gathered: Gathered = { lines: [], read: 0, shut: [], suspended: [] };
  if (!account || !person) return gathered;
  const linked = (await linkedTo(db, account)).filter((one) => one.account_id !== account.id && which(one));
  if (own) gathered.lines.push(...(await linesOf(container, visit, { school, account, person, hat: null })));
  for (const one of linked) {
    const name = `${one.school} (${one.login})`;
    const state = stateOf(one, now);
    if (state === 'suspended') gathered.suspended.push(name);
    if (state !== 'open') continue;
    await enterSchool(db, one.school_id);
    const reader = await readerOf(container, visit, one);
    if (!reader) gathered.shut.push(name);
    if (!reader) continue;
    gathered.read += 1;
    gathered.lines.push(...(await linesOf(container, visit, reader)));
  }
  await enterSchool(db, school.id);
  return gathered;
}

/** A linked account as its own visit would see it. Reading is no way around a PIN, nor around a station still to come. */
async function readerOf({ house }: Container, visit: Visit, one: Linked): Promise<Reader | null> {
  const { db, client } = visit;
  const here = one.school_id === visit.school.id;
  const found = await findCandidate(db, { id: one.account_id }, deviceHmac(house, client.device));
  if (!found || asksPin(found) || found.next_step) return null;
  const school = here ? visit.school : await schoolWithin(db, one.rne);
  const account: Account = {
    ...(visit.account as Account),
    id: found.id,
    login: found.login,
    state: found.state,
    mode: 'espace',
    grants: found.mode,
    permissions: [],
    profile: null,
    espaces: espacesOf(found),
  };
  return { school, account, person: asPerson(found), hat: { accountId: found.id, rne: here ? '' : one.rne } };
}

/** What the modules of a school have for one account, in each of its Espaces. */
async function linesOf(container: Container, visit: Visit, reader: Reader): Promise<FeedLine[]> {
  const { school, account, person, hat } = reader;
  const modules = container.house.modules.of(school);
  const lines: FeedLine[] = [];
  for (const espace of account.espaces)
    for (const { plugin, feed } of modules.feeds) {
      if (!allowed({ area: 'espace', allow: feed.allow }, account, school, modules, espace).ok) continue;
      const seen = visitAs(container, visit, reader, espace, plugin, feed.allow);
      if (await missingFor(seen.services.people, person, espace, school)) continue;
      for (const item of await feed.items(seen))
        lines.push({ ...item, school: school.name, hat: hat && { ...hat, place: espace } });
    }
  return lines;
}

/** The visit that this account would make of a module, to look and no more. */
function visitAs(
  container: Container,
  { client, db }: { client: Visit['client']; db: Transaction },
  { school, account, person }: Reader,
  espace: Espace,
  plugin: string,
  allow: string,
): Visit {
  const by = { accountId: account.id, name: `${person.firstName} ${person.lastName}`, account, person };
  return {
    ...openWork(container, plugin, school, db, by),
    ...INSIDE,
    account,
    person,
    espace,
    params: {},
    query: new URLSearchParams(),
    input: null,
    options: optionsOf(school, container.house.modules.of(school), espace, allow),
    pupil: null,
    class: null,
    client,
    can: () => false,
    placed: () => [],
    url: (path) => `/${school.rne}${path}`,
  };
}
