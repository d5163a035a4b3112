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
import { birthField } from './birth.ts';
import { SAMPLE_CODE } from './link.ts';
import { type LiveLink, linkOf, liveLink } from './live-link.ts';
import { proveCode, spendCode, waitWords, wrongDate } from './prove-code.ts';

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
  const { db, params, account, person, school, client } = visit;
  const code = params.code as string;
  if (code === SAMPLE_CODE) return door('auth/etiquette-exemple');
  const row = await linkOf(db, code);
  if (row && row.account_id === account?.id)
    return redirect(stationOf(account) ?? homeOf(account.mode, account.espaces));
  const live = await liveLink(house, visit, db, row);
  if (!live) return over();
  const { first_name, last_name, kind } = live.account;
  const names = live.children.map((one) => one.firstName);
  // C-22: this device knows another school, where this parent may have an account already.
  const elsewhere = client.schools.find((rne) => rne !== school.rne);
  return door('auth/etiquette-ouvrir', {
    code,
    name: `${first_name} ${last_name}`,
    guardian: kind === 'guardian',
    children: names,
    asks: names.length > 0,
    other: account && person ? `${person.firstName} ${person.lastName}` : null,
    elsewhere: kind === 'guardian' && elsewhere ? `/${elsewhere}/autres-comptes/enfant/${school.rne}` : null,
  });
}

async function use(house: House, visit: Visit<{ birth: string }>): Promise<Reply> {
  const tried = await proveCode(house, visit, visit.params.code as string, visit.input.birth, (db, live) =>
    enter(house, db, visit, live),
  );
  if ('done' in tried) return tried.done;
  if ('over' in tried) return over(tried.over === 'five wrong dates');
  return invalid({
    birth:
      'wait' in tried
        ? `${waitWords(tried)}, ou tapez l’identifiant et le mot de passe de l’étiquette.`
        : wrongDate(tried),
  });
}

/** The first use ends all the links of the account, and whatever session this browser had. */
async function enter(house: House, db: Visit['db'], visit: Visit, live: LiveLink): Promise<Reply> {
  if (visit.account) await endSessions(db, visit.account.id, { handle: visit.account.sessionHandle });
  await spendCode(db, house.clock(), live);
  return arrive(house, db, visit, live.account, { mode: 'espace', vers: '', suite: '' });
}

/** For those no birth date proves: the sign-in page with the login typed already. It opens nothing and ends nothing. */
async function fillIn(house: House, visit: Visit): Promise<Reply> {
  const live = await liveLink(house, visit, visit.db, await linkOf(visit.db, visit.params.code as string));
  return live ? signInPage(visit, { login: live.account.login, mode: live.account.mode }) : over();
}
