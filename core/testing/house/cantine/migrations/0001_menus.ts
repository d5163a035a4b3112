import { schoolTable } from '@preau/core';
import type { Knex } from 'knex';

export const up = (knex: Knex) =>
  schoolTable(knex, 'cantine_menus', (t) => {
    t.date('day').notNullable();
    t.text('dishes').notNullable();
    t.unique(['school_id', 'day']);
  });
export const down = (knex: Knex) => knex.schema.dropTable('cantine_menus');
