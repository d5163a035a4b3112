import { audit } from '../audit.ts';
import { dayIn, frenchDay } from '../clock.ts';
import type { Undone } from '../people/directory-types.ts';
import { forbidden, missing, page, type Reply, redirect, type Transaction, type Visit } from '../plugin/contract.ts';
import { toldOf } from './apply.ts';
import { tellOthers } from './tell.ts';
import { causeOf, lastDayToUndo, opensOn, reportOf, type Turn, yearWords } from './turns.ts';
import { alone } from './validate.ts';

/** @param hold keeps the beginning of the new year (a job) waiting, or waits for it. */
async function turnOf({ db, params }: Pick<Visit, 'db' | 'params'>, hold = false): Promise<Turn | null> {
  const query = db<Turn>('year_turns')
    .where({ id: params.id as string })
    .whereNot({ state: 'draft' });
  if (hold) query.forUpdate();
  return (await query.first()) ?? null;
}

/** What a turn did, how long it can be taken back, and what an undo kept. */
export async function showReport(visit: Visit): Promise<Reply> {
  const turn = await turnOf(visit);
  if (!turn) return missing();
  const today = dayIn(visit.now, visit.school.timezone);
  const last = lastDayToUndo(turn);
  return page('annee/rapport', {
    id: turn.id,
    year: yearWords(turn.year),
    next: yearWords(turn.year + 1),
    by: turn.done_by,
    at: turn.done_at,
    day: turn.effective_on,
    later: turn.effective_on !== null && turn.effective_on > today,
    ...turn.report,
    undoable: turn.state === 'done' && today <= last,
    undoUntil: last,
    opens: opensOn(turn.year + 1),
    undone: turn.undone && { ...turn.undone, keptCount: turn.undone.kept.length },
    undoneAt: turn.undone_at,
    undoneBy: turn.undone_by,
    others: (await turnsOf(visit.db)).filter((one) => one.id !== turn.id),
  });
}

const turnsOf = async (db: Transaction) =>
  (await db<Turn>('year_turns').whereNot({ state: 'draft' }).orderBy('done_at', 'desc').limit(20)).map((one) => ({
    id: one.id,
    next: yearWords(one.year + 1),
    at: one.done_at,
    undone: one.state === 'undone',
  }));

/** « Annuler le changement d'année » (P11): each value comes back, save those somebody changed since, which are named. */
export async function undoTurn(visit: Visit): Promise<Reply> {
  const { db, now, school, person, services } = visit;
  await alone(visit);
  const turn = await turnOf(visit, true);
  if (!turn) return missing();
  if (turn.state !== 'done') return redirect(reportOf(turn));
  const last = lastDayToUndo(turn);
  if (dayIn(now, school.timezone) > last)
    return forbidden(
      `Le changement d’année ne s’annule plus depuis le ${frenchDay(last)} : trop de choses ont changé depuis.`,
    );
  await takeTeachersBack(db, turn);
  const undone = await services.register.undo(causeOf(turn));
  undone.kept.push(...(await classesKept(db, turn)));
  const by = `${person?.firstName} ${person?.lastName}`;
  await db('year_turns')
    .where({ id: turn.id })
    .update({ state: 'undone', undone_at: now, undone_by: by, undone: JSON.stringify(undone) });
  if (turn.begun_at) await visit.emit('house.year-turn-undone', toldOf(turn, visit));
  const words = `${yearWords(turn.year)} vers ${yearWords(turn.year + 1)} : ${undone.restored} valeurs revenues, ${undone.kept.length} gardées`;
  await audit(db, now, visit, 'Changement d’année annulé', words);
  await tellOthers(visit, turn, `Passage vers ${yearWords(turn.year + 1)} annulé par ${by}`, ':annule');
  return redirect(reportOf(turn), `Le changement vers ${yearWords(turn.year + 1)} est annulé.`);
}

async function takeTeachersBack(db: Transaction, { teachers }: Turn): Promise<void> {
  for (const one of teachers ?? []) await db('class_teachers').where(one).delete();
}

/** Classes the turn made and where somebody sits or teaches since. */
async function classesKept(db: Transaction, turn: Turn): Promise<Undone['kept']> {
  const labels: string[] = await db('classes')
    .where({ origin: causeOf(turn) })
    .orderBy('search')
    .pluck('label');
  return labels.map((who) => ({ who, what: 'classe gardée : elle a servi depuis' }));
}
