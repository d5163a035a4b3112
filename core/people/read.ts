import type { Transaction } from '../plugin/contract.ts';
import type { PostalAddress, RegisteredGuardian, RegisteredPerson, RegisteredPupil } from './directory-types.ts';
import { among, fieldsOf } from './write.ts';

/*
 * Read table by table and put together here. PostgreSQL plans with what it knows of all schools: of one opened since its
 * last ANALYZE it expects a single row, and a join of two large tables then becomes a loop within a loop.
 */
/** All pupils with their place of a year; who leaves with the end of that year (P11) has not left in it. */
export async function knownPupils(db: Transaction, year: number): Promise<RegisteredPupil[]> {
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
      leftOn: row.left_on && row.left_on < `${year + 1}-08-01` ? row.left_on : null,
      classLabel: own?.label ?? null,
      classOndeId: own?.onde_id ?? null,
      level: place?.level ?? null,
    };
  });
}

export async function knownGuardians(db: Transaction): Promise<RegisteredGuardian[]> {
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

/** The addresses of everybody, or of some. */
export async function addressLists(db: Transaction, ids?: string[]): Promise<Map<string, PostalAddress[]>> {
  const query = db('addresses')
    .orderBy(['person_id', 'rank'])
    .select('person_id', 'lines', 'postcode', 'city', 'country');
  const rows: AddressLine[] = await (ids ? among(query, 'person_id', ids) : query);
  const lists = new Map<string, PostalAddress[]>();
  for (const { person_id, lines, postcode, city, country } of rows) {
    const own = lists.get(person_id) ?? [];
    own.push({ lines: lines ? lines.split('\n') : [], postcode, city, country });
    lists.set(person_id, own);
  }
  return lists;
}

type AddressLine = Omit<PostalAddress, 'lines'> & { person_id: string; lines: string };

const registered = (
  row: Record<string, unknown> & { id: string },
  addresses: Map<string, PostalAddress[]>,
): RegisteredPerson => ({ ...fieldsOf(row), id: row.id, addresses: addresses.get(row.id) ?? [] });
