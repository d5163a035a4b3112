import type { Knex } from 'knex';
import { schoolTable } from '../core/tenancy/school-table.ts';

/** Archives of the whole school, made for its administrators (C-48); their bytes lie sealed in the store for a day. */
export const up = (knex: Knex) =>
  schoolTable(knex, 'departures', (t) => {
    t.text('state')
      .notNullable()
      .defaultTo('running')
      .checkIn(['running', 'ready', 'failed', 'gone'], 'departures_state');
    t.integer('progress').notNullable().defaultTo(0);
    t.timestamp('moved_at').notNullable();
    t.timestamp('made_at').notNullable();
    t.uuid('account_id').nullable();
    t.text('who').notNullable();
    // What is needed, beside this server's secret, to open the sealed bytes.
    t.text('key').nullable();
    t.binary('seal').nullable();
    t.bigInteger('size').nullable();
    t.timestamp('until').nullable();
  });

export const down = (knex: Knex) => knex.schema.dropTable('departures');
