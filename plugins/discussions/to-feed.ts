import type { FeedItem, Visit } from '@preau/core';
import { unread } from './home.ts';
import { pageOf } from './thread.ts';

/** For the feed over all the schools of a human (C-20): discussions with something unread. */
export async function toFeed(visit: Visit): Promise<FeedItem[]> {
  return (await unread(visit)).map(({ id, subject, at }) => ({
    at,
    title: subject,
    path: pageOf(visit, id),
    icon: 'messages-square',
    children: [],
    todo: null,
    unread: true,
  }));
}
