import { plainOf, type Visit } from '@preau/core';
import { homeOf, MODERATE, myId, pageOf, readable, shownAt } from './thread.ts';

interface Unread {
  id: string;
  subject: string;
  /** New messages in it. */
  fresh: number;
  at: Date;
  author: string;
  body: string;
  /** It still takes answers of the person of the visit. */
  open: boolean;
}

/** Discussions with messages the person of the visit has not read, nor put away with the others; the newest first. */
export async function unread(visit: Visit): Promise<Unread[]> {
  // Discussions are between people, whichever child they speak of.
  if (visit.pupil) return [];
  const { rows } = await visit.db.raw(
    `select t.id, t.subject, count(*)::int as fresh, max(${shownAt(visit)}) as at,
        t.closed_at is null and m.left_at is null as open,
        (array_agg(x.body order by ${shownAt(visit)} desc, x.at desc))[1] as body,
        (array_agg(coalesce(concat_ws(' ', p.civility, coalesce(p.used_name, p.last_name)), 'Compte supprimé')
          order by ${shownAt(visit)} desc, x.at desc))[1] as author
      from discussions_members m
      join discussions_threads t on t.id = m.thread_id and t.sent_at is not null
      join discussions_messages x on x.thread_id = t.id and ${readable(visit)}
        and x.author_id is distinct from m.person_id and ${shownAt(visit)} > coalesce(m.read_at, '-infinity')
        and ${shownAt(visit)} > coalesce(m.archived_at, '-infinity')
      left join people p on p.id = x.author_id
      where m.person_id = ? group by t.id, t.subject, t.closed_at, m.left_at order by at desc limit 100`,
    [visit.now, myId(visit)],
  );
  return rows;
}

/** As many as a home shows; the rest is behind « Tout voir ». */
const MOST = 5;

function short(visit: Visit, threads: Unread[]) {
  const shown = threads.slice(0, MOST);
  return {
    shown: shown.map(({ body, ...one }) => ({ ...one, url: pageOf(visit, one.id), excerpt: excerptOf(body) })),
    beyond: threads.length - shown.length,
    all: homeOf(visit),
  };
}

const excerptOf = (body: string): string => {
  const plain = plainOf(body).replace(/\s+/g, ' ').trim();
  return plain.length > 90 ? `${plain.slice(0, 89)}…` : plain;
};

/** On the home of an Espace: new messages one may answer. */
export async function dueBlock(visit: Visit) {
  const threads = (await unread(visit)).filter((one) => one.open);
  return threads.length ? { due: threads.length, ...short(visit, threads) } : null;
}

/** On the home of an Espace: new messages of discussions that take no answer any more. */
export async function newsBlock(visit: Visit) {
  const threads = (await unread(visit)).filter((one) => !one.open);
  return threads.length ? short(visit, threads) : null;
}

/** On the home of the Espace Direction: what was reported to it. */
export async function reportsBlock(visit: Visit) {
  if (visit.espace !== 'direction' || !visit.can(MODERATE)) return null;
  const reported: string[] = await visit.db('discussions_reports').whereNull('handled_at').pluck('id');
  return reported.length ? { due: reported.length } : null;
}
