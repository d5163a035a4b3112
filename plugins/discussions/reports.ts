import { audit, missing, page, type Reply, redirect, text, type Visit } from '@preau/core';
import { authorOf, mine, myId, nameOf, pageOf } from './thread.ts';

export const reportForm = {
  reason: text('Ce qui ne va pas', { max: 500, hint: 'La direction lira la discussion et ce que vous écrivez ici.' }),
};

export async function showReport(visit: Visit): Promise<Reply> {
  const found = await mine(visit);
  return found
    ? page('discussions/signaler', { subject: found.thread.subject, path: pageOf(visit, found.thread.id) })
    : missing();
}

/** Anybody who takes part may ask the direction to look. */
export async function report(visit: Visit<{ reason: string }>): Promise<Reply> {
  const found = await mine(visit);
  if (!found) return missing();
  const { db, now, person, account, input } = visit;
  await db('discussions_reports')
    .insert({ thread_id: found.thread.id, person_id: myId(visit), reason: input.reason, at: now })
    .onConflict(['school_id', 'thread_id', 'person_id'])
    .merge({ reason: input.reason, at: now, handled_at: null });
  await audit(db, now, { account, person }, 'Discussion signalée', found.thread.subject);
  return redirect(pageOf(visit, found.thread.id), 'C’est signalé à la direction. Elle lira la discussion.');
}

/** The direction's list of what was reported, open ones first. */
export async function showReports({ db }: Visit): Promise<Reply> {
  const reports = await db('discussions_reports as r')
    .join('discussions_threads as t', 't.id', 'r.thread_id')
    .join('people as p', 'p.id', 'r.person_id')
    .orderByRaw('r.handled_at is not null, r.at desc')
    .limit(200)
    .select('r.id', 'r.reason', 'r.at', 'r.handled_at', 't.subject', db.raw(`${nameOf('p')} as who`));
  return page('discussions/signalements', { reports, waiting: reports.filter((one) => !one.handled_at).length });
}

/** A reported discussion, read by the direction: each reading is in the journal. */
export async function readReported(visit: Visit): Promise<Reply> {
  const { db, now, account, person } = visit;
  const found = await db('discussions_reports as r')
    .join('discussions_threads as t', 't.id', 'r.thread_id')
    .where('r.id', visit.params.id as string)
    .first('r.id', 'r.reason', 'r.handled_at', 'r.thread_id', 't.subject', 't.closed_at');
  if (!found) return missing();
  await audit(db, now, { account, person }, 'Discussion signalée lue', found.subject);
  const messages = await db('discussions_messages as x')
    .leftJoin('people as p', 'p.id', 'x.author_id')
    .where({ thread_id: found.thread_id })
    .orderBy('x.at', 'desc')
    .limit(1000)
    .select('x.id', 'x.body', 'x.at', db.raw(`${authorOf('p')} as author`));
  return page('discussions/signalement', { ...found, messages: messages.toReversed() });
}

export async function handled(visit: Visit): Promise<Reply> {
  const { db, now, params } = visit;
  const done = await db('discussions_reports')
    .where({ id: params.id as string })
    .update({ handled_at: now });
  return done ? redirect('/gestion/discussions/signalements', 'Le signalement est classé.') : missing();
}

/** Closes what was reported: nobody writes there any more. */
export async function shut(visit: Visit): Promise<Reply> {
  const { db, now, params, account, person } = visit;
  const found = await db('discussions_reports as r')
    .join('discussions_threads as t', 't.id', 'r.thread_id')
    .where('r.id', params.id as string)
    .first('r.thread_id', 't.subject');
  if (!found) return missing();
  await db('discussions_threads')
    .where({ id: found.thread_id })
    .whereNull('closed_at')
    .update({ closed_at: now, closed_by: `${person?.firstName} ${person?.lastName}` });
  await db('discussions_reports')
    .where({ id: params.id as string })
    .update({ handled_at: now });
  await audit(db, now, { account, person }, 'Discussion signalée fermée', found.subject);
  return redirect('/gestion/discussions/signalements', 'La discussion est fermée : plus personne n’y écrit.');
}
