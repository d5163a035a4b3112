import { dayIn, type Person, type PupilLine, type Transaction, type Visit, type Work } from '@preau/core';
import { MANAGE, READ } from './words.ts';

/** A row of `collecte_documents`: a document asked of families (F17-03). */
export interface CollectedDocument {
  id: string;
  title: string;
  guidance: string | null;
  year: number;
  deposit: 'until' | 'open' | 'none';
  until_day: string | null;
  all_classes: boolean;
  notify_on: string | null;
  notified_at: Date | null;
  asks_validity: boolean;
  teacher_id: string | null;
  changed_at: Date;
  archived_at: Date | null;
  rank: number;
  version: number;
}

/** How a pupil stands with a document. The best of what stands counts: accepted, then deposited, then to do again. */
export interface Asked {
  document_id: string;
  pupil_id: string;
  state: 'accepted' | 'deposited' | 'redo' | 'expired' | 'missing';
  /** Something deposited waits for a decision, though another deposit may be accepted (two parents). */
  waiting: boolean;
  paper: boolean;
  reason: string | null;
  /** Of the deposit that counts. */
  sending_id: string | null;
  valid_until: string | null;
  at: Date | null;
  class_id: string | null;
}

/** The pupils a document is asked of: those of its classes this year, present today. */
const ASKED_OF = `
  select d.id as document_id, p.id as pupil_id, place.class_id
    from collecte_documents d
    join class_places place on place.year = d.year and place.class_id is not null
    join people p on p.id = place.pupil_id and p.kind = 'pupil'
     and (p.left_on is null or p.left_on > :today::date) and (p.arrives_on is null or p.arrives_on <= :today::date)
   where d.year = :year and d.archived_at is null
     and (d.all_classes or exists (select 1 from collecte_classes c where c.document_id = d.id and c.class_id = place.class_id))`;

/** One look into the index per pupil: joined as a whole, a school larger than the planner expects waits many seconds. */
const STANDING = `
  select dep.reason, dep.sending_id, s.at, s.paper, s.valid_until,
         case when s.valid_until < :today::date then 'expired' else dep.state end as state,
         bool_or(dep.state = 'deposited') over () as waiting
    from collecte_deposits dep join collecte_sendings s on s.id = dep.sending_id
   where dep.document_id = a.document_id and dep.pupil_id = a.pupil_id and dep.replaced_at is null
   order by case when s.valid_until < :today::date then 4 when dep.state = 'accepted' then 1 when dep.state = 'deposited' then 2 else 3 end, s.at desc
   limit 1`;

/**
 * SQL of one line (`asked`) per document and pupil it is asked of, with the columns of `Asked`; join and filter at will.
 * A pupil who has left the class is no longer in it, his deposits stay.
 */
export const asked = ({ db, services, now, school }: Pick<Work, 'db' | 'services' | 'now' | 'school'>) =>
  db.raw(
    `(select a.*, coalesce(st.state, 'missing') as state, coalesce(st.waiting, false) as waiting, coalesce(st.paper, false) as paper,
             st.reason, st.sending_id, st.valid_until, st.at
        from (${ASKED_OF}) a left join lateral (${STANDING}) st on true) as asked`,
    { year: services.people.year, today: dayIn(now, school.timezone) },
  );

/** Documents of this year, in their order: the school's, or a teacher's own. */
export const documentsOf = ({ db, services }: Pick<Work, 'db' | 'services'>) =>
  db<CollectedDocument>('collecte_documents')
    .where({ year: services.people.year })
    .whereNull('archived_at')
    .orderBy('rank');

/**
 * What somebody may do with documents. In Gestion the permissions of the profile say so; in the Espace Enseignants a
 * teacher manages his own documents and sees those he is a reader of, for the pupils of his own classes only.
 */
export interface Sight {
  /** Documents whose state (who is missing, who has deposited) he may see. */
  sees(document: CollectedDocument): boolean;
  manages(document: CollectedDocument): boolean;
  /** Documents whose deposits he may open and decide on (F17-08, F17-14). */
  opens(documentId: string): boolean;
  /** Pupils he sees, or null for all. */
  pupilIds: string[] | null;
}

export async function sightOf(visit: Pick<Visit, 'db' | 'person' | 'espace' | 'can' | 'services'>): Promise<Sight> {
  const { db, person, espace, can, services } = visit;
  const read = new Set<string>(
    person ? await db('collecte_readers').where({ person_id: person.id }).pluck('document_id') : [],
  );
  const opens = (documentId: string) => read.has(documentId);
  if (!espace && can(READ)) {
    const manages = () => can(MANAGE);
    return { sees: () => true, manages, opens, pupilIds: null };
  }
  const pupils = person?.kind === 'teacher' ? await services.people.concerning(person) : [];
  const manages = (document: CollectedDocument) => document.teacher_id !== null && document.teacher_id === person?.id;
  return {
    sees: (document) => manages(document) || read.has(document.id),
    manages,
    opens,
    pupilIds: pupils.map((one: PupilLine) => one.id),
  };
}

/** Who reads the deposits of a new document before anybody has chosen: the direction, and the teacher whose it is. */
export async function firstReaders(db: Transaction, teacher: Person | null): Promise<string[]> {
  const direction: string[] = await db('people')
    .where({ kind: 'staff', genre: 'direction' })
    .whereNull('left_on')
    .pluck('id');
  return [...new Set([...direction, ...(teacher ? [teacher.id] : [])])];
}
