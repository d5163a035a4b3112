import type { Knex } from 'knex';
import { linkTo, schoolTable } from '../core/tenancy/school-table.ts';

/** What leaves by e-mail: a sending, its messages with their state, and the senders that wait. */
export async function up(knex: Knex): Promise<void> {
  await schoolTable(knex, 'mailings', (t) => {
    t.text('title').notNullable();
    t.text('purpose').notNullable();
    t.text('sender').notNullable();
    t.text('sender_title').notNullable();
    // Null for the house itself; without a link, so that the journal outlives the account.
    t.uuid('by_account').nullable();
    t.text('by_name').notNullable();
    t.timestamp('created_at').notNullable();
    t.timestamp('cancelled_at').nullable();
    t.index(['school_id', 'created_at']);
  });
  await schoolTable(knex, 'outbox', (t) => {
    linkTo(t, 'mailing_id', 'mailings');
    t.uuid('person_id').nullable();
    t.text('to_name').notNullable();
    t.text('to_address').nullable();
    t.text('subject').notNullable();
    // Sealed: text and attachments. Gone as soon as the message has left or never will.
    t.binary('content').nullable();
    t.text('message_id').notNullable();
    t.text('state')
      .notNullable()
      .checkIn(['queued', 'held', 'sending', 'sent', 'refused', 'cancelled'], 'outbox_state');
    // When it was to leave at first; deliver_at moves with each new try.
    t.timestamp('due_at').notNullable();
    t.timestamp('deliver_at').notNullable();
    t.timestamp('until').nullable();
    t.integer('attempts').notNullable().defaultTo(0);
    t.timestamp('sending_since').nullable();
    t.timestamp('sent_at').nullable();
    // French: why it was refused, or why it waits.
    t.text('reason').nullable();
    t.text('suggestion').nullable();
    t.index(['school_id', 'person_id']);
    t.index(['school_id', 'state', 'deliver_at']);
  });
  // A person who goes leaves the line of the journal behind, without the link.
  await knex.raw(
    `alter table outbox add constraint outbox_person foreign key (school_id, person_id)
     references people (school_id, id) on delete set null (person_id)`,
  );
  await schoolTable(knex, 'outbox_pauses', (t) => {
    t.text('sender').notNullable();
    t.timestamp('until').notNullable();
    t.text('reason').notNullable();
    t.unique(['school_id', 'sender']);
  });
}

export async function down(knex: Knex): Promise<void> {
  for (const table of ['outbox_pauses', 'outbox', 'mailings']) await knex.schema.dropTable(table);
}
