import { wrongOwnPassword } from '../auth/own-password.ts';
import type { House } from '../container.ts';
import type { Form, Typed } from '../form/form.ts';
import type { Account, Page, Visit } from '../plugin/contract.ts';
import { inSchool } from '../tenancy/in-school.ts';
import { inHisPlace } from '../web/his-place.ts';

const FRESH_MINUTES = 10;
/** Name under which the page of `askAgain` sends the password beside what was typed. */
const PROOF = '_proof';

/** Whether the password of this session was typed within the last ten minutes (S18-14). */
export async function isFresh(house: House, account: Account): Promise<boolean> {
  const row = await house
    .door('sessions')
    .where({ handle: account.sessionHandle })
    .first(house.door.raw('coalesce(proved_at, created_at) as at'));
  return !!row && house.clock().getTime() - row.at.getTime() < FRESH_MINUTES * 60_000;
}

/** The session knows that its password was typed just now. */
export const prove = (house: House, { school, account }: Visit): Promise<void> =>
  inSchool(house.app, school.id, async (db) => {
    await db.raw('select prove_session(?, ?)', [(account as Account).sessionHandle, house.clock()]);
  });

/**
 * Whether the act may go on: the password that came with it is right. Else the page that asks for it and carries what
 * was typed, so that nothing is lost and nothing is sent twice.
 */
export async function askAgain(
  house: House,
  visit: Visit,
  form: Form | undefined,
  typed: Typed,
  where: { action: string; back: string },
): Promise<Page | null> {
  const proof = typed[PROOF];
  const wrong = typeof proof === 'string' ? await wrongOwnPassword(house, visit, proof) : null;
  if (typeof proof === 'string' && !wrong) {
    await prove(house, visit);
    return null;
  }
  const fields = Object.entries(typed)
    .filter(([name]) => name !== PROOF && form?.[name]?.kind !== 'password')
    .flatMap(([name, value]) =>
      [value].flat().flatMap((one) => (typeof one === 'string' ? [{ name, value: one }] : [])),
    );
  return {
    ...inHisPlace(visit.account as Account, 'auth/confirmer', { ...where, fields, wrong, proof: PROOF }),
    status: 422,
  };
}
