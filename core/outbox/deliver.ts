import type { Container, House } from '../container.ts';
import { readAnswer, type Verdict } from '../mail/answers.ts';
import type { Job, Json, Work } from '../plugin/contract.ts';
import { openWork } from '../web/work.ts';
import { openContent } from './content.ts';
import { CALLED_OFF, mailOf, type Ready, type Row } from './row.ts';
import { openSender } from './senders.ts';

/** A row left `sending` this long was left by a worker that is gone. */
export const LOST = 5 * 60_000;
/** Minutes before each new try; the last goes on until the message is given up. */
const BACK_OFF = [1, 5, 15, 60, 240];
const GIVE_UP = 48 * 3_600_000;

/** What a job of the queue says: a message, and for a watch the attempt it watches over. */
interface Order {
  message: string;
  attempt?: number;
}

/** What sending needs of the house; a worker can do with little of it. */
export type Post = Pick<House, 'secrets' | 'mailer' | 'modules' | 'log'>;

/**
 * One message: locked and marked `sending`, sent with no transaction open, marked `sent`. Whoever is stopped in between
 * leaves a watch behind, which sends it again with the same Message-ID; whoever meets it meanwhile leaves it alone.
 */
export async function deliver(house: Post, container: () => Container, job: Job, data: Json): Promise<void> {
  const order = data as unknown as Order;
  const ready = await job.step((work) => take(house, container, work, order));
  if (!ready) return;
  let verdict: Verdict | null = null;
  try {
    await house.mailer.send(mailOf(ready));
  } catch (error) {
    verdict = readAnswer(error);
    const { code, responseCode } = error as { code?: string; responseCode?: number };
    house.log.warn({ message: order.message, code, responseCode, fate: verdict.fate }, 'message not sent');
  }
  await job.step((work) => conclude(work, ready.row, verdict));
}

/** Locks the row and says whether it is to be sent now; whatever it says stands or falls with this transaction. */
async function take(house: Post, container: () => Container, work: Work, order: Order): Promise<Ready | null> {
  const { db, now } = work;
  const row: Row | undefined = await db('outbox')
    .join('mailings', 'mailings.id', 'outbox.mailing_id')
    .where('outbox.id', order.message)
    .forUpdate('outbox')
    .first('outbox.*', 'mailings.sender', 'mailings.purpose', 'mailings.cancelled_at');
  if (!row || !(await isFor(work, row, order))) return null;
  // It was on its way when the sending was called off, and was sent back.
  if (row.cancelled_at && row.state !== 'sending') return callOff(work, row);
  if (row.until && row.until <= now) return giveUp(work, row, 'Le message est devenu inutile avant de pouvoir partir.');
  const pause = await db('outbox_pauses').where({ sender: row.sender }).where('until', '>', now).first();
  if (pause) return again(work, row, pause.until, pause.reason);
  const sender = await openSender(
    {
      modules: house.modules,
      workOf: (plugin) => openWork(container(), plugin, work.school, db),
    },
    work,
    row.sender,
  );
  if (!sender) return giveUp(work, row, 'Le compte e-mail choisi pour cet envoi n’existe plus.');
  const content = row.content && openContent(house.secrets, row.content);
  if (!content) return giveUp(work, row, 'Le message ne peut plus être lu.');
  const attempts = row.attempts + 1;
  await db('outbox').where({ id: row.id }).update({ state: 'sending', sending_since: now, attempts, reason: null });
  await work.later('send', { message: row.id, attempt: attempts }, new Date(now.getTime() + LOST));
  return { row: { ...row, attempts }, sender, content };
}

/**
 * A message that waits belongs to its own job, one that is being sent to the watch written with that attempt: so each has
 * exactly one job that will see it through, and any other finds nothing to do.
 */
async function isFor(work: Work, row: Row, order: Order): Promise<boolean> {
  const waits = row.state === 'queued' || row.state === 'held';
  const watched = row.state === 'sending' && row.attempts === order.attempt;
  const since = row.sending_since?.getTime() ?? 0;
  const due = watched ? new Date(since + LOST) : row.deliver_at;
  if (!(order.attempt === undefined ? waits : watched)) return false;
  if (due <= work.now) return true;
  await work.later('send', order as unknown as Json, due);
  return false;
}

/** What the server said, written down; a later attempt that has begun meanwhile is left to whoever makes it. */
async function conclude(work: Work, row: Row, verdict: Verdict | null): Promise<void> {
  const { db, now } = work;
  const mine = await db('outbox')
    .where({ id: row.id, state: 'sending', attempts: row.attempts })
    .forUpdate()
    .first('id');
  if (!mine) return;
  if (!verdict) {
    await db('outbox')
      .where({ id: row.id })
      .update({ state: 'sent', sent_at: now, content: null, sending_since: null });
    return;
  }
  if (verdict.fate === 'refuse') {
    await giveUp(work, row, verdict.reason);
    return;
  }
  const minutes =
    verdict.fate === 'pause' ? verdict.minutes : (BACK_OFF[Math.min(row.attempts, BACK_OFF.length) - 1] as number);
  const at = new Date(now.getTime() + minutes * 60_000);
  if (verdict.fate === 'pause')
    await db('outbox_pauses')
      .insert({ sender: row.sender, until: at, reason: verdict.reason })
      .onConflict(['school_id', 'sender'])
      .merge(['until', 'reason']);
  await again(work, row, at, verdict.reason);
}

/** Waits until then, unless that is too late to be of use, or it has been tried for two days. */
async function again(work: Work, row: Row, at: Date, reason: string): Promise<null> {
  const end = row.until ?? new Date(row.due_at.getTime() + GIVE_UP);
  if (at >= end) return giveUp(work, row, reason);
  await work
    .db('outbox')
    .where({ id: row.id })
    .update({ state: 'queued', deliver_at: at, sending_since: null, reason });
  await work.later('send', { message: row.id }, at);
  return null;
}

async function callOff({ db }: Work, row: Row): Promise<null> {
  await db('outbox').where({ id: row.id }).update(CALLED_OFF);
  return null;
}

/** Refused for good; whoever needs to act on it is told, in the same transaction. */
async function giveUp(work: Work, row: Row, reason: string): Promise<null> {
  await work
    .db('outbox')
    .where({ id: row.id })
    .update({ state: 'refused', content: null, sending_since: null, reason });
  await work.emit('house.mail-refused', {
    purpose: row.purpose,
    personId: row.person_id,
    address: row.to_address,
    reason,
  });
  return null;
}
