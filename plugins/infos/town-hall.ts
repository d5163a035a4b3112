import { dayIn, plainOf, type Recipient, type TownHall, type TownHallPost, type Work } from '@preau/core';
import type { Item } from './items.ts';
import { freeze, release, takeAway } from './release.ts';
import { READ, SEND } from './words.ts';

/** Days it is shown, as a draft of the school begins with. */
const SHOWN = 30;
/** As many as a console shows of one school. */
const MOST = 20;

/** What a town hall reads and publishes here, where the profile of the school allows it (F07-5, P10). */
export const townHall: TownHall = {
  received: { allow: READ, list: received },
  publish: {
    allow: SEND,
    async reach(work) {
      return { families: (await peopleOf(work, ['guardians'])).length, staff: (await peopleOf(work, TEAM)).length };
    },
    publish,
    withdraw,
    returns,
  },
};

const TEAM = ['teachers', 'staff'] as const;
const peopleOf = ({ services }: Work, kinds: readonly ('guardians' | 'teachers' | 'staff')[]): Promise<Recipient[]> =>
  services.audience.ofSchool([...kinds]);

/** Like any information of the school: frozen recipients, a minute before anybody has it, quiet hours, notices. */
async function publish(work: Work, post: TownHallPost): Promise<{ people: number } | { refused: string }> {
  const { db, now, school, services } = work;
  const cut = await services.audience.cutTownHall();
  if (cut) return { refused: cut };
  const before: Item | undefined = await db<Item>('infos_items').where({ town_hall_key: post.key }).first();
  if (before) return { people: await recipients(work, before.id) };
  const people = await peopleOf(work, [
    ...(post.families ? (['guardians'] as const) : []),
    ...(post.staff ? TEAM : []),
  ]);
  if (!people.length) return { refused: 'Personne dans cette école ne peut la recevoir.' };
  const [item] = await db<Item>('infos_items')
    .insert({
      kind: 'information',
      title: post.title,
      body: post.body,
      publish: true,
      from_day: dayIn(now, school.timezone),
      to_day: dayIn(new Date(now.getTime() + SHOWN * 86_400_000), school.timezone),
      author_name: post.from,
      changed_at: now,
      town_hall_key: post.key,
    })
    .returning('*');
  await freeze(db, item as Item, people);
  await release(work, item as Item, people, post.from);
  // The school and the town hall may withdraw it; nobody takes it back to be written anew under the town hall's name.
  await db('infos_items')
    .where({ id: (item as Item).id })
    .update({ cancel_until: null });
  return { people: people.length };
}

async function recipients({ db }: Work, itemId: string): Promise<number> {
  const row = await db('infos_recipients').where({ item_id: itemId }).count('id as n').first();
  return Number(row?.n);
}

async function withdraw(work: Work, key: string): Promise<void> {
  const item: Item | undefined = await work.db<Item>('infos_items').where({ town_hall_key: key }).forUpdate().first();
  if (item) await takeAway(work, item);
}

async function returns(work: Work, key: string) {
  const { db } = work;
  const item: Item | undefined = await db<Item>('infos_items').where({ town_hall_key: key }).first();
  if (!item) return null;
  const row = await db('infos_receipts').where({ item_id: item.id }).countDistinct('person_id as n').first();
  return { read: Number(row?.n), people: await recipients(work, item.id), withdrawn: item.state === 'withdrawn' };
}

/** Those of the school's own that somebody of the town hall in its directory has received, today in their period. */
async function received({ db, now, school }: Work) {
  const today = dayIn(now, school.timezone);
  const rows: Pick<Item, 'title' | 'body' | 'published_at'>[] = await db<Item>('infos_items as i')
    .where({ state: 'published', town_hall_key: null, past_year: null })
    .where((period) => period.whereNull('from_day').orWhere('from_day', '<=', today))
    .where((period) => period.whereNull('to_day').orWhere('to_day', '>=', today))
    .whereExists((to) =>
      to
        .from('infos_recipients as r')
        .join('people as p', 'p.id', 'r.person_id')
        .whereRaw('r.item_id = i.id')
        .where('p.genre', 'mairie')
        .where('r.delivered_at', '<=', now),
    )
    .orderBy('published_at', 'desc')
    .limit(MOST)
    .select('title', 'body', 'published_at');
  return rows.map(({ title, body, published_at }) => ({
    title,
    at: published_at as Date,
    text: plainOf(body ?? ''),
  }));
}
