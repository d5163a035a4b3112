import type { House } from '../container.ts';
import type { Account, Visit } from '../plugin/contract.ts';
import { counted } from '../table/problem.ts';
import { inSchool } from '../tenancy/in-school.ts';
import { passwordTries } from './password-tries.ts';
import { verifyPassword } from './passwords.ts';

/**
 * Asks a signed-in person's own password again, before a secret is shown or changed; tries are those of the sign-in.
 * For routes outside of a transaction: the slow hash holds no connection.
 * @returns what is wrong, in French; null when the password is right.
 */
export async function wrongOwnPassword(
  house: House,
  { school, account }: Visit,
  typed: string,
): Promise<string | null> {
  const { id, login } = account as Account;
  const tries = passwordTries(house.limits, school.id, login, 'own');
  const left = await tries.take();
  if (!left.ok) return `Trop d’essais. Attendez ${counted(left.minutes, 'minute')}.`;
  const row = await inSchool(house.app, school.id, (db) => db('accounts').where({ id }).first('password_hash'));
  if (!row?.password_hash || !(await verifyPassword(row.password_hash, typed)))
    return 'Ce n’est pas votre mot de passe actuel.';
  await tries.clear();
  return null;
}
