import type { Knex } from 'knex';

export interface Column {
  name: string;
  /** As PostgreSQL writes it: `timestamp with time zone`, `uuid[]`. */
  type: string;
  required: boolean;
  /** Numbers PostgreSQL gives out by itself, over all schools. */
  counter: boolean;
}

export interface Table {
  name: string;
  /** Behind the wall: its rows are a school's, and `school_id` is PostgreSQL's affair. */
  walled: boolean;
  columns: Column[];
  key: string[];
  links: { columns: string[]; table: string; to: string[] }[];
}

/** Tables nobody takes along: what a start makes again, and what must not outlive the house it was for. */
export const LEFT_BEHIND = ['sessions', 'rate_limits', 'knex_migrations', 'knex_migrations_lock'];

/**
 * Every table of the house as PostgreSQL knows it, core and modules alike, those pointed to first: a list kept by hand
 * would one day forget a table, and a backup that forgets is found out too late.
 */
export async function tablesOf(db: Knex): Promise<Table[]> {
  const { rows } = await db.raw(CATALOGUE, [LEFT_BEHIND]);
  const left: Table[] = rows;
  const sorted: Table[] = [];
  while (left.length) {
    const at = left.findIndex(({ name, links }) =>
      links.every((link) => link.table === name || !left.some((other) => other.name === link.table)),
    );
    if (at < 0) throw new Error(`Les tables ${left.map(({ name }) => name).join(', ')} se renvoient l’une à l’autre.`);
    sorted.push(...left.splice(at, 1));
  }
  return sorted;
}

const CATALOGUE = `
  select c.relname as name, c.relrowsecurity as walled,
    (select json_agg(json_build_object('name', a.attname, 'type', format_type(a.atttypid, a.atttypmod),
        'required', a.attnotnull, 'counter', a.attidentity <> '') order by a.attnum)
      from pg_attribute a where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = '') as columns,
    coalesce((select json_agg(a.attname order by k.turn)
      from pg_constraint p, unnest(p.conkey) with ordinality k(num, turn), pg_attribute a
      where p.conrelid = c.oid and p.contype = 'p' and a.attrelid = c.oid and a.attnum = k.num), '[]') as key,
    coalesce((select json_agg(json_build_object('table', f.confrelid::regclass::text,
        'columns', (select json_agg(a.attname order by k.turn) from unnest(f.conkey) with ordinality k(num, turn)
          join pg_attribute a on a.attrelid = f.conrelid and a.attnum = k.num),
        'to', (select json_agg(a.attname order by k.turn) from unnest(f.confkey) with ordinality k(num, turn)
          join pg_attribute a on a.attrelid = f.confrelid and a.attnum = k.num)) order by f.conname)
      from pg_constraint f where f.conrelid = c.oid and f.contype = 'f'), '[]') as links
  from pg_class c
  where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and c.relname <> all(?)
  order by c.relname`;
