import { cardOf } from '../access/espaces.ts';
import {
  get,
  missing,
  page,
  post,
  type Reply,
  type Route,
  redirect,
  type Transaction,
  type Visit,
} from '../plugin/contract.ts';
import type { Row } from './row.ts';
import { countWords, messageState, moving, pauseWords, whenWords } from './words.ts';

const JOURNAL = 'envois.journal';
const HOME = '/gestion/envois/';
const SHOWN = 200;

/** The journal of what was sent: queued, held until, sent, refused with its reason (C-38), and the recall (proposal 17). */
export const journalRoutes: Route[] = [
  get('admin', '/', JOURNAL, showJournal),
  // Whoever sent it may look at it and call it off, without seeing what others have sent.
  get('admin', '/:id', 'signed-in', showMailing),
  post('admin', '/:id/annuler', 'signed-in', {}, cancelMailing, { back: '/:id' }),
];

interface Mailing {
  id: string;
  title: string;
  sender: string;
  sender_title: string;
  by_account: string | null;
  by_name: string;
  created_at: Date;
  cancelled_at: Date | null;
}

async function showJournal({ db, now }: Visit): Promise<Reply> {
  const rows = await db('mailings')
    .leftJoin(counted(db), 'counts.mailing_id', 'mailings.id')
    .orderBy('created_at', 'desc')
    .limit(SHOWN)
    .select('mailings.id', 'title', 'by_name', 'created_at', 'sender', 'counts.*');
  const paused = await db('outbox_pauses').where('until', '>', now).select('sender', 'until', 'reason');
  return page('courrier/journal', {
    mailings: rows.map((row) => ({
      id: row.id,
      title: row.title,
      by: row.by_name,
      at: row.created_at,
      states: countWords(row),
      paused: row.queued > 0 && paused.some((one) => one.sender === row.sender),
    })),
    pauses: paused.map((one) => pauseWords(one, null)),
    shown: rows.length === SHOWN ? SHOWN : 0,
  });
}

/** How many messages of each sending are in which state. */
const counted = (db: Transaction) =>
  db('outbox')
    .groupBy('mailing_id')
    .select(
      'mailing_id',
      ...['queued', 'held', 'sending', 'sent', 'refused', 'cancelled'].map((state) =>
        db.raw(`count(*) filter (where state = '${state}')::int as "${state}"`),
      ),
    )
    .as('counts');

/** Null for a sending of somebody else, unless the journal is open to who looks. */
async function mailingOf({ db, params, account, can }: Visit, hold = false): Promise<Mailing | null> {
  const query = db('mailings').where({ id: params.id }).first<Mailing>();
  const found = await (hold ? query.forUpdate() : query);
  return found && (found.by_account === account?.id || can(JOURNAL)) ? found : null;
}

const mayCancel = (mailing: Mailing, { account }: Visit) =>
  mailing.by_account === account?.id || account?.mode === 'administration';

async function showMailing(visit: Visit): Promise<Reply> {
  const { db, now, can } = visit;
  const mailing = await mailingOf(visit);
  if (!mailing) return missing();
  const rows = await db('outbox')
    .leftJoin('people', 'people.id', 'outbox.person_id')
    .where({ mailing_id: mailing.id })
    // What somebody must do something about comes first.
    .orderByRaw("array_position(array['refused','sending','queued','held','cancelled','sent'], outbox.state), to_name")
    .select('outbox.*', 'people.kind');
  const pause = await db('outbox_pauses').where({ sender: mailing.sender }).where('until', '>', now).first();
  const waiting = rows.filter((row) => row.state === 'held' || row.state === 'queued');
  const cancelled = rows.filter((row) => row.state === 'cancelled').length;
  return page('courrier/envoi', {
    id: mailing.id,
    title: mailing.title,
    by: mailing.by_name,
    sender: mailing.sender_title,
    at: mailing.created_at,
    states: countWords(tally(rows)),
    when: whenWords(waiting, now, visit.school.timezone),
    waiting: waiting.length,
    mayCancel: waiting.length > 0 && mayCancel(mailing, visit),
    cancelled,
    moving: moving(rows, now),
    pause: pause && waiting.length ? pauseWords(pause, waiting.length) : null,
    journal: can(JOURNAL),
    messages: rows.map((row) => ({
      name: row.to_name,
      address: row.to_address ?? '',
      subject: row.subject,
      state: messageState(row),
      reason: row.reason ?? '',
      ...momentOf(row),
      suggestion: row.suggestion ?? '',
      // The card's own route says whether he who looks may open it.
      card: row.state === 'refused' && row.kind ? cardOf({ id: row.person_id, kind: row.kind }) : null,
    })),
  });
}

/** The moment that matters for a message: when it left, leaves, or is tried again. */
function momentOf(row: Row): { at: Date | null; does: string } {
  if (row.state === 'sent') return { at: row.sent_at, does: '' };
  if (row.state === 'held') return { at: row.deliver_at, does: 'Part' };
  if (row.state === 'queued' && row.reason) return { at: row.deliver_at, does: 'Nouvel essai' };
  return { at: null, does: '' };
}

function tally(rows: { state: string }[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { state } of rows) counts[state] = (counts[state] ?? 0) + 1;
  return counts;
}

async function cancelMailing(visit: Visit): Promise<Reply> {
  const mailing = await mailingOf(visit, true);
  if (!mailing || !mayCancel(mailing, visit)) return missing();
  const called = await visit.services.outbox.cancel(mailing.id);
  const text = called
    ? `Envoi annulé : ${called === 1 ? 'une personne ne recevra' : `${called} personnes ne recevront`} rien.`
    : 'Il n’y avait plus rien à annuler : tout était parti.';
  return redirect(HOME + mailing.id, text);
}
