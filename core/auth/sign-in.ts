import { espacesOf } from '../access/espaces.ts';
import { secretHmac } from '../accounts/accounts.ts';
import { normaliseLogin } from '../accounts/logins.ts';
import { audit } from '../audit.ts';
import type { House } from '../container.ts';
import { choice, hidden, password, text } from '../form/form.ts';
import {
  type Account,
  definePlugin,
  get,
  invalid,
  type Mode,
  type Plugin,
  page,
  post,
  type Reply,
  redirect,
  type School,
  type Visit,
} from '../plugin/contract.ts';
import { inSchool } from '../tenancy/in-school.ts';
import { grantsMode } from '../tenancy/schools.ts';
import { dummyHash, verifyPassword } from './passwords.ts';
import { openSession } from './sessions.ts';

export const MODES: Record<Mode, string> = {
  espace: 'Mon Espace',
  quotidienne: 'Gestion quotidienne',
  administration: 'Administration école/mairie',
};

const form = {
  mode: choice('Où allez-vous', MODES),
  login: text('Identifiant', {
    hint: 'Il est sur votre étiquette, par exemple SLEOTI. Minuscules ou majuscules, c’est égal.',
    autocomplete: 'username',
    max: 60,
    attributes: { autocapitalize: 'none', spellcheck: 'false' },
  }),
  password: password('Mot de passe', { autocomplete: 'current-password' }),
  vers: hidden({ max: 2000 }),
  suite: hidden({ max: 300_000 }),
};

/** One sentence for a wrong login, a wrong password, a suspended account: no answer tells whether an account exists (S18). */
const WRONG =
  'Cet identifiant et ce mot de passe ne vont pas ensemble. Vérifiez les deux, majuscules du mot de passe comprises.';

interface Candidate {
  id: string;
  person_id: string;
  state: Account['state'];
  mode: Mode;
  password_hash: string | null;
  secret_hmac: Buffer | null;
  secret_expires_at: Date | null;
  valid_until: Date | null;
  knows: boolean;
}

/** Sign-in and sign-out of a school (F02-01 to F02-03). */
export function signIn(house: House): Plugin {
  return definePlugin({
    name: 'connexion',
    title: 'Connexion',
    privacy: [
      {
        column: 'devices.*',
        purpose: 'Reconnaître un appareil déjà utilisé, pour que les essais d’un autre ne bloquent pas le compte',
        retention: '12 mois après la dernière connexion',
        export: 'masked',
        erase: 'with-person',
      },
      {
        column: 'sessions.*',
        purpose: 'Garder la connexion ouverte',
        retention: '30 jours après la fin de la session',
        export: 'yes',
        erase: 'with-person',
      },
    ],
    routes: [
      get('public', '/', 'anyone', show, { outside: true, beforeFirst: true }),
      post('public', '/', 'anyone', form, (visit) => enter(house, visit as never), {
        outside: true,
        beforeFirst: true,
      }),
      post('public', '/sortie', 'signed-in', leave, { beforeFirst: true }),
      get('public', '/sortie', 'anyone', () => redirect('/connexion/'), { beforeFirst: true, outside: true }),
    ],
  });

  function show(visit: Visit): Reply {
    const vers = safeTarget(visit.school, visit.query.get('vers'));
    // From an Espace's own address the modes are no question.
    const forEspace = vers?.startsWith(`/${visit.school.rne}/espace/`) ?? false;
    return {
      ...page('auth/connexion', { forEspace, signedIn: visit.account !== null }, undefined, {
        form: {
          mode: forEspace ? 'espace' : vers?.startsWith(`/${visit.school.rne}/gestion/`) ? 'administration' : 'espace',
          vers: vers ?? '',
          suite: visit.query.get('suite') ?? '',
        },
      }),
      layout: 'door',
    };
  }
}

type Entering = Visit<{ mode: Mode; login: string; password: string; vers: string; suite: string }>;

async function enter(house: House, visit: Entering): Promise<Reply> {
  const { school, input, client } = visit;
  const now = house.clock();
  const login = normaliseLogin(input.login);
  const candidate = await inSchool(house.app, school.id, (db) =>
    findCandidate(db, login, house.secrets.hmac('device', client.device)),
  );

  // A device that has signed in to this account before has tries of its own, so that nobody can lock another out.
  const bucket = `${school.id} ${login} ${candidate?.knows ? client.device : '*'}`;
  const blocked = await house.limits.blockedAddress(client.address);
  const left = blocked ? ({ ok: false, minutes: blocked } as const) : await house.limits.take('sign-in', bucket);
  if (!left.ok)
    return invalid({
      password: `Trop d’essais. Attendez ${left.minutes} minute${left.minutes > 1 ? 's' : ''}, ou demandez à l’école de renouveler votre mot de passe.`,
    });

  if (!(await matches(house, candidate, input.password, now))) {
    await house.limits.failFrom(client.address);
    return invalid({ password: WRONG });
  }
  const account = candidate as Candidate;
  if (!grantsMode(account.mode, input.mode)) return invalid({ mode: refusedMode(account.mode, input.mode) });
  await house.limits.clear('sign-in', bucket);
  return inSchool(house.app, school.id, async (db) => {
    const row = await db('people').where({ id: account.person_id }).first('kind', 'genre', 'first_name', 'last_name');
    const espaces = espacesOf(row);
    if (input.mode === 'espace' && !espaces.length)
      return invalid({
        mode: 'Vous n’avez pas d’Espace dans cette école. Choisissez « Gestion quotidienne » ou « Administration école/mairie ».',
      });
    await db('accounts').where({ id: account.id }).update({ last_sign_in_at: now });
    const token = await openSession(db, account.id, input.mode, client.agent, now);
    await db('devices')
      .insert({ account_id: account.id, device_hmac: house.secrets.hmac('device', client.device), last_at: now })
      .onConflict(['school_id', 'account_id', 'device_hmac'])
      .merge(['last_at']);
    await audit(
      db,
      now,
      { account: { id: account.id }, person: null, who: `${row.first_name} ${row.last_name}` },
      `Connexion (${MODES[input.mode]})`,
    );
    if (account.state === 'provisional') return { ...redirect('/compte/mot-de-passe'), session: token };
    const resume = openResume(house, input.suite, account.id);
    if (resume) return { ...page('auth/resume', resume), layout: 'door', session: token } satisfies Reply;
    const vers = safeTarget(school, input.vers);
    return { ...redirect(vers ? vers.slice(school.rne.length + 1) : homeOf(input.mode, espaces)), session: token };
  });
}

/** Every try costs exactly one argon2 verification, whoever is meant; a provisional secret is checked by HMAC beside it. */
async function matches(house: House, candidate: Candidate | null, typed: string, now: Date): Promise<boolean> {
  const active =
    candidate?.state === 'active' && candidate.password_hash && (!candidate.valid_until || candidate.valid_until > now);
  const byPassword = await verifyPassword(active ? (candidate.password_hash as string) : await dummyHash(), typed);
  if (active) return byPassword;
  if (
    candidate?.state !== 'provisional' ||
    !candidate.secret_hmac ||
    !candidate.secret_expires_at ||
    candidate.secret_expires_at <= now
  )
    return false;
  return secretHmac(house.secrets, candidate.person_id, typed).equals(candidate.secret_hmac);
}

async function findCandidate(db: Visit['db'], login: string, device: Buffer): Promise<Candidate | null> {
  const found = await db('accounts')
    .where({ login })
    .first('id', 'person_id', 'state', 'mode', 'password_hash', 'secret_hmac', 'secret_expires_at', 'valid_until');
  if (!found) return null;
  const knows = await db('devices').where({ account_id: found.id, device_hmac: device }).first('id');
  return { ...found, knows: !!knows };
}

function refusedMode(grants: Mode, asked: Mode): string {
  if (grants === 'quotidienne')
    return `Votre compte ouvre la Gestion quotidienne, pas l’${MODES[asked]}. La direction peut changer ce droit.`;
  return `Votre compte ouvre votre Espace, pas ${asked === 'quotidienne' ? 'la Gestion quotidienne' : 'l’Administration'}. Choisissez « Mon Espace ».`;
}

export const homeOf = (mode: Mode, espaces: Account['espaces']): string =>
  mode === 'espace' ? `/espace/${espaces[0]}/accueil/` : '/gestion/accueil/';

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

async function leave({ db, account }: Visit): Promise<Reply> {
  if (account) await db.raw('select end_sessions(?, ?, null)', [account.id, account.sessionHandle]);
  return { ...redirect('/connexion/'), session: null };
}
