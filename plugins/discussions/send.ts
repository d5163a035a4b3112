import { dayIn, plainOf, searchKey, type Visit } from '@preau/core';
import { isStaff, type Member, myId, participants, type Thread } from './thread.ts';

/**
 * Writes a message and announces it to the others: families read it at once, teachers and staff in school hours (P4).
 * A notice never holds an excerpt (case B37).
 * @param urgent the reason for which it passes quiet hours; staff only.
 */
export async function post(
  visit: Visit,
  thread: Pick<Thread, 'id' | 'subject'>,
  body: string,
  urgent: string | null,
  id?: string,
): Promise<string> {
  const { db, now, services, person } = visit;
  const reason = isStaff(visit) ? urgent : null;
  const { at: staffAt } = services.delivery.when('staff', { urgent: reason !== null });
  const members = await participants(db, thread.id, dayIn(now, visit.school.timezone));
  // A guardian restricted since he joined is told nothing more.
  const restricted = members.filter((one) => one.restricted).map((one) => one.id);
  await db('discussions_members')
    .where({ thread_id: thread.id })
    .whereIn('person_id', restricted)
    .whereNull('left_at')
    .update({ left_at: now });
  const [row] = await db('discussions_messages')
    .insert({
      ...(id ? { id } : {}),
      thread_id: thread.id,
      author_id: myId(visit),
      body,
      search: searchKey(plainOf(body)),
      at: now,
      staff_at: staffAt,
    })
    .returning('id');
  await db('discussions_members')
    .where({ thread_id: thread.id, person_id: myId(visit) })
    .update({ read_at: now });
  const author = [person?.civility, person?.firstName, person?.lastName].filter(Boolean).join(' ');
  const told = members
    .filter((one) => !one.left && one.id !== myId(visit))
    .map((one) => ({
      personId: one.id,
      category: 'discussions.message',
      about: `discussions:${thread.id}:${row.id}`,
      title: `${thread.subject} : nouveau message de ${author}`,
      path: `/discussions/${thread.id}`,
    }));
  await services.notices.tell(told, reason ? { urgent: reason } : {});
  return row.id;
}

/**
 * Adds people to a discussion; somebody who had left it comes back as a newcomer, since he may not read what was said
 * while he was away. @param from from when they read; null for all that was said.
 */
export async function join(visit: Visit, threadId: string, personIds: string[], from: Date | null): Promise<void> {
  if (!personIds.length) return;
  await visit
    .db('discussions_members')
    .insert(personIds.map((id) => ({ thread_id: threadId, person_id: id, joined_at: visit.now, sees_from: from })))
    .onConflict(['school_id', 'thread_id', 'person_id'])
    .merge({ left_at: null, joined_at: visit.now, sees_from: from } satisfies Partial<Member>)
    .whereNotNull('discussions_members.left_at');
}
