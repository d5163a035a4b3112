import type { Account, Visit, Work } from '@preau/core';
import { audit } from '@preau/core';
import type { Kind } from './kinds.ts';

/** A mail account: an address the school, or somebody in it, writes from. */
export interface Box {
  id: string;
  /** Account of whoever it belongs to; null: the school's. */
  owner_id: string | null;
  label: string;
  address: string;
  verified_at: Date | null;
  secured_at: Date | null;
  smtp_host: string | null;
  smtp_port: number | null;
  smtp_encryption: 'tls' | 'starttls' | 'none' | null;
  smtp_user: string | null;
  smtp_sealed: Buffer | null;
  version: number;
}

export const BOXES = 'email_accounts_boxes';
export const ALLOWED = 'email_accounts_allowed';

export const me = ({ account }: Pick<Visit, 'account'>): string => (account as Account).id;

/** Mail accounts of one kind that who visits may see: the school's, or his own and nobody else's (F09-07). */
export const boxesOf = ({ db }: Pick<Work, 'db'>, visit: Pick<Visit, 'account'>, { personal }: Kind) =>
  db<Box>(BOXES).where({ owner_id: personal ? me(visit) : null });

/** The one the address names; `hold` keeps others from it until the end of the transaction. */
export async function boxOf(
  work: Pick<Work, 'db'>,
  visit: Pick<Visit, 'account' | 'params'>,
  kind: Kind,
  hold = false,
): Promise<Box | null> {
  const asked = boxesOf(work, visit, kind).where({ id: visit.params.id as string });
  return ((await (hold ? asked.forUpdate() : asked).first()) as Box | undefined) ?? null;
}

/** A line of the journal; of a personal account it tells neither name nor address, which are its owner's only. */
export const note = ({ db, now }: Pick<Work, 'db' | 'now'>, visit: Visit, box: Box, act: string, more = '') =>
  audit(db, now, visit, act, box.owner_id ? 'compte personnel' : `${box.label} (${box.address})${more}`);
