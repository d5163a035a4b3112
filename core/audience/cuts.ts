import type { Account, Person, Transaction } from '../plugin/contract.ts';
import type { WriterKind } from './audience-types.ts';
import { writerOf } from './who-may.ts';

/**
 * Why somebody may not write now. Read at every sending, so that a cut holds at the next request on every process.
 * « Pour tous » leaves Administration a voice: somebody must be able to say what is going on. Who is cut off as a teacher is so
 * in Gestion too, where he writes for the school.
 */
export async function cutOf(
  db: Transaction,
  account: Account,
  writer: WriterKind,
  person: Person,
): Promise<string | null> {
  const chief = account.mode === 'administration';
  const cut: { reason: string } | undefined = await db('messaging_cuts')
    .where((mine) => {
      mine.where({ scope: writer }).orWhere({ scope: 'person', person_id: person.id });
      if (!chief) mine.orWhereIn('scope', ['all', writerOf(person)]);
    })
    .orderBy('at', 'desc')
    .first('reason');
  return cut ? `La direction a coupé la messagerie : ${cut.reason}` : null;
}

/** The same for one who is no person of this school. */
export async function cutOfScopes(db: Transaction, scopes: string[]): Promise<string | null> {
  const cut: { reason: string } | undefined = await db('messaging_cuts')
    .whereIn('scope', scopes)
    .orderBy('at', 'desc')
    .first('reason');
  return cut ? `La direction a coupé la messagerie : ${cut.reason}` : null;
}
