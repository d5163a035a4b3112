import type { AccountRow } from '../accounts/accounts.ts';
import { dayIn } from '../clock.ts';
import { NAME_COLUMNS, type Named } from '../directory/rows.ts';
import { among } from '../people/write.ts';
import type { Person, School, Transaction } from '../plugin/contract.ts';

/** An account with its person, as whoever hands out keys must know them. */
export type Holder = AccountRow &
  Named & {
    kind: Person['kind'];
    /** A guardian has the access for at least one child of the school. */
    linked: boolean;
  };

/** The accounts of these people, by person. `hold` locks them, so that two prints at once hand out one secret. */
export async function holders(
  db: Transaction,
  personIds: string[],
  now: Date,
  school: School,
  hold = false,
): Promise<Map<string, Holder>> {
  // Those whom `people.concerning` counts as a guardian's children.
  const linked = db('guardian_links as l')
    .join('people as child', 'child.id', 'l.pupil_id')
    .whereRaw('l.guardian_id = people.id')
    .where('l.access', true)
    .whereNull('l.restricted_on')
    .where((here) => here.whereNull('child.left_on').orWhere('child.left_on', '>', dayIn(now, school.timezone)))
    .select(db.raw('1'));
  const query = among(
    db('accounts')
      .join('people', 'people.id', 'accounts.person_id')
      .orderBy('accounts.id')
      .select(
        'accounts.*',
        'people.kind',
        ...NAME_COLUMNS.map((column) => `people.${column}`),
        db.raw('exists (?) as linked', [linked]),
      ),
    'accounts.person_id',
    personIds,
  );
  const rows: Holder[] = await (hold ? query.forUpdate('accounts') : query);
  return new Map(rows.map((row) => [row.person_id, row]));
}
