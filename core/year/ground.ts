import type { Knex } from 'knex';
import type { Transaction } from '../plugin/contract.ts';
import { byLevel } from './propose.ts';
import { firstDay } from './turns.ts';

export interface Named {
  id: string;
  label: string;
}
export interface OldClass extends Named {
  teachers: { id: string; name: string }[];
}
/** A pupil who is there, with his class and level of the year that is left. */
export interface Seat {
  pupilId: string;
  name: string;
  classId: string;
  level: string | null;
}

/** What a turn starts from: the year that is left, and what of the next one is there already. */
export interface Ground {
  year: number;
  classes: OldClass[];
  seats: Seat[];
  /** Classes of the year to come, and who has one there (an ONDE import may have come first). */
  coming: Named[];
  placed: Map<string, string>;
  /** Names of those who are at the school and in no class of either year: the turn leaves them as they are. */
  unplaced: string[];
}

export async function groundOf(db: Transaction, year: number): Promise<Ground> {
  const classes: Named[] = await classesOf(db, year);
  const teachers: { class_id: string; id: string; name: string }[] = await db('class_teachers as t')
    .join('people as p', 'p.id', 't.teacher_id')
    .whereIn(
      't.class_id',
      classes.map((one) => one.id),
    )
    .whereNull('p.left_on')
    .orderBy('p.search')
    .select('t.class_id', 'p.id', db.raw("concat_ws(' ', p.civility, coalesce(p.used_name, p.last_name)) as name"));
  const byClass = Map.groupBy(teachers, (one) => one.class_id);
  const placed: { pupil_id: string; class_id: string }[] = await db('class_places')
    .where({ year: year + 1 })
    .whereNotNull('class_id')
    .select('pupil_id', 'class_id');
  const seats = await seatsOf(db, year);
  return {
    year,
    classes: byLevel(classes, seats).map((one) => ({ ...one, teachers: byClass.get(one.id) ?? [] })),
    seats,
    coming: await classesOf(db, year + 1),
    placed: new Map(placed.map((one) => [one.pupil_id, one.class_id])),
    unplaced: await unplacedOf(db, year),
  };
}

const classesOf = (db: Transaction, year: number): Promise<Named[]> =>
  db('classes').where({ year }).orderBy('search').select('id', 'label');

const NAME = "coalesce(p.used_name, p.last_name) || ' ' || coalesce(p.used_first_name, p.first_name)";

const unplacedOf = (db: Transaction, year: number): Promise<string[]> =>
  db('people as p')
    .where('p.kind', 'pupil')
    .where((there) => present(there, year))
    .whereNotExists(
      db('class_places as s')
        .whereRaw('s.pupil_id = p.id and s.year in (?, ?) and s.class_id is not null', [year, year + 1])
        .select('s.id'),
    )
    .orderBy('p.search')
    .select(db.raw(`${NAME} as name`))
    .then((rows) => rows.map((row) => row.name));

/** Whoever is already leaving, or only comes with the new year, is no part of the turn. */
const present = (query: Knex.QueryBuilder, year: number) =>
  query
    .whereNull('p.left_on')
    .where((there) => there.whereNull('p.arrives_on').orWhere('p.arrives_on', '<', firstDay(year)));

const seatsOf = (db: Transaction, year: number): Promise<Seat[]> =>
  db('class_places as s')
    .join('people as p', 'p.id', 's.pupil_id')
    .where('s.year', year)
    .whereNotNull('s.class_id')
    .where((there) => present(there, year))
    .orderBy('p.search')
    .select('s.pupil_id as pupilId', 's.class_id as classId', 's.level', db.raw(`${NAME} as name`));
