import type { Transaction } from '../plugin/contract.ts';

/** Settings the first opening of a school makes too, and this list itself: never part of an example. */
const NEVER = ['profiles', 'example_rows'];

/** Tables of the school whose rows the server may take away, by name. */
async function tablesOf(db: Transaction): Promise<string[]> {
  const { rows } = await db.raw(`
    select c.relname as name from pg_class c
    where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and c.relforcerowsecurity
      and has_table_privilege(c.oid, 'delete') order by 1`);
  return rows.map((row: { name: string }) => row.name).filter((name: string) => !NEVER.includes(name));
}

/**
 * Writes down, once the example is made, which rows it is: all there are, but those of the direction. What comes later is
 * the school's own. Only a school that was empty before may be marked.
 */
export async function markExample(db: Transaction): Promise<void> {
  for (const table of await tablesOf(db))
    await db.raw(`insert into example_rows ("table", row_id) select ?, id from ?? on conflict do nothing`, [
      table,
      table,
    ]);
  const direction = db('people').where({ genre: 'direction' });
  await db('example_rows').where({ table: 'people' }).whereIn('row_id', direction.clone().select('id')).delete();
  await db('example_rows')
    .where({ table: 'accounts' })
    .whereIn('row_id', db('accounts').whereIn('person_id', direction.clone().select('id')).select('id'))
    .delete();
}

/** Whether a school still holds what the demo filled in. */
export const hasExample = async (db: Transaction, schoolId: string): Promise<boolean> =>
  (await db('schools').where({ id: schoolId }).first('example'))?.example === 'filled';

/** A link of one table to another that does not go by itself when its target goes. */
interface Hold {
  table: string;
  column: string;
  target: string;
  /** `a`: the target cannot go; `n`: the link is emptied. */
  kind: 'a' | 'n';
}

async function holdsOf(db: Transaction): Promise<Hold[]> {
  const { rows } = await db.raw(`
    select c.conrelid::regclass::text as "table", a.attname as "column", c.confrelid::regclass::text as target, c.confdeltype as kind
    from pg_constraint c join pg_attribute a on a.attrelid = c.conrelid and a.attnum = any(c.conkey) and a.attname <> 'school_id'
    join pg_class t on t.oid = c.conrelid
    where c.contype = 'f' and c.confdeltype in ('a', 'n') and t.relforcerowsecurity and t.relnamespace = 'public'::regnamespace`);
  return rows;
}

const marked = (db: Transaction, table: string) => db('example_rows').where({ table }).select('row_id');

/**
 * Takes the example away: its rows, and whatever hangs on its people. A class, a category or a nature that the school's
 * own entries use stays.
 * @returns keys of the files whose bytes nobody needs any more.
 */
export async function removeExample(db: Transaction): Promise<string[]> {
  const holds = await holdsOf(db);
  const keys: string[] = await db('files').whereIn('id', marked(db, 'files')).pluck('key');
  for (const { table, column, target, kind } of holds) {
    if (target !== 'people') continue;
    const held = db(table).whereIn(column, marked(db, target));
    await (kind === 'n' ? held.delete() : held.update({ [column]: null }));
  }
  await db('people').whereIn('id', marked(db, 'people')).delete();
  const others = holds.filter(({ target, kind }) => target !== 'people' && kind === 'a');
  for (const { table, column } of others)
    await db(table)
      .whereIn('id', marked(db, table))
      .update({ [column]: null });
  const tables: string[] = await db('example_rows').distinct().pluck('table');
  for (const table of tables) {
    const gone = db(table).whereIn('id', marked(db, table));
    for (const hold of others.filter(({ target }) => target === table))
      gone.whereNotIn('id', db(hold.table).whereNotNull(hold.column).select(hold.column));
    await gone.delete();
  }
  await db('example_rows').delete();
  const still = new Set<string>(await db('files').whereIn('key', keys).pluck('key'));
  return keys.filter((key) => !still.has(key));
}
