import { linkTo, schoolTable } from '@preau/core';
import type { Knex } from 'knex';

/** Mail accounts of a school and of its people, the codes that prove them, and who may send from a school's (fiche 9). */
export async function up(knex: Knex): Promise<void> {
  await schoolTable(knex, 'email_accounts_boxes', (t) => {
    // Whose it is; null: the school's.
    linkTo(t, 'owner_id', 'accounts', { optional: true, gone: 'CASCADE' });
    t.text('label').notNullable();
    t.text('address').notNullable();
    t.timestamp('verified_at').nullable();
    // Usable from here on.
    t.timestamp('secured_at').nullable();
    // Its own server; null: the house's.
    t.text('smtp_host').nullable();
    t.integer('smtp_port').nullable();
    t.text('smtp_encryption').nullable().checkIn(['tls', 'starttls', 'none']);
    t.text('smtp_user').nullable();
    t.binary('smtp_sealed').nullable();
    t.integer('version').notNullable().defaultTo(1);
    t.timestamp('created_at').notNullable();
  });
  await knex.raw(
    'create unique index email_accounts_school_unique on email_accounts_boxes (school_id, lower(address)) where owner_id is null',
  );
  await knex.raw(
    'create unique index email_accounts_own_unique on email_accounts_boxes (school_id, owner_id, lower(address)) where owner_id is not null',
  );
  await schoolTable(knex, 'email_accounts_codes', (t) => {
    // No link: removing the mail account and making it again must not forget how many codes were asked.
    t.uuid('box_id').notNullable();
    linkTo(t, 'asked_by', 'accounts');
    t.binary('hmac').notNullable();
    t.timestamp('sent_at').notNullable();
    t.timestamp('expires_at').notNullable();
    t.integer('tries').notNullable().defaultTo(0);
    t.index(['school_id', 'box_id']);
  });
  await schoolTable(knex, 'email_accounts_allowed', (t) => {
    linkTo(t, 'box_id', 'email_accounts_boxes');
    linkTo(t, 'account_id', 'accounts');
    t.unique(['school_id', 'box_id', 'account_id']);
  });
}

export async function down(knex: Knex): Promise<void> {
  for (const table of ['allowed', 'codes', 'boxes']) await knex.schema.dropTable(`email_accounts_${table}`);
}
