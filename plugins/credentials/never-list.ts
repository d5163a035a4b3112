import { defineList, type KeyStatus, keyStates, type List, type Row, type Visit } from '@preau/core';
import { members, today, WAITING } from './follow-who.ts';
import { KINDS, NO_CLASS, STATES, stateMark } from './follow-words.ts';
import { HAND_OUT } from './part.ts';

const CLASSES = `(select string_agg(distinct c.label, ', ' order by c.label) from classes c
  where c.year = ? and (
    exists (select 1 from class_places place where place.class_id = c.id and place.pupil_id = people.id)
    or exists (select 1 from class_teachers t where t.class_id = c.id and t.teacher_id = people.id)
    or exists (select 1 from class_places place join guardian_links l on l.pupil_id = place.pupil_id
      join people child on child.id = l.pupil_id and (child.left_on is null or child.left_on > ?)
      where place.class_id = c.id and l.guardian_id = people.id and l.access and l.restricted_on is null)))`;

const mark = ({ state, day }: Row) => stateMark(state as KeyStatus['state'], day as string | null);

/** Pupils of a class or of none, their guardians, its teachers. */
const inClass = (query: Query, value: string, visit: Visit) => {
  const inside = visit.db.from(members(visit)).select('person_id');
  if (value === NO_CLASS) return query.whereIn('people.id', inside.whereNull('class_id'));
  return query.where((any: Query) =>
    any
      .whereIn('people.id', inside.where({ class_id: value }))
      .orWhereIn('people.id', visit.db('class_teachers').where({ class_id: value }).select('teacher_id')),
  );
};
type Query = Parameters<NonNullable<List['filters']>[string]['narrow']>[0];

/** « Jamais connectés » (C-29): who has not chosen a password yet, and whether he was given a label or a mail. */
export const never = defineList({
  name: 'credentials.never',
  path: '/suivi/jamais',
  title: 'Jamais connectés',
  one: 'personne',
  many: 'personnes',
  feminine: true,
  allow: { read: HAND_OUT },
  search: 'people.search',
  called: (row) => `${row.first_name} ${row.last_name}`,
  query: (visit) =>
    visit
      .db('people')
      .whereExists(
        visit.db('accounts').whereRaw('accounts.person_id = people.id').whereRaw(WAITING, [visit.now]).select('id'),
      )
      .whereIn('people.id', visit.db.from(members(visit)).select('person_id'))
      .join(keyStates(visit.db, visit.now), 'key.person_id', 'people.id')
      .select(
        'people.id',
        'people.kind',
        visit.db.raw('coalesce(people.used_name, people.last_name) as last_name'),
        visit.db.raw('coalesce(people.used_first_name, people.first_name) as first_name'),
        'key.login',
        'key.state',
        visit.db.raw("to_char(key.at at time zone ?, 'YYYY-MM-DD') as day", [visit.school.timezone]),
        visit.db.raw(`${CLASSES} as classes`, [visit.services.people.year, today(visit)]),
      ),
  columns: {
    last_name: {
      title: 'Nom',
      link: (row) => `${KINDS[row.kind as keyof typeof KINDS].home}/${row.id}`,
      sort: 'people.search',
    },
    first_name: { title: 'Prénom', plain: true, sort: 'people.first_name' },
    classes: { title: 'Classe' },
    login: { title: 'Identifiant', sort: 'key.login', figures: true },
    state: { title: 'Étiquette ou e-mail', sort: 'key.state', show: mark },
  },
  filters: {
    qui: {
      title: 'Qui',
      all: 'Responsables',
      options: Object.entries(KINDS).map(([value, { title }]) => ({ value, label: title })),
      narrow: (query, value) => query.where('people.kind', value),
      // One kind at a time: a letter is written to one kind.
      otherwise: (query) => query.where('people.kind', 'guardian'),
    },
    classe: {
      title: 'Classe',
      all: 'Toutes les classes',
      options: async ({ db, services }) => [
        ...(await db('classes').where({ year: services.people.year }).orderBy('search').select('id as value', 'label')),
        { value: NO_CLASS, label: 'Sans classe' },
      ],
      narrow: inClass,
    },
    etat: {
      title: 'Étiquette ou e-mail',
      all: 'Tous les états',
      options: Object.entries(STATES).map(([value, { title }]) => ({ value, label: title })),
      narrow: (query, value) => query.where('key.state', value),
    },
  },
  empty: { text: 'Chacun a choisi son mot de passe.', steps: [] },
});
