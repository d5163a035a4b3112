import type { House } from '../container.ts';
import {
  type Account,
  definePlugin,
  get,
  type Job,
  type Person,
  type PersonalData,
  type Plugin,
  post as posting,
  type Reply,
  redirect,
  type Visit,
} from '../plugin/contract.ts';
import { inHisPlace } from '../web/his-place.ts';
import { choiceRoutes } from './choices.ts';
import { BELL } from './notices.ts';
import { categoriesFor, placeOf } from './open-to.ts';
import { post } from './post.ts';

const PAGE = 50;
const kept = (column: string, purpose: string, retention: string): PersonalData => ({
  column,
  purpose,
  retention,
  export: 'yes',
  erase: 'with-person',
});

/** The bell, its page, and each one's choice of how to be told (C-05, C-06). */
export const notifications = (house: House): Plugin =>
  definePlugin({
    name: BELL,
    title: 'Notifications',
    privacy: [
      kept('notices.*', 'Dire à chacun ce qui est nouveau pour lui', 'Un an'),
      kept('notice_choices.*', 'Prévenir chacun comme il le souhaite', 'Tant que la personne est à l’école'),
    ],
    routes: [
      get('public', '/', 'signed-in', (visit) => show(house, visit)),
      posting('public', '/lues', 'signed-in', (visit) => readAll(visit), { back: '/' }),
      ...choiceRoutes(house),
    ],
    jobs: { post: (job) => post(house, job) },
    nightly: { purge },
  });

const shown = ({ db, person, now }: Visit) =>
  db('notices')
    .where({ person_id: (person as Person).id })
    .where('at', '<=', now);

async function show(house: House, visit: Visit): Promise<Reply> {
  const { school, query } = visit;
  const account = visit.account as Account;
  const open = categoriesFor(house.modules, school, account);
  const at = Math.min(Math.max(1, Number.parseInt(query.get('page') ?? '1', 10) || 1), 10_000);
  const mine = () => shown(visit).whereIn('category', [...open.keys()]);
  const rows = await mine()
    .orderBy([{ column: 'at', order: 'desc' }, 'title'])
    .limit(PAGE + 1)
    .offset((at - 1) * PAGE);
  const [counted] = await mine().whereNull('read_at').count('id as n');
  const list = rows.slice(0, PAGE).map((row) => ({
    id: row.id,
    title: row.title,
    category: open.get(row.category),
    at: row.at,
    urgent: row.urgent,
    fresh: !row.read_at,
    place: placeOf(house.modules, school, account, row.path),
  }));
  return inHisPlace(account, 'notices/liste', {
    list,
    fresh: Number(counted?.n ?? 0),
    newer: at > 1 ? String(at - 1) : null,
    older: rows.length > PAGE ? String(at + 1) : null,
  });
}

async function readAll(visit: Visit): Promise<Reply> {
  await shown(visit).whereNull('read_at').update({ read_at: visit.now });
  return redirect('/notifications/', 'Toutes les notifications sont marquées comme lues.');
}

async function purge(job: Job): Promise<void> {
  const aYearAgo = new Date(job.now.getTime() - 365 * 86_400_000);
  await job.step(({ db }) => db('notices').where('at', '<', aYearAgo).delete());
}
