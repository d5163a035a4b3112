import { espacesOf } from '../access/espaces.ts';
import { type Holding, holds } from '../access/holding.ts';
import { whyShut } from '../access/shut.ts';
import type { Account, Mode, Person, Transaction } from '../plugin/contract.ts';

export const USE = 'voir-comme.use';

/** An Espace tells of pupils, and a teacher's of their families: whoever may not read their cards does not see it either. */
const NEEDS: Record<Person['kind'], string> = {
  pupil: 'ressources.pupils-read',
  guardian: 'ressources.guardians-read',
  teacher: 'ressources.guardians-read',
  staff: 'ressources.pupils-read',
};

/** A person with the account whose Espace would be seen. */
export interface Target {
  person: Person;
  accountId: string;
  login: string;
  state: Account['state'];
  validUntil: Date | null;
  mode: Mode;
  permissions: string[];
}

export const can = ({ mode, permissions }: Holding, right: string): boolean =>
  mode === 'administration' || (mode === 'quotidienne' && permissions.includes(right));

/** Kinds of persons whose Espace this right of Gestion reaches. */
export const kindsFor = (mine: Holding): Person['kind'][] =>
  (['guardian', 'pupil', 'teacher', 'staff'] as const).filter((kind) => can(mine, NEEDS[kind]));

/** Why this person's Espace cannot be seen by who asks, in French; null when it can. Asked again at each visit (B52). */
export function refusedLook(mine: Holding, other: Target, now: Date): string | null {
  if (!can(mine, USE)) return 'Vous n’avez pas le droit de voir un Espace comme une autre personne.';
  if (!kindsFor(mine).includes(other.person.kind))
    return 'Vous n’avez pas le droit de lire tout ce que montre l’Espace de cette personne.';
  const shut = whyShut({ ...other, secretExpiresAt: null }, now);
  if (shut === 'suspended' || shut === 'over')
    return 'Le compte de cette personne est fermé : elle ne voit plus son Espace.';
  if (!espacesOf(other.person).length) return 'Cette personne n’a pas d’Espace : elle travaille en Gestion.';
  if (!holds(mine, other))
    return 'Cette personne a des droits que vous n’avez pas : vous ne pouvez pas voir comme elle.';
  return null;
}

/** The person of an account, or of the directory, with what it holds; null when there is none, or no account. */
export async function targetOf(
  db: Transaction,
  who: { 'accounts.id': string } | { 'people.id': string },
): Promise<Target | null> {
  const row = await db('accounts')
    .join('people', 'people.id', 'accounts.person_id')
    .leftJoin('profiles', 'profiles.id', 'accounts.profile_id')
    .where(who)
    .first(
      'people.id as person_id',
      'people.kind',
      'people.genre',
      'people.civility',
      db.raw('coalesce(used_name, last_name) as last_name'),
      db.raw('coalesce(used_first_name, first_name) as first_name'),
      'accounts.id',
      'accounts.login',
      'accounts.state',
      'accounts.valid_until',
      'accounts.mode',
      db.raw("coalesce(profiles.permissions, '{}') as permissions"),
    );
  if (!row) return null;
  return {
    person: {
      id: row.person_id,
      kind: row.kind,
      genre: row.genre,
      civility: row.civility,
      lastName: row.last_name,
      firstName: row.first_name,
    },
    accountId: row.id,
    login: row.login,
    state: row.state,
    validUntil: row.valid_until,
    mode: row.mode,
    permissions: row.permissions,
  };
}
