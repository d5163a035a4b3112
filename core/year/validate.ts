import { audit } from '../audit.ts';
import { dayIn, firstMoment, frenchDay } from '../clock.ts';
import { hidden } from '../form/form.ts';
import { invalid, page, type Reply, redirect, type Visit } from '../plugin/contract.ts';
import { apply, begin } from './apply.ts';
import { roll } from './options.ts';
import { countsOf, type Plan, planOf, problemsOf, stampOf } from './plan.ts';
import { HOME, refusal } from './screen.ts';
import { tellOthers } from './tell.ts';
import { firstDay, keepDraft, lastDayToUndo, reportOf, type Standing, standing, yearWords } from './turns.ts';

export const sureForm = { sure: hidden() };

/** One turn at a time in a school: a second « Valider » waits, then finds it done. */
export const alone = ({ db, school }: Pick<Visit, 'db' | 'school'>) =>
  db.raw('select pg_advisory_xact_lock(hashtext(?))', [`annee ${school.id}`]);

const plans = new WeakMap<object, Promise<Plan>>();

/** A visit's plan, made once: its check of age and what it shows or does ask within one transaction. */
function planIn({ db }: Pick<Visit, 'db'>, { year, draft }: Pick<Standing, 'year' | 'draft'>): Promise<Plan> {
  const plan = plans.get(db) ?? planOf(db, year, draft);
  plans.set(db, plan);
  return plan;
}

/** What is done is what was read: a pupil who came or left since sends back to the page. */
export async function planVersion(visit: Visit, hold: boolean): Promise<string | null> {
  if (hold) await alone(visit);
  const found = await standing(visit);
  return found.done ? null : stampOf(await planIn(visit, found));
}

/** From when the school lives in the new year: at once, or on its first day when it is prepared before. */
function effectiveOn({ now, school }: Pick<Visit, 'now' | 'school'>, year: number): string {
  const today = dayIn(now, school.timezone);
  if (today > firstDay(year)) return today;
  return firstDay(year);
}

/** The last look before: who goes where, who leaves, what closes. */
export async function askValidate(visit: Visit): Promise<Reply> {
  const found = await standing(visit);
  const { year, done } = found;
  if (done) return redirect(reportOf(done), refusal(done.year));
  const plan = await planIn(visit, found);
  if (!plan.fates.length) return redirect(HOME, NOBODY);
  const day = effectiveOn(visit, year);
  return page('annee/valider', {
    year: yearWords(year),
    next: yearWords(year + 1),
    day,
    later: day > dayIn(visit.now, visit.school.timezone),
    undoUntil: lastDayToUndo({ effective_on: day }),
    counts: countsOf(plan),
    classes: roll(plan),
    emptied: plan.classes.filter((one) => one.emptied && one.teachers.length).map((one) => one.label),
    leavers: plan.fates
      .filter((one) => one.go === 'leave')
      .map((one) => ({ name: one.name, label: plan.ground.classes.find(({ id }) => id === one.classId)?.label })),
    guardians: plan.guardians,
    unplaced: plan.ground.unplaced,
  });
}

/** « Valider »: all of it in one transaction. */
export async function validate(visit: Visit): Promise<Reply> {
  const { db, now, school, person } = visit;
  await alone(visit);
  const found = await standing(visit, true);
  if (found.done) return redirect(reportOf(found.done), refusal(found.done.year));
  const { year, draft } = found;
  const plan = await planIn(visit, found);
  const refused = refusedPlan(plan);
  if (refused) return invalid({ sure: refused });
  const by = `${person?.firstName} ${person?.lastName}`;
  const turn = await keepDraft(visit, found, draft, by);
  const day = effectiveOn(visit, year);
  const { report, teachers } = await apply(visit, turn, plan, day);
  await db('year_turns')
    .where({ id: turn.id })
    .update({
      state: 'done',
      done_at: now,
      done_by: by,
      effective_on: day,
      report: JSON.stringify(report),
      teachers: JSON.stringify(teachers),
    });
  const begins = firstMoment(day, school.timezone);
  if (begins <= now) await begin(visit, turn.id);
  else await visit.later('begin', turn.id, begins);
  const what = `${yearWords(year)} vers ${yearWords(year + 1)}, au ${frenchDay(day)} : ${report.left} élèves partis, ${report.guardians} responsables archivés`;
  await audit(db, now, visit, 'Changement d’année validé', what);
  await tellOthers(visit, turn, `Passage vers ${yearWords(year + 1)} validé par ${by}`);
  return redirect(reportOf(turn), `Le changement vers ${yearWords(year + 1)} est validé.`);
}

const NOBODY = 'Aucun élève n’est dans une classe de cette année : il n’y a rien à changer.';

function refusedPlan(plan: Plan): string | null {
  if (!plan.fates.length) return NOBODY;
  const [problem] = problemsOf(plan).values();
  return problem ? `${problem} Revenez au tableau des classes.` : null;
}
