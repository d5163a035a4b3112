import type { Knex } from 'knex';
import type { Transaction } from '../plugin/contract.ts';
import type { LinkFields, LinkKey, PersonFields, Place, PostalAddress } from './directory-types.ts';
import { searchKey } from './names.ts';

/*
 * The plain writes of the directory, without history: register.ts notes it, undo.ts takes it back. One statement per
 * table, whatever the number of rows.
 */

export const COLUMNS: Record<keyof PersonFields, string> = {
  civility: 'civility',
  jobTitle: 'job_title',
  genre: 'genre',
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
  arrivesOn: 'arrives_on',
  leftOn: 'left_on',
};
const TYPES = Object.values(COLUMNS)
  .map(
    (column) =>
      `${column} ${['birth_date', 'arrives_on', 'left_on'].includes(column) ? 'date' : ['attestation', 'associations', 'photo'].includes(column) ? 'boolean' : 'text'}`,
  )
  .join(', ');
const NAMES = Object.values(COLUMNS).join(', ');
/** Rows a statement takes at once; a string of JSON beyond that costs more than it saves. */
const BATCH = 10_000;
/** From here on PostgreSQL's picture of a table is worth renewing. */
const MANY = 1000;

const LINK_COLUMNS: Record<keyof LinkFields, string> = {
  type: 'type',
  authority: 'authority',
  access: 'access',
  receives: 'receives',
  restrictedOn: 'restricted_on',
  restrictedReason: 'restricted_reason',
  restrictedBy: 'restricted_by',
};

export type PersonInsert = PersonFields & { id: string; lastName: string; firstName: string };

export async function insertPeople(
  db: Transaction,
  kind: string,
  people: PersonInsert[],
  mark: { origin: string | null; by: string; at: Date },
): Promise<void> {
  const rows = people.map((one) => ({ id: one.id, ...columnsOf(one), search: searchOf(one) }));
  await bulk(rows, (data) =>
    db.raw(
      `insert into people (id, kind, origin, created_by, created_at, ${NAMES}, search)
       select id, ?, ?, ?, ?, ${NAMES}, search from json_to_recordset(?) as r(id uuid, ${TYPES}, search text)`,
      [kind, mark.origin, mark.by, mark.at, data],
    ),
  );
  await refresh(db, 'people', rows.length);
}

/** One statement per set of changed fields: an import changes few kinds of fields in many people. */
export async function updatePeople(db: Transaction, changes: { id: string; fields: PersonFields }[]): Promise<void> {
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
  await closeAccounts(
    db,
    changes.filter((one) => 'leftOn' in one.fields).map((one) => one.id),
  );
  const renamed = changes
    .filter((one) => ['lastName', 'usedName', 'firstName', 'usedFirstName'].some((field) => field in one.fields))
    .map((one) => one.id);
  if (!renamed.length) return;
  const rows = await readPeople(db, renamed);
  await bulk(
    rows.map((row) => ({ id: row.id, search: searchOf(fieldsOf(row)) })),
    (data) =>
      db.raw(
        'update people set search = r.search from json_to_recordset(?) as r(id uuid, search text) where people.id = r.id',
        [data],
      ),
  );
}

/** A pupil's or a guardian's account lasts until the day he leaves, and opens again with his return; the team's is the school's own word (F06-13). */
async function closeAccounts(db: Transaction, ids: string[]): Promise<void> {
  if (!ids.length) return;
  await db.raw(
    `update accounts set valid_until = p.left_on::timestamp at time zone s.timezone
     from people p join schools s on s.id = p.school_id
     where p.id = accounts.person_id and p.kind in ('pupil', 'guardian') and p.id = any(?::uuid[])`,
    [ids],
  );
}

export async function replaceAddresses(
  db: Transaction,
  lists: { personId: string; addresses: PostalAddress[] }[],
  fresh: Set<string> = new Set(),
): Promise<void> {
  const held = lists.map((one) => one.personId).filter((id) => !fresh.has(id));
  if (held.length) await among(db('addresses'), 'person_id', held).delete();
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
}

/** A place of null takes the pupil out of the year. */
export async function writePlaces(
  db: Transaction,
  year: number,
  places: { pupilId: string; place: Omit<Place, 'pupilId'> | null }[],
): Promise<void> {
  const gone = places.filter((one) => !one.place).map((one) => one.pupilId);
  if (gone.length) await among(db('class_places').where({ year }), 'pupil_id', gone).delete();
  const rows = places.flatMap(({ pupilId, place }) =>
    place ? [{ pupil_id: pupilId, class_id: place.classId, level: place.level }] : [],
  );
  await bulk(rows, (data) =>
    db.raw(
      `insert into class_places (pupil_id, class_id, level, year) select r.*, ? from json_to_recordset(?) as r(pupil_id uuid, class_id uuid, level text)
       on conflict (school_id, pupil_id, year) do update set class_id = excluded.class_id, level = excluded.level`,
      [year, data],
    ),
  );
}

/** @returns how many are new, and which of those that `told` asks for. */
export async function insertLinks(
  db: Transaction,
  links: LinkKey[],
  origin: string | null,
  told: (link: LinkKey) => boolean = () => false,
): Promise<{ count: number; made: LinkKey[] }> {
  const made: LinkKey[] = [];
  let count = 0;
  // Thousands of links of people made just now need no telling one by one.
  for (const [asked, group] of Map.groupBy(links, told))
    await bulk(
      group.map((one) => ({ guardian_id: one.guardianId, pupil_id: one.pupilId })),
      async (data) => {
        const { rows, rowCount } = await db.raw(
          `insert into guardian_links (guardian_id, pupil_id, origin)
           select r.*, ? from json_to_recordset(?) as r(guardian_id uuid, pupil_id uuid)
           on conflict (school_id, guardian_id, pupil_id) do nothing ${asked ? 'returning guardian_id, pupil_id' : ''}`,
          [origin, data],
        );
        count += rowCount;
        for (const row of rows) made.push({ guardianId: row.guardian_id, pupilId: row.pupil_id });
      },
    );
  return { count, made };
}

export async function updateLinks(
  db: Transaction,
  changes: (LinkKey & { fields: Partial<LinkFields> })[],
): Promise<void> {
  for (const { guardianId, pupilId, fields } of changes)
    await db('guardian_links')
      .where({ guardian_id: guardianId, pupil_id: pupilId })
      .update({
        ...Object.fromEntries(
          Object.entries(fields).map(([field, value]) => [LINK_COLUMNS[field as keyof LinkFields], value]),
        ),
        version: db.raw('version + 1'),
      });
}

/** A class's label changes in one place. */
export const renameClass = (db: Transaction, id: string, label: string) =>
  db('classes')
    .where({ id })
    .update({ label, search: searchKey(label), version: db.raw('version + 1') });

export type PersonLine = Record<string, unknown> & { id: string };
export const readPeople = (db: Transaction, ids: string[]): Promise<PersonLine[]> =>
  among(db('people'), 'id', ids).select(
    'id',
    'last_name',
    'used_name',
    'first_name',
    'used_first_name',
    ...Object.values(COLUMNS),
  );

/** The fields of a row of `people`. */
export const fieldsOf = (row: Record<string, unknown>): Required<PersonFields> =>
  Object.fromEntries(
    Object.entries(COLUMNS).map(([field, column]) => [field, row[column] ?? null]),
  ) as unknown as Required<PersonFields>;

export const linkFieldsOf = (row: Record<string, unknown>): LinkFields =>
  Object.fromEntries(
    Object.entries(LINK_COLUMNS).map(([field, column]) => [field, row[column] ?? null]),
  ) as unknown as LinkFields;

/** `column in (many)`, as one parameter. */
export const among = <Q extends Knex.QueryBuilder>(query: Q, column: string, ids: string[]): Q =>
  query.whereRaw('?? = any(?::uuid[])', [column, ids]) as Q;

export async function bulk<R>(rows: R[], write: (json: string) => PromiseLike<unknown>): Promise<void> {
  for (let at = 0; at < rows.length; at += BATCH) await write(JSON.stringify(rows.slice(at, at + BATCH)));
}

/** After many new rows, and before the next statement is planned around them. */
export async function refresh(db: Transaction, table: string, rows: number): Promise<void> {
  if (rows >= MANY) await db.raw('select refresh_statistics(?)', [table]);
}

const searchOf = (person: PersonFields): string =>
  searchKey(
    person.usedName ?? person.lastName,
    person.usedName ? person.lastName : null,
    person.usedFirstName,
    person.firstName,
  );

function columnsOf(fields: PersonFields): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(fields).flatMap(([field, value]) =>
      field in COLUMNS ? [[COLUMNS[field as keyof PersonFields], value]] : [],
    ),
  );
}
