import { grantsMode } from '../access/modes.ts';
import { audit } from '../audit.ts';
import type { House } from '../container.ts';
import { bindForm } from '../form/bind.ts';
import { hidden, text, tick } from '../form/form.ts';
import {
  get,
  invalid,
  type Mode,
  type Page,
  page,
  post,
  type Reply,
  type Route,
  redirect,
  type Visit,
} from '../plugin/contract.ts';
import { counted } from '../table/problem.ts';
import { inSchool } from '../tenancy/in-school.ts';
import { arrive, type Wanted } from './arrive.ts';
import { type Candidate, deviceHmac, findCandidate, shutOf } from './candidate.ts';
import { checkPin, PIN_TRIES, pinField, shuffledDigits } from './pin.ts';
import { askSchool } from './requests.ts';
import { deviceWords } from './sessions.ts';

/** Between the password and the PIN: proof that the password was right, sealed, good for ten minutes. */
const TICKET_MINUTES = 10;
const CODE_MINUTES = 10;

const form = {
  pin: pinField('Code PIN'),
  keep: tick('J’ajoute cet appareil à la liste de mes appareils « reconnus »', {
    hint: 'Le code n’y sera plus demandé. Pas sur un appareil que d’autres utilisent.',
  }),
  name: text('Sous le nom', { max: 60, optional: true, hint: 'Par exemple Domicile, ou Salle 215.' }),
  ticket: hidden({ max: 2000 }),
  vers: hidden({ max: 2000 }),
  suite: hidden({ max: 300_000 }),
};
type Sent = { pin: string; keep: boolean; name: string | null; ticket: string; vers: string; suite: string };

/** F02-16 F02-21: the PIN after the password, from a device that is not recognised. No session stands before it is right. */
export const pinRoutes = (house: House): Route[] => [
  get('public', '/code', 'anyone', (visit) => again(house, visit), { outside: true, beforeFirst: true }),
  post('public', '/code', 'anyone', form, (visit) => prove(house, visit), {
    as: 'code',
    outside: true,
    beforeFirst: true,
  }),
];

export const asksPin = (account: Candidate): boolean =>
  account.state === 'active' && account.measure === 'pin' && !account.recognised;

/** What the sign-in answers to a right password when a PIN is due. */
export async function askPin(
  house: House,
  db: Visit['db'],
  visit: Visit,
  account: Candidate,
  wanted: Wanted,
): Promise<Page> {
  const shown = await pinPage(house, db, visit, account);
  const { mode, vers, suite } = wanted;
  const values = { ticket: seal(house, account, mode), vers, suite, name: deviceWords(visit.client.agent) };
  return { ...shown, data: { ...shown.data, code: bindForm('code', form, visit.url('/connexion/code'), { values }) } };
}

/** The page once more after a wrong code; without a ticket there is nothing to prove. */
async function again(house: House, visit: Visit): Promise<Reply> {
  const ticket = (visit.input as Partial<Sent> | null)?.ticket;
  const known = ticket ? await inSchool(house.app, visit.school.id, (db) => byTicket(house, db, visit, ticket)) : null;
  if (!known) return redirect('/connexion/');
  return inSchool(house.app, visit.school.id, (db) => pinPage(house, db, visit, known.account));
}

async function pinPage(house: House, db: Visit['db'], visit: Visit, account: Candidate): Promise<Page> {
  const left = PIN_TRIES - account.pin_tries;
  const way = left > 0 ? 'pin' : await otherWay(house, db, visit, account);
  const data = { firstName: account.first_name, left, way, digits: shuffledDigits() };
  return { ...page('auth/code', data), layout: 'door' };
}

/** DESIGN 17: after five tries a code by e-mail, or without an address a request to the school. One code at a time. */
async function otherWay(
  house: House,
  db: Visit['db'],
  { school }: Visit,
  account: Candidate,
): Promise<'mail' | 'school'> {
  const now = house.clock();
  if (!account.email) {
    await askSchool(db, now, account, 'pin');
    return 'school';
  }
  const expires = new Date(now.getTime() + CODE_MINUTES * 60_000);
  // Asked by several pages at once, one of them sends it.
  const due = await db('accounts')
    .where({ id: account.id })
    .where((none) => none.whereNull('code_expires_at').orWhere('code_expires_at', '<=', now))
    .update({ code_hmac: null, code_expires_at: expires });
  if (due) await house.jobs.later(db, school, 'connexion', 'code', { account: account.id });
  return 'mail';
}

async function prove(house: House, visit: Visit<Sent>): Promise<Reply> {
  const { school, input, client } = visit;
  const known = await inSchool(house.app, school.id, (db) => byTicket(house, db, visit, input.ticket));
  if (!known) return redirect('/connexion/');
  const { account, mode } = known;
  const blocked = await house.limits.blockedAddress(client.address);
  if (blocked) return invalid({ pin: `Trop d’essais. Attendez ${counted(blocked, 'minute')}.` });
  const byMail = account.pin_tries >= PIN_TRIES;
  const wrong = byMail ? await wrongMailCode(house, visit, account) : await wrongPin(house, visit, account);
  if (wrong) {
    await house.limits.failFrom(client.address);
    return invalid({ pin: wrong });
  }
  return inSchool(house.app, school.id, async (db) => {
    // Whoever has forgotten the PIN chooses another at once.
    const forgotten = { pin_tries: 0, code_hmac: null, code_expires_at: null, next_step: 'measure' as const };
    // Whoever takes the code away uses it: sent twice at once, it opens once.
    if (byMail && !(await db('accounts').where({ id: account.id, code_hmac: account.code_hmac }).update(forgotten)))
      return redirect('/connexion/');
    const named = input.keep ? (input.name ?? deviceWords(client.agent)) : null;
    const wanted = { mode, vers: input.vers, suite: input.suite };
    return arrive(house, db, visit, byMail ? { ...account, ...forgotten } : account, wanted, named);
  });
}

async function wrongPin(house: House, { school, input }: Visit<Sent>, account: Candidate): Promise<string | null> {
  const told = await checkPin(house, school.id, account.id, input.pin);
  if (told === 'right') return null;
  if (told === 'wrong') return 'Ce n’est pas votre code PIN. Vérifiez-le, puis recommencez.';
  await inSchool(house.app, school.id, (db) =>
    audit(db, house.clock(), { account, person: null, who: nameOf(account) }, 'Code PIN : cinq essais sont faits'),
  );
  return 'Cinq essais sont faits : ce code PIN ne sert plus.';
}

async function wrongMailCode(house: House, { school, input }: Visit<Sent>, account: Candidate): Promise<string | null> {
  // A PIN that comes too late is no try of a code that has not left yet.
  if (!account.code_hmac) return 'Ce code PIN ne sert plus. Tapez le code que vous allez recevoir par e-mail.';
  const tries = await house.limits.take('mail-code', `${school.id} ${account.id}`);
  if (!tries.ok) return `Trop d’essais. Attendez ${counted(tries.minutes, 'minute')} : un autre code vous sera envoyé.`;
  const good =
    account.code_expires_at &&
    account.code_expires_at > house.clock() &&
    mailCodeHmac(house, account.id, input.pin).equals(account.code_hmac);
  return good ? null : 'Ce n’est pas le dernier code envoyé. Vérifiez le message reçu.';
}

export const mailCodeHmac = (house: House, accountId: string, code: string): Buffer =>
  house.secrets.hmac('mail-code', `${accountId} ${code}`);
const nameOf = (account: Candidate) => `${account.first_name} ${account.last_name}`;

/** A new password ends the tickets as it ends the sessions. */
const stampOf = (account: Candidate) => account.password_hash?.slice(-16) ?? '';

function seal(house: House, account: Candidate, mode: Mode): string {
  const until = house.clock().getTime() + TICKET_MINUTES * 60_000;
  const words = JSON.stringify({ account: account.id, mode, until, stamp: stampOf(account) });
  return house.secrets.seal('pin-ticket', words).toString('base64url');
}

async function byTicket(
  house: House,
  db: Visit['db'],
  { client }: Visit,
  sealed: string,
): Promise<{ account: Candidate; mode: Mode } | null> {
  const words = house.secrets.open('pin-ticket', Buffer.from(sealed, 'base64url'));
  const now = house.clock();
  if (!words) return null;
  const ticket = JSON.parse(words) as { account: string; mode: Mode; until: number; stamp: string };
  if (ticket.until <= now.getTime()) return null;
  const account = await findCandidate(db, { id: ticket.account }, deviceHmac(house, client.device));
  if (account?.state !== 'active' || shutOf(account, now) || stampOf(account) !== ticket.stamp) return null;
  return grantsMode(account.mode, ticket.mode) ? { account, mode: ticket.mode } : null;
}
