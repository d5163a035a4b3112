import type { Knex } from 'knex';
import { linkTo, schoolTable } from '../core/tenancy/school-table.ts';

/** What is new for each person, how he wants to be told, and the count that the door tells with the rest. */
export async function up(knex: Knex): Promise<void> {
  await schoolTable(
    knex,
    'notices',
    (t) => {
      linkTo(t, 'person_id', 'people');
      t.text('category').notNullable();
      // In order of bytes: what begins with it is a range of the index.
      t.specificType('about', 'text collate "C"').notNullable();
      t.text('title').notNullable();
      t.text('path').notNullable();
      t.specificType('pupil_ids', 'uuid[]').notNullable().defaultTo('{}');
      t.boolean('urgent').notNullable();
      // Shown from then on.
      t.timestamp('at').notNullable();
      t.timestamp('read_at').nullable();
      t.text('mail').notNullable().checkIn(['none', 'digest', 'each'], 'notices_mail');
      t.timestamp('mail_at').notNullable();
      // Dealt with, whether a message left or not.
      t.timestamp('mailed_at').nullable();
      t.unique(['school_id', 'person_id', 'about']);
      t.index(['school_id', 'about']);
    },
    { door: ['select'] },
  );
  await knex.raw(
    `create index notices_to_mail on notices (school_id, mail_at) where mail <> 'none' and mailed_at is null and read_at is null`,
  );
  await schoolTable(knex, 'notice_choices', (t) => {
    linkTo(t, 'person_id', 'people');
    t.text('mail').nullable().checkIn(['none', 'digest', 'each'], 'notice_choices_mail');
    t.specificType('muted', 'text[]').notNullable().defaultTo('{}');
    // The day of the last digest: one a day, whatever runs twice.
    t.date('digest_on').nullable();
    t.unique(['school_id', 'person_id']);
  });

  // A restricted link closes what names the child (DESIGN 17); no path that restricts can forget it.
  await knex.raw(`
    create function notices_of_link() returns trigger language plpgsql set search_path = public as $$
    begin
      delete from notices where school_id = old.school_id and person_id = old.guardian_id and old.pupil_id = any(pupil_ids);
      return null;
    end $$`);
  await knex.raw(`
    create trigger notices_of_link after update of restricted_on, access, receives on guardian_links for each row
    when ((new.restricted_on is not null and old.restricted_on is null) or (old.access and not new.access) or (old.receives and not new.receives))
    execute function notices_of_link()`);
  await knex.raw(
    'create trigger notices_of_gone_link after delete on guardian_links for each row execute function notices_of_link()',
  );

  // Asked in the same breath as door(), whose answer it receives: how many are new, by category. A week later they are
  // no longer counted, only listed (C-06).
  await knex.raw(`
    create function bell(p_told jsonb, p_now timestamptz)
    returns jsonb language sql stable set search_path = public as $$
      select coalesce(jsonb_object_agg(category, n), '{}') from (
        select category, count(*) as n from notices
        where school_id = (p_told #>> '{school,id}')::uuid and person_id = (p_told #>> '{session,person,id}')::uuid
          and read_at is null and at <= p_now and at > p_now - interval '7 days'
        group by category) counted
    $$`);
  await knex.raw('revoke all on function bell(jsonb, timestamptz) from public');
  await knex.raw('grant execute on function bell(jsonb, timestamptz) to preau_door');
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop function bell(jsonb, timestamptz)');
  await knex.raw('drop trigger notices_of_gone_link on guardian_links');
  await knex.raw('drop trigger notices_of_link on guardian_links');
  await knex.raw('drop function notices_of_link()');
  for (const table of ['notice_choices', 'notices']) await knex.schema.dropTable(table);
}
