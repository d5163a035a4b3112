import type { Transaction } from '../plugin/contract.ts';
import type { LinkFields, PersonFields, PostalAddress, Undone } from './directory-types.ts';
import { type Change, FIELD_TITLES, type KeptPlace } from './history.ts';
import { addressLists } from './read.ts';
import {
  among,
  COLUMNS,
  fieldsOf,
  insertLinks,
  linkFieldsOf,
  readPeople,
  renameClass,
  replaceAddresses,
  updateLinks,
  updatePeople,
  writePlaces,
} from './write.ts';

/** One thing a cause changed: its value before the first and after the last of its changes. */
interface Slot extends Change {
  personId: string;
  guardianId: string | null;
  classId: string | null;
}
interface Kind {
  /** Values as they are now, in the order of the slots; undefined where the thing itself is gone. */
  read(db: Transaction, slots: Slot[]): Promise<unknown[]>;
  write(db: Transaction, slots: Slot[]): Promise<void>;
}

/**
 * Takes back what a cause did. A field gets its earlier value only while it still holds the one the cause gave it; a
 * person, link or class goes only if the cause made it and nobody has touched it since. The rest is kept and named.
 */
export async function undo(db: Transaction, now: Date, cause: string): Promise<Undone> {
  const kept: Undone['kept'] = [];
  const slots = await slotsOf(db, cause);
  let restored = 0;
  for (const [kind, group] of Map.groupBy(slots, kindOf)) {
    const current = await KINDS[kind].read(db, group);
    const same = group.filter((slot, at) => canonical(current[at]) === canonical(slot.after));
    const names = await namesOf(
      db,
      group.filter((slot, at) => current[at] !== undefined && !same.includes(slot)),
    );
    for (const [slot, who] of names) kept.push({ who, what: `${FIELD_TITLES[slot.field]} : modifié depuis` });
    await KINDS[kind].write(db, same);
    restored += same.length;
  }
  await db('people_history').where({ cause }).whereNull('undone_at').update({ undone_at: now });
  const unlinked = await db('guardian_links').where({ origin: cause, version: 1 }).delete();
  const removed = await removePeople(db, cause, kept);
  await removeClasses(db, cause);
  return { restored, removed, unlinked, kept };
}

async function slotsOf(db: Transaction, cause: string): Promise<Slot[]> {
  const rows = await db('people_history').where({ cause }).whereNull('undone_at').orderBy('seq');
  const slots = new Map<string, Slot>();
  for (const row of rows) {
    const year = (row.after ?? row.before)?.year ?? '';
    const key = [row.person_id, row.guardian_id, row.class_id, row.field, row.field === 'place' ? year : ''].join();
    const known = slots.get(key);
    if (known) known.after = row.after;
    else
      slots.set(key, {
        personId: row.person_id,
        guardianId: row.guardian_id,
        classId: row.class_id,
        field: row.field,
        before: row.before,
        after: row.after,
      });
  }
  // A link the cause made carries its origin, and goes by that.
  return [...slots.values()].filter(
    (slot) => slot.field !== 'contact' && !(slot.field === 'link' && slot.before === null),
  );
}

type KindName = 'fields' | 'addresses' | 'place' | 'link' | 'label';
const kindOf = ({ field }: Slot): KindName => (field in COLUMNS ? 'fields' : (field as KindName));

const KINDS: Record<KindName, Kind> = {
  fields: {
    async read(db, slots) {
      const rows = new Map(
        (
          await readPeople(
            db,
            slots.map((one) => one.personId),
          )
        ).map((row) => [row.id, fieldsOf(row)]),
      );
      return slots.map((slot) => rows.get(slot.personId)?.[slot.field as keyof PersonFields]);
    },
    async write(db, slots) {
      const people = Map.groupBy(slots, (slot) => slot.personId);
      await updatePeople(
        db,
        [...people].map(([id, group]) => ({
          id,
          fields: Object.fromEntries(group.map((slot) => [slot.field, slot.before])) as PersonFields,
        })),
      );
    },
  },
  addresses: {
    async read(db, slots) {
      const lists = await addressLists(
        db,
        slots.map((one) => one.personId),
      );
      return slots.map((slot) => lists.get(slot.personId) ?? []);
    },
    write: (db, slots) =>
      replaceAddresses(
        db,
        slots.map((slot) => ({ personId: slot.personId, addresses: (slot.before ?? []) as PostalAddress[] })),
      ),
  },
  place: {
    async read(db, slots) {
      const rows = await among(
        db('class_places'),
        'pupil_id',
        slots.map((one) => one.personId),
      ).select('pupil_id', 'class_id', 'level', 'year');
      return slots.map((slot) => {
        const after = slot.after as KeptPlace | null;
        const year = (after ?? (slot.before as KeptPlace)).year;
        const row = rows.find((one) => one.pupil_id === slot.personId && one.year === year);
        // The label is the class's own affair: only where the pupil sits counts.
        return row ? { year, classId: row.class_id, label: after?.label ?? null, level: row.level } : null;
      });
    },
    async write(db, slots) {
      for (const [year, group] of Map.groupBy(slots, (slot) => ((slot.before ?? slot.after) as KeptPlace).year))
        await writePlaces(
          db,
          year,
          group.map((slot) => ({ pupilId: slot.personId, place: slot.before as KeptPlace | null })),
        );
    },
  },
  link: {
    async read(db, slots) {
      const rows = await among(
        db('guardian_links'),
        'pupil_id',
        slots.map((one) => one.personId),
      );
      return slots.map((slot) => {
        const row = rows.find((one) => one.pupil_id === slot.personId && one.guardian_id === slot.guardianId);
        return row ? linkFieldsOf(row) : null;
      });
    },
    async write(db, slots) {
      const keys = slots.map((slot) => ({
        guardianId: slot.guardianId as string,
        pupilId: slot.personId,
        fields: slot.before as LinkFields,
      }));
      await insertLinks(
        db,
        keys.filter((_, at) => slots[at]?.after === null),
        null,
      );
      await updateLinks(db, keys);
    },
  },
  label: {
    async read(db, slots) {
      const rows = await among(
        db('classes'),
        'id',
        slots.map((one) => one.classId as string),
      ).select('id', 'label');
      return slots.map((slot) => rows.find((one) => one.id === slot.classId)?.label);
    },
    async write(db, slots) {
      for (const slot of slots) await renameClass(db, slot.classId as string, slot.before as string);
    },
  },
};

async function namesOf(db: Transaction, slots: Slot[]): Promise<[Slot, string][]> {
  if (!slots.length) return [];
  const people = await readPeople(
    db,
    slots.flatMap((slot) => slot.personId ?? []),
  );
  const names = new Map(people.map((row) => [row.id, nameOf(row)]));
  const labels = new Map<string, string>(
    (
      await among(
        db('classes'),
        'id',
        slots.flatMap((slot) => slot.classId ?? []),
      ).select('id', 'label')
    ).map((row) => [row.id, row.label]),
  );
  return slots.map((slot) => [slot, names.get(slot.personId) ?? labels.get(slot.classId ?? '') ?? '']);
}

const nameOf = (row: Record<string, unknown>) =>
  [row.used_name ?? row.last_name, row.used_first_name ?? row.first_name].filter(Boolean).join(' ');

/** Why a person whom the cause made must stay, in the order in which it is told. */
const HOLDS: { what: string; ids: string }[] = [
  {
    what: 'son compte a déjà servi',
    ids: "select person_id as id from accounts where state <> 'provisional' or last_sign_in_at is not null",
  },
  {
    what: 'sa fiche a été modifiée depuis',
    ids: 'select person_id as id from people_history where cause is distinct from :cause and undone_at is null',
  },
  {
    what: 'un de ses liens a été modifié depuis',
    ids: 'select guardian_id as id from people_history where cause is distinct from :cause and undone_at is null',
  },
  { what: 'des responsables lui sont rattachés', ids: 'select pupil_id as id from guardian_links' },
  { what: 'un élève lui est rattaché', ids: 'select guardian_id as id from guardian_links' },
];
/** Tables whose rows are part of a person and go with him. */
const OWN = ['accounts', 'people_history', 'guardian_links', 'addresses', 'class_places'];

async function removePeople(db: Transaction, cause: string, kept: Undone['kept']): Promise<number> {
  const held = new Map<string, string>();
  for (const { what, ids } of [...HOLDS, ...(await otherHolds(db))]) {
    const { rows } = await db.raw(
      `select id from people where origin = :cause and id in (select id from (${ids}) held where id is not null)`,
      { cause },
    );
    for (const { id } of rows) if (!held.has(id)) held.set(id, what);
  }
  for (const row of held.size ? await readPeople(db, [...held.keys()]) : [])
    kept.push({ who: nameOf(row), what: held.get(row.id) as string });
  return db('people')
    .where({ origin: cause })
    .whereRaw('id <> all(?::uuid[])', [[...held.keys()]])
    .delete();
}

/** Whatever a module has written about a person keeps him: its tables are found by their keys, not by name. */
async function otherHolds(db: Transaction): Promise<typeof HOLDS> {
  const { rows } = await db.raw(
    `select c.conrelid::regclass::text as "table", a.attname as "column"
     from pg_constraint c join pg_attribute a on a.attrelid = c.conrelid and a.attnum = any(c.conkey)
     where c.contype = 'f' and c.confrelid = 'people'::regclass and a.attname <> 'school_id' and not c.conrelid::regclass::text = any(?)`,
    [OWN],
  );
  return rows.map(({ table, column }: { table: string; column: string }) => ({
    what: 'un autre écran de Préau parle de cette personne',
    ids: `select ${quoted(column)} as id from ${quoted(table)}`,
  }));
}

const quoted = (name: string) => `"${name.replaceAll('"', '')}"`;

/** Classes the cause made, once nobody sits or teaches there. */
async function removeClasses(db: Transaction, cause: string): Promise<void> {
  await db('classes')
    .where({ origin: cause, version: 1 })
    .whereNotExists(db('class_places').whereRaw('class_places.class_id = classes.id').select('id'))
    .whereNotExists(db('class_teachers').whereRaw('class_teachers.class_id = classes.id').select('id'))
    .delete();
}

/** Values are compared by what they say, whatever order a database gives their keys in. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`;
  if (value !== null && typeof value === 'object')
    return `{${Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, inner]) => `${key}:${canonical(inner)}`)
      .join()}}`;
  return JSON.stringify(value ?? null);
}
