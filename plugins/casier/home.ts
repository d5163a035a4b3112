import type { Visit } from '@preau/core';
import { AWAY, PUPIL_IDS, RECEIVED, type Received, received } from './documents.ts';
import { entriesOf } from './locker.ts';
import { APPROVE, homeOf, myId, pageOf } from './words.ts';

/** As many as a home shows. */
const MOST = 5;

/** On the home of Gestion: what is new, and what waits for an approval. */
export async function newBlock(visit: Visit) {
  const waiting: string[] = visit.can(APPROVE)
    ? await visit.db('casier_documents').where({ state: 'to-approve' }).pluck('id')
    : [];
  return { ...(await newOnes(visit)), waiting: waiting.length };
}

/** On the home of an Espace: what is new. */
export async function newsBlock(visit: Visit) {
  const news = await newOnes(visit);
  return news.unread ? { ...news, waiting: 0 } : null;
}

async function newOnes(visit: Visit) {
  const { query } = await received(visit);
  query.whereNull('r.opened_at').whereRaw(`not ${AWAY}`);
  if (visit.pupil)
    query.whereExists(
      visit
        .db('casier_children as about')
        .whereRaw('about.document_id = r.document_id and about.person_id = r.person_id')
        .where('about.pupil_id', visit.pupil.id)
        .select('about.pupil_id'),
    );
  const counted = await query.clone().count('* as n').first();
  const rows: Received[] = await query
    .orderBy('r.delivered_at', 'desc')
    .limit(3)
    .select(...RECEIVED, visit.db.raw(PUPIL_IDS));
  return { entries: await entriesOf(visit, rows), unread: Number(counted?.n ?? 0), home: homeOf(visit) };
}

/** On the home of the Espace Direction: documents of teachers that wait for its word. */
export async function approvalBlock(visit: Visit) {
  if (visit.espace !== 'direction' || !visit.can(APPROVE)) return null;
  return deposits(visit, { state: 'to-approve' }, '/gestion/casier/diffusion/familles', (one) => ({
    url: `/gestion/casier/${one.id}/accord`,
    said: `Pour les familles, de ${one.author_name}`,
    act: 'Ouvrir et approuver',
  }));
}

/** On the home of an Espace: one’s own documents that the direction has sent back. */
export async function returnedBlock(visit: Visit) {
  if (visit.pupil) return null;
  const mine = { state: 'draft', author_id: myId(visit) };
  return deposits(visit, mine, `${homeOf(visit)}?vue=deposes`, (one) => ({
    url: `${pageOf(visit, one.id)}/brouillon`,
    said: `La direction vous le renvoie : ${one.word}`,
    act: 'Reprendre',
  }));
}

interface Line {
  id: string;
  title: string;
  author_name: string;
  word: string | null;
}

async function deposits(
  { db }: Visit,
  which: { state: string; author_id?: string },
  all: string,
  line: (one: Line) => { url: string; said: string; act: string },
) {
  const query = db<Line>('casier_documents')
    .where(which)
    .orderBy('made_at')
    .select('id', 'title', 'author_name', 'word');
  if (which.state === 'draft') query.whereNotNull('word');
  const found: Line[] = await query;
  if (!found.length) return null;
  const shown = found.slice(0, MOST).map((one) => ({ title: one.title, ...line(one) }));
  return { due: found.length, shown, beyond: found.length - shown.length, all };
}
