import type { Knex } from 'knex';

type Right = 'select' | 'insert' | 'update' | 'delete';

/**
 * Creates a table whose every row belongs to one school: `school_id` filled by PostgreSQL, primary key
 * (school_id, id), row level security enabled and forced, one policy, rights of the server's role.
 * Links to other tables take (school_id, x_id), see `linkTo`, so that no row points into another school.
 */
export async function schoolTable(
  knex: Knex,
  name: string,
  build: (table: Knex.CreateTableBuilder) => void,
  options: { app?: Right[]; door?: Right[] } = {},
): Promise<void> {
  await knex.schema.createTable(name, (table) => {
    table.uuid('school_id').notNullable().defaultTo(knex.raw("nullif(current_setting('app.school', true), '')::uuid"));
    table.uuid('id').notNullable().defaultTo(knex.raw('gen_random_uuid()'));
    table.primary(['school_id', 'id']);
    table.foreign('school_id').references('schools.id').onDelete('CASCADE');
    build(table);
  });
  await knex.raw('alter table ?? enable row level security', [name]);
  await knex.raw('alter table ?? force row level security', [name]);
  await knex.raw(
    `create policy own_school on ?? using (school_id = nullif(current_setting('app.school', true), '')::uuid)
     with check (school_id = nullif(current_setting('app.school', true), '')::uuid)`,
    [name],
  );
  const { app = ['select', 'insert', 'update', 'delete'], door = [] } = options;
  await knex.raw(`grant ${app.join(', ')} on ?? to preau_app`, [name]);
  if (door.length) await knex.raw(`grant ${door.join(', ')} on ?? to preau_door`, [name]);
}

/** A column that points to a row of the same school. `gone` says what happens when that row goes. */
export function linkTo(
  table: Knex.CreateTableBuilder,
  column: string,
  target: string,
  options: { optional?: boolean; gone?: 'CASCADE' | 'NO ACTION' } = {},
): void {
  const field = table.uuid(column);
  if (!options.optional) field.notNullable();
  table
    .foreign(['school_id', column])
    .references(['school_id', 'id'])
    .inTable(target)
    .onDelete(options.gone ?? (options.optional ? 'NO ACTION' : 'CASCADE'));
  table.index(['school_id', column]);
}

/** Data changes of a migration: runs once per school, inside it. Under FORCE, an owner without it would silently change 0 rows. */
export async function eachSchool(knex: Knex, work: (schoolId: string) => Promise<unknown>): Promise<void> {
  for (const { id } of await knex('schools').select('id')) {
    await knex.raw("select set_config('app.school', ?, true)", [id]);
    await work(id);
  }
  await knex.raw("select set_config('app.school', '', true)");
}
