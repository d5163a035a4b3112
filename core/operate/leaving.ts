import type { Column, Table } from './catalogue.ts';
import { isOfSchool, type Part, schoolPart } from './part.ts';

/** Rows that serve this server only: what a form sent twice, and the archives of departures themselves. */
const STAYS = ['form_keys', 'departures'];

/** What is checked against a secret, or holds one sealed by this house: nothing of it leaves. */
const SECRET = /(^|_)(hmac|sealed)$|^(password|pin|token|code)_hash$/;

/**
 * Bytes leave only when they say themselves that they are a picture (PNG, JPEG) or a packed text (gzip). All others are sealed
 * with this server's PREAU_SECRET, or are what a secret is compared with: refused unless known, since a module may have
 * others tomorrow.
 */
const OPEN_BYTES =
  "case when substr(??, 1, 8) = '\\x89504e470d0a1a0a' or substr(??, 1, 3) in ('\\x1f8b08', '\\xffd8ff') then ?? end";

/** What of each table leaves with a school, and so what may come with one: one rule on both sides. */
export function leavingParts(tables: Table[], schoolId: string): Part[] {
  return tables
    .filter((table) => isOfSchool(table) && !STAYS.includes(table.name))
    .flatMap((table) => leavingPart(table, schoolId) ?? []);
}

/** Null for a table whose rows mean nothing without their secret (recognised devices, one-time links). */
function leavingPart(table: Table, schoolId: string): Part | null {
  const whole = schoolPart(table, schoolId);
  const isKey = ({ name }: Column) => table.name === 'files' && name === 'key';
  const columns = whole.columns.filter((column) => !SECRET.test(column.name) && !isKey(column));
  if (whole.columns.some((column) => column.required && SECRET.test(column.name))) return null;
  const bytes = columns.filter(({ type }) => type === 'bytea').map(({ name }) => name);
  const needed = columns.filter(({ type, required }) => type === 'bytea' && required).map(({ name }) => name);
  return {
    ...whole,
    columns,
    asked: Object.fromEntries(bytes.map((name) => [name, OPEN_BYTES])),
    where: [whole.where, ...needed.map(() => `(${OPEN_BYTES}) is not null`)].join(' and '),
    bindings: [...whole.bindings, ...needed.flatMap((name) => [name, name, name])],
  };
}
