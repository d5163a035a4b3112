import type { Knex } from 'knex';
import { linkTo, schoolTable } from '../core/tenancy/school-table.ts';

/** « Couper la messagerie »: for all, for a kind of people, or for one person (C-35, proposal 18). */
export async function up(knex: Knex): Promise<void> {
  await schoolTable(knex, 'messaging_cuts', (t) => {
    t.text('scope').notNullable();
    linkTo(t, 'person_id', 'people', { optional: true, gone: 'CASCADE' });
    t.text('reason').notNullable();
    t.text('by_name').notNullable();
    t.timestamp('at').notNullable();
    t.unique(['school_id', 'scope', 'person_id'], { useConstraint: true });
  });
}

export async function down(knex: Knex): Promise<void> {
  await knex.schema.dropTable('messaging_cuts');
}
