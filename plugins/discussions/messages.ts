import {
  type Attached,
  attachments,
  dayIn,
  forbidden,
  missing,
  page,
  type Reply,
  type RubricHome,
  redirect,
  richText,
  text,
  type Visit,
} from '@preau/core';
import { post } from './send.ts';
import {
  authorOf,
  homeOf,
  isStaff,
  type Member,
  MODERATE,
  mine,
  myId,
  pageOf,
  participants,
  RUBRIC,
  readable,
  shownAt,
  shutFor,
  type Thread,
} from './thread.ts';

/** As many as are read in one go; the earlier ones are one link away. */
const LAST = 50;

export const replyForm = {
  body: richText('Répondre à tous'),
  files: attachments('Pièces jointes', { optional: true }),
  urgent: text('Raison de l’urgence', { max: 200, optional: true }),
};

/** One discussion: who takes part, what was said to me, the answer to all (F15-7). */
export async function showThread(visit: Visit): Promise<Reply> {
  const found = await mine(visit);
  if (!found) return missing();
  const { thread, me } = found;
  const { db, now, services, school, query } = visit;
  const people = await participants(db, thread.id, dayIn(now, school.timezone));
  const active = people.filter((one) => !one.left);
  const all = query.get('tout') === 'oui';
  const rows = await messagesOf(visit, found, all);
  const files = await services.files.of(rows.map((row) => `discussions:${row.id}`));
  const others = active.filter((one) => one.id !== myId(visit));
  const when = services.delivery.when('staff');
  const staffThere = others.some((one) => one.kind === 'teacher' || one.kind === 'staff');
  return page(
    'discussions/discussion',
    {
      id: thread.id,
      home: homeOf(visit),
      path: pageOf(visit, thread.id),
      subject: thread.subject,
      messages: (all ? rows : rows.slice(-LAST)).map((row) =>
        messageLine(row, files, staffThere ? services.delivery.inWords : null),
      ),
      earlier: !all && rows.length > LAST,
      people: active.map((one) => ({ ...one, me: one.id === myId(visit) })),
      gone: people.filter((one) => one.left),
      number: active.length,
      shut: await shutFor(visit, found, active),
      left: me.left_at !== null,
      all,
      archived: me.archived_at !== null && !rows.some((row) => row.shown > (me.archived_at as Date)),
      mayClose: !thread.closed_at && !me.left_at && mayLead(visit, thread),
      held: staffThere && when.held ? services.delivery.inWords(when.at) : null,
      mayHurry: isStaff(visit),
      unread: newest(rows, me),
    },
    query.get('messages') === 'oui' ? 'discussions/_messages' : undefined,
  );
}

/** What the open page has to say it has read: the last new message, or that he was added; null when he knows it all. */
function newest(rows: MessageRow[], me: Member): string | null {
  const last = rows.findLast((row) => !row.mine && (!me.read_at || row.shown > me.read_at));
  return last?.id ?? (!me.read_at || me.read_at < me.joined_at ? 'ajout' : null);
}

/** Whoever began it, and whoever moderates, may close it and take people out. */
export const mayLead = (visit: Visit, thread: Thread): boolean =>
  thread.created_by === myId(visit) || visit.can(MODERATE);

interface MessageRow {
  id: string;
  body: string;
  at: Date;
  shown: Date;
  staff_at: Date;
  author: string;
  mine: boolean;
}

async function messagesOf(
  visit: Visit,
  { thread, me }: { thread: Thread; me: Member },
  all: boolean,
): Promise<MessageRow[]> {
  const { rows } = await visit.db.raw(
    `select * from (
      select x.id, x.body, x.at, x.staff_at, ${shownAt(visit)} as shown, x.author_id = m.person_id as mine,
        ${authorOf('p')} as author
      from discussions_messages x join discussions_members m on m.thread_id = x.thread_id and m.id = ?
      left join people p on p.id = x.author_id
      where x.thread_id = ? and ${readable(visit)} order by shown desc, x.at desc ${all ? '' : `limit ${LAST + 1}`}) seen order by shown, at`,
    [me.id, thread.id, visit.now],
  );
  return rows;
}

function messageLine(row: MessageRow, files: { about: string }[], inWords: ((at: Date) => string) | null) {
  return {
    id: row.id,
    body: row.body,
    at: row.shown,
    author: row.mine ? 'Vous' : row.author,
    mine: row.mine,
    // The writer knows when it is delivered to whom it waits for (C-15).
    held: inWords && row.mine && row.staff_at > row.at ? inWords(row.staff_at) : null,
    files: files.filter((file) => file.about === `discussions:${row.id}`),
  };
}

export async function reply(visit: Visit<{ body: string; files: Attached; urgent: string | null }>): Promise<Reply> {
  const found = await mine(visit, true);
  if (!found) return missing();
  const { db, now, school, input, services } = visit;
  const active = (await participants(db, found.thread.id, dayIn(now, school.timezone))).filter((one) => !one.left);
  const shut = await shutFor(visit, found, active);
  if (shut) return forbidden(shut);
  // Who answers has read.
  await noteRead(visit as Visit, found.me);
  const id = await post(visit, found.thread, input.body, input.urgent);
  await services.files.keep(input.files, { about: `discussions:${id}` });
  return redirect(pageOf(visit, found.thread.id));
}

/** The open page says it has been read; opening it by a link, or a mail scanner, says nothing. */
export async function markRead(visit: Visit): Promise<Reply> {
  const found = await mine(visit);
  if (!found) return missing();
  await noteRead(visit, found.me);
  return redirect(pageOf(visit, found.thread.id));
}

async function noteRead(visit: Visit, me: Member): Promise<void> {
  const { rows } = await visit.db.raw(
    `select x.id from discussions_members m join discussions_messages x on x.thread_id = m.thread_id
      where m.id = ? and ${readable(visit)} and ${shownAt(visit)} > coalesce(m.read_at, '-infinity')`,
    [me.id, visit.now],
  );
  await visit.db('discussions_members').where({ id: me.id }).update({ read_at: visit.now });
  // One by one: what is still held back for him will be announced in its time.
  const parts = [...rows.map((row: { id: string }) => row.id), me.joined_at.getTime()];
  for (const part of parts) await visit.services.notices.read(me.person_id, `discussions:${me.thread_id}:${part}`);
}

/** S18-11: a file opens for whom its message can be read by. A draft's files are its writer's. */
export async function mayOpenFile(visit: Visit, messageId: string): Promise<boolean | RubricHome[]> {
  if (!visit.person) return false;
  const { rows } = await visit.db.raw(
    `select 1 from discussions_messages x join discussions_members m on m.thread_id = x.thread_id and m.person_id = ?
      where x.id = ? and ${readable(visit)}
      union all select 1 from discussions_threads where id = ? and sent_at is null and created_by = ?`,
    [myId(visit), messageId, visit.now, messageId, myId(visit)],
  );
  return rows.length > 0 && [{ rubric: RUBRIC }];
}
