import type { Knex } from 'knex';

/** What a town hall has published from its console: once under its key (F07-5, P10). */
export async function up(knex: Knex): Promise<void> {
  await knex.schema.alterTable('infos_items', (t) => {
    t.uuid('town_hall_key').nullable();
    t.unique(['school_id', 'town_hall_key']);
  });
}

export async function down(knex: Knex): Promise<void> {
  await knex.schema.alterTable('infos_items', (t) => t.dropColumn('town_hall_key'));
}
