import { drawProvisional, openProvisional } from '../accounts/accounts.ts';
import { audit } from '../audit.ts';
import type { House } from '../container.ts';
import { momentsIn, NAME_COLUMNS, type Named, nameOf } from '../directory/rows.ts';
import { password } from '../form/form.ts';
import {
  get,
  invalid,
  type Mode,
  missing,
  page,
  post,
  type Reply,
  type Route,
  redirect,
  type Visit,
} from '../plugin/contract.ts';
import { inSchool } from '../tenancy/in-school.ts';
import { wrongOwnPassword } from './own-password.ts';
import { endSessions } from './sessions.ts';

const REQUESTS = 'securite.requests';
const HOME = '/gestion/securite/demandes';
const own = {
  password: password('Votre propre mot de passe', {
    hint: 'Celui avec lequel vous vous êtes connecté : il prouve que c’est bien vous.',
    autocomplete: 'current-password',
  }),
};

/** Configuration > Demandes de mot de passe: who waits, and a new provisional secret for each. */
export const requestRoutes = (house: House): Route[] => [
  get('admin', '/demandes', REQUESTS, list),
  get('admin', '/demandes/:id', REQUESTS, async (visit) => {
    const found = await waiting(visit);
    return found ? shown(visit, found, null) : missing();
  }),
  post('admin', '/demandes/:id', REQUESTS, own, (visit) => reset(house, visit), { outside: true }),
  post('admin', '/demandes/:id/classer', REQUESTS, dismiss),
];

type Waiting = Named & { account_id: string; person_id: string; login: string; mode: Mode; why: string; at: Date };

const waitingRows = (db: Visit['db']) =>
  db('password_requests')
    .join('accounts', 'accounts.id', 'password_requests.account_id')
    .join('people', 'people.id', 'accounts.person_id')
    .whereNot('state', 'suspended')
    .select('password_requests.id', 'account_id', 'person_id', 'login', 'mode', 'why', 'at', ...NAME_COLUMNS);

const waiting = ({ db, params }: Visit): Promise<Waiting | undefined> =>
  waitingRows(db).where('password_requests.id', params.id).first();

/** A sign-in of Gestion handed out by a profile would raise that profile's rights: only Administration resets one. */
const mayReset = ({ account }: Visit, { mode }: Waiting): boolean =>
  mode === 'espace' || account?.mode === 'administration';

async function list({ db }: Visit): Promise<Reply> {
  const rows = await waitingRows(db).orderBy('at');
  const requests = rows.map(({ id, login, why, at, ...row }) => ({
    id,
    login,
    pin: why === 'pin',
    at,
    name: nameOf(row),
  }));
  return page('admin/demandes', { requests });
}

function shown(visit: Visit, found: Waiting, secret: { text: string; until: string } | null): Reply {
  const { login, why, at } = found;
  const path = `${HOME}/${visit.params.id}`;
  const data = { name: nameOf(found), login, pin: why === 'pin', at, path, may: mayReset(visit, found), secret };
  return page('admin/demande', data);
}

async function reset(house: House, visit: Visit<{ password: string }>): Promise<Reply> {
  const wrong = await wrongOwnPassword(house, visit, visit.input.password);
  if (wrong) return invalid({ password: wrong });
  return inSchool(house.app, visit.school.id, async (db) => {
    const inside = { ...visit, db };
    const found = await waiting(inside);
    if (!found || !mayReset(inside, found)) return missing();
    await drawProvisional(db, house.secrets, { id: found.account_id, person_id: found.person_id }, visit.now);
    await endSessions(db, found.account_id);
    await audit(db, visit.now, visit, 'Mot de passe réinitialisé (demande)', `${nameOf(found)} (${found.login})`);
    const row = await db('accounts').where({ id: found.account_id }).first('secret_sealed', 'secret_expires_at');
    const text = openProvisional(house.secrets, row, visit.now) ?? '';
    return shown(inside, found, { text, until: momentsIn(visit.school.timezone)(row.secret_expires_at) });
  });
}

async function dismiss(visit: Visit): Promise<Reply> {
  const found = await waiting(visit);
  if (!found) return missing();
  await visit.db('password_requests').where({ id: visit.params.id }).delete();
  await audit(visit.db, visit.now, visit, 'Demande de mot de passe classée', `${nameOf(found)} (${found.login})`);
  return redirect(HOME, `La demande de ${nameOf(found)} est classée. Rien n’est changé.`);
}
