import { linkTo, schoolTable } from '@preau/core';
import type { Knex } from 'knex';

/** Labels handed over in person: a row is a tick. */
export const up = (knex: Knex) =>
  schoolTable(knex, 'credentials_handovers', (t) => {
    linkTo(t, 'person_id', 'people');
    t.date('handed_on').notNullable();
    t.text('by_name').notNullable();
    t.unique(['school_id', 'person_id']);
  });
export const down = (knex: Knex) => knex.schema.dropTable('credentials_handovers');
