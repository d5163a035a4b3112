import type { FeedItem, Visit } from '@preau/core';
import { AWAY, PUPIL_IDS, RECEIVED, type Received, received } from './documents.ts';
import { pageOf } from './words.ts';

/** For the feed over all the schools of a human (C-20): documents that stand unopened in the locker. */
export async function toFeed(visit: Visit): Promise<FeedItem[]> {
  const { person, services, db } = visit;
  const { query } = await received(visit);
  const rows: Received[] = await query
    .whereNull('r.opened_at')
    .whereRaw(`not ${AWAY}`)
    .orderBy('r.delivered_at', 'desc')
    .limit(30)
    .select(...RECEIVED, db.raw(PUPIL_IDS));
  const mine = person?.kind === 'guardian' && rows.length ? await services.people.concerning(person) : [];
  return rows.map((one) => ({
    at: one.delivered_at,
    title: one.title,
    path: pageOf(visit, one.id),
    icon: 'inbox',
    children: mine.filter(({ id }) => one.pupil_ids.includes(id)).map(({ firstName }) => firstName),
    todo: null,
    unread: true,
  }));
}
