import type { Events, Work } from '@preau/core';

type Turned = Events['house.year-turned'];

/** Discussions of the year the school leaves go to everybody's « Archives » (P11); a new message brings one back, as always. */
export async function putAway({ before, at }: Turned, { db }: Work): Promise<void> {
  await db('discussions_members as m')
    .whereExists(
      db('discussions_threads as t')
        .whereRaw('t.id = m.thread_id')
        .whereNotNull('t.sent_at')
        .where('t.sent_at', '<', before)
        .whereNotExists(
          db('discussions_messages as x').whereRaw('x.thread_id = t.id').where('x.at', '>=', before).select('x.id'),
        )
        .select('t.id'),
    )
    .where((open) =>
      open
        .whereNull('m.archived_at')
        .orWhereExists(
          db('discussions_messages as x')
            .whereRaw('x.thread_id = m.thread_id and greatest(x.at, x.staff_at) > m.archived_at')
            .select('x.id'),
        ),
    )
    .update({ archived_at: at });
}

/** What somebody has put away, or taken out, by himself since stays as he left it. */
export async function bringBack({ at }: Turned, { db }: Work): Promise<void> {
  await db('discussions_members').where({ archived_at: at }).update({ archived_at: null });
}
