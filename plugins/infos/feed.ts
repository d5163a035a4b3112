import { dayIn, dayInWords, dayTitle, page, plainOf, type Reply, type Visit } from '@preau/core';
import { isDue, isUnread, mustSign, type Received, received } from './received.ts';
import { APPROVE, feedOf, homeOf, KINDS, SEND } from './words.ts';

/** What was delivered, to all one’s children or to one of them: what asks for something, and what is to be read. */
export async function parted(visit: Visit): Promise<{ due: Received[]; rest: Received[] }> {
  const all = await received(visit);
  const child = visit.pupil?.id ?? visit.query.get('enfant');
  const shown = child ? all.filter((one) => one.pupil_ids.includes(child)) : all;
  return { due: shown.filter((one) => isDue(one, visit)), rest: shown.filter((one) => !isDue(one, visit)) };
}

/** What is new, in the order of the feed: what is due, then day by day. */
export async function feed(visit: Visit, most = 300) {
  const { due, rest } = await parted(visit);
  return {
    due: due.map((one) => entry(visit, one, true)),
    days: byDay(visit, rest.slice(0, Math.max(0, most - due.length))),
    unread: [...due, ...rest].filter(isUnread).length,
    total: due.length + rest.length,
    path: homeOf(visit),
    all: feedOf(visit),
  };
}

export function byDay(visit: Visit, list: Received[]) {
  const days = Map.groupBy(list, (one) => dayIn(one.delivered_at, visit.school.timezone));
  return [...days].map(([day, some]) => ({
    title: dayTitle(day, visit.now, visit.school.timezone),
    list: some.map((one) => entry(visit, one, false)),
  }));
}

export function entry(visit: Visit, one: Received, due: boolean) {
  const words = plainOf(one.body ?? '').replace(/\s+/g, ' ');
  const last = one.kind === 'survey' ? one.closes_on : one.to_day;
  return {
    id: one.id,
    url: `${homeOf(visit)}/lire/${one.id}`,
    title: one.title,
    icon: mustSign(one) && due ? 'pen-line' : one.kind === 'survey' ? 'list' : (one.icon ?? 'megaphone'),
    kind: one.kind === 'survey' ? KINDS.survey.one : one.category,
    author: one.author_name,
    children: one.children,
    unread: isUnread(one),
    urgent: one.urgent !== null,
    due: due ? (last ? `Jusqu’au ${dayInWords(last)}` : 'À faire') : null,
    act: due ? (mustSign(one) ? 'Lire et signer' : 'Répondre') : null,
    excerpt: due || isUnread(one) ? (words.length > 140 ? `${words.slice(0, 139)}…` : words) : '',
    done: one.sign_version ? 'Signé' : one.answered ? 'Répondu' : one.read_version ? 'Lu' : null,
  };
}

/** « Informations »: everything that was sent to the person, by child where there are several. */
export async function showFeed(visit: Visit): Promise<Reply> {
  const { person, services, query, db } = visit;
  const mine = person?.kind === 'guardian' ? await services.people.concerning(person) : [];
  const child = query.get('enfant');
  const shared = await db('infos_shares')
    .join('infos_items', 'infos_items.id', 'infos_shares.item_id')
    .where('infos_shares.person_id', person?.id ?? null)
    .orderBy('published_at', 'desc')
    .select('infos_items.id', 'title', 'author_name');
  return page('infos/fil', {
    feed: await feed(visit),
    kids: mine.length > 1 ? mine.map((one) => ({ ...one, current: one.id === child })) : [],
    chosen: mine.find((one) => one.id === child)?.firstName ?? null,
    path: homeOf(visit),
    shared,
    writes: visit.can(SEND),
  });
}

/** The feed on the home of Gestion, with what waits for an approval. */
export async function feedBlock(visit: Visit) {
  const waiting: string[] = visit.can(APPROVE)
    ? await visit.db('infos_items').where({ state: 'to-approve' }).pluck('id')
    : [];
  return { feed: await feed(visit, 6), waiting: waiting.length };
}
