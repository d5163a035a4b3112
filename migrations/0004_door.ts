import type { Knex } from 'knex';

/**
 * Sessions, and the one question asked at the door of every visit.
 * Only preau_door reads sessions; the server's role opens, lists and ends them through functions that see
 * the accounts of the current school only (they run as the owner, whom row level security binds too).
 */
export async function up(knex: Knex): Promise<void> {
  await knex.schema.createTable('sessions', (t) => {
    t.binary('id_hash').primary();
    t.uuid('handle').notNullable().defaultTo(knex.raw('gen_random_uuid()'));
    t.uuid('school_id').notNullable();
    t.uuid('account_id').notNullable();
    t.text('mode').notNullable();
    t.text('agent').notNullable().defaultTo('');
    t.timestamp('created_at').notNullable();
    t.timestamp('last_seen_at').notNullable();
    t.timestamp('expires_at').notNullable();
    t.jsonb('flash').nullable();
    t.foreign(['school_id', 'account_id']).references(['school_id', 'id']).inTable('accounts').onDelete('CASCADE');
    t.index(['school_id', 'account_id']);
  });
  await knex.raw('grant select, update (last_seen_at) on sessions to preau_door');

  const current = "nullif(current_setting('app.school', true), '')::uuid";
  await knex.raw(`
    create function open_session(p_hash bytea, p_account uuid, p_mode text, p_agent text, p_now timestamptz, p_expires timestamptz)
    returns void language sql security definer set search_path = public as $$
      insert into sessions (id_hash, school_id, account_id, mode, agent, created_at, last_seen_at, expires_at)
      select p_hash, school_id, id, p_mode, p_agent, p_now, p_now, p_expires from accounts where id = p_account
    $$`);
  await knex.raw(`
    create function list_sessions(p_account uuid)
    returns table (handle uuid, mode text, agent text, created_at timestamptz, last_seen_at timestamptz, expires_at timestamptz)
    language sql stable security definer set search_path = public as $$
      select handle, mode, agent, created_at, last_seen_at, expires_at from sessions
      where school_id = ${current} and account_id = p_account order by last_seen_at desc
    $$`);
  await knex.raw(`
    create function end_sessions(p_account uuid, p_handle uuid, p_keep uuid)
    returns integer language sql security definer set search_path = public as $$
      with gone as (
        delete from sessions where school_id = ${current} and account_id = p_account
        and (p_handle is null or handle = p_handle) and (p_keep is null or handle <> p_keep) returning 1)
      select count(*)::integer from gone
    $$`);
  await knex.raw(`
    create function leave_message(p_handle uuid, p_flash jsonb)
    returns void language sql security definer set search_path = public as $$
      update sessions set flash = p_flash where handle = p_handle and school_id = ${current}
    $$`);
  await knex.raw(`
    create function purge_sessions(p_before timestamptz)
    returns void language sql security definer set search_path = public as $$
      delete from sessions where expires_at < p_before
    $$`);
  // The journal is append-only for the server; only what is older than a year may go, and only this way.
  await knex.raw(`
    create function purge_audit_log()
    returns void language sql security definer set search_path = public as $$
      delete from audit_log where at < now() - interval '1 year'
    $$`);
  // PostgreSQL plans with what it knew at the last ANALYZE; in the middle of a large import it would take the directory for
  // nearly empty, and check each foreign key by reading a whole school. One process at a time; a second does without.
  await knex.raw(`
    create function refresh_statistics(p_table text)
    returns void language plpgsql security definer set search_path = public as $$
    begin
      if p_table in ('people', 'addresses', 'accounts', 'class_places', 'guardian_links')
        and pg_try_advisory_xact_lock(hashtext('refresh_statistics'))
      then execute format('analyze %I', p_table); end if;
    end $$`);
  for (const call of [
    'refresh_statistics(text)',
    'purge_audit_log()',
    'open_session(bytea, uuid, text, text, timestamptz, timestamptz)',
    'list_sessions(uuid)',
    'end_sessions(uuid, uuid, uuid)',
    'leave_message(uuid, jsonb)',
    'purge_sessions(timestamptz)',
  ]) {
    await knex.raw(`revoke all on function ${call} from public`);
    await knex.raw(`grant execute on function ${call} to preau_app`);
  }

  // One round trip for school, modules, session, account, person and profile. Runs with the door's own rights.
  await knex.raw(`
    create function door(p_rne text, p_session bytea)
    returns jsonb language plpgsql set search_path = public as $$
    declare
      s schools; seen sessions; told jsonb;
    begin
      select * into s from schools where rne = p_rne;
      if not found then return null; end if;
      perform set_config('app.school', s.id::text, true);
      if p_session is not null then
        select * into seen from sessions where id_hash = p_session;
      end if;
      select jsonb_build_object(
          'handle', seen.handle, 'mode', seen.mode, 'lastSeenAt', seen.last_seen_at, 'expiresAt', seen.expires_at,
          'flash', seen.flash,
          'account', jsonb_build_object('id', a.id, 'login', a.login, 'state', a.state, 'mode', a.mode, 'validUntil', a.valid_until),
          'person', jsonb_build_object('id', p.id, 'kind', p.kind, 'genre', p.genre, 'civility', p.civility,
            'lastName', coalesce(p.used_name, p.last_name), 'firstName', coalesce(p.used_first_name, p.first_name)),
          'profile', (select jsonb_build_object('name', f.name, 'permissions', f.permissions) from profiles f where f.id = a.profile_id))
        into told
        from accounts a join people p on p.id = a.person_id
        where seen.school_id = s.id and a.id = seen.account_id;
      return jsonb_build_object(
        'school', jsonb_build_object('id', s.id, 'rne', s.rne, 'name', s.name, 'address', s.address, 'postcode', s.postcode,
          'city', s.city, 'phone', s.phone, 'email', s.email, 'timezone', s.timezone, 'state', s.state,
          'plugins', coalesce((select jsonb_object_agg(plugin, "on") from school_plugins where school_id = s.id), '{}'),
          'published', coalesce((select jsonb_object_agg(name, "on") from published), '{}'),
          'themes', coalesce((select jsonb_object_agg(espace, theme) from espace_themes), '{}'),
          'settings', coalesce((select jsonb_object_agg(plugin, values) from plugin_settings), '{}')),
        'session', told);
    end $$`);
  await knex.raw('revoke all on function door(text, bytea) from public');
  await knex.raw('grant execute on function door(text, bytea) to preau_door, preau_app');
}

export async function down(knex: Knex): Promise<void> {
  for (const call of [
    'door',
    'refresh_statistics',
    'purge_audit_log',
    'purge_sessions',
    'leave_message',
    'end_sessions',
    'list_sessions',
    'open_session',
  ])
    await knex.raw(`drop function ${call}`);
  await knex.schema.dropTable('sessions');
}
