import { type RecipientKind, type Transaction, tick, type Visit } from '@preau/core';

export const WRITE = 'discussions.write';
export const RUBRIC = 'discussions.discussions';
export const MODERATE = 'discussions.moderate';

/** Who may take part. Pupils have no discussions: one of them would never read what is written to him. */
export const KINDS: RecipientKind[] = ['guardians', 'teachers', 'staff'];

/** What the director chooses for each Espace (F11-14). */
export const startForm = {
  start: tick('Peuvent commencer une discussion', { hint: 'Sinon, ils lisent et répondent.' }),
};
export const mayStart = ({ options }: Pick<Visit, 'options'>): boolean => options.start !== false;

/** Beyond, one is told that each of them reads each answer (F15-8). */
export const MANY = 10;

export interface Thread {
  id: string;
  subject: string;
  created_by: string | null;
  sent_at: Date | null;
  draft: string;
  draft_urgent: string | null;
  draft_to: string[];
  closed_at: Date | null;
  closed_by: string | null;
}
export interface Member {
  id: string;
  thread_id: string;
  person_id: string;
  joined_at: Date;
  inviting: string[];
  sees_from: Date | null;
  left_at: Date | null;
  read_at: Date | null;
  archived_at: Date | null;
}

/** The first page of this module where the visitor stands: his Espace or Gestion. */
export const homeOf = ({ espace }: Pick<Visit, 'espace'>): string =>
  espace ? `/espace/${espace}/discussions/` : '/gestion/discussions/';
export const pageOf = (visit: Pick<Visit, 'espace'>, id: string): string => `${homeOf(visit)}${id}`;

export const myId = (visit: Pick<Visit, 'person'>): string => visit.person?.id as string;

/** Teachers and staff receive in school hours; families read at once (C-15, C-16). */
export const isStaff = ({ person }: Pick<Visit, 'person'>): boolean =>
  person?.kind === 'teacher' || person?.kind === 'staff';

/**
 * A discussion somebody takes, or took, part in; null is a 404 for everybody else (F15-9), and for those to whom its
 * first message is held back: it has not reached them yet.
 */
export async function mine(visit: Visit, hold = false): Promise<{ thread: Thread; me: Member } | null> {
  const id = visit.params.id as string;
  const query = visit.db('discussions_threads').where({ id }).whereNotNull('sent_at');
  const thread: Thread | undefined = await (hold ? query.forUpdate() : query).first();
  const me: Member | undefined =
    thread &&
    (await visit
      .db('discussions_members')
      .where({ thread_id: id, person_id: myId(visit) })
      .first());
  return thread && me && (me.sees_from || (await reached(visit, me))) ? { thread, me } : null;
}

async function reached(visit: Visit, me: Member): Promise<boolean> {
  const { rows } = await visit.db.raw(
    `select 1 from discussions_members m join discussions_messages x on x.thread_id = m.thread_id
      where m.id = ? and ${readable(visit)} limit 1`,
    [me.id, visit.now],
  );
  return rows.length > 0;
}

/** A draft of one's own. */
export async function myDraft(visit: Visit, hold = false): Promise<Thread | null> {
  const query = visit
    .db('discussions_threads')
    .where({ id: visit.params.id as string, created_by: myId(visit) })
    .whereNull('sent_at');
  return (await (hold ? query.forUpdate() : query).first()) ?? null;
}

/** SQL of the moment a message `x` reaches this member `m`; his own at once. */
export const shownAt = (visit: Pick<Visit, 'person'>): string =>
  isStaff(visit) ? '(case when x.author_id = m.person_id then x.at else x.staff_at end)' : 'x.at';

/**
 * SQL of the messages `x` that member `m` may read: from the moment he joined (unless all was opened to him) to the moment
 * he left, once they are delivered to him. Binds: now.
 */
export const readable = (visit: Pick<Visit, 'person'>): string => `
  (m.sees_from is null or x.at >= m.sees_from) and (m.left_at is null or x.at < m.left_at)
  and ${shownAt(visit)} <= ?`;

/** SQL of the name of a person's row, as the others read it. */
export const nameOf = (row: string): string =>
  `concat_ws(' ', ${row}.civility, coalesce(${row}.used_first_name, ${row}.first_name), coalesce(${row}.used_name, ${row}.last_name))`;
/** SQL of who wrote a message: his name, or that his account is gone. */
export const authorOf = (row: string): string =>
  `case when ${row}.id is null then 'Compte supprimé' else ${nameOf(row)} end`;

export interface Participant {
  id: string;
  name: string;
  kind: 'pupil' | 'guardian' | 'teacher' | 'staff';
  job: string | null;
  left: boolean;
  /** A guardian who may know of no child any more. */
  restricted: boolean;
}

const RESTRICTED = `(people.kind = 'guardian' and not exists (
  select 1 from guardian_links l where l.guardian_id = people.id and l.access and l.restricted_on is null))`;

/** Who takes part, by name. Somebody who has left the school, or is restricted, takes part no more. */
export async function participants(db: Transaction, threadId: string, today: string): Promise<Participant[]> {
  return db('discussions_members')
    .join('people', 'people.id', 'discussions_members.person_id')
    .where({ thread_id: threadId })
    .orderBy('people.search')
    .select(
      'people.id',
      'people.kind',
      'people.job_title as job',
      db.raw(`${nameOf('people')} as name`),
      db.raw(`${RESTRICTED} as restricted`),
      db.raw(
        `(discussions_members.left_at is not null or ${RESTRICTED} or (people.left_on is not null and people.left_on <= ?)) as left`,
        [today],
      ),
    );
}

/** Why nothing can be written here by the visitor, in French; null when he may. */
export async function shutFor(
  visit: Visit,
  { thread, me }: { thread: Thread; me: Member },
  active: Participant[],
): Promise<string | null> {
  if (me.left_at || !active.some((one) => one.id === me.person_id))
    return 'Vous ne participez plus à cette discussion : vous pouvez relire ce que vous aviez reçu.';
  if (thread.closed_at) return `Cette discussion a été fermée par ${thread.closed_by}. Elle reste lisible.`;
  if (active.length < 2)
    return 'Il ne reste plus personne d’autre dans cette discussion : il n’y a personne à qui répondre.';
  return visit.services.audience.cut();
}
