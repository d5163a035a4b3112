import type { FeedItem, Visit } from '@preau/core';
import { myId, pageOf, readable, shownAt } from './thread.ts';

/** For the feed over all the schools of a human (C-20): discussions with something unread. */
export async function toFeed(visit: Visit): Promise<FeedItem[]> {
  const { rows } = await visit.db.raw(
    `select t.id, t.subject, max(${shownAt(visit)}) as at
      from discussions_members m
      join discussions_threads t on t.id = m.thread_id and t.sent_at is not null
      join discussions_messages x on x.thread_id = t.id and ${readable(visit)}
        and x.author_id is distinct from m.person_id and ${shownAt(visit)} > coalesce(m.read_at, '-infinity')
        and ${shownAt(visit)} > coalesce(m.archived_at, '-infinity')
      where m.person_id = ? group by t.id, t.subject order by 3 desc limit 30`,
    [visit.now, myId(visit)],
  );
  return rows.map(({ id, subject, at }: { id: string; subject: string; at: Date }) => ({
    at,
    title: subject,
    path: pageOf(visit, id),
    icon: 'messages-square',
    children: [],
    todo: null,
    unread: true,
  }));
}
