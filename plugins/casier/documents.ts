import type { Mark, Person, Visit } from '@preau/core';
import { childrenNamed, DEPOSIT, FOLLOW, myId } from './words.ts';

/** What somebody puts into lockers. */
export interface Deposit {
  id: string;
  state: 'draft' | 'to-approve' | 'sent' | 'withdrawn';
  title: string;
  message: string | null;
  nature_id: string | null;
  author_id: string | null;
  author_name: string;
  by_school: boolean;
  draft_to: string[];
  about: string[];
  word: string | null;
  reminders: number;
  made_at: Date;
  sent_at: Date | null;
  begins_at: Date | null;
  withdrawn_at: Date | null;
  /** The school year it belongs to, once the school has left it. */
  past_year: number | null;
}

/** A deposit as one of its recipients holds it. */
export interface Received extends Deposit {
  nature: string | null;
  delivered_at: Date;
  opened_at: Date | null;
  kept_at: Date | null;
  pupil_ids: string[];
}

/** @param hold lock it until the end of the visit. */
export async function loadDeposit({ db, params }: Visit, hold = false): Promise<Deposit | null> {
  const query = db<Deposit>('casier_documents').where({ id: params.id as string });
  if (hold) query.forUpdate();
  return (await query.first()) ?? null;
}

/** Calling back, withdrawing, reminding: the depositor; in Gestion also who follows and deposits for the school. */
export const mayLead = (visit: Visit, one: Deposit): boolean =>
  one.author_id === myId(visit) || (one.by_school && visit.can(DEPOSIT) && visit.can(FOLLOW));

/** Still unseen by all: it can be called back. */
export const isCallable = (one: Deposit, { now }: Pick<Visit, 'now'>): boolean =>
  one.state === 'to-approve' || (one.state === 'sent' && one.begins_at !== null && now < one.begins_at);

export function stateOf(one: Deposit): Mark {
  const mark = (text: string, icon: string, tone: Mark['tone'] = ''): Mark => ({ text, icon, tone });
  if (one.state === 'draft') return one.word ? mark('À reprendre', 'undo-2', 'warn') : mark('Brouillon', 'pencil');
  if (one.state === 'to-approve') return mark('Attend l’accord de la direction', 'eye', 'warn');
  if (one.state === 'withdrawn') return mark('Retiré des casiers', 'circle-slash', 'bad');
  if (one.past_year !== null) return mark('Année passée', 'archive');
  return mark('Déposé', 'circle-check', 'ok');
}

/**
 * What stands in the locker of the person of the visit, unsorted. A guardian holds a document as long as one of the
 * children it was about still concerns him: a link restricted since takes it away (S18-11, B52).
 * @returns the query in an object: awaited by itself it would run.
 */
export async function received(visit: Visit, state: 'sent' | 'withdrawn' = 'sent') {
  const { db, now } = visit;
  const person = visit.person as Person;
  const query = db('casier_recipients as r')
    .join('casier_documents as d', 'd.id', 'r.document_id')
    .leftJoin('casier_natures as n', 'n.id', 'd.nature_id')
    .where('r.person_id', person.id)
    .where('r.delivered_at', '<=', now)
    .where('d.state', state);
  if (person.kind === 'guardian') {
    const mine = (await visit.services.people.concerning(person)).map((one) => one.id);
    query.whereRaw(
      'exists (select 1 from casier_children k where k.document_id = r.document_id and k.person_id = r.person_id and k.pupil_id = any(?::uuid[]))',
      [mine],
    );
  }
  return { query };
}

/** Put away: by whom the locker is, or by the school that left the year (P11). */
export const AWAY = '(r.archived_at is not null or d.past_year is not null)';

/** Columns of a `Received`. */
export const RECEIVED = [
  'd.*',
  'n.label as nature',
  'r.delivered_at',
  'r.opened_at',
  'r.archived_at as kept_at',
] as const;
export const PUPIL_IDS =
  "case when r.kind = 'guardians' then array(select k.pupil_id from casier_children k where k.document_id = r.document_id and k.person_id = r.person_id) else d.about end as pupil_ids";

/** One document of one's own locker; null when it never stood there, or stands there no more. */
export async function receivedOne(visit: Visit, id: string, state?: 'withdrawn'): Promise<Received | null> {
  const { query } = await received(visit, state);
  const row = await query.where('r.document_id', id).first(...RECEIVED, visit.db.raw(PUPIL_IDS));
  return row ?? null;
}

/**
 * Names children as the person of the visit may know them, with the class (C-28). Families see their own only: a link
 * restricted since says neither name nor class.
 */
export async function namesOf(visit: Visit, ids: string[]): Promise<(wanted: string[]) => string> {
  const known = ids.length ? await childrenKnown(visit, ids) : [];
  return (wanted) => childrenNamed(known.filter((one) => wanted.includes(one.id)));
}

async function childrenKnown(
  { db, person, services }: Visit,
  ids: string[],
): Promise<{ id: string; firstName: string; classLabel: string | null }[]> {
  if (person?.kind === 'guardian') return services.people.concerning(person);
  return db('people as p')
    .leftJoin('class_places as place', (join) =>
      join.on('place.pupil_id', 'p.id').andOnVal('place.year', services.people.year),
    )
    .leftJoin('classes as c', 'c.id', 'place.class_id')
    .whereRaw("p.kind = 'pupil' and p.id = any(?::uuid[])", [ids])
    .orderBy('p.search')
    .select('p.id', db.raw('coalesce(p.used_first_name, p.first_name) as "firstName"'), 'c.label as classLabel');
}
