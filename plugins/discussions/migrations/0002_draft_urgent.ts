import type { Knex } from 'knex';

/** The reason of an emergency is kept with the rest of a draft while its recipients are chosen. */
export async function up(knex: Knex): Promise<void> {
  await knex.schema.alterTable('discussions_threads', (t) => {
    t.text('draft_urgent').nullable();
  });
}

export async function down(knex: Knex): Promise<void> {
  await knex.schema.alterTable('discussions_threads', (t) => t.dropColumns('draft_urgent'));
}
