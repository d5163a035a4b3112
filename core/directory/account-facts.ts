import type { AccountRow } from '../accounts/accounts.ts';
import type { Visit } from '../plugin/contract.ts';
import { type Card, cardOf } from './card.ts';
import { momentsIn } from './rows.ts';

/** What a card says of a person's sign-in; never the secret itself. */
export interface AccountFacts {
  login: string;
  state: AccountRow['state'];
  lastSignIn: string | null;
  /** A provisional secret that can still be shown, one whose time is over, or none any more. */
  secret: 'kept' | 'expired' | 'none';
  expires: string | null;
  /** The page of the secret, for those who may open it. */
  page: string | null;
}

export async function accountFacts(visit: Visit, card: Card, personId: string): Promise<AccountFacts | null> {
  const row: AccountRow | undefined = await visit.db('accounts').where({ person_id: personId }).first();
  if (!row) return null;
  const may = visit.can('ressources.secrets') && handsOut(row);
  return { ...secretFacts(row, visit), page: may ? `${cardOf(card, personId)}/compte` : null };
}

/** Only sign-ins of an Espace are handed out from a card: that of a person of Gestion would raise one's own rights. */
export const handsOut = (row: Pick<AccountRow, 'mode'>): boolean => row.mode === 'espace';

export function secretFacts(
  row: AccountRow,
  { now, school }: Pick<Visit, 'now' | 'school'>,
): Omit<AccountFacts, 'page'> {
  const moment = momentsIn(school.timezone);
  const good = row.secret_sealed !== null && row.secret_expires_at !== null && row.secret_expires_at > now;
  return {
    login: row.login,
    state: row.state,
    lastSignIn: row.last_sign_in_at && moment(row.last_sign_in_at),
    secret: row.state !== 'provisional' ? 'none' : good ? 'kept' : 'expired',
    expires: good ? moment(row.secret_expires_at as Date) : null,
  };
}
