import { dayIn, frenchDay, missing, page, type Reply, type Visit } from '@preau/core';
import { childOf, factsOf, othersOf, requestOf, stepsOf } from './requests.ts';
import { DECIDABLE, DESK, isPublished, SCHOOL_MARKS } from './words.ts';

/** One request, what has happened to it, and what can be done. */
export async function showCard(visit: Visit): Promise<Reply> {
  const { db, school, can } = visit;
  const request = await requestOf(visit);
  if (!request) return missing();
  const { state } = request;
  const others = await othersOf(db, request);
  const pupil = request.pupil_id && (await db('people').where({ id: request.pupil_id }).first('id'));
  return page('inscription/demande', {
    called: childOf(request),
    home: `${DESK}/${request.id}`,
    list: DESK,
    mark: SCHOOL_MARKS[state],
    published: isPublished(visit),
    decidable: DECIDABLE.includes(state),
    asks: state === 'sent',
    accepted: state === 'accepted',
    writes: state !== 'withdrawn',
    pupil: pupil && can('ressources.pupils-read') ? `/gestion/ressources/eleves/${pupil.id}` : null,
    others: others.map((one) => ({
      url: `${DESK}/${one.id}`,
      words: `${one.guardians[0]?.firstName} ${one.guardians[0]?.lastName}, ${frenchDay(dayIn(one.sent_at, school.timezone))}`,
      mark: SCHOOL_MARKS[one.state],
    })),
    steps: await stepsOf(db, request),
    ...factsOf(request),
  });
}

/** On the home of Gestion: how many wait for the school. */
export async function waitingBlock({ db }: Visit) {
  const [row] = await db('inscription_requests').where({ state: 'sent' }).count('* as count');
  const count = Number(row?.count ?? 0);
  return count ? { waiting: count } : null;
}
