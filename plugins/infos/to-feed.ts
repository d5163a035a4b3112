// For the feed of all schools together (core/feed); what this module shows of itself in one school is in feed.ts.
import type { FeedItem, Visit } from '@preau/core';
import { parted } from './feed.ts';
import { dueWords } from './reading.ts';
import { isUnread, type Received } from './received.ts';
import { homeOf } from './words.ts';

/** As many as a feed over several schools takes of one. */
const MOST = 30;

/** For the feed over all the schools of a human (C-20): what is to be signed or answered, then the last informations. */
export async function toFeed(visit: Visit): Promise<FeedItem[]> {
  const { due, rest } = await parted(visit);
  const item = (one: Received, todo: string | null): FeedItem => ({
    at: one.delivered_at,
    title: one.title,
    path: `${homeOf(visit)}/lire/${one.id}`,
    icon: one.kind === 'survey' ? 'list' : (one.icon ?? 'megaphone'),
    children: one.children.map(({ firstName }) => firstName),
    todo,
    unread: isUnread(one),
  });
  return [...due.map((one) => item(one, dueWords(one))), ...rest.slice(0, MOST).map((one) => item(one, null))];
}
