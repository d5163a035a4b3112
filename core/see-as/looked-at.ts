import type { Knex } from 'knex';
import { espacesOf } from '../access/espaces.ts';
import type { Account, Espace, Person, School } from '../plugin/contract.ts';
import { inSchool } from '../tenancy/in-school.ts';
import { can, refusedLook, targetOf, USE } from './may-look.ts';
import { lookingAccount, MODEL, modelPerson } from './model-person.ts';

/** What a session of Gestion keeps of a look (P9): the account it looks as, or the Espace and class of the model person. */
export type Look = { account: string } | { model: Espace; classId: string | null };

/**
 * The account and person of a look, told anew at each visit by the role that reads sessions. Null ends it: the right,
 * the account or the person is no longer there (B52).
 */
export async function lookedAt(
  door: Knex,
  school: School,
  { own, person }: { own: Account; person: Person },
  look: Look,
  now: Date,
): Promise<{ account: Account; person: Person } | null> {
  const seen = await inSchool(door, school.id, async (db) => {
    const by = `${person.firstName} ${person.lastName}`;
    if ('model' in look) {
      if (!can(own, USE)) return null;
      const { model: espace, classId } = look;
      const account = lookingAccount(own, espace, { id: MODEL.account, login: '' });
      return { account: { ...account, viewing: { espace, model: true, classId, by } }, person: modelPerson(espace) };
    }
    const target = await targetOf(db, { 'accounts.id': look.account });
    const [espace] = target ? espacesOf(target.person) : [];
    if (!target || !espace || refusedLook(own, target, now)) return null;
    const account = lookingAccount(own, espace, { id: target.accountId, login: target.login });
    return { account: { ...account, viewing: { espace, model: false, classId: null, by } }, person: target.person };
  });
  if (!seen) await door('sessions').where({ handle: own.sessionHandle }).update({ viewing: null });
  return seen;
}
