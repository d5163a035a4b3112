import { dayInWords, type FeedItem, type Visit } from '@preau/core';
import { isDue, isUnread, mustSign, type Received, received } from './received.ts';
import { homeOf } from './words.ts';

/** As many as a feed over several schools takes of one. */
const MOST = 30;

/** For the feed over all the schools of a human (C-20): what is to be signed or answered, then the last informations. */
export async function toFeed(visit: Visit): Promise<FeedItem[]> {
  const all = await received(visit);
  const due = all.filter((one) => isDue(one, visit));
  const rest = all.filter((one) => !isDue(one, visit)).slice(0, MOST);
  return [...due, ...rest].map((one) => ({
    at: one.delivered_at,
    title: one.title,
    path: `${homeOf(visit)}/lire/${one.id}`,
    icon: one.kind === 'survey' ? 'list' : (one.icon ?? 'megaphone'),
    children: one.children.map(({ firstName }) => firstName),
    todo: isDue(one, visit) ? todo(one) : null,
    unread: isUnread(one),
  }));
}

function todo(one: Received): string {
  const act = mustSign(one) ? 'À signer' : 'À répondre';
  const last = one.kind === 'survey' ? one.closes_on : one.to_day;
  return last ? `${act} jusqu’au ${dayInWords(last)}` : act;
}
