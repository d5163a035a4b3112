import type { Visit } from '@preau/core';
import { byDay, entry, parted } from './feed.ts';
import { isUnread } from './received.ts';
import { APPROVE, feedOf, homeOf } from './words.ts';

/** As many as a home shows; the rest is behind « Tout voir ». */
const MOST = 5;

/** On the home of an Espace: what is to be signed or answered. */
export async function dueBlock(visit: Visit) {
  const { due } = await parted(visit);
  if (!due.length) return null;
  const shown = due.slice(0, MOST).map((one) => entry(visit, one, true));
  return { due: due.length, shown, beyond: due.length - shown.length, all: feedOf(visit) };
}

/** On the home of an Espace: the last informations that ask for nothing. */
export async function newsBlock(visit: Visit) {
  if (visit.options.home === false) return null;
  const { rest } = await parted(visit);
  if (!rest.length) return null;
  return { days: byDay(visit, rest.slice(0, MOST)), unread: rest.filter(isUnread).length, all: feedOf(visit) };
}

/** On the home of the Espace Direction: texts of teachers that wait for its word. */
export async function approvalBlock(visit: Visit) {
  if (visit.espace !== 'direction' || !visit.can(APPROVE)) return null;
  return texts(visit, { state: 'to-approve' }, '/gestion/infos/', (one) => ({
    url: `/gestion/infos/${one.id}`,
    said: `Pour les familles, de ${one.author_name}`,
    act: 'Lire et approuver',
  }));
}

/** On the home of a teacher: his texts that the direction has sent back. */
export async function returnedBlock(visit: Visit) {
  const mine = { state: 'draft', author_id: visit.person?.id ?? null };
  return texts(visit, mine, `${homeOf(visit)}/mes-envois`, (one) => ({
    url: `${homeOf(visit)}/${one.id}`,
    said: `La direction vous le renvoie : ${one.word}`,
    act: 'Reprendre',
  }));
}

interface Text {
  id: string;
  title: string;
  author_name: string;
  word: string | null;
}

async function texts(
  { db }: Visit,
  which: { state: string; author_id?: string | null },
  all: string,
  line: (one: Text) => { url: string; said: string; act: string },
) {
  const query = db<Text>('infos_items').where(which).orderBy('changed_at').select('id', 'title', 'author_name', 'word');
  if (which.state === 'draft') query.whereNotNull('word');
  const found: Text[] = await query;
  if (!found.length) return null;
  const shown = found.slice(0, MOST).map((one) => ({ title: one.title, ...line(one) }));
  return { due: found.length, shown, beyond: found.length - shown.length, all };
}
