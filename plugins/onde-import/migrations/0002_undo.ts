import { schoolTable } from '@preau/core';
import type { Knex } from 'knex';

/** An import is for a school year, may be a spreadsheet, may run as a job, and can be undone. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw('alter table onde_import_batches drop constraint onde_import_batches_kind_check');
  await knex.raw('alter table onde_import_batches drop constraint onde_import_batches_state_check');
  await knex.raw(
    "alter table onde_import_batches add check (kind in ('eleves', 'responsables', 'tableur')), add check (state in ('columns', 'preview', 'running', 'imported', 'undone'))",
  );
  await knex.schema.alterTable('onde_import_batches', (t) => {
    t.integer('year').notNullable().defaultTo(2026);
    t.text('made_by_name').notNullable().defaultTo('');
    t.integer('rows').notNullable().defaultTo(0);
    // What the director ticked, while a large import waits for its job; then how far the job is.
    t.jsonb('choices').nullable();
    t.integer('progress').notNullable().defaultTo(0);
    t.timestamp('progress_at').nullable();
    t.timestamp('undone_at').nullable();
    t.text('undone_by').nullable();
    t.jsonb('undone').nullable();
  });
  // For the rows there were; each new one says its own.
  await knex.raw('alter table onde_import_batches alter column year drop default, alter column rows drop default');
  // A decision is remembered, or the next import would ask again.
  await knex.schema.alterTable('onde_import_pending', (t) => {
    t.timestamp('decided_at').nullable();
  });
  // Which column held what, for the next file with the same header.
  await schoolTable(knex, 'onde_import_columns', (t) => {
    t.text('kind').notNullable();
    t.text('header').notNullable();
    t.jsonb('fields').notNullable();
    t.unique(['school_id', 'kind', 'header']);
  });
}

export async function down(knex: Knex): Promise<void> {
  await knex.schema.dropTable('onde_import_columns');
  await knex.schema.alterTable('onde_import_pending', (t) => t.dropColumn('decided_at'));
  await knex.schema.alterTable('onde_import_batches', (t) => {
    t.dropColumns(
      'year',
      'made_by_name',
      'rows',
      'choices',
      'progress',
      'progress_at',
      'undone_at',
      'undone_by',
      'undone',
    );
  });
}
