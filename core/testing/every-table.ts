import { randomUUID } from 'node:crypto';
import { type Column, type Table, tablesOf } from '../operate/catalogue.ts';
import type { Transaction } from '../plugin/contract.ts';

/** Letters that a file of lines, a cell or a quote might trip over. */
const HARD = 'L’été, «\u00a0dit "Zoé"\u00a0»\r\n;\\N\t=1+1 \u{1f600}';

/**
 * Rows in every table of a school, of modules too, with values that are hard to write down; `secret` is what stands where
 * no one may read. Tables of files are left alone: their rows name bytes.
 */
export async function fillEveryTable(db: Transaction, secret = 'SECRET'): Promise<void> {
  const words = await checkedWords(db);
  const tables = (await tablesOf(db)).filter(({ name, walled }) => walled && name !== 'files');
  for (const table of tables) for (let turn = 0; turn < 3; turn += 1) await insertRow(db, table, words, secret, turn);
}

async function insertRow(
  db: Transaction,
  table: Table,
  words: Map<string, string>,
  secret: string,
  turn: number,
): Promise<void> {
  const row: Record<string, unknown> = {};
  for (const column of table.columns) {
    if (column.name === 'school_id' || column.counter) continue;
    const link = table.links.find(({ columns }) => columns.includes(column.name));
    if (link) row[column.name] = await pointed(db, table, link.table, column, turn);
    else if (column.name !== 'id')
      row[column.name] = value(column, words.get(`${table.name}.${column.name}`), secret, turn);
  }
  await db(table.name).insert(row).onConflict().ignore();
}

async function pointed(db: Transaction, table: Table, to: string, { name, required }: Column, turn: number) {
  if (!required && turn === 0) return null;
  const free = await db(to).whereNotIn('id', db(table.name).whereNotNull(name).select(name)).first('id');
  return (free ?? (await db(to).first('id')))?.id ?? null;
}

function value({ name, type, required }: Column, word: string | undefined, secret: string, turn: number): unknown {
  if (!required && turn === 0) return null;
  if (word) return word;
  if (/^(password|pin)_hash$/.test(name)) return secret;
  if (type === 'text') return turn === 1 && !required ? '' : `${HARD} ${randomUUID()}`;
  if (type === 'bytea') return Buffer.from(`\0${secret}${randomUUID()}`);
  if (type === 'uuid') return randomUUID();
  if (type === 'boolean') return turn === 1;
  if (type === 'date') return `20${10 + turn}-02-0${1 + turn}`;
  if (type.startsWith('timestamp')) return '2026-10-25 01:30:00.123456+00';
  if (type === 'jsonb') return turn === 1 ? 'null' : JSON.stringify({ text: HARD, list: [1, null, 2.5] });
  if (type === 'text[]') return turn === 1 ? [] : [HARD, '', 'NULL'];
  if (type === 'uuid[]') return [randomUUID(), randomUUID()];
  if (/int/.test(type)) return 100 + turn;
  throw new Error(`The tests can make no ${type} yet: add it to value().`);
}

/** A word each checked column takes. */
async function checkedWords(db: Transaction): Promise<Map<string, string>> {
  const { rows } = await db.raw(
    `select k.conrelid::regclass || '.' || a.attname as name, substring(pg_get_constraintdef(k.oid) from '''([^'']+)''') as word
     from pg_constraint k join pg_attribute a on a.attrelid = k.conrelid and a.attnum = any (k.conkey)
     where k.contype = 'c' and k.connamespace = 'public'::regnamespace`,
  );
  return new Map(rows.map(({ name, word }: { name: string; word: string }) => [name, word]));
}
