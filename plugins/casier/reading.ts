import { isId, missing, page, type Reply, type RubricHome, redirect, type Visit } from '@preau/core';
import { loadDeposit, namesOf, type Received, receivedOne } from './documents.ts';
import { followPage } from './follow.ts';
import { APPROVE, aboutOf, FOLLOW, homeOf, myId, pageOf, RUBRIC } from './words.ts';

/** One document: as its recipient reads it, as its depositor follows it, or as Gestion follows it. */
export async function showOne(visit: Visit): Promise<Reply> {
  const id = visit.params.id as string;
  const one = await loadDeposit(visit);
  if (!one) return missing();
  if (one.author_id === myId(visit))
    return one.state === 'draft' ? redirect(`${pageOf(visit, id)}/brouillon`) : followPage(visit, one);
  const held = await receivedOne(visit, id);
  if (held) return readingPage(visit, held);
  if (await receivedOne(visit, id, 'withdrawn')) return gone(visit, one.author_name);
  if (visit.espace) return missing();
  if (one.state === 'to-approve') return visit.can(APPROVE) ? redirect(`${pageOf(visit, id)}/accord`) : missing();
  return one.by_school && one.state !== 'draft' && visit.can(FOLLOW) ? followPage(visit, one) : missing();
}

async function readingPage(visit: Visit, held: Received): Promise<Reply> {
  const names = await namesOf(visit, held.pupil_ids);
  return page('casier/document', {
    home: homeOf(visit),
    path: pageOf(visit, held.id),
    title: held.title,
    nature: held.nature,
    author: held.author_name,
    children: names(held.pupil_ids),
    at: held.delivered_at,
    message: held.message,
    opened: held.opened_at,
    archived: held.kept_at !== null,
    past: held.past_year !== null,
    files: await visit.services.files.of(aboutOf(held)),
    follows: !visit.espace && held.by_school && visit.can(FOLLOW),
  });
}

/** Withdrawn: the old link says so to whom it had reached, and to nobody else. */
const gone = (visit: Visit, author: string): Reply => ({
  ...page('casier/retire', { home: homeOf(visit), author }),
  status: 404,
});

/**
 * S18-11, F16-7: a file opens for its depositor and for those in whose locker it stands; whoever follows from Gestion
 * sees names and counts only. While a teacher’s deposit waits for the direction, who approves may read it. The opening
 * is written down: the depositor sees who has opened it and when.
 */
export async function mayOpenFile(visit: Visit, id: string): Promise<boolean | RubricHome[]> {
  if (!isId(id) || !visit.person) return false;
  const one = await loadDeposit({ ...visit, params: { id } });
  if (!one) return false;
  if (one.author_id === myId(visit)) return [{ rubric: RUBRIC }];
  if (one.state === 'to-approve') return visit.can(APPROVE);
  if (!(await receivedOne(visit, id))) return false;
  const { db, now, services } = visit;
  await db('casier_recipients')
    .where({ document_id: id, person_id: myId(visit) })
    .update({ opened_at: db.raw('coalesce(opened_at, ?::timestamptz)', [now]), last_opened_at: now });
  await services.notices.read(myId(visit), aboutOf(one));
  return [{ rubric: RUBRIC }];
}
