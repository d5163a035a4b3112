import type { Visit } from '../plugin/contract.ts';

/** As long as « Mon compte » says it. */
export const TOLD_DAYS = 90;

/** Who of the school has looked at the Espace of the account of the visit, and when; the last first (C-44). */
export const looksAt = ({ db, account, now }: Visit): Promise<{ who: string; at: Date }[]> =>
  db('espace_looks')
    .where({ account_id: account?.id })
    .where('at', '>', new Date(now.getTime() - TOLD_DAYS * 86_400_000))
    .orderBy('at', 'desc')
    .limit(50)
    .select('who', 'at');
