import { normaliseLogin } from '../accounts/logins.ts';
import { audit } from '../audit.ts';
import { homeOf } from '../auth/arrive.ts';
import { asPerson, type Candidate, deviceHmac, findCandidate, shutOf } from '../auth/candidate.ts';
import { passwordTries } from '../auth/password-tries.ts';
import { dummyHash, verifyPassword } from '../auth/passwords.ts';
import { asksPin } from '../auth/pin-door.ts';
import { LIMITS } from '../auth/sessions.ts';
import type { House } from '../container.ts';
import { momentsIn } from '../directory/rows.ts';
import { hidden, password, text } from '../form/form.ts';
import { isId } from '../identifier.ts';
import {
  type Account,
  definePlugin,
  get,
  invalid,
  type Person,
  type Plugin,
  page,
  post,
  type Reply,
  redirect,
  type Visit,
} from '../plugin/contract.ts';
import { newToken, tokenHash } from '../secret.ts';
import { counted } from '../table/problem.ts';
import { inSchool } from '../tenancy/in-school.ts';
import type { Hat } from '../tenancy/schools.ts';
import { placesOf } from '../views/chrome.ts';
import { ESPACE_TITLES, espacesOf, MODES, missingFor } from './espaces.ts';
import { allowed } from './permissions.ts';

const HOME = '/autres-comptes/';
const proof = {
  login: text('Identifiant de votre autre compte', {
    max: 60,
    autocomplete: 'off',
    attributes: { autocapitalize: 'none', spellcheck: 'false' },
  }),
  password: password('Mot de passe de cet autre compte', {
    hint: 'Celui que vous avez choisi vous-même. Un compte au mot de passe encore provisoire se relie après sa première connexion.',
    autocomplete: 'off',
  }),
};
const where = { account: hidden(), place: hidden({ max: 20 }) };

/** One sentence whatever is wrong: no answer tells whether an account exists (S18-07). */
const WRONG = 'Cet identifiant et ce mot de passe ne vont pas ensemble. Vérifiez les deux.';

/**
 * « Mes autres comptes » (DESIGN 17): a human with several hats proves another account by its own login and password,
 * then changes from one to the other. Gestion asks for a fresh password, as everywhere.
 */
export const otherAccounts = (house: House): Plugin =>
  definePlugin({
    name: 'autres-comptes',
    title: 'Mes autres comptes',
    privacy: [
      {
        column: 'account_links.*',
        purpose: 'Passer d’un de ses comptes à l’autre sans se reconnecter',
        retention: 'Jusqu’à ce que la personne retire le lien, ou au départ de l’école',
        export: 'yes',
        erase: 'delete',
      },
    ],
    routes: [
      get('public', '/', 'signed-in', (visit) => show(house, visit)),
      post('public', '/', 'signed-in', proof, (visit) => link(house, visit), { outside: true }),
      post('public', '/retirer', 'signed-in', { account: hidden() }, unlink, { back: '/', as: 'unlinking' }),
      post('public', '/ouvrir', 'signed-in', where, (visit) => change(house, visit, 'espace'), {
        back: '/',
        as: 'opening',
      }),
      post('public', '/gestion', 'signed-in', where, (visit) => change(house, visit, 'gestion'), {
        back: '/',
        as: 'managing',
        fresh: true,
      }),
    ],
  });

interface Linked {
  account_id: string;
  proven_at: Date;
  suspended: boolean;
}

async function show(house: House, visit: Visit): Promise<Reply> {
  const { db, school, now } = visit;
  const account = visit.account as Account;
  const { rows }: { rows: Linked[] } = await db.raw('select * from linked_accounts(?)', [account.id]);
  const moment = momentsIn(school.timezone);
  const others = [];
  const hats: Hat[] = [];
  for (const one of rows) {
    const other = one.account_id !== account.id && (await candidate(house, visit, { id: one.account_id }));
    if (!other) continue;
    const state = one.suspended ? 'suspended' : other.state !== 'active' || shutOf(other, now) ? 'shut' : 'open';
    if (state === 'open')
      hats.push({ accountId: other.id, login: other.login, mode: other.mode, espaces: espacesOf(other) });
    others.push({
      id: other.id,
      login: other.login,
      name: nameOf(other),
      since: moment(one.proven_at),
      state,
    });
  }
  const doors = placesOf(account, house.modules.of(school), hats).filter((one) => one.hat);
  const suspended = rows.some((one) => one.account_id === account.id && one.suspended);
  return {
    ...page('auth/autres-comptes', { login: account.login, others, doors, suspended }),
    layout: account.mode === 'espace' ? 'espace' : 'admin',
  };
}

async function link(house: House, visit: Visit<{ login: string; password: string }>): Promise<Reply> {
  const { school, input, client, person } = visit;
  const account = visit.account as Account;
  const login = normaliseLogin(input.login);
  const inside = <T>(work: (db: Visit['db']) => Promise<T>) => inSchool(house.app, school.id, work);
  const other = await inside((db) => candidate(house, { ...visit, db }, { login }));
  // The tries of this door are those of the sign-in: neither is a way around the other.
  const tries = passwordTries(house.limits, school.id, login, other?.knows ? client.device : null);
  const blocked = await house.limits.blockedAddress(client.address);
  const left = blocked ? ({ ok: false, minutes: blocked } as const) : await tries.take();
  if (!left.ok) return invalid({ password: `Trop d’essais. Attendez ${counted(left.minutes, 'minute')}.` });
  const hash = other?.state === 'active' && !shutOf(other, visit.now) ? other.password_hash : null;
  const right = await verifyPassword(hash ?? (await dummyHash()), input.password);
  if (!other || !hash || !right) {
    await house.limits.failFrom(client.address);
    return invalid({ password: WRONG });
  }
  await tries.clear();
  const refused = notTheSameHuman(account, person as Person, other) ?? (asksPin(other) ? PIN_FIRST : null);
  if (refused) return invalid({ login: refused });
  return inside(async (db) => {
    await db.raw('select link_accounts(?, ?, ?)', [account.id, other.id, house.clock()]);
    await audit(db, visit.now, visit, 'Comptes reliés', `${account.login} et ${other.login}`);
    return redirect(
      HOME,
      `Le compte ${other.login} est relié : vous passez de l’un à l’autre dans le menu de votre nom.`,
    );
  });
}

/** What cannot be one human's: a child is nobody else, and two guardians never share an account. */
function notTheSameHuman(mine: Account, me: Person, other: Candidate): string | null {
  if (other.id === mine.id) return 'C’est le compte avec lequel vous êtes connecté.';
  if (me.kind === 'pupil' || other.kind === 'pupil') return 'Le compte d’un élève ne se relie à aucun autre.';
  if (me.kind === 'guardian' && other.kind === 'guardian')
    return 'Deux responsables gardent chacun leur compte : ils ne se relient pas.';
  return null;
}

async function unlink(visit: Visit<{ account: string }>): Promise<Reply> {
  const { db, now, input } = visit;
  const account = visit.account as Account;
  const other = isId(input.account) ? await db('accounts').where({ id: input.account }).first('id', 'login') : null;
  const unlinked =
    other && (await db.raw('select unlink_account(?, ?, ?) as done', [account.id, other.id, account.sessionHandle]));
  if (!unlinked?.rows[0].done) return redirect(HOME, 'Ce lien n’existe plus.');
  await audit(db, now, visit, 'Lien entre comptes retiré', `${account.login} et ${other.login}`);
  return redirect(HOME, `Le compte ${other.login} n’est plus relié. Il s’ouvre avec son mot de passe.`);
}

/** Leaves this account for another hat of the same human: this session ends, the other's lasts no longer than the sign-in would have. */
async function change(
  house: House,
  visit: Visit<{ account: string; place: string }>,
  to: 'espace' | 'gestion',
): Promise<Reply> {
  const { db, school, now, input, services, client } = visit;
  const account = visit.account as Account;
  const other = isId(input.account) ? await candidate(house, visit, { id: input.account }) : null;
  if (other?.state !== 'active' || shutOf(other, now)) return redirect(HOME, NOT_OPEN);
  if (asksPin(other)) return redirect(HOME, PIN_FIRST);
  const espaces = espacesOf(other);
  const espace = to === 'espace' ? espaces.find((one) => one === input.place) : undefined;
  const mode = to === 'espace' ? 'espace' : other.mode;
  if ((to === 'espace' && !espace) || (to === 'gestion' && mode === 'espace')) return redirect(HOME, NOT_OPEN);
  if (espace) {
    const hat = { mode, espaces } as Account;
    const may = allowed({ area: 'espace', allow: 'signed-in' }, hat, school, house.modules.of(school), espace);
    const refused = may.ok ? await missingFor(services.people, asPerson(other), espace) : may;
    if (refused) return redirect(HOME, refused.reason);
  }
  const token = newToken();
  const ends = new Date(now.getTime() + LIMITS[mode].absolute);
  const { rows } = await db.raw('select change_hat(?, ?, ?, ?, ?, ?, ?) as done', [
    account.sessionHandle,
    other.id,
    tokenHash(token),
    mode,
    client.agent.slice(0, 200),
    now,
    ends,
  ]);
  if (!rows[0].done) return redirect(HOME, NOT_OPEN);
  await db('accounts').where({ id: other.id }).update({ last_sign_in_at: now });
  const words = espace ? ESPACE_TITLES[espace] : MODES[mode];
  await audit(db, now, visit, 'Passage à un autre de ses comptes', `${other.login} (${words})`);
  const by = { account: { id: other.id }, person: null, who: nameOf(other) };
  await audit(db, now, by, `Connexion par le compte relié ${account.login} (${words})`);
  return { ...redirect(homeOf(mode, espace ? [espace] : [])), session: token };
}

const candidate = (house: House, { db, client }: Visit, which: { id: string } | { login: string }) =>
  findCandidate(db, which, deviceHmac(house, client.device));
const nameOf = (one: Candidate) => `${one.first_name} ${one.last_name}`;

/** A link is no way around the PIN of the other account. */
const PIN_FIRST =
  'Ce compte demande un code PIN sur cet appareil. Connectez-vous-y une fois d’ici et enregistrez l’appareil, puis revenez.';
const NOT_OPEN = 'Ce compte ne s’ouvre pas d’ici. Reliez-le de nouveau, ou connectez-vous avec son mot de passe.';
