import type { Knex } from 'knex';
import { linksOfOneSchool } from './0007_account_links.ts';

const CURRENT = "nullif(current_setting('app.school', true), '')::uuid";

/**
 * Links between the accounts of one human reach other schools of the house (C-20). Each function looks into another
 * school inside that school's own setting, and turns back: row level security stays the wall. What it tells of another
 * school is what is linked to the account that asks, and nothing else.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.schema.alterTable('sessions', (t) => {
    // School of the account whose password was typed.
    t.uuid('proved_school').nullable();
    t.index(['proved_school', 'proved_by']);
  });
  await knex.raw('update sessions set proved_school = school_id where proved_by is not null');
  for (const call of [
    'link_accounts(uuid, uuid, timestamptz)',
    'linked_accounts(uuid)',
    'unlink_account(uuid, uuid, uuid)',
    'change_hat(uuid, uuid, bytea, text, text, timestamptz, timestamptz)',
    'hats(jsonb)',
  ])
    await knex.raw(`drop function ${call}`);

  // One human has at most one account of a guardian in a school, and a pupil is nobody else: asked of all the accounts
  // that come together. One at a time, so that two links at once cannot each miss the other.
  await knex.raw(`
    create function link_accounts(p_school_a uuid, p_a uuid, p_school_b uuid, p_b uuid, p_now timestamptz)
    returns boolean language plpgsql security definer set search_path = public as $$
    declare here uuid := ${CURRENT}; human_a uuid; human_b uuid; together uuid; one record; found_here int; fits boolean; all_fit boolean := true;
    begin
      if here is null or here not in (p_school_a, p_school_b) or (p_school_a, p_a) = (p_school_b, p_b) then return false; end if;
      perform pg_advisory_xact_lock(hashtext('account_links'));
      select human into human_a from account_links where school_id = p_school_a and account_id = p_a and suspended_at is null;
      select human into human_b from account_links where school_id = p_school_b and account_id = p_b and suspended_at is null;
      for one in
        select school_id, array_agg(account_id) as ids from (
          values (p_school_a, p_a), (p_school_b, p_b)
          union select l.school_id, l.account_id from account_links l where l.human in (human_a, human_b) and l.suspended_at is null
        ) as them (school_id, account_id) group by school_id
      loop
        perform set_config('app.school', one.school_id::text, true);
        select count(*), count(*) filter (where p.kind = 'guardian') <= 1 and count(*) filter (where p.kind = 'pupil') = 0
          into found_here, fits
          from accounts a join people p on p.school_id = a.school_id and p.id = a.person_id where a.id = any(one.ids);
        all_fit := all_fit and fits and found_here = cardinality(one.ids);
      end loop;
      perform set_config('app.school', here::text, true);
      if not all_fit then return false; end if;
      together := coalesce(human_a, human_b, gen_random_uuid());
      if human_a <> human_b then update account_links set human = together where human = human_b; end if;
      insert into account_links (school_id, account_id, human, proven_at)
        values (p_school_a, p_a, together, p_now), (p_school_b, p_b, together, p_now)
        on conflict (school_id, account_id) do update
        set human = excluded.human, proven_at = excluded.proven_at, suspended_at = null;
      return true;
    end $$`);

  // Told to the session of that account only; one whose link is suspended learns nothing of the others.
  await knex.raw(`
    create function linked_accounts(p_handle uuid, p_account uuid)
    returns table (school_id uuid, rne text, school text, account_id uuid, login text, last_name text, first_name text,
      kind text, genre text, mode text, state text, valid_until timestamptz, proven_at timestamptz, suspended boolean)
    language plpgsql security definer set search_path = public as $$
    #variable_conflict use_column
    declare here uuid := ${CURRENT}; mine account_links; one record;
    begin
      select l.* into mine from account_links l join sessions s on s.school_id = l.school_id and s.account_id = l.account_id
        where s.handle = p_handle and l.school_id = here and l.account_id = p_account;
      if not found then return; end if;
      for one in
        select l.*, c.rne, c.name from account_links l join schools c on c.id = l.school_id
        where l.human = mine.human and (mine.suspended_at is null or (l.school_id, l.account_id) = (mine.school_id, mine.account_id))
        order by l.school_id <> here, c.name, l.school_id
      loop
        perform set_config('app.school', one.school_id::text, true);
        return query
          select one.school_id, one.rne, one.name, a.id, a.login, coalesce(p.used_name, p.last_name),
            coalesce(p.used_first_name, p.first_name), p.kind, p.genre, a.mode, a.state, a.valid_until, one.proven_at,
            one.suspended_at is not null
          from accounts a join people p on p.school_id = a.school_id and p.id = a.person_id where a.id = one.account_id;
      end loop;
      perform set_config('app.school', here::text, true);
    end $$`);

  await knex.raw(`
    create function unlink_account(p_mine uuid, p_school uuid, p_other uuid, p_keep uuid)
    returns boolean language plpgsql security definer set search_path = public as $$
    begin
      delete from account_links gone using account_links mine
        where mine.school_id = ${CURRENT} and mine.account_id = p_mine
        and gone.school_id = p_school and gone.account_id = p_other and gone.human = mine.human
        and (mine.suspended_at is null or (gone.school_id, gone.account_id) = (mine.school_id, mine.account_id));
      if not found then return false; end if;
      delete from sessions where handle <> p_keep
        and ((proved_school = p_school and proved_by = p_other)
          or (school_id = p_school and account_id = p_other and proved_by is not null));
      return true;
    end $$`);

  // Moves a session to another hat of the same human: the one left ends, the new one lives no longer than the sign-in.
  await knex.raw(`
    create function change_hat(p_handle uuid, p_school uuid, p_other uuid, p_hash bytea, p_mode text, p_agent text, p_now timestamptz, p_expires timestamptz)
    returns boolean language plpgsql security definer set search_path = public as $$
    begin
      insert into sessions (id_hash, school_id, account_id, mode, agent, created_at, last_seen_at, expires_at, proved_at,
          proved_school, proved_by, chain_ends_at)
        select p_hash, other.school_id, other.account_id, p_mode, p_agent, p_now, p_now,
          least(p_expires, coalesce(here.chain_ends_at, here.expires_at)), coalesce(here.proved_at, here.created_at),
          case when first.itself then null else first.school_id end, case when first.itself then null else first.account_id end,
          coalesce(here.chain_ends_at, here.expires_at)
        from sessions here
        join account_links mine on mine.school_id = here.school_id and mine.account_id = here.account_id and mine.suspended_at is null
        join account_links other on other.human = mine.human and other.suspended_at is null
        cross join lateral (
          select school_id, account_id, (school_id, account_id) = (other.school_id, other.account_id) as itself
          from (select coalesce(here.proved_school, here.school_id), coalesce(here.proved_by, here.account_id)) as opened (school_id, account_id)
        ) as first
        where here.handle = p_handle and here.school_id = ${CURRENT}
          and other.school_id = p_school and other.account_id = p_other
          and (other.school_id, other.account_id) <> (here.school_id, here.account_id);
      if not found then return false; end if;
      delete from sessions where handle = p_handle and school_id = ${CURRENT};
      return true;
    end $$`);

  await knex.raw(`
    create or replace function account_changed() returns trigger language plpgsql security definer set search_path = public as $$
    begin
      if new.state <> 'active' then
        update account_links set suspended_at = now()
          where school_id = new.school_id and account_id = new.id and suspended_at is null;
      end if;
      delete from sessions where proved_school = new.school_id and proved_by = new.id;
      return null;
    end $$`);
  // An account that a school removes opens nothing elsewhere any more either.
  await knex.raw(`
    create function account_gone() returns trigger language plpgsql security definer set search_path = public as $$
    begin
      delete from sessions where proved_school = old.school_id and proved_by = old.id;
      return null;
    end $$`);
  await knex.raw('create trigger account_gone after delete on accounts for each row execute function account_gone()');
  await knex.raw('revoke all on function account_gone() from public');

  for (const call of [
    'link_accounts(uuid, uuid, uuid, uuid, timestamptz)',
    'linked_accounts(uuid, uuid)',
    'unlink_account(uuid, uuid, uuid, uuid)',
    'change_hat(uuid, uuid, uuid, bytea, text, text, timestamptz, timestamptz)',
  ]) {
    await knex.raw(`revoke all on function ${call} from public`);
    await knex.raw(`grant execute on function ${call} to preau_app`);
  }

  // Asked in the same breath as door(), whose answer it receives. Runs with the door's own rights, in one school after
  // the other; of another it tells what the menu needs to know which Espaces it publishes.
  await knex.raw(`
    create function hats(p_told jsonb)
    returns jsonb language plpgsql set search_path = public as $$
    declare here uuid := (p_told #>> '{school,id}')::uuid; mine account_links; one record; told jsonb := '[]';
    begin
      select * into mine from account_links
        where school_id = here and account_id = (p_told #>> '{session,account,id}')::uuid and suspended_at is null;
      if not found then return told; end if;
      for one in
        select s.*, l.ids from schools s join (
          select school_id, array_agg(account_id) as ids from account_links
          where human = mine.human and suspended_at is null and (school_id, account_id) <> (mine.school_id, mine.account_id)
          group by school_id) l on l.school_id = s.id
        order by s.id <> here, s.name, s.id
      loop
        perform set_config('app.school', one.id::text, true);
        told := told || (
          select coalesce(jsonb_agg(jsonb_build_object('accountId', a.id, 'login', a.login, 'state', a.state, 'mode', a.mode,
              'validUntil', a.valid_until, 'kind', p.kind, 'genre', p.genre,
              'school', case when one.id <> here then jsonb_build_object('id', one.id, 'rne', one.rne, 'name', one.name,
                'plugins', coalesce((select jsonb_object_agg(plugin, "on") from school_plugins where school_id = one.id), '{}'),
                'published', coalesce((select jsonb_object_agg(name, "on") from published), '{}')) end
            ) order by p.kind, a.login), '[]')
          from accounts a join people p on p.school_id = a.school_id and p.id = a.person_id where a.id = any(one.ids));
      end loop;
      perform set_config('app.school', here::text, true);
      return told;
    end $$`);
  await knex.raw('revoke all on function hats(jsonb) from public');
  await knex.raw('grant execute on function hats(jsonb) to preau_door');
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop trigger account_gone on accounts');
  for (const call of ['hats', 'account_gone', 'change_hat', 'unlink_account', 'linked_accounts', 'link_accounts'])
    await knex.raw(`drop function ${call}`);
  await linksOfOneSchool(knex);
  await knex.schema.alterTable('sessions', (t) => t.dropColumn('proved_school'));
}
