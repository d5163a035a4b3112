import { type FeedItem, page, type Reply, type Visit } from '@preau/core';
import { byMonth, type Event, forAnyone, forEspaces, shown, today, yearBegins } from './events.ts';
import { homeOf } from './words.ts';

const mine = ({ db, espace }: Visit) => forEspaces(db, espace ? [espace] : []);
const comingOf = (visit: Visit): Promise<Event[]> => mine(visit).where('last_day', '>=', today(visit));

/** « Agenda » in an Espace: what is to come, then what is past of this school year. */
export async function showAgenda(visit: Visit): Promise<Reply> {
  const past: Event[] = await mine(visit)
    .where('last_day', '<', today(visit))
    .where('last_day', '>=', yearBegins(visit));
  return page('agenda/agenda', {
    coming: byMonth((await comingOf(visit)).map(shown)),
    past: byMonth(past.toReversed().map(shown)),
    total: past.length,
    calendar: visit.options.calendar === false ? null : `${homeOf(visit.espace)}/calendrier`,
  });
}

const ON_HOME = 4;

/** On the home of an Espace; on the page of one child there is nothing of his own to show. */
export async function homeBlock(visit: Visit) {
  if (visit.pupil) return null;
  const next: Event[] = await comingOf(visit).then((all) => all.slice(0, ON_HOME));
  return next.length ? { list: next.map(shown), all: `${homeOf(visit.espace)}/` } : null;
}

const ON_PAGE = 6;

/** On the Page établissement: the next of those the school shows to anyone (F10-5). */
export async function publicBlock(visit: Visit) {
  const next: Event[] = await forAnyone(visit.db).where('last_day', '>=', today(visit)).limit(ON_PAGE);
  return next.length ? { list: next.map(shown) } : null;
}

const IN_FEED = 10;

/** For the feed over all the schools of a human (C-20): what was added and is still to come. */
export async function toFeed(visit: Visit): Promise<FeedItem[]> {
  const next = (await comingOf(visit)).slice(0, IN_FEED);
  return next.map((one) => ({
    at: one.made_at,
    title: `${one.title} : ${shown(one).when}`,
    path: `${homeOf(visit.espace)}/`,
    icon: 'calendar-days',
    children: [],
    todo: null,
    unread: false,
  }));
}
