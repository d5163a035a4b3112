import type { Knex } from 'knex';
import { linkTo, schoolTable } from '../core/tenancy/school-table.ts';
import { changeDoor } from './0006_security.ts';

const CURRENT = "nullif(current_setting('app.school', true), '')::uuid";

/** « Voir comme » (P9): whom a session looks as, and what each person is told of it afterwards. */
export async function up(knex: Knex): Promise<void> {
  await knex.schema.alterTable('sessions', (t) => {
    t.jsonb('viewing').nullable();
  });
  // A right that is lost ends the look where it is read, at the door.
  await knex.raw('grant update (viewing) on sessions to preau_door');
  await knex.raw(`
    create function look_as(p_handle uuid, p_viewing jsonb)
    returns void language sql security definer set search_path = public as $$
      update sessions set viewing = p_viewing where handle = p_handle and school_id = ${CURRENT}
    $$`);
  await knex.raw('revoke all on function look_as(uuid, jsonb) from public');
  await knex.raw('grant execute on function look_as(uuid, jsonb) to preau_app');
  await schoolTable(knex, 'espace_looks', (t) => {
    linkTo(t, 'account_id', 'accounts');
    t.text('who').notNullable();
    t.timestamp('at').notNullable();
  });
  await changeDoor(knex, FLASH, FLASH_AND_VIEWING);
}

export async function down(knex: Knex): Promise<void> {
  await changeDoor(knex, FLASH_AND_VIEWING, FLASH);
  await knex.schema.dropTable('espace_looks');
  await knex.raw('drop function look_as');
  await knex.raw('revoke update (viewing) on sessions from preau_door');
  await knex.schema.alterTable('sessions', (t) => t.dropColumns('viewing'));
}

const FLASH = "'flash', seen.flash,";
const FLASH_AND_VIEWING = `${FLASH} 'viewing', seen.viewing,`;
