import { linkTo, schoolTable } from '@preau/core';
import type { Knex } from 'knex';

/** An import between its preview and its report, and the links a file could not decide. */
export async function up(knex: Knex): Promise<void> {
  await schoolTable(knex, 'onde_import_batches', (t) => {
    t.text('kind').notNullable().checkIn(['eleves', 'responsables']);
    t.text('file_name').notNullable();
    t.text('state').notNullable().defaultTo('preview').checkIn(['preview', 'imported']);
    // Only mapped columns, and only until the import is done (minimisation).
    t.binary('reading').nullable();
    t.jsonb('report').nullable();
    t.uuid('made_by').nullable();
    t.timestamp('made_at').notNullable();
    t.timestamp('imported_at').nullable();
  });
  await schoolTable(knex, 'onde_import_pending', (t) => {
    linkTo(t, 'batch_id', 'onde_import_batches');
    linkTo(t, 'guardian_id', 'people');
    t.integer('line').notNullable();
    t.text('guardian_name').notNullable();
    t.text('child_name').notNullable();
    t.jsonb('candidates').notNullable();
    t.text('message').notNullable();
  });
}

export async function down(knex: Knex): Promise<void> {
  await knex.schema.dropTable('onde_import_pending');
  await knex.schema.dropTable('onde_import_batches');
}
