import { MODES } from '../access/espaces.ts';
import { audit } from '../audit.ts';
import type { House } from '../container.ts';
import { hidden, password } from '../form/form.ts';
import { isId } from '../identifier.ts';
import { appearanceRoute } from '../looks/appearance.ts';
import { onPhone } from '../phone/on-phone.ts';
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
import { looksAt } from '../see-as/told.ts';
import { isCommune } from '../tenancy/communes.ts';
import { inSchool } from '../tenancy/in-school.ts';
import { inHisPlace } from '../web/his-place.ts';
import { homeOf } from './arrive.ts';
import { chosen, refusal, rulesFor } from './chosen-password.ts';
import { deviceRoutes } from './devices.ts';
import { stationOf, stepsOf } from './first-steps.ts';
import { asksForMeasure, MEASURE_NAMES, type Measure, offeredTo } from './measures.ts';
import { wrongOwnPassword } from './own-password.ts';
import { hashPassword } from './passwords.ts';
import { measureRoutes } from './security.ts';
import { deviceWords, endSessions, listSessions } from './sessions.ts';
import { withPassword } from './without-password.ts';

const changed = { current: password('Mot de passe actuel', { autocomplete: 'current-password' }), ...chosen };

/** « Mon compte »: password, sessions; and the first sign-in that every other address leads to (F02-04 to F02-12, F02-23). */
export function myAccount(house: House): Plugin {
  return definePlugin({
    name: 'compte',
    title: 'Mon compte',
    privacy: [],
    routes: [
      get('public', '/', 'signed-in', (visit) => showAccount(house, visit)),
      post('public', '/', 'signed-in', changed, (visit) => changePassword(house, visit), { outside: true }),
      post('public', '/sessions', 'signed-in', { handle: hidden() }, endSession, { back: '/', as: 'ending' }),
      get('public', '/mot-de-passe', 'signed-in', (visit) => showFirst(house, visit), { beforeFirst: true }),
      post('public', '/mot-de-passe', 'signed-in', chosen, (visit) => choosePassword(house, visit), {
        outside: true,
        beforeFirst: true,
      }),
      appearanceRoute,
      ...measureRoutes(house),
      ...deviceRoutes(house),
    ],
  });
}

async function showAccount(house: House, visit: Visit): Promise<Reply> {
  const { db, account, person, now } = visit;
  const signed = account as Account;
  const sessions = (await listSessions(db, signed.id, now)).map((one) => ({
    handle: one.handle,
    device: deviceWords(one.agent),
    mode: MODES[one.mode],
    since: one.created_at,
    seen: one.last_seen_at,
    here: one.handle === signed.sessionHandle,
  }));
  const { measure, password_hash } = await db('accounts').where({ id: signed.id }).first('measure', 'password_hash');
  const data = {
    measure: MEASURE_NAMES[measure as Measure],
    login: signed.login,
    mode: MODES[signed.mode],
    profile: signed.profile,
    sessions,
    others: sessions.length - 1,
    looks: await looksAt(visit),
    onPhone:
      signed.mode === 'espace' && onPhone(house.modules.of(visit.school), signed, signed.espaces[0] ?? null).installs,
    rules: rulesFor(nameOf(signed, person as Person), null),
    withoutPassword: password_hash === null,
    town: isCommune(visit.school),
  };
  const values = { display: { appearance: signed.appearance } };
  return inHisPlace(signed, 'auth/compte', data, values);
}

async function showFirst(house: House, visit: Visit): Promise<Reply> {
  const account = visit.account as Account;
  const person = visit.person as Person;
  if (account.state !== 'provisional') return redirect(stationOf(account) ?? '/compte/');
  const sent = visit.input as { password?: string; again?: string } | null;
  const typed = sent && {
    password: sent.password ?? '',
    again: sent.again ?? '',
    current: await provisional(house, visit.db, account.id),
  };
  return {
    ...page('auth/mot-de-passe', {
      steps: stepsOf(visit.school, account, person),
      firstName: person.firstName,
      rules: rulesFor(nameOf(account, person), typed),
    }),
    layout: 'door',
  };
}

const nameOf = ({ login }: Account, { lastName, firstName }: Person) => ({ login, lastName, firstName });

/** The secret of the label in clear, to tell whether it is typed again as the new password. */
async function provisional(house: House, db: Visit['db'], accountId: string): Promise<string | null> {
  const row = await db('accounts').where({ id: accountId }).first('secret_sealed');
  return row?.secret_sealed ? house.secrets.open('provisional', row.secret_sealed) : null;
}

async function choosePassword(house: House, visit: Visit<{ password: string; again: string }>): Promise<Reply> {
  const { account, person } = visit as { account: Account; person: Person };
  if (account.state !== 'provisional') return redirect('/compte/');
  const current = await inSchool(house.app, visit.school.id, (db) => provisional(house, db, account.id));
  const refused = refusal(nameOf(account, person), visit.input, current);
  if (refused) return refused;
  const hash = await hashPassword(visit.input.password);
  const nextStep = asksForMeasure(offeredTo(visit.school, person.kind, account.grants)) ? 'measure' : null;
  return inSchool(house.app, visit.school.id, async (db) => {
    // The provisional secret is erased: no label and no backup can open the account any more.
    const done = await db('accounts').where({ id: account.id, state: 'provisional' }).update({
      state: 'active',
      password_hash: hash,
      secret_hmac: null,
      secret_sealed: null,
      secret_expires_at: null,
      next_step: nextStep,
    });
    if (!done) return redirect('/compte/');
    await endSessions(db, account.id, { keep: account.sessionHandle });
    await audit(db, visit.now, { account, person }, 'Mot de passe personnalisé (première connexion)');
    return redirect(
      stationOf({ state: 'active', nextStep }) ?? homeOf(account.mode, account.espaces),
      'Votre mot de passe est enregistré. Le mot de passe provisoire ne sert plus.',
    );
  });
}

async function changePassword(
  house: House,
  visit: Visit<{ current: string; password: string; again: string }>,
): Promise<Reply> {
  const { account, person, input } = visit as typeof visit & { account: Account; person: Person };
  const wrong = await wrongOwnPassword(house, visit, input.current);
  if (wrong) return invalid({ current: wrong });
  const refused = refusal(nameOf(account, person), input, input.current);
  if (refused) return refused;
  const hash = await hashPassword(input.password);
  return inSchool(house.app, visit.school.id, async (db) => {
    await db('accounts')
      .where({ id: account.id })
      .update(withPassword(db, hash, visit.school, person.kind, account.grants));
    // One's own change ends all the other sessions (case B15).
    const ended = await endSessions(db, account.id, { keep: account.sessionHandle });
    await audit(db, visit.now, { account, person }, 'Mot de passe changé');
    const text = ended
      ? `Votre mot de passe est changé. ${ended} autre${ended > 1 ? 's' : ''} connexion${ended > 1 ? 's' : ''} fermée${ended > 1 ? 's' : ''}.`
      : 'Votre mot de passe est changé.';
    return redirect('/compte/', text);
  });
}

async function endSession({ db, account, input, person, now }: Visit<{ handle: string }>): Promise<Reply> {
  const { id, sessionHandle } = account as Account;
  if (input.handle === 'autres') await endSessions(db, id, { keep: sessionHandle });
  else if (isId(input.handle)) await endSessions(db, id, { handle: input.handle });
  await audit(db, now, { account, person }, 'Connexion fermée depuis Mon compte');
  if (input.handle === sessionHandle) return { ...redirect('/connexion/'), session: null };
  return redirect(
    '/compte/',
    input.handle === 'autres' ? 'Les autres connexions sont fermées.' : 'La connexion est fermée.',
  );
}
