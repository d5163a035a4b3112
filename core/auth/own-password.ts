import type { House } from '../container.ts';
import type { Account, Visit } from '../plugin/contract.ts';
import { counted } from '../table/problem.ts';
import { inSchool } from '../tenancy/in-school.ts';
import { passwordTries } from './password-tries.ts';
import { verifyPassword } from './passwords.ts';
import { openerOf } from './without-password.ts';

/**
 * Asks a signed-in person's own password again, before a secret is shown or changed; tries are those of the sign-in. Of an
 * account that has none it is the password of the account it was opened from. For routes outside of a transaction: the
 * slow hash holds no connection.
 * @returns what is wrong, in French; null when the password is right.
 */
export async function wrongOwnPassword(
  house: House,
  { school, account }: Visit,
  typed: string,
): Promise<string | null> {
  const signed = account as Account;
  const own = await inSchool(house.app, school.id, (db) =>
    db('accounts').where({ id: signed.id }).first('password_hash'),
  );
  const whose = own?.password_hash
    ? { schoolId: school.id, login: signed.login, hash: own.password_hash as string }
    : await openerOf(house, signed);
  const tries = passwordTries(house.limits, whose?.schoolId ?? school.id, whose?.login ?? signed.login, 'own');
  const left = await tries.take();
  if (!left.ok) return `Trop d’essais. Attendez ${counted(left.minutes, 'minute')}.`;
  if (!whose?.hash || !(await verifyPassword(whose.hash, typed))) return 'Ce n’est pas votre mot de passe actuel.';
  await tries.clear();
  return null;
}
