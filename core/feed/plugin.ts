import { dayIn, dayTitle } from '../clock.ts';
import type { Container } from '../container.ts';
import {
  type Account,
  definePlugin,
  get,
  type Plugin,
  type Reply,
  type Transaction,
  type Visit,
} from '../plugin/contract.ts';
import { inHisPlace } from '../web/his-place.ts';
import { type FeedLine, type Gathered, gather } from './lines.ts';

const DAY = 86_400_000;
/** What asks for nothing and is older is no news. */
const NEWS_DAYS = 30;
/** As many as a home shows. */
const FIRST = 3;
const TITLE = 'Dans mes autres écoles';
const AND = new Intl.ListFormat('fr', { type: 'conjunction' });

/** One feed over all the schools of a human (C-20, C-27, C-28), and what of it stands on the home of an Espace. */
export const feed = (container: () => Container): Plugin =>
  definePlugin({
    name: 'fil',
    title: 'Toutes mes écoles',
    privacy: [],
    routes: [get('public', '/', 'signed-in', (visit) => show(container(), visit))],
    blocks: [
      {
        ...{ place: 'espace/a-faire', title: TITLE, allow: 'signed-in', view: 'fil/_demandes', last: true },
        data: (visit) => asked(container(), visit),
      },
      {
        ...{ place: 'espace/accueil', title: TITLE, allow: 'signed-in', view: 'fil/_ailleurs', last: true },
        data: (visit) => elsewhere(container(), visit),
      },
    ],
  });

/** What is asked first, the newest first; then what is new, day by day. */
async function show(container: Container, visit: Visit): Promise<Reply> {
  const { lines, shut, suspended } = await gather(container, visit, { own: true, which: () => true });
  const { due, news } = parted(visit, lines);
  const days = Map.groupBy(news, (one) => dayIn(one.at, visit.school.timezone));
  return inHisPlace(visit.account as Account, 'fil/fil', {
    due: due.map(entry),
    days: [...days].map(([day, some]) => ({
      title: dayTitle(day, visit.now, visit.school.timezone),
      list: some.map(entry),
    })),
    shut,
    suspended,
    links: visit.person?.kind !== 'pupil',
  });
}

/** Other schools, read once for all the blocks of a home; null for whoever has none. */
function others(container: Container, visit: Visit): Promise<Gathered | null> {
  let read = READ.get(visit.db);
  if (!read) {
    const which = (one: { school_id: string }) => one.school_id !== visit.school.id;
    read = visit.account?.viewing
      ? Promise.resolve(null)
      : gather(container, visit, { own: false, which }).then((one) => (one.read || one.suspended.length ? one : null));
    READ.set(visit.db, read);
  }
  return read;
}
const READ = new WeakMap<Transaction, Promise<Gathered | null>>();

/** On the home of an Espace, among what is asked: what other schools ask. */
async function asked(container: Container, visit: Visit) {
  const read = await others(container, visit);
  const due = read ? parted(visit, read.lines).due : [];
  if (!due.length) return null;
  return { due: due.length, shown: due.slice(0, FIRST).map(entry), beyond: Math.max(0, due.length - FIRST) };
}

/** On the home of an Espace, at its foot: how many things wait in other schools, and the first that are new. */
async function elsewhere(container: Container, visit: Visit) {
  const read = await others(container, visit);
  if (!read) return null;
  const { due, news } = parted(visit, read.lines);
  const fresh = news.filter((one) => one.unread);
  return {
    asked: due.length,
    fresh: fresh.length,
    shown: fresh.slice(0, FIRST).map(entry),
    suspended: read.suspended,
  };
}

function parted({ now }: Visit, lines: FeedLine[]): { due: FeedLine[]; news: FeedLine[] } {
  const sorted = lines.toSorted((a, b) => b.at.getTime() - a.at.getTime());
  const since = now.getTime() - NEWS_DAYS * DAY;
  return {
    due: sorted.filter((one) => one.todo),
    news: sorted.filter((one) => !one.todo && (one.unread || one.at.getTime() > since)),
  };
}

const entry = (one: FeedLine) => ({ ...one, children: AND.format(one.children) });
