import { audit } from '../audit.ts';
import { homeOf, safeTarget } from '../auth/arrive.ts';
import { asPerson, type Candidate, deviceHmac, findCandidate, shutOf } from '../auth/candidate.ts';
import { asksPin } from '../auth/pin-door.ts';
import { LIMITS } from '../auth/sessions.ts';
import type { House } from '../container.ts';
import { hidden } from '../form/form.ts';
import { people } from '../people/people.ts';
import {
  type Account,
  type Deps,
  type Espace,
  post,
  type Reply,
  type Route,
  redirect,
  type School,
  type Visit,
} from '../plugin/contract.ts';
import { newToken, tokenHash } from '../secret.ts';
import { enterSchool, inSchool } from '../tenancy/in-school.ts';
import { schoolById } from '../tenancy/schools.ts';
import { ESPACE_TITLES, espacesOf, MODES, missingFor } from './espaces.ts';
import { linkedTo } from './linked.ts';
import { allowed } from './permissions.ts';

const HOME = '/autres-comptes/';
/** `school` is the RNE of another school; `vers` a page of the Espace one changes to, where an item of the feed is. */
const where = {
  account: hidden(),
  place: hidden({ max: 20 }),
  school: hidden({ max: 8 }),
  vers: hidden({ max: 2000 }),
};
type Where = { account: string; place: string; school: string; vers: string };
type To = 'espace' | 'gestion';

/** From one's account to another of the same human; Gestion asks for a fresh password, as everywhere. */
export const hatRoutes = (house: House): Route[] => [
  post('public', '/ouvrir', 'signed-in', where, (visit) => change(house, visit, 'espace'), {
    back: '/',
    as: 'opening',
    outside: true,
  }),
  post('public', '/gestion', 'signed-in', where, (visit) => change(house, visit, 'gestion'), {
    back: '/',
    as: 'managing',
    fresh: true,
    outside: true,
  }),
];

/** Leaves this account for another hat of the same human: this session ends, the other's lasts no longer than the sign-in would have. */
async function change(house: House, visit: Visit<Where>, to: To): Promise<Reply> {
  const { school, input } = visit;
  const account = visit.account as Account;
  const linked = await inSchool(house.app, school.id, (db) => linkedTo(db, account));
  const one = linked.find(
    (other) => other.account_id === input.account && !other.suspended && other.rne === (input.school || school.rne),
  );
  if (!one) return redirect(HOME, NOT_OPEN);
  const there = one.school_id === school.id ? school : await schoolById(house.app, one.school_id);
  if (there?.state !== 'open') return redirect(HOME, NOT_OPEN);
  const met = await inSchool(house.app, there.id, async (db) => {
    const other = await findCandidate(db, { id: one.account_id }, deviceHmac(house, visit.client.device));
    const refused = other ? await refusal(house, db, there, other, to, input.place) : NOT_OPEN;
    return { other: other as Candidate, refused };
  });
  if (met.refused) return redirect(HOME, met.refused);
  return move(house, visit, there, met.other, to === 'espace' ? (input.place as Espace) : null);
}

/** Why this account does not open there today; null when it does. */
async function refusal(
  house: House,
  db: Visit['db'],
  there: School,
  other: Candidate,
  to: To,
  place: string,
): Promise<string | null> {
  const now = house.clock();
  if (other.state !== 'active' || shutOf(other, now)) return NOT_OPEN;
  if (asksPin(other)) return PIN_FIRST;
  if (to === 'gestion') return other.mode === 'espace' ? NOT_OPEN : null;
  const espaces = espacesOf(other);
  const espace = espaces.find((one) => one === place);
  if (!espace) return NOT_OPEN;
  const hat = { mode: 'espace', espaces } as Account;
  const may = allowed({ area: 'espace', allow: 'signed-in' }, hat, there, house.modules.of(there), espace);
  if (!may.ok) return may.reason;
  const missing = await missingFor(people({ db, school: there, now } as Deps), asPerson(other), espace, there);
  return missing?.reason ?? null;
}

async function move(
  house: House,
  visit: Visit<Where>,
  there: School,
  other: Candidate,
  espace: Espace | null,
): Promise<Reply> {
  const { school, client, input } = visit;
  const account = visit.account as Account;
  const now = house.clock();
  const mode = espace ? 'espace' : other.mode;
  const words = espace ? ESPACE_TITLES[espace] : MODES[mode];
  const same = there.id === school.id;
  const token = newToken();
  const moved = await inSchool(house.app, school.id, async (db) => {
    const { rows } = await db.raw('select change_hat(?, ?, ?, ?, ?, ?, ?, ?) as done', [
      account.sessionHandle,
      there.id,
      other.id,
      tokenHash(token),
      mode,
      client.agent.slice(0, 200),
      now,
      new Date(now.getTime() + LIMITS[mode].absolute),
    ]);
    if (!rows[0].done) return false;
    // Each school's journal names its own account only.
    const left = same ? 'Passage à un autre de ses comptes' : 'Passage à un compte relié d’une autre école';
    await audit(db, now, visit, left, same ? `${other.login} (${words})` : account.login);
    await enterSchool(db, there.id);
    await db('accounts').where({ id: other.id }).update({ last_sign_in_at: now });
    const by = { account: { id: other.id }, person: null, who: `${other.first_name} ${other.last_name}` };
    const from = same ? `le compte relié ${account.login}` : 'un compte relié d’une autre école';
    await audit(db, now, by, `Connexion par ${from} (${words})`);
    return true;
  });
  if (!moved) return redirect(HOME, NOT_OPEN);
  const home = homeOf(mode, espace ? [espace] : []);
  return {
    ...redirect(espace ? (targetIn(there, espace, input.vers) ?? home) : home),
    school: there.rne,
    session: token,
  };
}

/** Only a page of that very Espace is followed. */
function targetIn(there: School, espace: Espace, vers: string): string | null {
  const path = safeTarget(there, vers && `/${there.rne}${vers}`)?.slice(there.rne.length + 1);
  return path?.startsWith(`/espace/${espace}/`) ? path : null;
}

/** A link is no way around the PIN of the other account. */
export const PIN_FIRST =
  'Ce compte demande un code PIN sur cet appareil. Connectez-vous-y une fois d’ici et enregistrez l’appareil, puis revenez.';
const NOT_OPEN = 'Ce compte ne s’ouvre pas d’ici. Reliez-le de nouveau, ou connectez-vous avec son mot de passe.';
