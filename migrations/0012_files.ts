import type { Knex } from 'knex';
import { schoolTable } from '../core/tenancy/school-table.ts';

/** Files joined to something of a module (`about`, `infos:<uuid>`); their bytes lie in the store under `key`. */
export const up = (knex: Knex) =>
  schoolTable(knex, 'files', (t) => {
    t.text('about').notNullable();
    t.text('name').notNullable();
    t.text('type').notNullable();
    t.integer('size').notNullable();
    t.text('sha256').notNullable();
    // Not unique: a page left open may send once more what it sent.
    t.text('key').notNullable();
    // No link: the file outlives the account of whoever joined it.
    t.uuid('account_id').nullable();
    t.timestamp('at').notNullable();
    t.integer('position').notNullable();
    t.index(['school_id', 'about']);
  });

export const down = (knex: Knex) => knex.schema.dropTable('files');
