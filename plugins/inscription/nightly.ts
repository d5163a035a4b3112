import type { Job } from '@preau/core';
import { DECIDABLE } from './words.ts';

const DAY = 86_400_000;
const UNCONFIRMED_DAYS = 7;
const CLOSED_DAYS = 365;

/**
 * What is no longer needed goes by itself: an unconfirmed request after seven days, one refused or withdrawn after
 * twelve months, any other with the school year it was for.
 */
export const purge = ({ step }: Job) =>
  step(async ({ db, now, services }) => {
    const before = (days: number) => new Date(now.getTime() - days * DAY);
    await db('inscription_requests')
      .where((old) => old.where({ state: 'unconfirmed' }).where('sent_at', '<', before(UNCONFIRMED_DAYS)))
      .orWhere((old) => old.whereIn('state', ['refused', 'withdrawn']).where('closed_at', '<', before(CLOSED_DAYS)))
      .orWhere((old) => old.whereIn('state', [...DECIDABLE, 'accepted']).where('year', '<', services.people.year))
      .delete();
  });
