import { espacesOf, MODES } from '../access/espaces.ts';
import { audit } from '../audit.ts';
import type { House } from '../container.ts';
import { momentsIn } from '../directory/rows.ts';
import { type Account, type Mode, page, type Reply, redirect, type School, type Visit } from '../plugin/contract.ts';
import { type Candidate, deviceHmac } from './candidate.ts';
import { stationOf } from './first-steps.ts';
import { offeredTo, tooWeak } from './measures.ts';
import { deviceWords, listSessions, openSession } from './sessions.ts';

/** What the sign-in page carried: where to go, and what was typed before the session ended. */
export interface Wanted {
  mode: Mode;
  vers: string;
  suite: string;
}

export const homeOf = (mode: Mode, espaces: Account['espaces']): string =>
  mode === 'espace' ? `/espace/${espaces[0]}/accueil/` : '/gestion/accueil/';

/**
 * Lets a person in who has proved who he is: session, device, notices, then the page he wanted or the next station.
 * @param named name under which this device is kept among the recognised ones (F02-20).
 */
export async function arrive(
  house: House,
  db: Visit['db'],
  visit: Visit,
  account: Candidate,
  wanted: Wanted,
  named: string | null = null,
): Promise<Reply> {
  const { school, client } = visit;
  const now = house.clock();
  const next = nextStep(school, account);
  await db('accounts').where({ id: account.id }).update({ last_sign_in_at: now, next_step: next });
  await db('password_requests').where({ account_id: account.id }).delete();
  const open = await listSessions(db, account.id, now);
  const token = await openSession(db, account.id, wanted.mode, client.agent, now);
  const device = { account_id: account.id, device_hmac: deviceHmac(house, client.device), last_at: now };
  await db('devices')
    .insert(named ? { ...device, name: named } : device)
    .onConflict(['school_id', 'account_id', 'device_hmac'])
    .merge(named ? ['last_at', 'name'] : ['last_at']);
  const who = `${account.first_name} ${account.last_name}`;
  await audit(db, now, { account: { id: account.id }, person: null, who }, `Connexion (${MODES[wanted.mode]})`);
  await tellOfDevice(
    house,
    db,
    visit,
    account,
    open.map((one) => one.handle),
  );

  const station = stationOf({ state: account.state, nextStep: next });
  if (station) return { ...redirect(station), session: token };
  const resume = openResume(house, wanted.suite, account.id);
  if (resume) return { ...page('auth/resume', resume), layout: 'door', session: token } satisfies Reply;
  const vers = safeTarget(school, wanted.vers);
  const home = homeOf(wanted.mode, espacesOf(account));
  return { ...redirect(vers ? vers.slice(school.rne.length + 1) : home), session: token };
}

/** A measure the school no longer finds enough is chosen again; the stations after a provisional password come with it. */
function nextStep(school: School, account: Candidate): Account['nextStep'] {
  if (account.state === 'provisional') return null;
  return tooWeak(account.measure, offeredTo(school, account.kind, account.mode)) ? 'measure' : account.next_step;
}

/**
 * F02-15 F02-16: a device that is not recognised is told by e-mail and at the next page of every other open session;
 * or, when none is open, at the next sign-in from a device the person knows.
 */
async function tellOfDevice(
  house: House,
  db: Visit['db'],
  { school, client }: Visit,
  account: Candidate,
  others: string[],
): Promise<void> {
  const now = house.clock();
  const watched = account.measure !== 'none';
  const notice = watched && !account.recognised;
  const missed = watched && account.recognised ? await missedNotices(db, account.id) : [];
  const [made] = await db('sign_ins')
    .insert({ account_id: account.id, at: now, device: deviceWords(client.agent), notice })
    .returning('id');
  if (notice && account.email) await house.jobs.later(db, school, 'connexion', 'tell', { signIn: made.id });
  const [told] = notice ? [{ at: now, device: deviceWords(client.agent) }] : missed;
  if (!told) return;
  const handles = notice
    ? others
    : [(await listSessions(db, account.id, now)).find((one) => !others.includes(one.handle))?.handle];
  const text = `Connexion depuis un nouvel appareil : ${told.device}, ${momentsIn(school.timezone)(told.at)}. Ce n’est pas vous ? Changez de mot de passe dans « Mon compte ».`;
  for (const handle of handles)
    if (handle) await db.raw('select leave_message(?, ?)', [handle, JSON.stringify({ text })]);
}

/** Notices since this person last came from a device he had named, the latest first. */
async function missedNotices(db: Visit['db'], accountId: string): Promise<{ at: Date; device: string }[]> {
  return db('sign_ins')
    .where({ account_id: accountId, notice: true })
    .where('at', '>', db('sign_ins').where({ account_id: accountId, notice: false }).max('at'))
    .orderBy('at', 'desc')
    .select('at', 'device');
}

/** Only a path inside this very school is followed after the sign-in. */
export function safeTarget(school: School, target: string | null): string | null {
  if (!target?.startsWith(`/${school.rne}/`) || /[\\\p{Cc}]/u.test(target)) return null;
  const url = URL.parse(target, 'http://ici');
  if (
    url?.host !== 'ici' ||
    !url.pathname.startsWith(`/${school.rne}/`) ||
    url.pathname.startsWith(`/${school.rne}/connexion`)
  )
    return null;
  return url.pathname + url.search;
}

/** What was typed before the session ended: for the same account, and not more than a day later. */
function openResume(
  house: House,
  sealed: string,
  accountId: string,
): { to: string; back: string; fields: { name: string; value: string }[] } | null {
  const text = sealed ? house.secrets.open('resume', Buffer.from(sealed, 'base64url')) : null;
  if (!text) return null;
  const kept = JSON.parse(text) as { account: string; to: string; back: string; fields: Record<string, string> };
  if (kept.account !== accountId) return null;
  return {
    to: kept.to,
    back: kept.back,
    fields: Object.entries(kept.fields).map(([name, value]) => ({ name, value })),
  };
}
