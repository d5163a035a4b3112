import type { Knex } from 'knex';

/** The function of a staff member, in his school's own words (F06-03); null for « Aucune ». */
export async function up(knex: Knex): Promise<void> {
  await knex.schema.alterTable('people', (t) => {
    t.text('job_title').nullable();
  });
}

export async function down(knex: Knex): Promise<void> {
  await knex.schema.alterTable('people', (t) => t.dropColumns('job_title'));
}
