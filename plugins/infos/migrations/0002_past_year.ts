import type { Knex } from 'knex';

/** An information of a year the school has left (P11): nothing is asked any more, the school still reads it. */
export async function up(knex: Knex): Promise<void> {
  await knex.schema.alterTable('infos_items', (t) => {
    t.integer('past_year').nullable();
  });
}

export async function down(knex: Knex): Promise<void> {
  await knex.schema.alterTable('infos_items', (t) => t.dropColumns('past_year'));
}
