import { dayAfter, dayIn, firstMoment, type Job, momentAt, type Work } from '@preau/core';
import { asked, type CollectedDocument, documentsOf } from './documents.ts';
import { DUE, type Telling, tellMissing } from './notify.ts';
import { isOver } from './words.ts';

const EIGHT = 8 * 60;

/** Pupils of a document who still owe it. */
async function owing(work: Telling, document: CollectedDocument): Promise<string[]> {
  return work.db.from(asked(work)).where({ document_id: document.id }).whereIn('state', DUE).pluck('pupil_id');
}

/**
 * « Notifier » (F17-09): families of those who still owe a document whose day has come are told once, at eight; those of
 * a class or pupil added since are told too. Called at night, and when the day is set to today.
 * @param morning the first moment at which anything may reach them.
 */
export async function announce(work: Telling, morning: Date = work.now): Promise<void> {
  const { db, school } = work;
  const day = dayIn(morning, school.timezone);
  const due: CollectedDocument[] = await documentsOf(work).where('notify_on', '<=', day);
  for (const document of due) {
    const notifyOn = document.notify_on as string;
    if (isOver(document, { now: morning, school })) continue;
    const told = new Set<string>(
      await db('collecte_told')
        .where({ document_id: document.id })
        .where('at', '>=', firstMoment(notifyOn, school.timezone))
        .pluck('pupil_id'),
    );
    const left = (await owing(work, document)).filter((id) => !told.has(id));
    const eight = momentAt(notifyOn, EIGHT, school.timezone);
    const from = eight > morning ? eight : morning;
    const { pupilIds } = await tellMissing(work, document, left, { part: notifyOn, from });
    if (pupilIds.length)
      await db('collecte_told')
        .insert(pupilIds.map((pupil_id) => ({ document_id: document.id, pupil_id, at: from })))
        .onConflict(['school_id', 'document_id', 'pupil_id'])
        .merge(['at']);
    if (!document.notified_at) await db('collecte_documents').where({ id: document.id }).update({ notified_at: from });
  }
}

/** The next time it is eight at the school: the night is not the same hour everywhere. */
export function nextMorning({ now, school }: Pick<Work, 'now' | 'school'>): Date {
  const today = dayIn(now, school.timezone);
  const eight = momentAt(today, EIGHT, school.timezone);
  return eight >= now ? eight : momentAt(dayAfter(today), EIGHT, school.timezone);
}

/** Days before the last one, and until when a night that did not come is made up for. */
const REMINDERS = [
  { kind: 'week', days: 7, until: 5 },
  { kind: 'day', days: 1, until: 0 },
] as const;

/** Seven days and one day before the last one, families of those who still owe it are reminded, each once (a moved day begins anew). */
export async function remindByItself(work: Telling, morning: Date): Promise<void> {
  const { db, school } = work;
  const day = dayIn(morning, school.timezone);
  const due: CollectedDocument[] = await documentsOf(work).where({ deposit: 'until' }).where('notify_on', '<=', day);
  for (const document of due) {
    const last = document.until_day as string;
    const reminder = REMINDERS.find(({ days, until }) => day >= dayAfter(last, -days) && day <= dayAfter(last, -until));
    if (!reminder) continue;
    const since = firstMoment(dayAfter(last, -reminder.days), school.timezone);
    const before = firstMoment(day, school.timezone);
    const told = new Set<string>(
      await db('collecte_told').where({ document_id: document.id }).where('at', '<', before).pluck('pupil_id'),
    );
    const reminded = new Set<string>(
      await db('collecte_reminders')
        .where({ document_id: document.id, kind: reminder.kind })
        .where('at', '>=', since)
        .pluck('pupil_id'),
    );
    const left = (await owing(work, document)).filter((id) => told.has(id) && !reminded.has(id));
    const part = `${reminder.kind}-${last}`;
    const { pupilIds } = await tellMissing(work, document, left, { part, before: 'Rappel : ', from: morning });
    if (pupilIds.length)
      await db('collecte_reminders').insert(
        pupilIds.map((pupil_id) => ({ document_id: document.id, pupil_id, kind: reminder.kind, at: morning })),
      );
  }
}

/** Every night: what is asked from today on, then reminders. */
export const tellFamilies = (job: Job) =>
  job.step(async (work) => {
    const morning = nextMorning(work);
    await announce(work, morning);
    await remindByItself(work, morning);
  });
