import type { Events, Work } from '@preau/core';

type Turned = Events['house.year-turned'];

/** Documents of the year the school leaves stand in everybody's « Archives », and under « Années passées » for the school (P11). */
export async function putAway({ year, before }: Turned, { db }: Work): Promise<void> {
  await db('casier_documents')
    .whereIn('state', ['sent', 'withdrawn'])
    .whereNull('past_year')
    .where('sent_at', '<', before)
    .update({ past_year: year });
}

export async function bringBack({ year }: Turned, { db }: Work): Promise<void> {
  await db('casier_documents').where({ past_year: year }).update({ past_year: null });
}
