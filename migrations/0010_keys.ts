import type { Knex } from 'knex';
import { linkTo, schoolTable } from '../core/tenancy/school-table.ts';

/** One-time links of labels and letters (DESIGN 17 « QR »); of the code only its hash is kept. */
export async function up(knex: Knex): Promise<void> {
  await schoolTable(knex, 'account_keys', (t) => {
    linkTo(t, 'account_id', 'accounts');
    t.text('way').notNullable().checkIn(['print', 'mail']);
    t.binary('token_hash').notNullable();
    t.timestamp('made_at').notNullable();
    t.uuid('made_by').notNullable();
    t.timestamp('expires_at').notNullable();
    t.integer('tries').notNullable().defaultTo(0);
    t.timestamp('used_at').nullable();
    // Ended before its date: another link of the account was used, or five dates were wrong.
    t.timestamp('dead_at').nullable();
    t.unique(['school_id', 'token_hash']);
    t.index(['school_id', 'account_id', 'made_at']);
  });
}

export async function down(knex: Knex): Promise<void> {
  await knex.schema.dropTable('account_keys');
}
