import type { Knex } from 'knex';
import { linkTo, schoolTable } from '../core/tenancy/school-table.ts';

/** Accounts, profiles, what is published, and the journals around them. */
export async function up(knex: Knex): Promise<void> {
  await schoolTable(
    knex,
    'profiles',
    (t) => {
      t.text('name').notNullable();
      t.specificType('permissions', 'text[]').notNullable().defaultTo('{}');
      t.unique(['school_id', 'name']);
    },
    { door: ['select'] },
  );
  await schoolTable(
    knex,
    'accounts',
    (t) => {
      linkTo(t, 'person_id', 'people');
      t.text('login').notNullable();
      t.text('mode').notNullable().defaultTo('espace').checkIn(['espace', 'quotidienne', 'administration']);
      linkTo(t, 'profile_id', 'profiles', { optional: true });
      t.text('state').notNullable().defaultTo('provisional').checkIn(['provisional', 'active', 'suspended']);
      t.text('password_hash').nullable();
      // Provisional secret: encrypted for labels and mails, HMAC for the check; both erased at first sign-in.
      t.binary('secret_hmac').nullable();
      t.binary('secret_sealed').nullable();
      t.timestamp('secret_expires_at').nullable();
      t.timestamp('valid_until').nullable();
      t.timestamp('last_sign_in_at').nullable();
      t.timestamp('created_at').notNullable().defaultTo(knex.fn.now());
      t.unique(['school_id', 'login']);
      t.unique(['school_id', 'person_id']);
    },
    { door: ['select'] },
  );
  // A device from which this account has signed in: it keeps its own allowance of failed tries, so that nobody can
  // lock another person out. The name comes with « Enregistrement de l'appareil » (F02-20).
  await schoolTable(knex, 'devices', (t) => {
    linkTo(t, 'account_id', 'accounts');
    t.binary('device_hmac').notNullable();
    t.text('name').nullable();
    t.timestamp('last_at').notNullable();
    t.unique(['school_id', 'account_id', 'device_hmac']);
  });
  await schoolTable(
    knex,
    'published',
    (t) => {
      // An Espace (`parents`) or a rubric in it (`parents:cantine.menus`).
      t.text('name').notNullable();
      t.boolean('on').notNullable();
      t.unique(['school_id', 'name']);
    },
    { door: ['select'] },
  );
  await schoolTable(
    knex,
    'espace_themes',
    (t) => {
      t.text('espace').notNullable();
      t.text('theme').notNullable();
      t.unique(['school_id', 'espace']);
    },
    { door: ['select'] },
  );
  await schoolTable(
    knex,
    'plugin_settings',
    (t) => {
      t.text('plugin').notNullable();
      t.jsonb('values').notNullable();
      t.unique(['school_id', 'plugin']);
    },
    { door: ['select'] },
  );
  // Append-only: the server may add and read, never change or delete.
  await schoolTable(
    knex,
    'audit_log',
    (t) => {
      t.timestamp('at').notNullable();
      t.uuid('account_id').nullable();
      t.text('who').notNullable();
      t.text('act').notNullable();
      t.text('about').nullable();
      t.index(['school_id', 'at']);
    },
    { app: ['select', 'insert'] },
  );
  // A form sent twice makes one object: one use per school, account and route, kept a day.
  await schoolTable(knex, 'form_keys', (t) => {
    linkTo(t, 'account_id', 'accounts');
    t.text('route').notNullable();
    t.uuid('key').notNullable();
    t.text('answer').nullable();
    t.timestamp('at').notNullable().defaultTo(knex.fn.now());
    t.unique(['school_id', 'account_id', 'route', 'key']);
  });
}

export async function down(knex: Knex): Promise<void> {
  for (const table of [
    'form_keys',
    'audit_log',
    'plugin_settings',
    'espace_themes',
    'published',
    'devices',
    'accounts',
    'profiles',
  ])
    await knex.schema.dropTable(table);
}
