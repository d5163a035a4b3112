import { firstMoment } from '../clock.ts';
import { searchKey } from '../people/names.ts';
import type { Events, Visit, Work } from '../plugin/contract.ts';
import { countsOf, labelsOf, type Plan } from './plan.ts';
import { causeOf, firstDay, type Report, type Turn } from './turns.ts';

/** Writes a plan under one cause: classes, places, departures, teachers. Logins, passwords and sessions of who stays are not touched. */
export async function apply(
  visit: Pick<Visit, 'services' | 'db'>,
  turn: Turn,
  plan: Plan,
  day: string,
): Promise<{ report: Report; teachers: NonNullable<Turn['teachers']> }> {
  const register = visit.services.register.of({ cause: causeOf(turn), year: turn.year + 1 });
  const labels = labelsOf(plan);
  const made = await register.classes(labels.map((label) => ({ label, ondeId: null })));
  const ids = new Map(labels.map((label, at) => [searchKey(label), made[at] as string]));
  const idOf = (label: string | null) => (label === null ? null : (ids.get(searchKey(label)) ?? null));
  await register.place(
    plan.fates
      .filter((one) => one.go !== 'leave' && one.go !== 'placed')
      .map((one) => ({ pupilId: one.pupilId, classId: idOf(one.label), level: one.nextLevel })),
  );
  const gone = plan.fates.filter((one) => one.go === 'leave').map((one) => one.pupilId);
  await register.change(
    [...gone, ...plan.guardians.map((one) => one.id)].map((id) => ({ id, fields: { leftOn: day } })),
  );
  const teachers = await giveTeachers(visit, plan, idOf);
  const { up, stay, left, guardians, placed, none } = countsOf(plan);
  return {
    report: { up, stay, left, guardians, placed, none, classes: labels.length, teachers: teachers.length },
    teachers,
  };
}

/** A class that goes on keeps its teachers, unless it was chosen to begin without. */
async function giveTeachers({ db }: Pick<Visit, 'db'>, plan: Plan, idOf: (label: string) => string | null) {
  const rows = plan.classes.flatMap((one) => {
    const classId = idOf(one.nextLabel);
    if (one.emptied || !classId) return [];
    return one.teachers.map((teacher) => ({ class_id: classId, teacher_id: teacher.id }));
  });
  if (!rows.length) return [];
  return db('class_teachers')
    .insert(rows)
    .onConflict(['school_id', 'class_id', 'teacher_id'])
    .ignore()
    .returning(['class_id', 'teacher_id']);
}

/** The new year begins: the modules put the old one away. Only once, and not if the turn was undone meanwhile. */
export async function begin(work: Work, id: string): Promise<void> {
  const [turn]: Turn[] = await work
    .db('year_turns')
    .where({ id, state: 'done' })
    .whereNull('begun_at')
    .update({ begun_at: work.now })
    .returning('*');
  if (turn) await work.emit('house.year-turned', toldOf(turn, work));
}

export const toldOf = (turn: Turn, { school }: Pick<Work, 'school'>): Events['house.year-turned'] => ({
  year: turn.year,
  before: firstMoment(firstDay(turn.year), school.timezone),
  at: turn.begun_at as Date,
});
