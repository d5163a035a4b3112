import type { Knex } from 'knex';
import { changeDoor } from './0006_security.ts';

/** « Étape suivante »: the door tells whether the start-up checklist still stands before this person (I-06). */
export async function up(knex: Knex): Promise<void> {
  await knex.schema.alterTable('accounts', (t) => t.boolean('checklist_done').notNullable().defaultTo(false));
  await changeDoor(knex, MODE, MODE_AND_START);
}

export async function down(knex: Knex): Promise<void> {
  await changeDoor(knex, MODE_AND_START, MODE);
  await knex.schema.alterTable('accounts', (t) => t.dropColumn('checklist_done'));
}

const MODE = "'mode', a.mode,";
const MODE_AND_START = `${MODE} 'startsUp', not (a.checklist_hidden or a.checklist_done),`;
