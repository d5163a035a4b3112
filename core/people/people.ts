import { dayIn, schoolYear } from '../clock.ts';
import { Model } from '../model.ts';
import type { ConcerningClass, ConcerningPupil, Deps, Person, Transaction } from '../plugin/contract.ts';
import { modelPeople } from '../see-as/model-people.ts';

/** Models are never bound to a pool: every query names its transaction. Fields are only declared, or type stripping would make them. */
export class PersonRow extends Model {
  static override tableName = 'people';
  declare id: string;
  declare kind: Person['kind'];
  declare genre: Person['genre'];
  declare civility: string | null;
  declare last_name: string;
  declare used_name: string | null;
  declare first_name: string;
  declare used_first_name: string | null;
  declare birth_date: string | null;
  declare sex: 'F' | 'M' | null;
  declare ine: string | null;
  declare email: string | null;
  declare phone_home: string | null;
  declare phone_work: string | null;
  declare phone_mobile: string | null;
  declare attestation: boolean | null;
  declare associations: boolean | null;
  declare photo: boolean | null;
  declare left_on: string | null;
  declare search: string;
  declare version: number;
  declare addresses?: AddressRow[];
  declare children?: PersonRow[];
  declare guardians?: PersonRow[];
  declare places?: PlaceRow[];

  static override relationMappings = () => ({
    addresses: {
      relation: Model.HasManyRelation,
      modelClass: AddressRow,
      join: { from: 'people.id', to: 'addresses.person_id' },
      modify: (query: { orderBy(column: string): unknown }) => query.orderBy('rank'),
    },
    places: {
      relation: Model.HasManyRelation,
      modelClass: PlaceRow,
      join: { from: 'people.id', to: 'class_places.pupil_id' },
    },
    children: {
      relation: Model.ManyToManyRelation,
      modelClass: PersonRow,
      join: {
        from: 'people.id',
        through: {
          from: 'guardian_links.guardian_id',
          to: 'guardian_links.pupil_id',
          extra: ['access', 'restricted_on'],
        },
        to: 'people.id',
      },
    },
    guardians: {
      relation: Model.ManyToManyRelation,
      modelClass: PersonRow,
      join: {
        from: 'people.id',
        through: {
          from: 'guardian_links.pupil_id',
          to: 'guardian_links.guardian_id',
          extra: ['access', 'restricted_on'],
        },
        to: 'people.id',
      },
    },
  });
}

export class AddressRow extends Model {
  static override tableName = 'addresses';
  declare id: string;
  declare person_id: string;
  declare rank: number;
  declare lines: string;
  declare postcode: string | null;
  declare city: string | null;
  declare country: string | null;
}

export class ClassRow extends Model {
  static override tableName = 'classes';
  declare id: string;
  declare year: number;
  declare label: string;
  declare onde_id: string | null;
}

export class PlaceRow extends Model {
  static override tableName = 'class_places';
  declare id: string;
  declare pupil_id: string;
  declare class_id: string | null;
  declare year: number;
  declare level: string | null;
  declare class?: ClassRow;

  static override relationMappings = () => ({
    class: {
      relation: Model.BelongsToOneRelation,
      modelClass: ClassRow,
      join: { from: 'class_places.class_id', to: 'classes.id' },
    },
  });
}

/** A pupil as lists and Espaces show him: class and level of the current school year. */
export interface PupilLine {
  id: string;
  lastName: string;
  firstName: string;
  birthDate: string | null;
  classId: string | null;
  classLabel: string | null;
  level: string | null;
}

/** The directory as the core offers it; every list of an Espace starts from `concerning`. */
export interface People {
  /** The current school year of the school, by its first calendar year. */
  year: number;
  /** The pupils who concern a person: a guardian's children (restricted links concern nobody), a teacher's pupils, a carer's, a pupil himself. */
  concerning(person: Person): Promise<PupilLine[]>;
  /** The classes that concern a person. */
  classesOf(person: Person): Promise<(ConcerningClass & { pupils: number })[]>;
  /** One of them, or null: the wall between families. */
  concerningPupil(person: Person, id: string): Promise<ConcerningPupil | null>;
  concerningClass(person: Person, id: string): Promise<ConcerningClass | null>;
  /** For Gestion, where a permission has already opened the screen: any pupil, also one who left, or class of the school. */
  anyPupil(id: string): Promise<ConcerningPupil | null>;
  anyClass(id: string): Promise<ConcerningClass | null>;
  /** Teachers of each class, as a family may read them: « Mme KRUG ». */
  teachersOf(classIds: (string | null)[]): Promise<Map<string, string[]>>;
}

declare module '../plugin/services.ts' {
  interface Services {
    people: People;
  }
}

/** The scoped service `people`. */
export function people({ db, school, now, by }: Deps): People {
  const year = schoolYear(now, school.timezone);
  const pupils = (id?: string) => pupilsOfYear(db, year, dayIn(now, school.timezone), id);
  const service: People = {
    year,
    async concerning(person) {
      return lines(await concerning(db, pupils(), person, year));
    },
    async concerningPupil(person, id) {
      const [found] = lines(await concerning(db, pupils(id), person, year));
      return found ?? null;
    },
    async classesOf(person) {
      const query = db('classes')
        .where('classes.year', year)
        .leftJoin('class_places', (join) =>
          join.on('class_places.class_id', 'classes.id').andOn('class_places.year', 'classes.year'),
        )
        .groupBy('classes.id', 'classes.label')
        .select('classes.id', 'classes.label')
        .count('class_places.id as pupils')
        .orderBy('classes.label');
      if (person.kind === 'teacher')
        query.whereIn('classes.id', db('class_teachers').select('class_id').where({ teacher_id: person.id }));
      else
        query.whereIn(
          'class_places.pupil_id',
          (await service.concerning(person)).map((pupil) => pupil.id),
        );
      return query as unknown as Promise<(ConcerningClass & { pupils: number })[]>;
    },
    async concerningClass(person, id) {
      return (await service.classesOf(person)).find((one) => one.id === id) ?? null;
    },
    async anyPupil(id) {
      return lines(await everyPupil(db, year).where('people.id', id))[0] ?? null;
    },
    async anyClass(id) {
      return (await ClassRow.query(db).findById(id).select('id', 'label')) ?? null;
    },
    async teachersOf(classIds) {
      const rows: { class_id: string; name: string }[] = await db('class_teachers')
        .join('people', 'people.id', 'class_teachers.teacher_id')
        .whereIn(
          'class_id',
          classIds.filter((id) => id !== null),
        )
        .orderBy('people.search')
        .select('class_id', db.raw("concat_ws(' ', civility, coalesce(used_name, last_name)) as name"));
      return new Map(
        [...Map.groupBy(rows, (row) => row.class_id)].map(([id, group]) => [id, group.map((row) => row.name)]),
      );
    },
  };
  const viewing = by?.account?.viewing;
  return viewing?.model ? modelPeople(service, db, viewing) : service;
}

/** Pupils present on a day, with class and level of the year. */
export function pupilsOfYear(db: Transaction, year: number, today: string, id?: string) {
  const query = everyPupil(db, year)
    .where((present) => present.whereNull('people.left_on').orWhere('people.left_on', '>', today))
    .where((there) => there.whereNull('people.arrives_on').orWhere('people.arrives_on', '<=', today));
  if (id) query.where('people.id', id);
  return query;
}

function everyPupil(db: Transaction, year: number) {
  return db('people')
    .where('people.kind', 'pupil')
    .leftJoin('class_places', (join) =>
      join.on('class_places.pupil_id', 'people.id').andOn('class_places.year', db.raw('?', [year])),
    )
    .leftJoin('classes', 'classes.id', 'class_places.class_id')
    .select(
      'people.id',
      db.raw('coalesce(people.used_name, people.last_name) as last_name'),
      db.raw('coalesce(people.used_first_name, people.first_name) as first_name'),
      'people.birth_date',
      'people.sex',
      'class_places.class_id',
      'class_places.level',
      'classes.label as class_label',
    );
}

function concerning(db: Transaction, pupils: ReturnType<typeof pupilsOfYear>, person: Person, year: number) {
  if (person.kind === 'guardian')
    pupils.whereIn(
      'people.id',
      db('guardian_links')
        .select('pupil_id')
        .where({ guardian_id: person.id, access: true })
        .whereNull('restricted_on'),
    );
  else if (person.kind === 'teacher')
    pupils.whereIn(
      'class_places.class_id',
      db('class_teachers')
        .join('classes', 'classes.id', 'class_teachers.class_id')
        .select('class_id')
        .where({ teacher_id: person.id, 'classes.year': year }),
    );
  else if (person.kind === 'pupil') pupils.where('people.id', person.id);
  else pupils.whereIn('people.id', db('carer_pupils').select('pupil_id').where({ carer_id: person.id }));
  return pupils.orderBy('people.search');
}

const lines = (rows: Record<string, string | null>[]): PupilLine[] =>
  rows.map((row) => ({
    id: row.id as string,
    lastName: row.last_name as string,
    firstName: row.first_name as string,
    birthDate: row.birth_date ?? null,
    classId: row.class_id ?? null,
    classLabel: row.class_label ?? null,
    level: row.level ?? null,
  }));
