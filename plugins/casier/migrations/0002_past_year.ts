import type { Knex } from 'knex';

/** A deposit of a year the school has left (P11): no reminder any more, the school still follows it under « Années passées ». */
export async function up(knex: Knex): Promise<void> {
  await knex.schema.alterTable('casier_documents', (t) => {
    t.integer('past_year').nullable();
  });
}

export async function down(knex: Knex): Promise<void> {
  await knex.schema.alterTable('casier_documents', (t) => t.dropColumns('past_year'));
}
