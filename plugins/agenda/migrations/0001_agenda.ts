import { linkTo, schoolTable } from '@preau/core';
import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await schoolTable(knex, 'agenda_events', (t) => {
    t.text('title').notNullable();
    t.date('first_day').notNullable();
    t.date('last_day').notNullable();
    t.text('starts').nullable();
    t.text('ends').nullable();
    t.text('place').nullable();
    t.specificType('audience', 'text[]').notNullable();
    t.boolean('on_page').notNullable();
    t.timestamp('made_at').notNullable();
    t.timestamp('changed_at').notNullable();
    t.timestamp('removed_at').nullable();
    t.integer('version').notNullable().defaultTo(1);
    // What the last change replaced, for « Annuler ».
    t.jsonb('before').nullable();
    t.index(['school_id', 'first_day']);
  });
  await schoolTable(knex, 'agenda_calendars', (t) => {
    linkTo(t, 'person_id', 'people');
    t.binary('token_hmac').notNullable();
    t.binary('token_sealed').notNullable();
    t.timestamp('made_at').notNullable();
    t.unique(['school_id', 'person_id']);
    t.unique(['school_id', 'token_hmac']);
  });
}

export async function down(knex: Knex): Promise<void> {
  await knex.schema.dropTable('agenda_calendars');
  await knex.schema.dropTable('agenda_events');
}
