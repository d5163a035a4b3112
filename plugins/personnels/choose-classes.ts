import { type InputOf, missing, page, type Reply, redirect, strings, type Visit } from '@preau/core';
import { homeOf, TEACHERS } from './kinds.ts';
import { memberOf } from './member.ts';
import { classesOf } from './teachers-list.ts';
import { nameOf } from './words.ts';

/** Classes of a teacher, for the school year (F05-9). */
export const classesForm = { classes: strings() };

export const taughtBy = async ({ db, services }: Visit, teacherId: string): Promise<{ id: string; label: string }[]> =>
  db('class_teachers')
    .join('classes', 'classes.id', 'class_teachers.class_id')
    .where({ teacher_id: teacherId, 'classes.year': services.people.year })
    .orderBy('classes.search')
    .select('classes.id', 'classes.label');

export async function showClasses(visit: Visit): Promise<Reply> {
  const teacher = await memberOf(visit, TEACHERS);
  if (!teacher) return missing();
  const held = new Set((await taughtBy(visit, teacher.id)).map((one) => one.id));
  const { year } = visit.services.people;
  return page('personnels/classes', {
    name: nameOf(teacher),
    years: `${year}-${year + 1}`,
    classes: (await classesOf(visit)).map((one) => ({ ...one, ticked: held.has(one.id) })),
    home: homeOf(TEACHERS, teacher.id),
  });
}

export async function chooseClasses(visit: Visit<InputOf<typeof classesForm>>): Promise<Reply> {
  const teacher = await memberOf(visit, TEACHERS);
  if (!teacher) return missing();
  await visit.services.team.teach(teacher.id, visit.input.classes);
  const labels = (await taughtBy(visit, teacher.id)).map((one) => one.label);
  const words = labels.length ? `enseigne en ${labels.join(', ')}` : 'n’a pas de classe';
  return redirect(homeOf(TEACHERS, teacher.id), `${nameOf(teacher)} ${words}.`);
}
