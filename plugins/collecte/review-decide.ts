import {
  choice,
  hidden,
  type InputOf,
  invalid,
  isId,
  missing,
  type Reply,
  redirect,
  text,
  type Visit,
} from '@preau/core';
import { forgetDecision, tellDecision } from './notify.ts';
import { readable, type Scope } from './scope.ts';
import { concerned, nameOf, namesOf, type Sending, sendingsOf, standing, tokenOf, waits } from './sendings.ts';
import { doneOf, nextOf, placeOf, REASONS } from './sitting.ts';
import { homeOf } from './words.ts';

export const decideForm = {
  sending: hidden({ max: 36 }),
  // What the page knew: attend, or the moment of the decision it shows.
  seen: hidden({ max: 40 }),
  done: hidden({ max: 4 }),
  // The page of one pupil comes back to itself.
  pupil: text('', { optional: true, max: 36 }),
  decision: choice('Décision', { accepter: 'Accepter', ...REASONS, mots: 'À refaire' }),
  words: text('Avec vos mots', { optional: true, max: 200, hint: 'La famille lira ces mots.' }),
};

/** « Accepter », or « À refaire » with its reason, for all pupils of the sending that the person sees. */
export async function decide(visit: Visit<InputOf<typeof decideForm>>): Promise<Reply> {
  const { db, input, now, person } = visit;
  const found = await held(visit, input.sending);
  if ('reply' in found) return found.reply;
  const { scope, queue, one } = found;
  const done = doneOf(visit);
  const next = (counted: number) => backOf(visit, placeOf(visit, done + counted, nextOf(queue, input.sending)));
  if (!one) return redirect(next(0), 'La famille vient de remplacer ce dépôt par un nouveau : rien n’a été décidé.');
  if (input.seen !== tokenOf(one)) return redirect(next(0), meanwhile(one));
  const reason = input.decision === 'mots' ? input.words : REASONS[input.decision]?.toLowerCase();
  if (input.decision !== 'accepter' && !reason) return invalid({ words: 'Dites à la famille ce qu’il faut refaire.' });
  const about = concerned(one);
  const pupilIds = about.map((each) => each.pupil_id);
  const state = input.decision === 'accepter' ? 'accepted' : 'redo';
  await db('collecte_deposits')
    .where({ sending_id: one.id })
    .whereIn('pupil_id', pupilIds)
    .update({
      state,
      reason: state === 'redo' ? reason : null,
      decided_at: now,
      decided_by: `${person?.firstName} ${person?.lastName}`,
    });
  await tellDecision(visit, scope.document, one, pupilIds, state);
  const [before] = about;
  const counted = waits(one) ? 1 : 0;
  return redirect(next(counted), {
    text: `${state === 'accepted' ? 'Accepté' : `À refaire (${reason})`} : ${namesOf(about)}.`,
    undo: {
      to: `${homeOf(visit)}/${scope.document.id}/revoir/annuler`,
      values: {
        sending: one.id,
        decided: now.toISOString(),
        was: before?.state ?? 'deposited',
        reason: before?.reason ?? '',
        done: String(done),
        pupil: input.pupil ?? '',
      },
    },
  });
}

export const undoForm = {
  sending: hidden({ max: 36 }),
  decided: hidden({ max: 40 }),
  was: choice('', { deposited: '', accepted: '', redo: '' }),
  reason: text('', { optional: true, max: 200 }),
  done: hidden({ max: 4 }),
  pupil: text('', { optional: true, max: 36 }),
};

/** Takes one decision back, unless somebody has decided otherwise since. */
export async function undoDecision(visit: Visit<InputOf<typeof undoForm>>): Promise<Reply> {
  const { db, input, now, person } = visit;
  const found = await held(visit, input.sending);
  if ('reply' in found) return found.reply;
  const { scope, one } = found;
  const back = backOf(visit, placeOf(visit, doneOf(visit), one ?? undefined));
  const about = one?.deposits.filter((each) => each.decided_at?.toISOString() === input.decided) ?? [];
  if (!one || !about.length) return redirect(back, 'Il n’y avait plus rien à annuler : ce dépôt a changé depuis.');
  const pupilIds = about.map((each) => each.pupil_id);
  const open = input.was === 'deposited';
  await db('collecte_deposits')
    .where({ sending_id: one.id })
    .whereIn('pupil_id', pupilIds)
    .update({
      state: input.was,
      reason: input.was === 'redo' ? input.reason : null,
      decided_at: open ? null : now,
      decided_by: open ? null : `${person?.firstName} ${person?.lastName}`,
    });
  if (open) await forgetDecision(visit, scope.document, one.id);
  else await tellDecision(visit, scope.document, one, pupilIds, input.was === 'accepted' ? 'accepted' : 'redo');
  return redirect(back, `C’est annulé${open ? ' : ce dépôt attend de nouveau' : ''}.`);
}

/** The sending, its rows held until the end of the visit: who decides second waits, and then sees what was decided. */
async function held(
  visit: Visit,
  id: string,
): Promise<{ scope: Scope; queue: Sending[]; one: Sending | undefined } | { reply: Reply }> {
  const found = await readable(visit);
  if ('reply' in found) return found;
  if (!isId(id)) return { reply: missing() };
  // The same rows in the same order as whoever deposits anew (see deposit.ts).
  const pupils = visit.db('collecte_deposits').select('pupil_id').where({ sending_id: id });
  await visit.db('people').whereIn('id', pupils).orderBy('id').forNoKeyUpdate().select('id');
  await visit.db('collecte_deposits').where({ sending_id: id }).orderBy('id').forUpdate().select('id');
  const all = await sendingsOf(visit, found);
  // Only a sending of this document with a pupil the person sees.
  if (!all.some((one) => one.id === id)) return { reply: missing() };
  const queue = await standing(visit, found, all);
  return { scope: found, queue, one: queue.find((one) => one.id === id) };
}

const meanwhile = (one: Sending): string => {
  const [first] = concerned(one);
  const what =
    first?.state === 'accepted' ? 'accepté' : first?.state === 'redo' ? 'renvoyé à refaire' : 'remis à revoir';
  return `${first?.decided_by ?? 'Quelqu’un'} l’a déjà ${what} entre-temps (${first ? nameOf(first) : ''}) : rien n’a changé.`;
};

const backOf = (visit: Visit<{ pupil: string | null }>, place: string): string =>
  visit.input.pupil && isId(visit.input.pupil)
    ? `${homeOf(visit)}/${visit.params.id}/eleves/${visit.input.pupil}`
    : place;
