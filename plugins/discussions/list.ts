import { likePattern, page, plainOf, type Reply, searchKey, type Visit } from '@preau/core';
import { homeOf, MODERATE, mayStart, myId, readable, shownAt } from './thread.ts';

/** Communication > Discussions > Discussions (F15-1): mine, the newest first; unread, search, archives. */
export async function showList(visit: Visit): Promise<Reply> {
  const { db, now, query } = visit;
  const me = myId(visit);
  const archived = query.get('archives') === 'oui';
  const q = query.get('q')?.trim().slice(0, 100) ?? '';
  const wanted = q ? likePattern(searchKey(q)) : null;
  const { rows } = await db.raw(
    `select t.id, t.subject, t.closed_at is not null as closed, m.left_at is not null as gone,
        coalesce(last.at, m.joined_at) as at, last.body, last.author, coalesce(unread.n, 0)::int as unread,
        (select count(*)::int from discussions_members o where o.thread_id = t.id and o.left_at is null) as people
      from discussions_members m
      join discussions_threads t on t.id = m.thread_id and t.sent_at is not null
      left join lateral (
        select ${shownAt(visit)} as at, x.body, case when x.author_id is null then 'Compte supprimé'
            when x.author_id = m.person_id then 'Vous'
            else (select concat_ws(' ', civility, coalesce(used_name, last_name)) from people where id = x.author_id) end as author
          from discussions_messages x where x.thread_id = t.id and ${readable(visit)} order by 1 desc, x.at desc limit 1) last on true
      left join lateral (
        select count(*) as n from discussions_messages x where x.thread_id = t.id and ${readable(visit)}
          and x.author_id is distinct from m.person_id and ${shownAt(visit)} > coalesce(m.read_at, '-infinity')) unread on true
      where m.person_id = ? and (m.archived_at is not null and m.archived_at >= coalesce(last.at, m.joined_at)) = ?
        and (last.at is not null or m.sees_from is not null)
        and (?::text is null or t.search_subject like ? or exists (
          select 1 from discussions_messages x where x.thread_id = t.id and ${readable(visit)} and x.search like ?))
      order by at desc limit 200`,
    [now, now, me, archived, wanted, wanted, now, wanted],
  );
  const drafts =
    archived || !mayStart(visit)
      ? []
      : await db('discussions_threads')
          .where({ created_by: me })
          .whereNull('sent_at')
          .orderBy('created_at', 'desc')
          .select('id', 'subject');
  const cut = await visit.services.audience.cut();
  const moderates = !visit.espace && visit.can(MODERATE);
  const reported: string[] = moderates ? await db('discussions_reports').whereNull('handled_at').pluck('id') : [];
  return page('discussions/liste', {
    home: homeOf(visit),
    threads: rows.map((row: Record<string, unknown>) => ({
      ...row,
      excerpt: row.body ? excerptOf(row.body as string) : null,
    })),
    drafts,
    archived,
    q,
    cut,
    mayStart: mayStart(visit),
    reported: reported.length,
    unread: rows.filter((row: { unread: number }) => row.unread > 0).length,
  });
}

const excerptOf = (body: string): string => {
  const plain = plainOf(body).replace(/\s+/g, ' ').trim();
  return plain.length > 90 ? `${plain.slice(0, 89)}…` : plain;
};
