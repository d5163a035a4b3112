import { audit } from '../audit.ts';
import { arrive, homeOf } from '../auth/arrive.ts';
import { stationOf } from '../auth/first-steps.ts';
import { endSessions } from '../auth/sessions.ts';
import { signInPage } from '../auth/sign-in.ts';
import type { House } from '../container.ts';
import {
  definePlugin,
  get,
  invalid,
  type Page,
  type Plugin,
  page,
  post,
  type Reply,
  redirect,
  type Visit,
} from '../plugin/contract.ts';
import { counted } from '../table/problem.ts';
import { inSchool } from '../tenancy/in-school.ts';
import { birthField } from './birth.ts';
import { SAMPLE_CODE } from './link.ts';
import { holdLink, LINK_TRIES, type LiveLink, linkOf, liveLink } from './live-link.ts';

const form = { birth: birthField };
const open = { beforeFirst: true } as const;

/** What a QR code opens (DESIGN 17): looking at it changes nothing; a birth date opens the account, once. */
export const keyDoor = (house: House): Plugin =>
  definePlugin({
    name: 'c',
    title: 'Étiquettes et QR codes',
    privacy: [
      {
        column: 'account_keys.*',
        purpose: 'Savoir à qui une étiquette ou un e-mail de connexion a été remis, et n’ouvrir le compte qu’une fois',
        retention: '90 jours après la fin du code',
        export: 'masked',
        erase: 'with-person',
      },
    ],
    routes: [
      get('public', '/', 'anyone', () => door('auth/etiquette'), open),
      get('public', '/:code', 'anyone', (visit) => show(house, visit), open),
      post('public', '/:code', 'anyone', form, (visit) => use(house, visit), { ...open, outside: true }),
      post('public', '/:code/connexion', 'anyone', (visit) => fillIn(house, visit), open),
    ],
  });

const door = (view: string, data: object = {}): Page => ({ ...page(view, data), layout: 'door' });

/** One page whatever has ended the code, or if there never was one; it names nobody. */
const over = (spent = false): Page => ({ ...door('auth/etiquette-perdue', { spent }), status: 410 });

async function show(house: House, visit: Visit): Promise<Reply> {
  const { db, params, account, person } = visit;
  const code = params.code as string;
  if (code === SAMPLE_CODE) return door('auth/etiquette-exemple');
  const row = await linkOf(db, code);
  if (row && row.account_id === account?.id)
    return redirect(stationOf(account) ?? homeOf(account.mode, account.espaces));
  const live = await liveLink(house, visit, db, row);
  if (!live) return over();
  const { first_name, last_name, kind } = live.account;
  const names = live.children.map((one) => one.firstName);
  return door('auth/etiquette-ouvrir', {
    code,
    name: `${first_name} ${last_name}`,
    guardian: kind === 'guardian',
    children: names,
    asks: names.length > 0,
    other: account && person ? `${person.firstName} ${person.lastName}` : null,
  });
}

async function use(house: House, visit: Visit<{ birth: string }>): Promise<Reply> {
  const { school, client, params } = visit;
  const inside = <T>(work: (db: Visit['db']) => Promise<T>) => inSchool(house.app, school.id, work);
  const found = await inside((db) => linkOf(db, params.code as string));
  const blocked = await house.limits.blockedAddress(client.address);
  if (blocked) return wait(blocked);
  if (!found) {
    await house.limits.failFrom(client.address);
    return over();
  }
  const who = `${school.id} ${found.account_id}`;
  const left = await house.limits.take('qr', who);
  if (!left.ok) return wait(left.minutes);
  const done = await inside(async (db) => {
    const live = await holdLink(house, visit, db, found);
    if (!live) return over();
    if (!live.children.some((child) => child.birthDate === visit.input.birth)) return wrong(house, db, live);
    return enter(house, db, visit, live);
  });
  if (typeof done === 'object') {
    if (done.reply === 'redirect') await house.limits.clear('qr', who);
    return done;
  }
  await house.limits.failFrom(client.address);
  if (!done) return over(true);
  return invalid({
    birth: `Ce n’est pas la date que l’école a notée. Vérifiez le jour, le mois et l’année. Il reste ${counted(done, 'essai')}.`,
  });
}

const wait = (minutes: number): Reply =>
  invalid({
    birth: `Trop d’essais. Attendez ${counted(minutes, 'minute')}, ou tapez l’identifiant et le mot de passe de l’étiquette.`,
  });

/** @returns the tries that are left. */
async function wrong(house: House, db: Visit['db'], { row, account }: LiveLink): Promise<number> {
  const tries = row.tries + 1;
  const now = house.clock();
  await db('account_keys')
    .where({ id: row.id })
    .update({ tries, dead_at: tries < LINK_TRIES ? null : now });
  if (tries < LINK_TRIES) return LINK_TRIES - tries;
  const who = `${account.first_name} ${account.last_name}`;
  await audit(
    db,
    now,
    { account, person: null, who },
    'Étiquette : cinq dates fausses, le code ne sert plus',
    account.login,
  );
  return 0;
}

/** The first use ends all the links of the account, and whatever session this browser had. */
async function enter(house: House, db: Visit['db'], visit: Visit, { row, account }: LiveLink): Promise<Reply> {
  const now = house.clock();
  await db('account_keys').where({ account_id: account.id, used_at: null, dead_at: null }).update({ dead_at: now });
  await db('account_keys').where({ id: row.id }).update({ used_at: now, dead_at: null });
  if (visit.account) await endSessions(db, visit.account.id, { handle: visit.account.sessionHandle });
  const who = `${account.first_name} ${account.last_name}`;
  await audit(db, now, { account, person: null, who }, 'Code de l’étiquette utilisé', account.login);
  return arrive(house, db, visit, account, { mode: 'espace', vers: '', suite: '' });
}

/** For those no birth date proves: the sign-in page with the login typed already. It opens nothing and ends nothing. */
async function fillIn(house: House, visit: Visit): Promise<Reply> {
  const live = await liveLink(house, visit, visit.db, await linkOf(visit.db, visit.params.code as string));
  return live ? signInPage(visit, { login: live.account.login, mode: live.account.mode }) : over();
}
