import type { Knex } from 'knex';
import { linkTo, schoolTable } from '../core/tenancy/school-table.ts';

/** Security measure, PIN, recognised devices, sign-ins, and the ways back in for a forgotten password (F02-13 to F02-25). */
export async function up(knex: Knex): Promise<void> {
  await knex.schema.alterTable('accounts', (t) => {
    t.text('measure').notNullable().defaultTo('none').checkIn(['none', 'notice', 'pin'], 'accounts_measure');
    t.text('pin_hash').nullable();
    t.integer('pin_tries').notNullable().defaultTo(0);
    // The code sent by e-mail once the tries of the PIN are spent.
    t.binary('code_hmac').nullable();
    t.timestamp('code_expires_at').nullable();
    // The station of the first sign-in that is still to come, after the password.
    t.text('next_step').nullable().checkIn(['measure', 'device'], 'accounts_next_step');
  });
  await schoolTable(knex, 'sign_ins', (t) => {
    linkTo(t, 'account_id', 'accounts');
    t.timestamp('at').notNullable();
    t.text('device').notNullable();
    // From a device that was not recognised, while a measure was chosen.
    t.boolean('notice').notNullable().defaultTo(false);
  });
  await schoolTable(knex, 'reset_links', (t) => {
    linkTo(t, 'account_id', 'accounts');
    t.binary('token_hash').notNullable();
    t.timestamp('expires_at').notNullable();
    t.unique(['school_id', 'token_hash']);
  });
  await schoolTable(knex, 'password_requests', (t) => {
    linkTo(t, 'account_id', 'accounts');
    t.text('why').notNullable().checkIn(['password', 'pin']);
    t.timestamp('at').notNullable();
    t.unique(['school_id', 'account_id']);
  });
  await changeDoor(knex, MODE, MODE_AND_STEP);
}

export async function down(knex: Knex): Promise<void> {
  await changeDoor(knex, MODE_AND_STEP, MODE);
  for (const table of ['password_requests', 'reset_links', 'sign_ins']) await knex.schema.dropTable(table);
  await knex.schema.alterTable('accounts', (t) =>
    t.dropColumns('measure', 'pin_hash', 'pin_tries', 'code_hmac', 'code_expires_at', 'next_step'),
  );
}

const MODE = "'mode', a.mode,";
const MODE_AND_STEP = `${MODE} 'nextStep', a.next_step,`;

/** The door tells one word more; the rest of the function is that of 0004. */
export async function changeDoor(knex: Knex, from: string, to: string): Promise<void> {
  const { rows } = await knex.raw("select pg_get_functiondef('door(text, bytea)'::regprocedure) as source");
  const source: string = rows[0].source;
  if (!source.includes(from)) throw new Error('La fonction door() n’est pas celle que l’on attend.');
  await knex.raw(source.replace(from, to));
}
