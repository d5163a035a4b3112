import type { House } from '../container.ts';
import type { Account, Mode, Person, School, Transaction } from '../plugin/contract.ts';
import { inSchool } from '../tenancy/in-school.ts';
import { asksForMeasure, offeredTo } from './measures.ts';
import { endSessions } from './sessions.ts';

/**
 * Opens an account that nobody has signed in to, for the human who proved it by its label and comes from another of his
 * accounts (C-22): it is active and has no password, so that there is none more to remember. The provisional secret is
 * erased, whoever had begun with it is put out. No sign-in page opens it; the stations of the first sign-in (F02-04)
 * guard a password and come with it, when one is chosen in « Mon compte » or by « Mot de passe oublié ».
 */
export async function openWithoutPassword(db: Transaction, accountId: string, now: Date): Promise<void> {
  await db('accounts').where({ id: accountId, state: 'provisional' }).update({
    state: 'active',
    password_hash: null,
    secret_hmac: null,
    secret_sealed: null,
    secret_expires_at: null,
    next_step: null,
    last_sign_in_at: now,
  });
  await db('password_requests').where({ account_id: accountId }).delete();
  await endSessions(db, accountId);
}

/** A password is chosen: the first of an account that had none brings the stations that guard it. */
export const withPassword = (db: Transaction, hash: string, school: School, kind: Person['kind'], grants: Mode) => ({
  password_hash: hash,
  next_step: db.raw('case when password_hash is null then ? else next_step end', [
    asksForMeasure(offeredTo(school, kind, grants)) ? 'measure' : null,
  ]),
});

/** The account whose password opened this session: after a change of hat, another than the session's own. */
export async function openerOf(
  house: House,
  { sessionHandle }: Account,
): Promise<{ schoolId: string; login: string; hash: string | null } | null> {
  const row = await house
    .door('sessions')
    .where({ handle: sessionHandle })
    .first(house.door.raw('coalesce(proved_school, school_id) as school, coalesce(proved_by, account_id) as account'));
  if (!row) return null;
  const found = await inSchool(house.app, row.school, (db) =>
    db('accounts').where({ id: row.account }).first('login', 'password_hash'),
  );
  return found ? { schoolId: row.school, login: found.login, hash: found.password_hash } : null;
}
