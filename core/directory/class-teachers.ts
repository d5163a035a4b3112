import { hidden } from '../form/form.ts';
import { isId } from '../identifier.ts';
import { note } from '../people/history.ts';
import { missing, post, type Reply, redirect, type Visit } from '../plugin/contract.ts';
import { penOf } from './card.ts';
import { guardianCalled, NAME_COLUMNS, type Named } from './rows.ts';

const WRITE = 'ressources.classes-write';
const chosen = { teacher: hidden() };

/** Who teaches in a class of the year. */
export const teacherRoutes = [
  post('admin', '/classes/:class/professeurs', WRITE, chosen, add, { back: '/classes/:class', as: 'teaching' }),
  post('admin', '/classes/:class/professeurs/retirer', WRITE, chosen, remove, {
    back: '/classes/:class',
    as: 'untaught',
  }),
];

/** Every teacher of the school, and whether he teaches here. */
export async function teachersHere(visit: Visit): Promise<{ id: string; name: string; here: boolean }[]> {
  const here = visit.class as NonNullable<Visit['class']>;
  const rows: (Named & { id: string; here: boolean })[] = await visit
    .db('people')
    .where({ kind: 'teacher' })
    .orderBy('search')
    .select(
      'id',
      ...NAME_COLUMNS,
      visit.db.raw(
        'exists (select 1 from class_teachers t where t.teacher_id = people.id and t.class_id = ?) as here',
        [here.id],
      ),
    );
  return rows.map((row) => ({
    id: row.id,
    name: [row.civility, row.used_name ?? row.last_name, row.used_first_name ?? row.first_name]
      .filter(Boolean)
      .join(' '),
    here: row.here,
  }));
}

async function teacherOf({ db, input }: Visit<{ teacher: string }>): Promise<Named | null> {
  if (!isId(input.teacher)) return null;
  const row = await db('people')
    .where({ id: input.teacher, kind: 'teacher' })
    .first(...NAME_COLUMNS);
  return row ?? null;
}

async function add(visit: Visit<{ teacher: string }>): Promise<Reply> {
  const here = visit.class as NonNullable<Visit['class']>;
  const home = `/gestion/ressources/classes/${here.id}`;
  if (!visit.input.teacher) return redirect(home, 'Choisissez d’abord un professeur dans la liste. Rien n’a été fait.');
  const teacher = await teacherOf(visit);
  if (!teacher) return missing();
  const made = await visit
    .db('class_teachers')
    .insert({ class_id: here.id, teacher_id: visit.input.teacher })
    .onConflict(['school_id', 'class_id', 'teacher_id'])
    .ignore()
    .returning('id');
  if (made.length) await tell(visit, null, guardianCalled(teacher));
  return redirect(home, `${guardianCalled(teacher)} enseigne maintenant en ${here.label}.`);
}

async function remove(visit: Visit<{ teacher: string }>): Promise<Reply> {
  const here = visit.class as NonNullable<Visit['class']>;
  const home = `/gestion/ressources/classes/${here.id}`;
  const teacher = await teacherOf(visit);
  if (!teacher) return missing();
  const gone = await visit.db('class_teachers').where({ class_id: here.id, teacher_id: visit.input.teacher }).delete();
  if (gone) await tell(visit, guardianCalled(teacher), null);
  return redirect(home, {
    text: `${guardianCalled(teacher)} n’enseigne plus en ${here.label} et n’en voit plus les élèves.`,
    undo: { to: `${home}/professeurs`, values: { teacher: visit.input.teacher } },
  });
}

const tell = (visit: Visit, before: string | null, after: string | null) =>
  note(visit.db, visit.now, penOf(visit, null), [
    { classId: (visit.class as NonNullable<Visit['class']>).id, field: 'teacher', before, after },
  ]);
