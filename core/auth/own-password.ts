import type { House } from '../container.ts';
import type { Account, Visit } from '../plugin/contract.ts';
import { inSchool } from '../tenancy/in-school.ts';
import { verifyPassword } from './passwords.ts';

/**
 * Asks a signed-in person's own password again, before a secret is shown or changed; tries are limited as at the sign-in.
 * For routes outside of a transaction: the slow hash holds no connection.
 * @returns what is wrong, in French; null when the password is right.
 */
export async function wrongOwnPassword(
  house: House,
  { school, account }: Visit,
  typed: string,
): Promise<string | null> {
  const { id, login } = account as Account;
  const who = `${school.id} ${login} own`;
  const tries = await house.limits.take('sign-in', who);
  if (!tries.ok) return `Trop d’essais. Attendez ${tries.minutes} minutes.`;
  const row = await inSchool(house.app, school.id, (db) => db('accounts').where({ id }).first('password_hash'));
  if (!row?.password_hash || !(await verifyPassword(row.password_hash, typed)))
    return 'Ce n’est pas votre mot de passe actuel.';
  await house.limits.clear('sign-in', who);
  return null;
}
