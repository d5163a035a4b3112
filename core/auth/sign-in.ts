import { espacesOf, MODES, missingFor } from '../access/espaces.ts';
import { grantsMode } from '../access/modes.ts';
import { secretHmac } from '../accounts/accounts.ts';
import { normaliseLogin } from '../accounts/logins.ts';
import type { House } from '../container.ts';
import { bindForm } from '../form/bind.ts';
import { choice, hidden, password, text } from '../form/form.ts';
import { people } from '../people/people.ts';
import {
  type Deps,
  definePlugin,
  get,
  invalid,
  type Mode,
  type Page,
  type PersonalData,
  type Plugin,
  page,
  post,
  type Reply,
  redirect,
  type Visit,
} from '../plugin/contract.ts';
import { counted } from '../table/problem.ts';
import { isCommune } from '../tenancy/communes.ts';
import { inSchool } from '../tenancy/in-school.ts';
import { arrive, safeTarget } from './arrive.ts';
import { asPerson, type Candidate, deviceHmac, findCandidate, shutOf } from './candidate.ts';
import { forgottenRoutes, recover } from './forgotten.ts';
import { askForLost, sendCode, tellDevice } from './letters.ts';
import { passwordTries } from './password-tries.ts';
import { dummyHash, verifyPassword } from './passwords.ts';
import { askPin, asksPin, pinRoutes } from './pin-door.ts';

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

const known = (column: string, purpose: string, retention: string): PersonalData => ({
  column,
  purpose,
  retention,
  export: 'yes',
  erase: 'with-person',
});

/** Sign-in and sign-out of a school (F02-01 to F02-03). */
export function signIn(house: House): Plugin {
  return definePlugin({
    name: 'connexion',
    title: 'Connexion',
    privacy: [
      {
        ...known(
          'devices.*',
          'Reconnaître un appareil déjà utilisé, pour que les essais d’un autre ne bloquent pas le compte',
          '12 mois après la dernière connexion',
        ),
        export: 'masked',
      },
      known('sessions.*', 'Garder la connexion ouverte', '30 jours après la fin de la session'),
      known('sign_ins.*', 'Montrer à chacun ses dernières connexions, et le prévenir d’un nouvel appareil', '90 jours'),
      { ...known('reset_links.*', 'Choisir un nouveau mot de passe quand il est oublié', 'Une heure'), export: 'no' },
    ],
    jobs: {
      recover: (job, data) => recover(house, job, data),
      code: (job, data) => sendCode(house, job, data),
      tell: (job, data) => tellDevice(house, job, data),
    },
    on: { 'house.mail-refused': askForLost },
    routes: [
      get('public', '/', 'anyone', show, { outside: true, beforeFirst: true }),
      post('public', '/', 'anyone', form, (visit) => enter(house, visit as never), {
        outside: true,
        beforeFirst: true,
      }),
      post('public', '/sortie', 'signed-in', leave, { beforeFirst: true }),
      get('public', '/sortie', 'anyone', () => redirect('/connexion/'), { beforeFirst: true, outside: true }),
      ...pinRoutes(house),
      ...forgottenRoutes(house),
    ],
  });

  function show(visit: Visit): Reply {
    const vers = safeTarget(visit.school, visit.query.get('vers'));
    // From an Espace's own address the modes are no question.
    const forEspace = vers?.startsWith(`/${visit.school.rne}/espace/`) ?? false;
    return {
      ...page(
        'auth/connexion',
        { forEspace, town: isCommune(visit.school), signedIn: visit.account !== null },
        undefined,
        {
          form: {
            mode: forEspace
              ? 'espace'
              : vers?.startsWith(`/${visit.school.rne}/gestion/`)
                ? 'administration'
                : 'espace',
            vers: vers ?? '',
            suite: visit.query.get('suite') ?? '',
          },
        },
      ),
      layout: 'door',
    };
  }
}

/** The sign-in page as the answer to another door, with what is known already. */
export const signInPage = (visit: Visit, values: { login: string; mode: Mode }): Page => ({
  ...page('auth/connexion', {
    forEspace: values.mode === 'espace',
    town: isCommune(visit.school),
    signedIn: false,
    form: bindForm('form', form, visit.url('/connexion/'), { values }),
  }),
  layout: 'door',
});

type Entering = Visit<{ mode: Mode; login: string; password: string; vers: string; suite: string }>;

async function enter(house: House, visit: Entering): Promise<Reply> {
  const { school, input, client } = visit;
  const now = house.clock();
  const login = normaliseLogin(input.login);
  const candidate = await inSchool(house.app, school.id, (db) =>
    findCandidate(db, { login }, deviceHmac(house, client.device)),
  );

  // A device that has signed in to this account before has tries of its own, so that nobody can lock another out.
  const tries = passwordTries(house.limits, school.id, login, candidate?.knows ? client.device : null);
  const blocked = await house.limits.blockedAddress(client.address);
  const left = blocked ? ({ ok: false, minutes: blocked } as const) : await tries.take();
  if (!left.ok)
    return invalid({
      password: `Trop d’essais. Attendez ${counted(left.minutes, 'minute')}, ou demandez à l’école de renouveler votre mot de passe.`,
    });

  if (!(await matches(house, candidate, input.password, now))) {
    await house.limits.failFrom(client.address);
    return invalid({ password: WRONG });
  }
  const account = candidate as Candidate;
  // A town hall has one door: each agent comes in with all the rights he has.
  if (isCommune(school)) input.mode = account.mode;
  if (!grantsMode(account.mode, input.mode)) return invalid({ mode: refusedMode(account.mode, input.mode) });
  await tries.clear();
  return inSchool(house.app, school.id, async (db) => {
    const [espace] = espacesOf(account);
    if (input.mode === 'espace' && !espace)
      return invalid({
        mode: 'Vous n’avez pas d’Espace dans cette école. Choisissez « Gestion quotidienne » ou « Administration école/mairie ».',
      });
    const missing =
      input.mode === 'espace' && espace
        ? await missingFor(people({ db, school, now } as Deps), asPerson(account), espace, school)
        : null;
    if (missing) return invalid({ mode: missing.reason });
    const come = asksPin(account) ? askPin : arrive;
    return come(house, db, visit, account, input);
  });
}

/** Every try costs exactly one argon2 verification, whoever is meant; a provisional secret is checked by HMAC beside it. */
async function matches(house: House, candidate: Candidate | null, typed: string, now: Date): Promise<boolean> {
  const open = candidate && !shutOf(candidate, now);
  const active = open && candidate.state === 'active' && candidate.password_hash;
  const byPassword = await verifyPassword(active ? (candidate.password_hash as string) : await dummyHash(), typed);
  if (active) return byPassword;
  if (!open || candidate.state !== 'provisional' || !candidate.secret_hmac) return false;
  return secretHmac(house.secrets, candidate.person_id, typed).equals(candidate.secret_hmac);
}

function refusedMode(grants: Mode, asked: Mode): string {
  if (grants === 'quotidienne')
    return `Votre compte ouvre la Gestion quotidienne, pas l’${MODES[asked]}. La direction peut changer ce droit.`;
  return `Votre compte ouvre votre Espace, pas ${asked === 'quotidienne' ? 'la Gestion quotidienne' : 'l’Administration'}. Choisissez « Mon Espace ».`;
}

async function leave({ db, account }: Visit): Promise<Reply> {
  if (account) await db.raw('select end_sessions(?, ?, null)', [account.id, account.sessionHandle]);
  return { ...redirect('/connexion/'), session: null };
}
