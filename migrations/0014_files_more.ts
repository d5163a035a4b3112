import type { Knex } from 'knex';

/** What a file's reading told when it came: how many pages, and what whoever sent it was warned of. */
export async function up(knex: Knex): Promise<void> {
  await knex.schema.alterTable('files', (t) => {
    t.integer('pages').nullable();
    t.text('remark').nullable();
  });
}

export async function down(knex: Knex): Promise<void> {
  await knex.schema.alterTable('files', (t) => {
    t.dropColumns('pages', 'remark');
  });
}
