import { randomUUID } from 'node:crypto';
import { schoolYear } from '../clock.ts';
import type { Deps, Transaction } from '../plugin/contract.ts';
import type { LinkFields, LinkKey, Pen, PersonFields, Register } from './directory-types.ts';
import { type Change, type KeptPlace, note } from './history.ts';
import { searchKey } from './names.ts';
import { addressLists, knownGuardians, knownPupils } from './read.ts';
import { undo } from './undo.ts';
import {
  among,
  fieldsOf,
  insertLinks,
  insertPeople,
  linkFieldsOf,
  readPeople,
  renameClass,
  replaceAddresses,
  updateLinks,
  updatePeople,
  writePlaces,
} from './write.ts';

/** The scoped service `register`. */
export function register({ db, school, now, by }: Deps): Register {
  return writing(db, now, { cause: null, year: schoolYear(now, school.timezone), by }, new Set());
}

/** @param fresh people made in this transaction: what is written about them needs no history. */
function writing(db: Transaction, now: Date, pen: Pen, fresh: Set<string>): Register {
  const { year } = pen;
  const tell = (changes: Change[]) => note(db, now, pen, changes);
  const service: Register = {
    of: (other) => writing(db, now, { ...pen, ...other }, fresh),
    async count(kind) {
      const [row] = await db('people').where({ kind }).count('* as count');
      return Number(row?.count ?? 0);
    },
    pupils: () => knownPupils(db, year),
    guardians: () => knownGuardians(db),
    async add(kind, people) {
      const rows = people.map((person) => ({ ...person, id: randomUUID() }));
      await insertPeople(db, kind, rows, { origin: pen.cause, by: pen.by.name, at: now });
      for (const { id } of rows) fresh.add(id);
      return rows.map(({ id }) => id);
    },
    async change(changes) {
      const before = new Map(
        (
          await readPeople(
            db,
            changes.map((one) => one.id),
          )
        ).map((row) => [row.id, fieldsOf(row)]),
      );
      const real = changes.flatMap(({ id, fields }) => {
        const known = before.get(id);
        const changed = Object.entries(fields).filter(
          ([field, value]) => known && known[field as keyof PersonFields] !== value,
        );
        return changed.length ? [{ id, fields: Object.fromEntries(changed) as PersonFields }] : [];
      });
      await updatePeople(db, real);
      await tell(
        real.flatMap(({ id, fields }) =>
          Object.entries(fields).map(([field, after]) => ({
            personId: id,
            field: field as keyof PersonFields,
            before: before.get(id)?.[field as keyof PersonFields],
            after,
          })),
        ),
      );
      const back = real.filter((one) => one.fields.leftOn === null).map((one) => one.id);
      if (back.length) await service.change(comeBack(await goneGuardians(db, 'pupil_id', back)));
    },
    async setAddresses(lists) {
      const old = lists.filter((one) => !fresh.has(one.personId));
      const before = old.length
        ? await addressLists(
            db,
            old.map((one) => one.personId),
          )
        : new Map();
      await replaceAddresses(db, lists, fresh);
      await tell(
        old.map(({ personId, addresses }) => ({
          personId,
          field: 'addresses',
          before: before.get(personId) ?? [],
          after: addresses,
        })),
      );
    },
    classes: (wanted) => findClasses(db, pen, wanted, tell),
    async place(places) {
      const before = await placesOf(
        db,
        year,
        places.map((one) => one.pupilId).filter((id) => !fresh.has(id)),
      );
      await writePlaces(
        db,
        year,
        places.map((one) => ({ pupilId: one.pupilId, place: one })),
      );
      const labels = new Map<string, string>(
        before.size
          ? (await db('classes').where({ year }).select('id', 'label')).map((one) => [one.id, one.label])
          : [],
      );
      await tell(
        places.flatMap(({ pupilId, classId, level }): Change[] => {
          if (fresh.has(pupilId)) return [];
          const known = before.get(pupilId) ?? null;
          if (known && known.classId === classId && known.level === level) return [];
          const after = { year, classId, label: labels.get(classId ?? '') ?? null, level };
          return [{ personId: pupilId, field: 'place', before: known, after }];
        }),
      );
    },
    async link(links) {
      // Links of people made just now go with them.
      const known = (one: LinkKey) => !fresh.has(one.guardianId) && !fresh.has(one.pupilId);
      const { count, made } = await insertLinks(db, links, pen.cause, known);
      await tell(made.map((one) => ({ ...pairOf(one), before: null, after: NEW_LINK })));
      const guardians = links.map((one) => one.guardianId).filter((id) => !fresh.has(id));
      if (count && guardians.length)
        await service.change(comeBack(await goneGuardians(db, 'guardian_id', [...new Set(guardians)])));
      return count;
    },
    async changeLinks(changes) {
      const before = await linksOf(db, changes);
      const real = changes.filter(({ fields, ...key }) => {
        const known = before.get(keyOf(key));
        return known && Object.entries(fields).some(([field, value]) => known[field as keyof LinkFields] !== value);
      });
      await updateLinks(db, real);
      await tell(
        real.map((one) => {
          const known = before.get(keyOf(one)) as LinkFields;
          return { ...pairOf(one), before: known, after: { ...known, ...one.fields } };
        }),
      );
    },
    async unlink(links) {
      const before = await linksOf(db, links);
      for (const { guardianId, pupilId } of links)
        await db('guardian_links').where({ guardian_id: guardianId, pupil_id: pupilId }).delete();
      await tell(
        links.flatMap((one) => {
          const known = before.get(keyOf(one));
          return known ? [{ ...pairOf(one), before: known, after: null }] : [];
        }),
      );
    },
    undo: (cause) => undo(db, now, cause),
  };
  return service;
}

/** Guardians archived with their last child (C-24) who have one at the school again. */
const goneGuardians = (db: Transaction, by: 'pupil_id' | 'guardian_id', ids: string[]): Promise<string[]> =>
  among(db('guardian_links as l'), `l.${by}`, ids)
    .join('people as g', 'g.id', 'l.guardian_id')
    .join('people as c', 'c.id', 'l.pupil_id')
    .whereNotNull('g.left_on')
    .whereNull('c.left_on')
    .distinct()
    .pluck('g.id');
const comeBack = (ids: string[]) => ids.map((id) => ({ id, fields: { leftOn: null } }));

const NEW_LINK: LinkFields = {
  type: 'inconnu',
  authority: 'inconnu',
  access: true,
  receives: true,
  restrictedOn: null,
  restrictedReason: null,
  restrictedBy: null,
};
const pairOf = ({ guardianId, pupilId }: LinkKey) => ({ personId: pupilId, guardianId, field: 'link' as const });
const keyOf = ({ guardianId, pupilId }: LinkKey) => `${guardianId} ${pupilId}`;

async function linksOf(db: Transaction, keys: LinkKey[]): Promise<Map<string, LinkFields>> {
  const rows: (Record<string, unknown> & { guardian_id: string; pupil_id: string })[] = await among(
    db('guardian_links').forUpdate(),
    'guardian_id',
    keys.map((one) => one.guardianId),
  );
  return new Map(rows.map((row) => [`${row.guardian_id} ${row.pupil_id}`, linkFieldsOf(row)]));
}

/** Places of pupils in a year, with the label of each class. */
export async function placesOf(db: Transaction, year: number, ids: string[]): Promise<Map<string, KeptPlace>> {
  if (!ids.length) return new Map();
  const rows = await among(db('class_places').where({ year }), 'pupil_id', ids).select('pupil_id', 'class_id', 'level');
  const labels = new Map<string, string>(
    (await db('classes').where({ year }).select('id', 'label')).map((one) => [one.id, one.label]),
  );
  return new Map(
    rows.map((row) => [
      row.pupil_id,
      { year, classId: row.class_id, label: labels.get(row.class_id) ?? null, level: row.level },
    ]),
  );
}

async function findClasses(
  db: Transaction,
  { cause, year }: Pen,
  wanted: { label: string; ondeId: string | null }[],
  tell: (changes: Change[]) => Promise<void>,
): Promise<string[]> {
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
        .insert({ year, label: one.label, onde_id: one.ondeId, search: searchKey(one.label), origin: cause })
        .returning(['id', 'label', 'onde_id']);
      known.push(made);
      found = made;
    } else {
      if (one.ondeId && !found.onde_id) {
        await db('classes').where({ id: found.id }).update({ onde_id: one.ondeId });
        found.onde_id = one.ondeId;
      }
      if (one.ondeId && found.label !== one.label) {
        await renameClass(db, found.id, one.label);
        await tell([{ classId: found.id, field: 'label', before: found.label, after: one.label }]);
        found.label = one.label;
      }
    }
    ids.push((found as { id: string }).id);
  }
  return ids;
}
