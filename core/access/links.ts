import { audit } from '../audit.ts';
import type { House } from '../container.ts';
import { momentsIn } from '../directory/rows.ts';
import { hidden } from '../form/form.ts';
import {
  type Account,
  definePlugin,
  get,
  type Plugin,
  post,
  type Reply,
  redirect,
  type Visit,
} from '../plugin/contract.ts';
import { enterSchool } from '../tenancy/in-school.ts';
import { type Hat, schoolWithin } from '../tenancy/schools.ts';
import { placesOf } from '../views/chrome.ts';
import { inHisPlace } from '../web/his-place.ts';
import { espacesOf } from './espaces.ts';
import { type Linked, linkedTo, stateOf } from './linked.ts';
import { addRoutes } from './links-add.ts';
import { hatRoutes } from './links-hat.ts';

const HOME = '/autres-comptes/';

/**
 * « Mes autres comptes » (DESIGN 17): a human with several hats, or with children in two schools, proves another account
 * by its own login and password or by the code of its label, then changes from one to the other.
 */
export const otherAccounts = (house: House): Plugin =>
  definePlugin({
    name: 'autres-comptes',
    title: 'Mes autres comptes',
    privacy: [
      {
        column: 'account_links.*',
        purpose:
          'Passer d’un de ses comptes à l’autre sans se reconnecter, dans une école ou dans plusieurs ; aucune école ne voit les comptes d’une autre',
        retention: 'Jusqu’à ce que la personne retire le lien, ou au départ de l’école',
        export: 'yes',
        erase: 'delete',
      },
    ],
    routes: [
      get('public', '/', 'signed-in', (visit) => show(house, visit)),
      post('public', '/retirer', 'signed-in', { account: hidden(), school: hidden() }, unlink, {
        back: '/',
        as: 'unlinking',
      }),
      ...addRoutes(house),
      ...hatRoutes(house),
    ],
  });

async function show(house: House, visit: Visit): Promise<Reply> {
  const { db, school, now } = visit;
  const account = visit.account as Account;
  const rows = await linkedTo(db, account);
  const others = rows.filter((one) => !isMine(one, visit));
  const moment = momentsIn(school.timezone);
  const hats: Hat[] = [];
  for (const one of others.filter((other) => stateOf(other, now) === 'open'))
    hats.push({
      school: one.school_id === school.id ? null : await schoolWithin(db, one.rne),
      accountId: one.account_id,
      login: one.login,
      mode: one.mode,
      espaces: espacesOf(one),
    });
  // Reading another school's settings turns the transaction to it.
  await enterSchool(db, school.id);
  return inHisPlace(account, 'auth/autres-comptes', {
    login: account.login,
    others: others.map((one) => ({
      id: one.account_id,
      login: one.login,
      name: nameOf(one),
      rne: one.school_id === school.id ? '' : one.rne,
      elsewhere: one.school_id === school.id ? '' : one.school,
      since: moment(one.proven_at),
      state: stateOf(one, now),
    })),
    doors: placesOf(account, house.modules, school, hats).filter((one) => one.hat),
    suspended: rows.some((one) => isMine(one, visit) && one.suspended),
    links: visit.person?.kind !== 'pupil',
  });
}

const isMine = (one: Linked, { school, account }: Visit): boolean =>
  one.school_id === school.id && one.account_id === account?.id;

const nameOf = (one: Linked) => `${one.first_name} ${one.last_name}`;

const GONE = 'Ce lien n’existe plus.';

async function unlink(visit: Visit<{ account: string; school: string }>): Promise<Reply> {
  const { db, now, input, school } = visit;
  const account = visit.account as Account;
  // Two at once cannot each count on the other’s password.
  await db.raw("select pg_advisory_xact_lock(hashtext('account_links'))");
  const all = await linkedTo(db, account);
  const other = all.find(
    (one) =>
      one.account_id === input.account && (one.rne === input.school || (!input.school && one.rne === school.rne)),
  );
  if (!other) return redirect(HOME, GONE);
  const stranded = await leftWithoutKey(visit, all, other);
  if (stranded) return stranded;
  const both = [account.id, other.school_id, other.account_id, account.sessionHandle];
  const { rows } = await db.raw('select unlink_account(?, ?, ?, ?) as done', both);
  if (!rows[0].done) return redirect(HOME, GONE);
  const words = `Le compte ${other.login} n’est plus relié. Il s’ouvre avec son mot de passe.`;
  if (other.school_id === school.id) {
    await audit(db, now, visit, 'Lien entre comptes retiré', `${account.login} et ${other.login}`);
    return redirect(HOME, words);
  }
  await audit(db, now, visit, 'Lien avec un compte d’une autre école retiré', account.login);
  await enterSchool(db, other.school_id);
  const by = { account: { id: other.account_id }, person: null, who: nameOf(other) };
  await audit(db, now, by, 'Lien avec un compte d’une autre école retiré', other.login);
  await enterSchool(db, school.id);
  return redirect(HOME, words);
}

/**
 * An account opened by its label has no password (C-22): it opens from another of them or not at all, so that it chooses
 * one before the last link to a password goes. @returns the refusal, null when nobody is left before a shut door.
 */
async function leftWithoutKey(visit: Visit, all: Linked[], gone: Linked): Promise<Reply | null> {
  const open = all.filter((one) => stateOf(one, visit.now) === 'open');
  const bare = await withoutPassword(visit, open);
  const rest = open.filter((one) => one !== gone);
  const [stranded] = rest.every((one) => bare.includes(one)) ? bare : bare.filter((one) => one === gone);
  if (!stranded) return null;
  const why = 'n’a pas encore de mot de passe : sans ce lien, rien ne l’ouvrirait.';
  return isMine(stranded, visit)
    ? redirect(HOME, {
        text: `Le compte ${stranded.login} ${why} Choisissez d’abord un mot de passe dans Mon compte.`,
        link: { to: '/compte/', title: 'Mon compte' },
      })
    : redirect(
        HOME,
        `Le compte ${stranded.login} ${why} Passez à ce compte, puis choisissez d’abord un mot de passe dans Mon compte.`,
      );
}

async function withoutPassword({ db, school }: Visit, accounts: Linked[]): Promise<Linked[]> {
  const bare: Linked[] = [];
  for (const one of accounts) {
    await enterSchool(db, one.school_id);
    if (await db('accounts').where({ id: one.account_id, password_hash: null }).first('id')) bare.push(one);
  }
  await enterSchool(db, school.id);
  return bare;
}
