import knex, { type Knex } from 'knex';
import pg from 'pg';

// A day stays text (2026-11-25): a Date would move it with the process's time zone (case B33). Counts are numbers.
pg.types.setTypeParser(pg.types.builtins.DATE, (day) => day);
pg.types.setTypeParser(pg.types.builtins.INT8, Number);

/** A pool on one role. Models are never bound to it: a query without a visit's transaction throws. */
export function connect(url: string, pool: { min?: number; max: number }): Knex {
  return knex({
    client: 'pg',
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
