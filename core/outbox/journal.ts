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
import { countWords, messageState, moving, whenWords } from './words.ts';

const JOURNAL = 'envois.journal';
const HOME = '/gestion/envois/';
const PAGE = 100;

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
}

/** What people have sent; what the house sends by itself is apart, so that codes and notifications do not bury it. */
async function showJournal({ db, now, query }: Visit): Promise<Reply> {
  const automatic = query.get('de') === 'preau';
  const at = Math.min(Math.max(1, Number.parseInt(query.get('page') ?? '1', 10) || 1), 10_000);
  const found = await db('mailings')
    .where((one) => (automatic ? one.whereNull('by_account') : one.whereNotNull('by_account')))
    .orderBy([{ column: 'created_at', order: 'desc' }, 'id'])
    .limit(PAGE + 1)
    .offset((at - 1) * PAGE)
    .select('id', 'title', 'by_name', 'created_at');
  const rows = found.slice(0, PAGE);
  const counts = await countsOf(
    db,
    rows.map((row) => row.id),
  );
  const pauses = await db('outbox_pauses').where('until', '>', now).select('until', 'reason');
  const path = automatic ? `${HOME}?de=preau&page=` : `${HOME}?page=`;
  return page('courrier/journal', {
    automatic,
    mailings: rows.map((row) => ({
      id: row.id,
      title: row.title,
      by: row.by_name,
      at: row.created_at,
      states: countWords(counts.get(row.id) ?? {}),
    })),
    pauses,
    newer: at > 1 ? `${path}${at - 1}` : null,
    older: found.length > PAGE ? `${path}${at + 1}` : null,
  });
}

/** How many messages of each sending are in which state. */
async function countsOf(db: Transaction, mailings: string[]): Promise<Map<string, Record<string, number>>> {
  const rows: { mailing_id: string; state: string; n: number }[] = await db('outbox')
    .whereIn('mailing_id', mailings)
    .groupBy('mailing_id', 'state')
    .select('mailing_id', 'state', db.raw('count(*)::int as n'));
  const counts = new Map<string, Record<string, number>>();
  for (const { mailing_id, state, n } of rows) counts.set(mailing_id, { ...counts.get(mailing_id), [state]: n });
  return counts;
}

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
    pause: waiting.length ? pause : null,
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
