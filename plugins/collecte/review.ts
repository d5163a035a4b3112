import { page, type Reply, type Visit } from '@preau/core';
import { deskOf } from './document.ts';
import { readable, type Scope } from './scope.ts';
import { shown } from './sending-shown.ts';
import { sendingsOf, standing, waits } from './sendings.ts';
import { doneOf, nextOf, placeOf, REASON_BUTTONS } from './sitting.ts';
import { homeOf } from './words.ts';

/** Looking through what came, one sending at a time, the oldest first, by keyboard (F17-11, F17-14). */
export async function showReview(visit: Visit): Promise<Reply> {
  const found = await readable(visit);
  return 'reply' in found ? found.reply : reviewPage(visit, found);
}

async function reviewPage(visit: Visit, scope: Scope): Promise<Reply> {
  const { document } = scope;
  const all = await sendingsOf(visit, scope);
  const queue = await standing(visit, scope, all);
  const waiting = queue.filter(waits);
  const done = doneOf(visit);
  const wanted = (visit.input as { sending?: string } | null)?.sending ?? visit.query.get('envoi');
  const one = queue.find(({ id }) => id === wanted) ?? (visit.query.has('fin') ? undefined : waiting[0]);
  const base = `${homeOf(visit)}/${document.id}`;
  const common = { title: document.title, base, list: deskOf(visit, document), done };
  if (!one)
    return page('collecte/revoir-fin', {
      ...common,
      left: waiting.length,
      any: queue.length > 0,
      again: waiting[0] ? placeOf(visit, 0, waiting[0]) : null,
    });
  const at = queue.indexOf(one);
  const before = queue[at - 1];
  const pupils = new Set(one.deposits.map(({ pupil_id }) => pupil_id));
  const others = all.filter((each) => each.id !== one.id && each.deposits.some((d) => pupils.has(d.pupil_id)));
  const [[sending], history] = await Promise.all([
    shown(visit, [one], document.id, true),
    shown(visit, others.toReversed(), document.id, false),
  ]);
  return page('collecte/revoir', {
    ...common,
    sending,
    history,
    pupil: '',
    turn: waits(one) ? `${done + waiting.indexOf(one) + 1} sur ${done + waiting.length}` : null,
    previous: before ? placeOf(visit, done, before) : null,
    next: placeOf(visit, done, nextOf(queue, one.id)),
    reasons: REASON_BUTTONS,
  });
}
