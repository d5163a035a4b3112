import { audit } from '../audit.ts';
import type { House } from '../container.ts';
import { hidden, text } from '../form/form.ts';
import { isId } from '../identifier.ts';
import {
  type Account,
  get,
  invalid,
  type Person,
  page,
  post,
  type Reply,
  type Route,
  redirect,
  type Visit,
} from '../plugin/contract.ts';
import { inHisPlace } from '../web/his-place.ts';
import { homeOf } from './arrive.ts';
import { deviceHmac } from './candidate.ts';
import { stationOf, stepsOf } from './first-steps.ts';
import { deviceWords } from './sessions.ts';

const named = {
  name: text('Sous le nom', { max: 60, hint: 'Par exemple Domicile, ou Salle 215. Ce nom n’est que pour vous.' }),
};
type Signed<I = unknown> = Visit<I> & { account: Account; person: Person };
/** Recognised devices (F02-20, F02-22): the last station of a first sign-in, and a page of « Mon compte ». */
export const deviceRoutes = (house: House): Route[] => [
  get('public', '/appareil', 'signed-in', (visit) => station(visit as Signed), { beforeFirst: true }),
  post('public', '/appareil', 'signed-in', named, (visit) => finish(house, visit as never), { beforeFirst: true }),
  post('public', '/appareil/sans', 'signed-in', (visit) => finish(house, visit as never), { beforeFirst: true }),
  get('public', '/appareils', 'signed-in', (visit) => list(house, visit as Signed)),
  post('public', '/appareils', 'signed-in', named, (visit) => register(house, visit as never)),
  post('public', '/appareils/nom', 'signed-in', { id: hidden(), ...named }, (visit) => rename(visit as never), {
    back: '/appareils',
    as: 'renaming',
  }),
  post('public', '/appareils/oubli', 'signed-in', { id: hidden() }, (visit) => forget(visit as never), {
    back: '/appareils',
    as: 'forgetting',
  }),
];

function station({ account, person, school, client }: Signed): Reply {
  if (account.nextStep !== 'device') return redirect(stationOf(account) ?? '/compte/appareils');
  const values = { form: { name: deviceWords(client.agent) } };
  const data = { steps: stepsOf(school, account, person) };
  return { ...page('auth/appareil', data, undefined, values), layout: 'door' };
}

/** F02-23: the home page comes next, whether the device is kept or not. */
async function finish(house: House, visit: Signed<{ name?: string }>): Promise<Reply> {
  const { account, db, input } = visit;
  if (account.nextStep !== 'device') return redirect(stationOf(account) ?? '/compte/appareils');
  const { name } = input;
  if (name) await keep(house, visit, name);
  await db('accounts').where({ id: account.id }).update({ next_step: null });
  return redirect(homeOf(account.mode, account.espaces), name ? `« ${name} » est reconnu.` : undefined);
}

async function keep(house: House, { db, account, person, client, now }: Signed, name: string): Promise<void> {
  await db('devices')
    .insert({ account_id: account.id, device_hmac: deviceHmac(house, client.device), name, last_at: now })
    .onConflict(['school_id', 'account_id', 'device_hmac'])
    .merge(['name', 'last_at']);
  await audit(db, now, { account, person }, 'Appareil reconnu ajouté', name);
}

async function list(house: House, { db, account, client }: Signed): Promise<Reply> {
  const here = deviceHmac(house, client.device);
  const rows = await db('devices').where({ account_id: account.id }).whereNotNull('name').orderBy('last_at', 'desc');
  const devices = rows.map((row) => ({
    id: row.id,
    name: row.name,
    seen: row.last_at,
    here: here.equals(row.device_hmac),
  }));
  const signIns = await db('sign_ins')
    .where({ account_id: account.id })
    .orderBy('at', 'desc')
    .limit(10)
    .select('at', 'device', 'notice');
  const { measure } = await db('accounts').where({ id: account.id }).first('measure');
  const data = { devices, signIns, unknownHere: !devices.some((one) => one.here), pin: measure === 'pin' };
  const values = { form: { name: deviceWords(client.agent) } };
  return inHisPlace(account, 'auth/appareils', data, values);
}

async function register(house: House, visit: Signed<{ name: string }>): Promise<Reply> {
  await keep(house, visit, visit.input.name);
  return redirect('/compte/appareils', `« ${visit.input.name} » est reconnu.`);
}

async function rename({ db, account, input }: Signed<{ id: string; name: string }>): Promise<Reply> {
  const { id, name } = input;
  const done = isId(id) ? await db('devices').where({ id, account_id: account.id }).update({ name }) : 0;
  return done ? redirect('/compte/appareils', `L’appareil s’appelle « ${name} ».`) : invalid({ _: GONE });
}

async function forget({ db, account, person, now, input }: Signed<{ id: string }>): Promise<Reply> {
  const gone = isId(input.id)
    ? await db('devices')
        .where({ id: input.id, account_id: account.id })
        .whereNotNull('name')
        .delete()
        .returning('name')
    : [];
  if (!gone.length) return invalid({ _: GONE });
  await audit(db, now, { account, person }, 'Appareil reconnu oublié', gone[0].name);
  return redirect('/compte/appareils', `« ${gone[0].name} » n’est plus reconnu.`);
}

const GONE = 'Cet appareil n’est plus dans la liste.';
