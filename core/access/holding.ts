import type { Account, Mode, Person, Transaction } from '../plugin/contract.ts';
import type { ModulesOfSchool } from '../plugin/modules-of.ts';
import { MODES } from './espaces.ts';
import { grantsMode } from './modes.ts';

/** An account with what it may do. */
export interface Row {
  id: string;
  person_id: string;
  login: string;
  state: Account['state'];
  mode: Mode;
  profile_id: string | null;
  password_hash: string | null;
  valid_until: Date | null;
  kind: Person['kind'];
  name: string;
  profile: string | null;
  permissions: string[];
}

/** What somebody holds, to be compared. */
export type Holding = Pick<Row, 'mode' | 'permissions'>;

/** Whether one holds all that the other does. */
export function holds(mine: Holding, other: Holding): boolean {
  if (mine.mode === 'espace' || !grantsMode(mine.mode, other.mode)) return false;
  if (mine.mode === 'administration' || other.mode === 'espace') return true;
  return other.permissions.every((one) => mine.permissions.includes(one));
}

/** Why a profile cannot be given by who holds less; the rights that are missing are named. */
export function refusedProfile(
  mine: Holding,
  profile: { name: string; permissions: string[] },
  on: ModulesOfSchool,
): string | null {
  if (mine.mode === 'administration') return null;
  const beyond = profile.permissions.filter((one) => !mine.permissions.includes(one));
  if (!beyond.length) return null;
  const labels = beyond.slice(0, 3).map((one) => `« ${on.permissions.get(one) ?? one} »`);
  return `Le profil « ${profile.name} » a des droits que vous n’avez pas : ${labels.join(', ')}${beyond.length > 3 ? '…' : ''}.`;
}

export const tooHigh = (mode: Mode) =>
  `Vous ne pouvez pas donner « ${MODES[mode]} » : vous n’êtes pas connecté à ce niveau.`;

/** An administrator who can sign in, and for whom no end is set: there is always another one. */
export async function isLast(db: Transaction, row: Row): Promise<boolean> {
  if (row.mode !== 'administration' || row.state !== 'active' || row.valid_until) return false;
  const other = await db('accounts')
    .where({ mode: 'administration', state: 'active', valid_until: null })
    .whereNot({ id: row.id })
    .first('id');
  return !other;
}

export async function rowOf(db: Transaction, id: string, hold = false): Promise<Row | null> {
  const query = db('accounts')
    .join('people', 'people.id', 'accounts.person_id')
    .leftJoin('profiles', 'profiles.id', 'accounts.profile_id')
    .where('accounts.id', id);
  const row = await (hold ? query.forUpdate('accounts') : query).first(
    'accounts.*',
    'people.kind',
    db.raw("concat_ws(' ', coalesce(used_name, last_name), coalesce(used_first_name, first_name)) as name"),
    'profiles.name as profile',
    db.raw("coalesce(profiles.permissions, '{}') as permissions"),
  );
  return row ?? null;
}
