import { schoolTable } from '@preau/core';
import type { Knex } from 'knex';

export const up = (knex: Knex) =>
  schoolTable(knex, 'potager_plants', (t) => {
    t.text('name').notNullable();
    t.boolean('watered').notNullable().defaultTo(false);
    t.unique(['school_id', 'name']);
  });
export const down = (knex: Knex) => knex.schema.dropTable('potager_plants');
