import type { Knex } from 'knex';
import { linkTo, schoolTable } from '../core/tenancy/school-table.ts';

const CURRENT = "nullif(current_setting('app.school', true), '')::uuid";

/**
 * Town halls (F07-5, P10). A commune is a row of `schools` whose address is `commune/<INSEE>`. `commune_grants` belongs to
 * no school: the server asks functions, by which a school writes its own line and a commune reads those given to it.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.schema.createTable('commune_grants', (t) => {
    // A school opens to one town hall at most.
    t.uuid('school_id').primary().references('schools.id').onDelete('CASCADE');
    t.uuid('commune_id').notNullable().references('schools.id').onDelete('CASCADE').index();
    // With the profile goes what it opened.
    t.uuid('profile_id').notNullable();
    t.foreign(['school_id', 'profile_id']).references(['school_id', 'id']).inTable('profiles').onDelete('CASCADE');
    t.timestamp('granted_at').notNullable();
  });

  await knex.raw(`
    create function grant_commune(p_commune uuid, p_profile uuid, p_now timestamptz)
    returns boolean language plpgsql security definer set search_path = public as $$
    begin
      insert into commune_grants (school_id, commune_id, profile_id, granted_at)
        select here.id, town.id, p_profile, p_now from schools here, schools town
        where here.id = ${CURRENT} and here.rne not like 'commune/%'
          and town.id = p_commune and town.rne like 'commune/%' and town.state = 'open'
        on conflict (school_id) do update
        set commune_id = excluded.commune_id, profile_id = excluded.profile_id, granted_at = excluded.granted_at;
      return found;
    end $$`);
  await knex.raw(`
    create function withdraw_commune()
    returns boolean language plpgsql security definer set search_path = public as $$
    begin
      delete from commune_grants where school_id = ${CURRENT};
      return found;
    end $$`);
  await knex.raw(`
    create function given_commune()
    returns table (commune_id uuid, name text, rne text, profile_id uuid, granted_at timestamptz)
    language sql stable security definer set search_path = public as $$
      select g.commune_id, c.name, c.rne, g.profile_id, g.granted_at
      from commune_grants g join schools c on c.id = g.commune_id where g.school_id = ${CURRENT}
    $$`);
  await knex.raw(`
    create function granted_schools()
    returns table (id uuid, name text, city text)
    language sql stable security definer set search_path = public as $$
      select s.id, s.name, s.city from commune_grants g join schools s on s.id = g.school_id
      where g.commune_id = ${CURRENT} order by s.name, s.id
    $$`);
  // Asked inside the school, by each act of the console; held, so that a school that withdraws has withdrawn when its page
  // says so, and not while something of it is still being read.
  await knex.raw(`
    create function hold_grant(p_commune uuid)
    returns table (rne text, profile_id uuid) language sql security definer set search_path = public as $$
      select s.rne, g.profile_id from commune_grants g join schools s on s.id = g.school_id
      where g.school_id = ${CURRENT} and g.commune_id = p_commune for share of g
    $$`);
  for (const call of CALLS) {
    await knex.raw(`revoke all on function ${call} from public`);
    await knex.raw(`grant execute on function ${call} to preau_app`);
  }

  // What a town hall says to several schools at once, and what became of it in each.
  await schoolTable(knex, 'commune_posts', (t) => {
    t.text('title').notNullable();
    t.text('body').notNullable();
    t.timestamp('changed_at').notNullable();
    t.timestamp('sent_at').nullable();
    t.text('author_name').notNullable();
  });
  await schoolTable(knex, 'commune_post_schools', (t) => {
    linkTo(t, 'post_id', 'commune_posts');
    // The school may withdraw, or leave: its name stays with what was said.
    t.uuid('to_school').notNullable();
    t.text('name').notNullable();
    t.boolean('families').notNullable();
    t.boolean('staff').notNullable();
    t.text('state').notNullable().defaultTo('waiting').checkIn(['waiting', 'sent', 'refused', 'withdrawn']);
    t.text('reason').nullable();
    t.integer('people').notNullable().defaultTo(0);
    t.unique(['school_id', 'post_id', 'to_school']);
  });
}

const CALLS = [
  'grant_commune(uuid, uuid, timestamptz)',
  'withdraw_commune()',
  'given_commune()',
  'granted_schools()',
  'hold_grant(uuid)',
];

export async function down(knex: Knex): Promise<void> {
  await knex.schema.dropTable('commune_post_schools');
  await knex.schema.dropTable('commune_posts');
  for (const call of CALLS) await knex.raw(`drop function ${call}`);
  await knex.schema.dropTable('commune_grants');
}
