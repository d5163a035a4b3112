import type { Knex } from 'knex';
import { enterSchool } from '../tenancy/in-school.ts';

interface Grant {
  school_id: string;
  commune_id: string;
  profile_id: string;
  granted_at: Date;
}

/** With what its profile opened to the town hall. */
type Held = Grant & { permissions: string[] };

const permissionsOf = async (db: Knex.Transaction, { school_id, profile_id }: Grant): Promise<string[] | null> => {
  await enterSchool(db, school_id);
  const profile = await db('profiles').where({ id: profile_id }).first('permissions');
  return profile?.permissions ?? null;
};

/** What these schools open to town halls, and what is open to these town halls, before they give way to a backup. */
export async function heldGrants(db: Knex.Transaction, ids: string[]): Promise<Held[]> {
  const grants: Grant[] = await db('commune_grants').whereIn('school_id', ids).orWhereIn('commune_id', ids).select();
  const held: Held[] = [];
  for (const grant of grants) held.push({ ...grant, permissions: (await permissionsOf(db, grant)) ?? [] });
  return held;
}

/**
 * A restored school opens to its town hall what it opened a moment ago, and nothing more: what it has withdrawn since the
 * backup stays withdrawn, and a profile that comes back wider, or not at all, opens nothing (F07-5).
 * @returns names of the schools that have to open themselves again.
 */
export async function giveBackGrants(db: Knex.Transaction, held: Held[]): Promise<string[]> {
  const shut: string[] = [];
  for (const { permissions, ...grant } of held) {
    const now = await permissionsOf(db, grant);
    if (now?.every((one) => permissions.includes(one))) await db('commune_grants').insert(grant);
    else shut.push(grant.school_id);
  }
  return shut.length ? db('schools').whereIn('id', shut).pluck('name') : [];
}
