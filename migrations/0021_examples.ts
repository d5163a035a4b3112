import type { Knex } from 'knex';
import { schoolTable } from '../core/tenancy/school-table.ts';

/** The start-up checklist put away by a person (I-06), and what an example school was filled with, so that it can all go (P21). */
export async function up(knex: Knex): Promise<void> {
  await knex.schema.alterTable('accounts', (t) => t.boolean('checklist_hidden').notNullable().defaultTo(false));
  await schoolTable(knex, 'example_rows', (t) => {
    t.text('table').notNullable();
    t.uuid('row_id').notNullable();
    t.unique(['school_id', 'table', 'row_id']);
  });
  await knex.schema.alterTable('schools', (t) =>
    t.text('example').nullable().checkIn(['filling', 'filled', 'removed'], 'schools_example'),
  );
}

export async function down(knex: Knex): Promise<void> {
  await knex.schema.alterTable('schools', (t) => t.dropColumn('example'));
  await knex.schema.dropTable('example_rows');
  await knex.schema.alterTable('accounts', (t) => t.dropColumn('checklist_hidden'));
}
