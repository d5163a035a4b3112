import type { Account, Transaction } from '../plugin/contract.ts';
import type { WriterKind } from './audience-types.ts';

/**
 * Why somebody may not write now. Read at every sending, so that a cut holds at the next request on every process.
 * « Pour tous » leaves Administration a voice: somebody must be able to say what is going on.
 */
export async function cutOf(
  db: Transaction,
  account: Account | null,
  writer: WriterKind,
  personId: string,
): Promise<string | null> {
  const cut: { reason: string } | undefined = await db('messaging_cuts')
    .where((mine) => {
      mine.where({ scope: writer }).orWhere({ scope: 'person', person_id: personId });
      if (account?.mode !== 'administration') mine.orWhere({ scope: 'all' });
    })
    .orderBy('at', 'desc')
    .first('reason');
  return cut ? `La direction a coupé la messagerie : ${cut.reason}` : null;
}
