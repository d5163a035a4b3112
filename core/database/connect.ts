import { createHash } from 'node:crypto';
import knex, { type Knex } from 'knex';
// @ts-expect-error: knex documents this class for own dialects, without types.
import PostgresClient from 'knex/lib/dialects/postgres/index.js';
import pg from 'pg';

// A day stays text (2026-11-25): a Date would move it with the process's time zone (case B33). Counts are numbers.
pg.types.setTypeParser(pg.types.builtins.DATE, (day) => day);
pg.types.setTypeParser(pg.types.builtins.INT8, Number);

/** Settings of a transaction that opens with a statement of its own. */
export interface Opening extends Knex.TransactionConfig {
  opening?: string;
}

/**
 * Two round trips and a plan less per visit: BEGIN travels with the statement that turns it to its school, and
 * questions asked again and again are prepared once per connection, since planning around row level security costs
 * as much as answering.
 */
class Client extends PostgresClient {
  transaction(container: unknown, config: Opening | undefined, outer: unknown) {
    const made = super.transaction(container, config, outer);
    if (config?.opening) made.begin = (connection: unknown) => made.query(connection, `BEGIN; ${config.opening};`);
    return made;
  }

  _query(connection: unknown, asked: { sql: string; options?: object }) {
    const name = preparedName(asked.sql);
    return super._query(connection, name ? { ...asked, options: { ...asked.options, name } } : asked);
  }
}

/** Texts seen, and how often; lists of varying length would make ever new ones, so only what recurs gets a name. */
const seen = new Map<string, { times: number; name: string }>();
const PREPARED = 200;

function preparedName(sql: string): string | null {
  if (!/^select /i.test(sql)) return null;
  let known = seen.get(sql);
  if (!known) {
    if (seen.size >= PREPARED) return null;
    known = { times: 0, name: `p${createHash('sha256').update(sql).digest('hex').slice(0, 32)}` };
    seen.set(sql, known);
  }
  known.times += 1;
  return known.times > 2 ? known.name : null;
}

/** A pool on one role. Models are never bound to it: a query without a visit's transaction throws. */
export function connect(url: string, pool: { min?: number; max: number }): Knex {
  return knex({
    client: Client as unknown as typeof Knex.Client,
    connection: { connectionString: url, application_name: 'preau' },
    pool: { min: 0, ...pool },
    // A visit that cannot get a connection says so instead of hanging.
    acquireConnectionTimeout: 15_000,
  });
}

/** @throws Error in French when the server's role could pass the wall between schools. */
export async function refuseStrongRole(pool: Knex): Promise<void> {
  const { rows } = await pool.raw(
    `select rolname, rolsuper, rolbypassrls, exists (
       select 1 from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r' and relowner = pg_roles.oid) as owns
     from pg_roles where rolname = current_user`,
  );
  const role = rows[0];
  if (role.rolsuper || role.rolbypassrls || role.owns)
    throw new Error(
      `DATABASE_URL donne trop de droits : le rôle ${role.rolname} passerait outre le mur entre les écoles. Utilisez preau_app.`,
    );
}
