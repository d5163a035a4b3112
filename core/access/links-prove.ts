import { normaliseLogin } from '../accounts/logins.ts';
import { type Candidate, deviceHmac, findCandidate, shutOf } from '../auth/candidate.ts';
import { passwordTries } from '../auth/password-tries.ts';
import { dummyHash, verifyPassword } from '../auth/passwords.ts';
import { asksPin } from '../auth/pin-door.ts';
import type { House } from '../container.ts';
import { bindForm } from '../form/bind.ts';
import { hidden } from '../form/form.ts';
import { holdLink } from '../keys/live-link.ts';
import { proveCode, waitWords, wrongDate } from '../keys/prove-code.ts';
import { searchKey } from '../people/names.ts';
import {
  type Account,
  invalid,
  type Person,
  type Reply,
  redirect,
  type School,
  type Transaction,
  type Visit,
} from '../plugin/contract.ts';
import { COMMUNES } from '../tenancy/communes.ts';
import { inSchool } from '../tenancy/in-school.ts';
import { schoolById } from '../tenancy/schools.ts';
import { inHisPlace } from '../web/his-place.ts';
import { PIN_FIRST } from './links-hat.ts';
import { join } from './links-join.ts';

/** One sentence whatever is wrong: no answer tells whether an account exists (S18-07). */
const WRONG = 'Cet identifiant et ce mot de passe ne vont pas ensemble. Vérifiez les deux.';
const NO_CODE =
  'Ce code ne sert pas, ou ne sert plus. Recopiez-le de l’étiquette, ou demandez-en une autre à cette école.';
const TWO_GUARDIANS = 'Deux responsables d’une même école gardent chacun leur compte : ils ne se relient pas.';

/** An account of that school, proved; the link of its label when that proved it. */
interface Proven {
  there: School;
  other: Candidate;
  key: string | null;
}

/** The other account's own login and password, with the tries of that school's sign-in: neither is a way around the other. */
export async function proveByPassword(
  house: House,
  visit: Visit<{ login: string; password: string }>,
  rne: string,
): Promise<Reply> {
  const { input, client } = visit;
  const there = await schoolOf(house, visit, rne);
  if (!there) return redirect('/autres-comptes/enfant');
  const login = normaliseLogin(input.login);
  const other = await inSchool(house.app, there.id, (db) =>
    findCandidate(db, { login }, deviceHmac(house, client.device)),
  );
  const tries = passwordTries(house.limits, there.id, login, other?.knows ? client.device : null);
  const blocked = await house.limits.blockedAddress(client.address);
  const left = blocked ? ({ ok: false, minutes: blocked } as const) : await tries.take();
  if (!left.ok) return invalid({ password: `${waitWords({ wait: left.minutes })}.` });
  const hash = other?.state === 'active' && !shutOf(other, visit.now) ? other.password_hash : null;
  const right = await verifyPassword(hash ?? (await dummyHash()), input.password);
  if (!other || !hash || !right) {
    await house.limits.failFrom(client.address);
    return invalid({ password: WRONG });
  }
  await tries.clear();
  const proven = { there, other, key: null };
  const refused = notTheSameHuman(visit, proven) ?? (asksPin(other) ? PIN_FIRST : null);
  if (refused) return invalid({ login: refused });
  if (mustConfirm(visit, proven)) return confirmPage(house, visit, proven);
  const done = await inSchool(house.app, there.id, (db) => join(house, db, visit, there, other, null));
  return done ?? invalid({ login: TWO_GUARDIANS });
}

/** The code of the label and the birth date it asks (C-22): using it up opens the account for its human and links it. */
export async function proveByCode(house: House, visit: Visit<{ code: string; birth: string }>): Promise<Reply> {
  const { input } = visit;
  const there = await schoolOf(house, visit, visit.params.ecole ?? '');
  if (!there) return redirect('/autres-comptes/enfant');
  const code = input.code.trim().replace(/^.*\/c\//, '');
  const where = { school: there, client: visit.client };
  const tried = await proveCode(house, where, code, input.birth, async (db, { row, account: other }) => {
    const proven = { there, other, key: row.id };
    const refused = notTheSameHuman(visit, proven);
    if (refused) return invalid({ code: refused });
    if (mustConfirm(visit, proven)) return confirmPage(house, visit, proven);
    return (await join(house, db, visit, there, other, row.id)) ?? invalid({ code: TWO_GUARDIANS });
  });
  if ('done' in tried) return tried.done;
  if ('over' in tried) return invalid({ code: tried.over === 'five wrong dates' ? FIVE : NO_CODE });
  return invalid({ birth: 'wait' in tried ? `${waitWords(tried)}.` : wrongDate(tried) });
}
const FIVE = 'Cinq dates fausses ont été essayées : ce code ne sert plus. Demandez une autre étiquette à cette école.';

async function schoolOf(house: House, { school }: Visit, rne: string): Promise<School | null> {
  if (rne === school.rne) return school;
  const found = await house.app('schools').where({ rne, state: 'open' }).whereNot('rne', 'like', COMMUNES).first('id');
  return found ? schoolById(house.app, found.id) : null;
}

/** What cannot be one human's: a child is nobody else, and in one school two guardians never share an account. */
function notTheSameHuman(visit: Visit, { there, other }: Pick<Proven, 'there' | 'other'>): string | null {
  const here = there.id === visit.school.id;
  const me = visit.person as Person;
  if (here && other.id === visit.account?.id) return 'C’est le compte avec lequel vous êtes connecté.';
  if (me.kind === 'pupil' || other.kind === 'pupil') return 'Le compte d’un élève ne se relie à aucun autre.';
  if (here && me.kind === 'guardian' && other.kind === 'guardian')
    return 'Deux responsables gardent chacun leur compte : ils ne se relient pas.';
  return null;
}

/** Another school may know the same human by another name (a married name, a slip): shown and confirmed, never refused. */
function mustConfirm({ school, person }: Visit, { there, other }: Proven): boolean {
  const mine = searchKey(person?.lastName, person?.firstName);
  return there.id !== school.id && mine !== searchKey(other.last_name, other.first_name);
}

/** What the confirmation carries, sealed: good for ten minutes, for this session, and as long as the password stands. */
interface Ticket {
  session: string;
  there: string;
  other: string;
  key: string | null;
  stamp: string;
  until: number;
}
const TICKET_MINUTES = 10;
const stampOf = ({ password_hash }: Candidate) => password_hash?.slice(-16) ?? '';

function confirmPage(house: House, visit: Visit, { there, other, key }: Proven): Reply {
  const { person, school } = visit;
  const account = visit.account as Account;
  const until = house.clock().getTime() + TICKET_MINUTES * 60_000;
  const kept: Ticket = {
    ...{ session: account.sessionHandle, there: there.id, other: other.id, key, stamp: stampOf(other), until },
  };
  const ticket = house.secrets.seal('link', JSON.stringify(kept)).toString('base64url');
  const action = visit.url(`/autres-comptes/enfant/${there.rne}/confirmer`);
  return inHisPlace(account, 'auth/enfant-confirmer', {
    mine: { name: `${person?.firstName} ${person?.lastName}`, login: account.login, school: school.name },
    theirs: { name: `${other.first_name} ${other.last_name}`, login: other.login, school: there.name },
    confirm: bindForm('confirm', { ticket: hidden() }, action, { values: { ticket } }),
  });
}

const OVER = 'Dix minutes ont passé, ou cet autre compte a changé. Recommencez.';

/** « C’est bien moi »: what was proved is looked at once more, since it may have changed meanwhile. */
export async function confirm(house: House, visit: Visit<{ ticket: string }>): Promise<Reply> {
  const again = redirect(`/autres-comptes/enfant/${visit.params.ecole}`, OVER);
  const opened = house.secrets.open('link', Buffer.from(visit.input.ticket, 'base64url'));
  const kept = opened ? (JSON.parse(opened) as Ticket) : null;
  if (!kept || kept.session !== visit.account?.sessionHandle || kept.until <= house.clock().getTime()) return again;
  const there = await schoolById(house.app, kept.there);
  if (!there) return again;
  return inSchool(house.app, there.id, async (db) => {
    const other = await stillProven(house, db, { school: there, client: visit.client }, kept);
    if (!other) return again;
    return (await join(house, db, visit, there, other, kept.key)) ?? redirect('/autres-comptes/', TWO_GUARDIANS);
  });
}

async function stillProven(
  house: House,
  db: Transaction,
  where: Pick<Visit, 'school' | 'client'>,
  { key, other, stamp }: Ticket,
): Promise<Candidate | null> {
  if (key) {
    const row = await db('account_keys').where({ id: key, account_id: other }).first();
    return row ? ((await holdLink(house, where, db, row))?.account ?? null) : null;
  }
  const found = await findCandidate(db, { id: other }, deviceHmac(house, where.client.device));
  const good =
    found?.state === 'active' && !shutOf(found, house.clock()) && !asksPin(found) && stampOf(found) === stamp;
  return good ? found : null;
}
