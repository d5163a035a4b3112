import type { Knex } from 'knex';

const CURRENT = "nullif(current_setting('app.school', true), '')::uuid";

/**
 * Links between the accounts of one human, and what a session knows of the password that opened it.
 * `account_links` belongs to no school, so that later a human may have hats in two: only preau_door reads it, the
 * server asks functions that see the accounts of the current school only.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.schema.alterTable('profiles', (t) => {
    t.integer('version').notNullable().defaultTo(1);
  });
  await knex.schema.alterTable('sessions', (t) => {
    // When the password was typed again; null: when the session was opened.
    t.timestamp('proved_at').nullable();
    // After a change of hat: the account whose password was typed, and the hour at which that sign-in ends.
    t.uuid('proved_by').nullable();
    t.timestamp('chain_ends_at').nullable();
    t.index(['school_id', 'proved_by']);
  });
  await knex.schema.createTable('account_links', (t) => {
    t.uuid('school_id').notNullable();
    t.uuid('account_id').notNullable();
    // One name for all the accounts of the same human.
    t.uuid('human').notNullable().index();
    t.timestamp('proven_at').notNullable();
    t.timestamp('suspended_at').nullable();
    t.primary(['school_id', 'account_id']);
    t.foreign(['school_id', 'account_id']).references(['school_id', 'id']).inTable('accounts').onDelete('CASCADE');
  });
  await knex.raw('grant select on account_links to preau_door');

  await knex.raw(`
    create function prove_session(p_handle uuid, p_now timestamptz)
    returns void language sql security definer set search_path = public as $$
      update sessions set proved_at = p_now where handle = p_handle and school_id = ${CURRENT}
    $$`);

  await knex.raw('revoke all on function prove_session(uuid, timestamptz) from public');
  await knex.raw('grant execute on function prove_session(uuid, timestamptz) to preau_app');
  await linksOfOneSchool(knex);
  await knex.raw(`
    create trigger account_changed after update of state, password_hash on accounts for each row
    when (old.state is distinct from new.state or old.password_hash is distinct from new.password_hash)
    execute function account_changed()`);
}

/** The functions as they were until links reached other schools (0017). */
export async function linksOfOneSchool(knex: Knex): Promise<void> {
  // An account that was reset proves its own new password, not that it is still the same human's: it leaves its old
  // group, and comes back only by proving an account that stayed there.
  await knex.raw(`
    create function link_accounts(p_mine uuid, p_other uuid, p_now timestamptz)
    returns boolean language plpgsql security definer set search_path = public as $$
    declare mine uuid; other uuid; together uuid;
    begin
      if p_mine = p_other or (select count(*) from accounts where id in (p_mine, p_other)) < 2 then return false; end if;
      select human into mine from account_links
        where school_id = ${CURRENT} and account_id = p_mine and suspended_at is null;
      select human into other from account_links
        where school_id = ${CURRENT} and account_id = p_other and suspended_at is null;
      together := coalesce(mine, other, gen_random_uuid());
      if mine <> other then update account_links set human = together where human = other; end if;
      insert into account_links (school_id, account_id, human, proven_at)
        select ${CURRENT}, id, together, p_now from accounts where id in (p_mine, p_other)
        on conflict (school_id, account_id) do update
        set human = excluded.human, proven_at = excluded.proven_at, suspended_at = null;
      return true;
    end $$`);

  // An account whose link is suspended learns nothing of the others.
  await knex.raw(`
    create function linked_accounts(p_account uuid)
    returns table (account_id uuid, proven_at timestamptz, suspended boolean)
    language sql stable security definer set search_path = public as $$
      select other.account_id, other.proven_at, other.suspended_at is not null
      from account_links mine join account_links other on other.human = mine.human and other.school_id = ${CURRENT}
      where mine.school_id = ${CURRENT} and mine.account_id = p_account
        and (mine.suspended_at is null or other.account_id = mine.account_id)
    $$`);

  await knex.raw(`
    create function unlink_account(p_mine uuid, p_other uuid, p_keep uuid)
    returns boolean language plpgsql security definer set search_path = public as $$
    begin
      delete from account_links gone using account_links mine
        where mine.school_id = ${CURRENT} and mine.account_id = p_mine
        and gone.school_id = ${CURRENT} and gone.account_id = p_other and gone.human = mine.human
        and (mine.suspended_at is null or p_mine = p_other);
      if not found then return false; end if;
      delete from sessions where school_id = ${CURRENT} and handle <> p_keep
        and (proved_by = p_other or (account_id = p_other and proved_by is not null));
      return true;
    end $$`);

  // Moves a session to another hat of the same human: the one left ends, the new one lives no longer than the sign-in.
  await knex.raw(`
    create function change_hat(p_handle uuid, p_other uuid, p_hash bytea, p_mode text, p_agent text, p_now timestamptz, p_expires timestamptz)
    returns boolean language plpgsql security definer set search_path = public as $$
    begin
      insert into sessions (id_hash, school_id, account_id, mode, agent, created_at, last_seen_at, expires_at, proved_at, proved_by, chain_ends_at)
        select p_hash, here.school_id, other.account_id, p_mode, p_agent, p_now, p_now,
          least(p_expires, coalesce(here.chain_ends_at, here.expires_at)), coalesce(here.proved_at, here.created_at),
          nullif(coalesce(here.proved_by, here.account_id), other.account_id), coalesce(here.chain_ends_at, here.expires_at)
        from sessions here
        join account_links mine on mine.school_id = here.school_id and mine.account_id = here.account_id and mine.suspended_at is null
        join account_links other on other.human = mine.human and other.school_id = mine.school_id and other.suspended_at is null
        where here.handle = p_handle and here.school_id = ${CURRENT}
          and other.account_id = p_other and other.account_id <> here.account_id;
      if not found then return false; end if;
      delete from sessions where handle = p_handle and school_id = ${CURRENT};
      return true;
    end $$`);

  // Whoever resets or suspends an account, and whatever changes its password: no path can forget what hangs on it.
  await knex.raw(`
    create or replace function account_changed() returns trigger language plpgsql security definer set search_path = public as $$
    begin
      if new.state <> 'active' then
        update account_links set suspended_at = now()
          where school_id = new.school_id and account_id = new.id and suspended_at is null;
      end if;
      delete from sessions where school_id = new.school_id and proved_by = new.id;
      return null;
    end $$`);
  for (const call of [
    'link_accounts(uuid, uuid, timestamptz)',
    'linked_accounts(uuid)',
    'unlink_account(uuid, uuid, uuid)',
    'change_hat(uuid, uuid, bytea, text, text, timestamptz, timestamptz)',
  ]) {
    await knex.raw(`revoke all on function ${call} from public`);
    await knex.raw(`grant execute on function ${call} to preau_app`);
  }
  await knex.raw('revoke all on function account_changed() from public');

  // Asked in the same breath as door(), whose answer it receives. Runs with the door's own rights.
  await knex.raw(`
    create function hats(p_told jsonb)
    returns jsonb language plpgsql set search_path = public as $$
    declare mine account_links;
    begin
      select * into mine from account_links
        where school_id = (p_told #>> '{school,id}')::uuid
        and account_id = (p_told #>> '{session,account,id}')::uuid and suspended_at is null;
      if not found then return '[]'; end if;
      return (
        select coalesce(jsonb_agg(jsonb_build_object('accountId', a.id, 'login', a.login, 'state', a.state, 'mode', a.mode,
            'validUntil', a.valid_until, 'kind', p.kind, 'genre', p.genre) order by p.kind, a.login), '[]')
        from account_links other
        join accounts a on a.school_id = other.school_id and a.id = other.account_id
        join people p on p.school_id = a.school_id and p.id = a.person_id
        where other.human = mine.human and other.account_id <> mine.account_id and other.suspended_at is null);
    end $$`);
  await knex.raw('revoke all on function hats(jsonb) from public');
  await knex.raw('grant execute on function hats(jsonb) to preau_door');
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop trigger account_changed on accounts');
  for (const call of [
    'hats',
    'account_changed',
    'change_hat',
    'unlink_account',
    'linked_accounts',
    'link_accounts',
    'prove_session',
  ])
    await knex.raw(`drop function ${call}`);
  await knex.schema.dropTable('account_links');
  await knex.schema.alterTable('sessions', (t) => t.dropColumns('proved_at', 'proved_by', 'chain_ends_at'));
  await knex.schema.alterTable('profiles', (t) => t.dropColumn('version'));
}
