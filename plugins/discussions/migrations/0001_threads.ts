import { linkTo, schoolTable } from '@preau/core';
import type { Knex } from 'knex';

/** Discussions: a subject, who takes part and from when, what was said (fiche 15). */
export async function up(knex: Knex): Promise<void> {
  await schoolTable(knex, 'discussions_threads', (t) => {
    t.text('subject').notNullable().defaultTo('');
    t.text('search_subject').notNullable().defaultTo('');
    t.uuid('created_by').nullable();
    t.timestamp('created_at').notNullable();
    // Null as long as it is a draft, which only who writes it sees.
    t.timestamp('sent_at').nullable();
    t.text('draft').notNullable().defaultTo('');
    t.specificType('draft_to', 'uuid[]').notNullable().defaultTo('{}');
    t.timestamp('closed_at').nullable();
    t.text('closed_by').nullable();
    t.index(['school_id', 'created_by']);
  });
  await schoolTable(knex, 'discussions_members', (t) => {
    linkTo(t, 'thread_id', 'discussions_threads');
    linkTo(t, 'person_id', 'people');
    t.timestamp('joined_at').notNullable();
    // Whom the picker holds ready to be invited by this member.
    t.specificType('inviting', 'uuid[]').notNullable().defaultTo('{}');
    t.timestamp('sees_from').nullable();
    t.timestamp('left_at').nullable();
    t.timestamp('read_at').nullable();
    t.timestamp('archived_at').nullable();
    t.unique(['school_id', 'thread_id', 'person_id']);
  });
  await schoolTable(knex, 'discussions_messages', (t) => {
    linkTo(t, 'thread_id', 'discussions_threads');
    t.uuid('author_id').nullable();
    t.text('body').notNullable();
    t.text('search').notNullable();
    t.timestamp('at').notNullable();
    // When it is delivered to teachers and staff, who have a right to disconnect.
    t.timestamp('staff_at').notNullable();
    t.index(['school_id', 'thread_id', 'at']);
  });
  await schoolTable(knex, 'discussions_reports', (t) => {
    linkTo(t, 'thread_id', 'discussions_threads');
    linkTo(t, 'person_id', 'people');
    t.text('reason').notNullable();
    t.timestamp('at').notNullable();
    t.timestamp('handled_at').nullable();
    t.unique(['school_id', 'thread_id', 'person_id']);
  });
  // What a person said outlives his account: « Compte supprimé » stands in the place of his name (case B36).
  for (const [table, column] of [
    ['discussions_threads', 'created_by'],
    ['discussions_messages', 'author_id'],
  ])
    await knex.raw(
      'alter table ?? add foreign key (school_id, ??) references people (school_id, id) on delete set null (??)',
      [table as string, column as string, column as string],
    );
}

export async function down(knex: Knex): Promise<void> {
  for (const table of ['discussions_reports', 'discussions_messages', 'discussions_members', 'discussions_threads'])
    await knex.schema.dropTable(table);
}
