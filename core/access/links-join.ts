import { audit } from '../audit.ts';
import type { Candidate } from '../auth/candidate.ts';
import { openWithoutPassword } from '../auth/without-password.ts';
import type { House } from '../container.ts';
import { spendCode } from '../keys/prove-code.ts';
import { type Account, type Reply, redirect, type School, type Transaction, type Visit } from '../plugin/contract.ts';
import { enterSchool } from '../tenancy/in-school.ts';

/**
 * Links a proved account to that of the visit, in one transaction that begins in the school of the proved one: the label
 * used up, the account opened and the link stand or fall together. Each school's journal names its own account only.
 * @param key link of the label that proved it. @returns null when it would give one human two guardians of a school.
 */
export async function join(
  house: House,
  db: Transaction,
  visit: Visit,
  there: School,
  other: Candidate,
  key: string | null,
): Promise<Reply | null> {
  const mine = visit.account as Account;
  const now = house.clock();
  const both = [visit.school.id, mine.id, there.id, other.id, now];
  const { rows } = await db.raw('select link_accounts(?, ?, ?, ?, ?) as done', both);
  if (!rows[0].done) return null;
  if (key) {
    await spendCode(db, now, { row: { id: key }, account: other });
    await openWithoutPassword(db, other.id, now);
  }
  if (there.id === visit.school.id) {
    await audit(db, now, visit, 'Comptes reliés', `${mine.login} et ${other.login}`);
    return redirect(
      '/autres-comptes/',
      `Le compte ${other.login} est relié : vous passez de l’un à l’autre dans le menu de votre nom.`,
    );
  }
  const act = 'Compte relié à un compte d’une autre école';
  const who = `${other.first_name} ${other.last_name}`;
  await audit(db, now, { account: { id: other.id }, person: null, who }, act, other.login);
  await enterSchool(db, visit.school.id);
  await audit(db, now, visit, act, mine.login);
  return redirect('/autres-comptes/', {
    text: `${there.name} est reliée : le menu de votre nom y mène, et ses nouvelles arrivent ici aussi.`,
    link: { to: '/fil/', title: 'Toutes mes écoles' },
  });
}
