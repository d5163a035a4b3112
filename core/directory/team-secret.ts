import { type AccountRow, drawProvisional, openProvisional } from '../accounts/accounts.ts';
import { audit } from '../audit.ts';
import { endSessions } from '../auth/sessions.ts';
import type { Account, Deps } from '../plugin/contract.ts';
import type { Secrets } from '../secret.ts';
import { type AccountFacts, secretFacts } from './account-facts.ts';
import { NAME_COLUMNS, type Named, nameOf } from './rows.ts';

export type TeamAccount = Omit<AccountFacts, 'page'> & { id: string; mode: AccountRow['mode'] };

/**
 * Sign-ins of the team, as Gestion hands them out. Whoever sees a secret can be that person: only who is in
 * Administration, and so holds all there is, sees or renews one. Routes that call it say `fresh: true`.
 */
export interface Handing {
  /** What a card says of a sign-in, never the secret. */
  facts(personId: string): Promise<TeamAccount | null>;
  /** Why who acts may not hand this secret out, in French; null when he may. */
  refusal(personId: string): Promise<string | null>;
  /** The provisional secret in clear, noted in the journal; null when there is none to show. */
  show(personId: string): Promise<string | null>;
  /** A new one in the place of one whose time is over. @returns whether there was one to renew. */
  renew(personId: string): Promise<boolean>;
  /** A new provisional secret; what opened the account before no longer does. @returns sessions ended. */
  reset(personId: string): Promise<number>;
}

declare module '../plugin/services.ts' {
  interface Services {
    handing: Handing;
  }
}

/** Why who acts may not hand out this sign-in of the team, in French; null when he may. */
export function refusedHanding(
  by: Pick<Account, 'id' | 'mode'> | null,
  account: Pick<AccountRow, 'id'> | null,
): string | null {
  if (by?.mode !== 'administration')
    return 'Un mot de passe de l’équipe se voit et se réinitialise en mode Administration seulement.';
  if (!account) return 'Ce compte n’existe plus.';
  if (account.id === by.id) return 'C’est votre propre compte : changez son mot de passe dans « Mon compte ».';
  return null;
}

/** The scoped service `handing`. */
export function handing({ db, now, school, by, secrets, services }: Deps & { secrets: Secrets }): Handing {
  const find = async (personId: string, hold = false): Promise<(AccountRow & Named) | null> => {
    const query = db('accounts')
      .join('people', 'people.id', 'accounts.person_id')
      .where({ person_id: personId })
      .whereIn('people.kind', ['teacher', 'staff']);
    return (await (hold ? query.forUpdate('accounts') : query).first('accounts.*', ...NAME_COLUMNS)) ?? null;
  };
  const refused = (account: AccountRow | null) => refusedHanding(by.account ?? null, account);
  /** Every act asks again: a page may be older than the rights of who sends it. */
  const held = async (personId: string): Promise<AccountRow & Named> => {
    const account = await find(personId, true);
    const reason = refused(account);
    if (reason) throw new Error(reason);
    return account as AccountRow & Named;
  };
  const tell = (act: string, account: AccountRow & Named) =>
    audit(
      db,
      now,
      { account: by.account ?? null, person: null, who: by.name },
      act,
      `${nameOf(account)} (${account.login})`,
    );
  return {
    async facts(personId) {
      const account = await find(personId);
      return account && { ...secretFacts(account, { now, school }), id: account.id, mode: account.mode };
    },
    async refusal(personId) {
      const account = await find(personId);
      return refused(account) ?? services.access.refusalToLose((account as AccountRow).id);
    },
    async show(personId) {
      const account = await held(personId);
      const secret = openProvisional(secrets, account, now);
      if (secret) await tell('Mot de passe provisoire affiché', account);
      return secret;
    },
    async renew(personId) {
      const account = await held(personId);
      if (secretFacts(account, { now, school }).secret !== 'expired') return false;
      await drawProvisional(db, secrets, account, now);
      await tell('Mot de passe provisoire renouvelé', account);
      return true;
    },
    async reset(personId) {
      const account = await held(personId);
      await drawProvisional(db, secrets, account, now);
      const ended = await endSessions(db, account.id);
      await tell('Mot de passe réinitialisé', account);
      return ended;
    },
  };
}
