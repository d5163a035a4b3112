import { randomUUID } from 'node:crypto';
import { schoolYear } from '../clock.ts';
import type { Deps, Person, Transaction } from '../plugin/contract.ts';
import { searchKey } from './names.ts';

/** An address as the directory keeps it, in its order. */
export interface PostalAddress {
  lines: string[];
  postcode: string | null;
  city: string | null;
  country: string | null;
}

/** Columns of a person that whoever fills the directory may set. */
export interface PersonFields {
  civility?: string | null;
  lastName?: string;
  usedName?: string | null;
  firstName?: string;
  usedFirstName?: string | null;
  birthDate?: string | null;
  sex?: 'F' | 'M' | null;
  ine?: string | null;
  email?: string | null;
  phoneHome?: string | null;
  phoneWork?: string | null;
  phoneMobile?: string | null;
  attestation?: boolean | null;
  associations?: boolean | null;
  photo?: boolean | null;
}

export interface RegisteredPerson extends Required<PersonFields> {
  id: string;
  addresses: PostalAddress[];
}
export interface RegisteredPupil extends RegisteredPerson {
  classLabel: string | null;
  classOndeId: string | null;
  level: string | null;
}
export interface RegisteredGuardian extends RegisteredPerson {
  pupilIds: string[];
}

/** Filling the directory in bulk: what imports and staff screens stand on. All writes are one statement per table. */
export interface Register {
  count(kind: Person['kind']): Promise<number>;
  pupils(): Promise<RegisteredPupil[]>;
  guardians(): Promise<RegisteredGuardian[]>;
  /** Adds people. @returns their ids, in the order given. */
  add(kind: Person['kind'], people: (PersonFields & { lastName: string; firstName: string })[]): Promise<string[]>;
  /** Changes the named fields of each person, and nothing else. */
  change(changes: { id: string; fields: PersonFields }[]): Promise<void>;
  /** Replaces the addresses of each person. */
  setAddresses(lists: { personId: string; addresses: PostalAddress[] }[]): Promise<void>;
  /** The classes of the current year by ONDE's number, else by label; those missing are made. @returns ids in the order given. */
  classes(wanted: { label: string; ondeId: string | null }[]): Promise<string[]>;
  /** Gives each pupil his class (or none) and level of the current year. */
  place(places: { pupilId: string; classId: string | null; level: string | null }[]): Promise<void>;
  /** Adds guardian–pupil links; one that exists stays as it is, restricted or not. @returns how many are new. */
  link(links: { guardianId: string; pupilId: string }[]): Promise<number>;
}

declare module '../plugin/services.ts' {
  interface Services {
    register: Register;
  }
}

const COLUMNS: Record<keyof PersonFields, string> = {
  civility: 'civility',
  lastName: 'last_name',
  usedName: 'used_name',
  firstName: 'first_name',
  usedFirstName: 'used_first_name',
  birthDate: 'birth_date',
  sex: 'sex',
  ine: 'ine',
  email: 'email',
  phoneHome: 'phone_home',
  phoneWork: 'phone_work',
  phoneMobile: 'phone_mobile',
  attestation: 'attestation',
  associations: 'associations',
  photo: 'photo',
};
const TYPES = Object.values(COLUMNS)
  .map(
    (column) =>
      `${column} ${column === 'birth_date' ? 'date' : ['attestation', 'associations', 'photo'].includes(column) ? 'boolean' : 'text'}`,
  )
  .join(', ');
const NAMES = Object.values(COLUMNS).join(', ');
/** Rows a statement takes at once; a string of JSON beyond that costs more than it saves. */
const BATCH = 10_000;
/** From here on PostgreSQL's picture of a table is worth renewing. */
const MANY = 1000;

/** The scoped service `register`. */
export function register({ db, school, now }: Deps): Register {
  const year = schoolYear(now, school.timezone);
  return {
    async count(kind) {
      const [row] = await db('people').where({ kind }).count('* as count');
      return Number(row?.count ?? 0);
    },
    pupils: () => knownPupils(db, year),
    guardians: () => knownGuardians(db),
    async add(kind, people) {
      const rows = people.map((person) => ({
        id: randomUUID(),
        ...columnsOf(person),
        search: searchKey(
          person.usedName ?? person.lastName,
          person.usedName ? person.lastName : null,
          person.usedFirstName,
          person.firstName,
        ),
      }));
      await bulk(rows, (data) =>
        db.raw(
          `insert into people (id, kind, ${NAMES}, search) select id, ?, ${NAMES}, search from json_to_recordset(?) as r(id uuid, ${TYPES}, search text)`,
          [kind, data],
        ),
      );
      await refresh(db, 'people', rows.length);
      return rows.map((row) => row.id);
    },
    async change(changes) {
      // One statement per set of changed fields: an import changes few kinds of fields in many people.
      const groups = Map.groupBy(changes, (one) => Object.keys(one.fields).sort().join());
      for (const group of groups.values()) {
        const columns = Object.keys(group[0]?.fields ?? {}).map((field) => COLUMNS[field as keyof PersonFields]);
        if (!columns.length) continue;
        const set = columns.map((column) => `${column} = r.${column}`).join(', ');
        await bulk(
          group.map((one) => ({ id: one.id, ...columnsOf(one.fields) })),
          (data) =>
            db.raw(
              `update people set ${set}, version = version + 1 from json_to_recordset(?) as r(id uuid, ${TYPES}) where people.id = r.id`,
              [data],
            ),
        );
      }
      const renamed = changes
        .filter((one) => ['lastName', 'usedName', 'firstName', 'usedFirstName'].some((field) => field in one.fields))
        .map((one) => one.id);
      if (renamed.length) {
        const rows = await db('people')
          .whereIn('id', renamed)
          .select('id', 'last_name', 'used_name', 'first_name', 'used_first_name');
        const keys = rows.map((row) => ({
          id: row.id,
          search: searchKey(
            row.used_name ?? row.last_name,
            row.used_name ? row.last_name : null,
            row.used_first_name,
            row.first_name,
          ),
        }));
        await bulk(keys, (data) =>
          db.raw(
            'update people set search = r.search from json_to_recordset(?) as r(id uuid, search text) where people.id = r.id',
            [data],
          ),
        );
      }
    },
    async setAddresses(lists) {
      await db('addresses')
        .whereIn(
          'person_id',
          lists.map((one) => one.personId),
        )
        .delete();
      const rows = lists.flatMap(({ personId, addresses }) =>
        addresses.map((one, at) => ({
          person_id: personId,
          rank: at + 1,
          lines: one.lines.join('\n'),
          postcode: one.postcode,
          city: one.city,
          country: one.country,
        })),
      );
      await bulk(rows, (data) =>
        db.raw(
          'insert into addresses (person_id, rank, lines, postcode, city, country) select * from json_to_recordset(?) as r(person_id uuid, rank int, lines text, postcode text, city text, country text)',
          [data],
        ),
      );
    },
    async classes(wanted) {
      const known: { id: string; label: string; onde_id: string | null }[] = await db('classes')
        .where({ year })
        .select('id', 'label', 'onde_id');
      const find = (one: { label: string; ondeId: string | null }) =>
        known.find((other) => one.ondeId !== null && other.onde_id === one.ondeId) ??
        known.find(
          (other) => searchKey(other.label) === searchKey(one.label) && (one.ondeId === null || other.onde_id === null),
        );
      const ids: string[] = [];
      for (const one of wanted) {
        let found = find(one);
        if (!found) {
          const [made] = await db('classes')
            .insert({ year, label: one.label, onde_id: one.ondeId, search: searchKey(one.label) })
            .returning(['id', 'label', 'onde_id']);
          known.push(made);
          found = made;
        } else if (one.ondeId && !found.onde_id) {
          await db('classes').where({ id: found.id }).update({ onde_id: one.ondeId });
          found.onde_id = one.ondeId;
        }
        ids.push((found as { id: string }).id);
      }
      return ids;
    },
    async place(places) {
      const rows = places.map((one) => ({ pupil_id: one.pupilId, class_id: one.classId, level: one.level }));
      await bulk(rows, (data) =>
        db.raw(
          `insert into class_places (pupil_id, class_id, level, year) select r.*, ? from json_to_recordset(?) as r(pupil_id uuid, class_id uuid, level text)
           on conflict (school_id, pupil_id, year) do update set class_id = excluded.class_id, level = excluded.level`,
          [year, data],
        ),
      );
    },
    async link(links) {
      let made = 0;
      const rows = links.map((one) => ({ guardian_id: one.guardianId, pupil_id: one.pupilId }));
      await bulk(rows, async (data) => {
        const { rowCount } = await db.raw(
          'insert into guardian_links (guardian_id, pupil_id) select * from json_to_recordset(?) as r(guardian_id uuid, pupil_id uuid) on conflict (school_id, guardian_id, pupil_id) do nothing',
          [data],
        );
        made += rowCount;
      });
      return made;
    },
  };
}

function columnsOf(fields: PersonFields): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(fields).flatMap(([field, value]) =>
      field in COLUMNS ? [[COLUMNS[field as keyof PersonFields], value]] : [],
    ),
  );
}

async function bulk<R>(rows: R[], write: (json: string) => PromiseLike<unknown>): Promise<void> {
  for (let at = 0; at < rows.length; at += BATCH) await write(JSON.stringify(rows.slice(at, at + BATCH)));
}

/** After many new rows, and before the next statement is planned around them. */
async function refresh(db: Transaction, table: string, rows: number): Promise<void> {
  if (rows >= MANY) await db.raw('select refresh_statistics(?)', [table]);
}

/*
 * Read table by table and put together here. PostgreSQL plans with what it knows of all schools: of one opened since its
 * last ANALYZE it expects a single row, and a join of two large tables then becomes a loop within a loop.
 */
async function knownPupils(db: Transaction, year: number): Promise<RegisteredPupil[]> {
  const rows = await db('people').where({ kind: 'pupil' });
  const places = new Map<string, { class_id: string | null; level: string | null }>(
    (await db('class_places').where({ year }).select('pupil_id', 'class_id', 'level')).map((one) => [
      one.pupil_id,
      one,
    ]),
  );
  const classes = new Map<string, { label: string; onde_id: string | null }>(
    (await db('classes').where({ year }).select('id', 'label', 'onde_id')).map((one) => [one.id, one]),
  );
  const addresses = await addressLists(db);
  return rows.map((row) => {
    const place = places.get(row.id);
    const own = classes.get(place?.class_id ?? '');
    return {
      ...registered(row, addresses),
      classLabel: own?.label ?? null,
      classOndeId: own?.onde_id ?? null,
      level: place?.level ?? null,
    };
  });
}

async function knownGuardians(db: Transaction): Promise<RegisteredGuardian[]> {
  const rows = await db('people').where({ kind: 'guardian' });
  const addresses = await addressLists(db);
  const links = Map.groupBy<string, { guardian_id: string; pupil_id: string }>(
    await db('guardian_links').select('guardian_id', 'pupil_id'),
    (one) => one.guardian_id,
  );
  return rows.map((row) => ({
    ...registered(row, addresses),
    pupilIds: (links.get(row.id) ?? []).map((one) => one.pupil_id),
  }));
}

type AddressLine = {
  person_id: string;
  lines: string;
  postcode: string | null;
  city: string | null;
  country: string | null;
};

async function addressLists(db: Transaction): Promise<Map<string, AddressLine[]>> {
  const rows: AddressLine[] = await db('addresses')
    .orderBy(['person_id', 'rank'])
    .select('person_id', 'lines', 'postcode', 'city', 'country');
  return Map.groupBy(rows, (one) => one.person_id);
}

function registered(row: Record<string, unknown>, addresses: Map<string, AddressLine[]>): RegisteredPerson {
  const fields = Object.fromEntries(Object.entries(COLUMNS).map(([field, column]) => [field, row[column] ?? null]));
  const own = addresses.get(row.id as string) ?? [];
  return {
    ...(fields as unknown as Required<PersonFields>),
    id: row.id as string,
    addresses: own.map((one) => ({
      lines: one.lines ? one.lines.split('\n') : [],
      postcode: one.postcode,
      city: one.city,
      country: one.country,
    })),
  };
}
