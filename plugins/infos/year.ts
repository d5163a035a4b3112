import type { Events, Work } from '@preau/core';

type Turned = Events['house.year-turned'];

/** What was sent in the year the school leaves goes to « Années passées » with its receipts (P11). */
export async function putAway({ year, before }: Turned, { db }: Work): Promise<void> {
  await db('infos_items')
    .whereIn('state', ['published', 'withdrawn'])
    .whereNull('past_year')
    .where('published_at', '<', before)
    .update({ past_year: year });
}

export async function bringBack({ year }: Turned, { db }: Work): Promise<void> {
  await db('infos_items').where({ past_year: year }).update({ past_year: null });
}
