import type { FeedItem, Visit } from '@preau/core';
import { deadline, givenOf, isDue, pageOf } from './give.ts';
import { takesDeposits } from './words.ts';

/** For the feed over all the schools of a human (C-20): documents that a child still lacks. */
export async function toFeed(visit: Visit): Promise<FeedItem[]> {
  const due = (await givenOf(visit)).filter(isDue);
  return due.map((one) => ({
    at: one.document.changed_at,
    title: one.document.title,
    path: pageOf(visit, one),
    icon: 'files',
    children: [one.child.firstName],
    todo: takesDeposits(one.document, visit)
      ? (deadline(one.document, visit)?.text.replace(/^J/, 'À déposer j') ?? 'À déposer')
      : 'À remettre à l’école',
    unread: false,
  }));
}
