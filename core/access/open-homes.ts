import type { Account, Deps, Espace } from '../plugin/contract.ts';
import type { Modules } from '../plugin/modules-of.ts';
import { espacesOf, readyEspaces } from './espaces.ts';
import { optionsOf } from './options.ts';
import { allowed } from './permissions.ts';
import { whyShut } from './shut.ts';

/** An Espace in which a rubric opens, with what the director chose for it there. */
export interface OpenHome {
  espace: Espace;
  options: Record<string, unknown>;
}

/**
 * Where a rubric would open today to a person who is not signed in, as the walk would decide it. None while his account
 * is suspended, over or reset: whatever opened it before no longer does.
 */
export async function openHomes(
  { db, school, now, services, modules }: Pick<Deps, 'db' | 'school' | 'now' | 'services'> & { modules: Modules },
  personId: string,
  rubric: string,
): Promise<OpenHome[]> {
  const found = await db('accounts as a')
    .join('people as p', 'p.id', 'a.person_id')
    .where({ person_id: personId, state: 'active' })
    .first('a.id', 'login', 'state', 'valid_until', 'secret_expires_at', 'kind', 'genre', 'first_name', 'last_name');
  if (!found) return [];
  const { state, valid_until: validUntil, secret_expires_at: secretExpiresAt, kind, genre } = found;
  if (whyShut({ state, validUntil, secretExpiresAt }, now)) return [];
  const person = { id: personId, kind, genre, civility: null, lastName: found.last_name, firstName: found.first_name };
  const account: Account = {
    id: found.id,
    login: found.login,
    state,
    mode: 'espace',
    grants: 'espace',
    permissions: [],
    profile: null,
    espaces: await readyEspaces(services.people, person, espacesOf(person), school),
    sessionHandle: '',
    nextStep: null,
    appearance: 'auto',
  };
  const on = modules.of(school);
  return account.espaces
    .filter((espace) => allowed({ area: 'espace', allow: rubric }, account, school, on, espace).ok)
    .map((espace) => ({ espace, options: optionsOf(school, on, espace, rubric) }));
}
