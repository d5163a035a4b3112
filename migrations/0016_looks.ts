import type { Knex } from 'knex';
import { schoolTable } from '../core/tenancy/school-table.ts';
import { changeDoor } from './0006_security.ts';

/** The school's logo, drawn again by us in three sizes; how each account wants its pages, light or dark (F11-06). */
export async function up(knex: Knex): Promise<void> {
  await schoolTable(knex, 'school_logos', (t) => {
    t.text('hash').notNullable();
    t.binary('png_96').notNullable();
    t.binary('png_192').notNullable();
    t.binary('png_512').notNullable();
    t.integer('width').notNullable();
    t.integer('height').notNullable();
    t.timestamp('kept_at').notNullable();
    t.unique(['school_id', 'hash']);
  });
  await knex.schema.alterTable('accounts', (t) => {
    t.text('appearance').notNullable().defaultTo('auto').checkIn(['auto', 'light', 'dark'], 'accounts_appearance');
  });
  await changeDoor(knex, MODE, MODE_AND_APPEARANCE);
}

export async function down(knex: Knex): Promise<void> {
  await changeDoor(knex, MODE_AND_APPEARANCE, MODE);
  await knex.schema.alterTable('accounts', (t) => t.dropColumn('appearance'));
  await knex.schema.dropTable('school_logos');
}

const MODE = "'mode', a.mode,";
const MODE_AND_APPEARANCE = `${MODE} 'appearance', a.appearance,`;
