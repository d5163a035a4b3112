import type { FeedItem, Visit } from '@preau/core';
import { deadline, type Given, givenOf, pageOf, thingsToDo } from './give.ts';
import { takesDeposits } from './words.ts';

/** For the feed over all the schools of a human (C-20): documents that a child still lacks. */
export async function toFeed(visit: Visit): Promise<FeedItem[]> {
  return thingsToDo(await givenOf(visit)).map((given) => {
    const [first] = given as [Given];
    const { document } = first;
    const until = deadline(document, visit);
    return {
      at: document.changed_at,
      title: document.title,
      path: pageOf(visit, first),
      icon: 'files',
      children: given.map(({ child }) => child.firstName),
      todo: takesDeposits(document, visit)
        ? ['À déposer', until?.words].filter(Boolean).join(' ')
        : 'À remettre à l’école',
      unread: false,
    };
  });
}
