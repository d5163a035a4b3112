import type { Knex } from 'knex';
import { schoolTable } from '../core/tenancy/school-table.ts';

/** « Changement d'année » (P11): what was prepared, done and undone, one turn at a time per school year that is left. */
export async function up(knex: Knex): Promise<void> {
  await schoolTable(knex, 'year_turns', (t) => {
    // The year that is left, by its first calendar year.
    t.integer('year').notNullable();
    t.text('state').notNullable().defaultTo('draft').checkIn(['draft', 'done', 'undone']);
    t.jsonb('draft').notNullable();
    t.integer('version').notNullable().defaultTo(1);
    t.timestamp('changed_at').notNullable();
    t.text('changed_by').notNullable();
    t.timestamp('done_at').nullable();
    t.text('done_by').nullable();
    // From this day on the school lives in the new year; null as long as it is a draft.
    t.date('effective_on').nullable();
    // When the modules were told: at once, or on the first day of the year to come.
    t.timestamp('begun_at').nullable();
    t.jsonb('report').nullable();
    // Teachers the turn gave to classes: [{ class_id, teacher_id }].
    t.jsonb('teachers').nullable();
    t.timestamp('undone_at').nullable();
    t.text('undone_by').nullable();
    t.jsonb('undone').nullable();
  });
  await knex.raw("create unique index year_turns_one on year_turns (school_id, year) where state <> 'undone'");
}

export async function down(knex: Knex): Promise<void> {
  await knex.schema.dropTable('year_turns');
}
