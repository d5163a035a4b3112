import { linkTo, schoolTable } from '@preau/core';
import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  // What was ticked and ordered (F10-2); an element without a row stands as it is proposed.
  await schoolTable(knex, 'etablissement_page_elements', (t) => {
    t.text('key').notNullable();
    t.boolean('shown').notNullable();
    t.integer('position').nullable();
    t.unique(['school_id', 'key']);
  });
  // One row a school.
  await schoolTable(knex, 'etablissement_page_contents', (t) => {
    t.text('intro').nullable();
    t.text('hours').nullable();
    t.text('edito_title').nullable();
    t.text('edito').nullable();
    t.specificType('framed_by', 'text[]').notNullable().defaultTo('{}');
    t.integer('version').notNullable().defaultTo(1);
    t.text('page').notNullable();
    t.unique(['school_id', 'page']);
  });
  await schoolTable(knex, 'etablissement_page_links', (t) => {
    t.text('title').notNullable();
    t.text('address').notNullable();
    t.integer('position').notNullable();
  });
  await schoolTable(knex, 'etablissement_page_photos', (t) => {
    t.text('alt').notNullable();
    t.text('caption').nullable();
    // Until the school has said which children are seen, nobody sees the photo.
    t.boolean('children_told').notNullable().defaultTo(false);
    t.integer('position').notNullable();
    t.binary('small').nullable();
    t.binary('large').nullable();
    t.integer('width').nullable();
    t.integer('height').nullable();
    t.timestamp('added_at').notNullable();
    t.timestamp('removed_at').nullable();
    t.integer('version').notNullable().defaultTo(1);
  });
  await schoolTable(knex, 'etablissement_page_children', (t) => {
    linkTo(t, 'photo_id', 'etablissement_page_photos');
    // No foreign key: a child who leaves the directory still stands on the photo, which is then not shown.
    t.uuid('pupil_id').notNullable();
    t.unique(['school_id', 'photo_id', 'pupil_id']);
    t.index(['school_id', 'pupil_id']);
  });
  await schoolTable(knex, 'etablissement_page_consents', (t) => {
    linkTo(t, 'pupil_id', 'people');
    t.text('given_by').notNullable();
    t.date('given_on').notNullable();
    t.text('recorded_by').notNullable();
    t.timestamp('recorded_at').notNullable();
    t.date('withdrawn_on').nullable();
    t.text('withdrawn_by').nullable();
  });
  await knex.raw(
    'create unique index etablissement_page_consents_one on etablissement_page_consents (school_id, pupil_id) where withdrawn_on is null',
  );
}

export async function down(knex: Knex): Promise<void> {
  for (const table of ['consents', 'children', 'photos', 'links', 'contents', 'elements'])
    await knex.schema.dropTable(`etablissement_page_${table}`);
}
