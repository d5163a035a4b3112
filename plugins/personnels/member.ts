import type { Genre, Transaction, Visit } from '@preau/core';
import type { Kind } from './kinds.ts';

/** A teacher or staff member with his account, as the screens of this module need them. */
export interface Member {
  id: string;
  kind: Kind['kind'];
  civility: string | null;
  /** The name he goes by, and the one of his papers when it is another. */
  last_name: string;
  used_name: string | null;
  birth_name: string;
  first_name: string;
  email: string | null;
  phone_mobile: string | null;
  phone_home: string | null;
  phone_work: string | null;
  job_title: string | null;
  genre: Genre | null;
  left_on: string | null;
  /** The cause under which he was created. */
  origin: string | null;
  account_id: string | null;
  login: string | null;
  state: 'provisional' | 'active' | 'suspended' | null;
  mode: 'espace' | 'quotidienne' | 'administration' | null;
  profile_id: string | null;
  profile: string | null;
  valid_until: Date | null;
}

const members = (db: Transaction) =>
  db('people')
    .leftJoin('accounts', 'accounts.person_id', 'people.id')
    .leftJoin('profiles', 'profiles.id', 'accounts.profile_id')
    .select(
      'people.id',
      'people.kind',
      'people.civility',
      'people.used_name',
      'people.last_name as birth_name',
      db.raw('coalesce(people.used_name, people.last_name) as last_name'),
      db.raw('coalesce(people.used_first_name, people.first_name) as first_name'),
      'people.email',
      'people.phone_mobile',
      'people.phone_home',
      'people.phone_work',
      'people.job_title',
      'people.genre',
      'people.left_on',
      'people.origin',
      'accounts.id as account_id',
      'accounts.login',
      'accounts.state',
      'accounts.mode',
      'accounts.valid_until',
      'profiles.id as profile_id',
      'profiles.name as profile',
    );

/** The teacher or staff member whom the path names. */
export async function memberOf({ db, params }: Pick<Visit, 'db' | 'params'>, kind: Kind): Promise<Member | null> {
  return (await members(db).where({ 'people.id': params.id, 'people.kind': kind.kind }).first()) ?? null;
}

/**
 * Why who acts may not change this person's address, in French. A way back to a forgotten password goes through it:
 * in Gestion quotidienne nobody may turn it for an account that opens Gestion, save for his own.
 */
export function refusedTouch({ account, person }: Visit, member: { id: string; mode: string | null }): string | null {
  if (account?.mode === 'administration' || member.id === person?.id) return null;
  if (!member.mode || member.mode === 'espace') return null;
  return 'Cette personne ouvre la Gestion : son adresse e-mail se change en mode Administration.';
}

/** Version of the person's row, for the warning to a second editor. */
export const memberVersion =
  (kind: Kind) =>
  async ({ db, params }: Visit, hold: boolean): Promise<number | null> => {
    const query = db('people').where({ id: params.id, kind: kind.kind });
    return (await (hold ? query.forUpdate() : query).first('version'))?.version ?? null;
  };

export const accountVersion =
  (kind: Kind) =>
  async (visit: Visit, hold: boolean): Promise<string | null> => {
    const member = await memberOf(visit, kind);
    return member?.account_id ? visit.services.access.version(member.account_id, hold) : null;
  };
