import { schoolTable } from '@preau/core';
import type { Knex } from 'knex';

export const up = (knex: Knex) =>
  schoolTable(knex, 'potager_notes', (t) => {
    t.text('body').notNullable();
    t.text('class').notNullable();
    t.date('until').nullable();
  });
export const down = (knex: Knex) => knex.schema.dropTable('potager_notes');
