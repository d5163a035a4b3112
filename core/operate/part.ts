import type { Column, Table } from './catalogue.ts';

/** What is taken of one table: which columns, of which rows, and what is written beside them when they come back. */
export interface Part {
  table: Table;
  columns: Column[];
  /** How some columns are asked, their name said three times (`??`); the others by their name alone. */
  asked?: Record<string, string>;
  where: string;
  bindings: string[];
  /** The school's identifier where PostgreSQL does not fill it in: no file can name another school. */
  fixed: Record<string, string>;
}

/** Global tables of which each school has its own rows: which column names the school. */
const OWN_ROWS: Record<string, string> = { schools: 'id', school_plugins: 'school_id' };

export const isOfSchool = ({ name, walled }: Table): boolean => walled || name in OWN_ROWS;

/** The rows of one school. */
export function schoolPart(table: Table, schoolId: string): Part {
  const owner = OWN_ROWS[table.name] ?? 'school_id';
  const columns = table.columns.filter(({ name }) => name !== owner);
  if (table.walled) return { table, columns, where: 'true', bindings: [], fixed: {} };
  return { table, columns, where: '?? = ?', bindings: [owner, schoolId], fixed: { [owner]: schoolId } };
}

/** All the rows of a table that belongs to no school. */
export const housePart = (table: Table): Part => ({
  table,
  columns: table.columns,
  where: 'true',
  bindings: [],
  fixed: {},
});
