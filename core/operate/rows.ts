import { createHash } from 'node:crypto';
import type { Knex } from 'knex';
import { type Cell, csvLine, csvLines } from './csv.ts';
import type { Part } from './part.ts';

/** How many rows a table has, and the SHA-256 of the text they make. */
export interface Tally {
  rows: number;
  sha256: string;
}

/** Values are written in one way whatever the server's settings: the same row is the same text everywhere. */
export const sameWords = (db: Knex.Transaction) =>
  db.raw(
    "set local timezone = 'UTC'; set local datestyle = 'ISO, YMD'; set local bytea_output = 'hex'; set local intervalstyle = 'iso_8601'; set local extra_float_digits = 1",
  );

const BATCH_BYTES = 2_000_000;
const BATCH_ROWS = 2000;

/** The table as lines of a file, a batch of them at a time: however long it is, it never stands in memory. */
export async function* linesOf(db: Knex.Transaction, part: Part): AsyncGenerator<{ rows: number; text: string }> {
  const { table, columns, asked = {}, where, bindings } = part;
  yield { rows: 0, text: csvLine(columns.map(({ name }) => name)) };
  const values = columns.map(({ name }) => `(${asked[name] ?? '??'})::text`).join(', ');
  const names = columns.flatMap(({ name }) => (name in asked ? [name, name, name] : [name]));
  // Letters in PostgreSQL's own order, which is the same on every machine.
  const order = table.key.map((name) => (columnType(part, name) === 'text' ? '?? collate "C"' : '??')).join(', ');
  await db.raw(`declare lines no scroll cursor for select ${values} from ?? where ${where} order by ${order}`, [
    ...names,
    table.name,
    ...bindings,
    ...table.key,
  ]);
  for (let size = 50; ; ) {
    const { rows } = (await db.raw(`fetch ${size} from lines`).options({ rowMode: 'array' })) as { rows: Cell[][] };
    if (!rows.length) break;
    const text = rows.map(csvLine).join('');
    yield { rows: rows.length, text };
    size = Math.max(10, Math.min(BATCH_ROWS, Math.floor((rows.length * BATCH_BYTES) / text.length)));
  }
  await db.raw('close lines');
}

const columnType = ({ table }: Part, name: string) => table.columns.find((one) => one.name === name)?.type;

/** The table read through, for its tally alone. */
export async function tallyOf(db: Knex.Transaction, part: Part): Promise<Tally> {
  const hash = createHash('sha256');
  let count = 0;
  for await (const { rows, text } of linesOf(db, part)) {
    hash.update(text);
    count += rows;
  }
  return { rows: count, sha256: hash.digest('hex') };
}

/** Why a file cannot be taken, in a French sentence of its own. */
export class Damaged extends Error {
  override name = 'Damaged';
}

/**
 * Puts the lines of such a file back.
 * @param extra more columns, made for each row (the new place of a file).
 * @throws Damaged when PostgreSQL does not take them.
 */
export async function writeLines(
  db: Knex.Transaction,
  part: Part,
  chunks: AsyncIterable<Buffer | string>,
  extra: { names: string[]; of: (row: Map<string, Cell>) => Cell[] } = { names: [], of: () => [] },
): Promise<number> {
  const { table, columns, fixed } = part;
  const types = new Map(table.columns.map(({ name, type }) => [name, type]));
  const names = [...columns.map(({ name }) => name), ...extra.names];
  const fixedNames = Object.keys(fixed);
  const sql = `insert into ?? (${[...fixedNames, ...names].map(() => '??').join(', ')}) overriding system value
    select ${[...fixedNames.map(() => '?::uuid'), ...names.map((name, at) => `c${at}::${types.get(name)}`)].join(', ')}
    from unnest(${names.map(() => '?::text[]').join(', ')}) as lines(${names.map((_, at) => `c${at}`).join(', ')})`;
  let batch: Cell[][] = [];
  let bytes = 0;
  let written = 0;
  const flush = async () => {
    if (!batch.length) return;
    const byColumn = names.map((_, at) => batch.map((cells) => cells[at] ?? null));
    await db.raw(sql, [table.name, ...fixedNames, ...names, ...Object.values(fixed), ...(byColumn as never[])]);
    written += batch.length;
    batch = [];
    bytes = 0;
  };
  try {
    let head = true;
    for await (const cells of csvLines(chunks)) {
      if (cells.length !== columns.length) throw new Error('une ligne n’a pas ses colonnes');
      if (head) {
        if (cells.some((name, at) => name !== columns[at]?.name))
          throw new Error('les colonnes ne sont pas celles attendues');
        head = false;
        continue;
      }
      const row = extra.names.length ? new Map(columns.map(({ name }, at) => [name, cells[at] ?? null])) : null;
      batch.push(row ? [...cells, ...extra.of(row)] : cells);
      bytes += cells.reduce((sum, cell) => sum + (cell?.length ?? 0), 0);
      if (batch.length >= BATCH_ROWS || bytes > BATCH_BYTES) await flush();
    }
    await flush();
  } catch (error) {
    // knex says the whole question before PostgreSQL's word.
    const word = (error as Error).message.split(' - ').at(-1)?.slice(0, 150);
    throw new Damaged(`Le fichier de la table ${table.name} ne peut pas être pris : ${word}.`, { cause: error });
  }
  // Foreign keys of the next tables are checked by what PostgreSQL knows of this one.
  if (written > 500) await db.raw('analyze ??', [table.name]);
  return written;
}

/** A number above this would leave the other schools of the house none to give out. */
const HIGHEST = 1_000_000_000;

/** Numbers PostgreSQL gives out begin after those that have come. */
export async function moveCounters(db: Knex.Transaction, part: Part): Promise<void> {
  for (const { name, counter } of part.columns) {
    if (!counter) continue;
    const { table } = part;
    const { rows } = await db.raw('select max(??)::bigint as top, pg_get_serial_sequence(?, ?) as counter from ??', [
      name,
      table.name,
      name,
      table.name,
    ]);
    const { top, counter: sequence } = rows[0];
    if (top > HIGHEST) throw new Damaged(`La table ${table.name} compte trop haut (${top}).`);
    if (top !== null)
      await db.raw(`select setval(?::regclass, greatest(?, (select last_value from ${sequence})))`, [sequence, top]);
  }
}
