import type { House } from '../container.ts';
import { csv, page, pdf, type Reply, type Visit } from '../plugin/contract.ts';
import { teachersHere } from './class-teachers.ts';
import { historyOf } from './history-view.ts';
import { LEVELS } from './list-words.ts';
import { pupilLine, pupilsToday } from './rows.ts';

export async function classCard(house: House, visit: Visit): Promise<Reply> {
  const here = await classOf(visit);
  const writes = visit.can('ressources.classes-write');
  const teachers = await teachersHere(visit);
  return page('admin/classe', {
    ...here,
    home: `/gestion/ressources/classes/${here.id}`,
    levels: levelsOf(here.pupils),
    teachers: teachers.filter((one) => one.here),
    others: teachers.filter((one) => !one.here),
    writes,
    history: await historyOf(house, visit, { classId: here.id }),
  });
}

export async function classOf(visit: Visit) {
  const { id, label } = visit.class as NonNullable<Visit['class']>;
  const rows: Record<string, string | null>[] = await pupilsToday(visit)
    .where('class_places.class_id', id)
    .orderBy('people.search');
  return { id, label, pupils: rows.map(pupilLine) };
}

/** How many pupils at each level, in the order of the levels. */
function levelsOf(pupils: { level?: string | null }[]): { level: string; pupils: number }[] {
  const groups = Map.groupBy(pupils, (one) => one.level ?? 'Niveau non renseigné');
  const rank = (level: string) => {
    const at = LEVELS.findIndex((one) => one.value === level);
    return at < 0 ? LEVELS.length : at;
  };
  return [...groups]
    .map(([level, group]) => ({ level, pupils: group.length }))
    .sort((a, b) => rank(a.level) - rank(b.level));
}

export async function classPdf(visit: Visit): Promise<Reply> {
  const { label, pupils } = await classOf(visit);
  return pdf(`${label}.pdf`, 'print/classe', { label, pupils });
}

export async function classSheet(visit: Visit): Promise<Reply> {
  const { label, pupils } = await classOf(visit);
  const header = ['Nom', 'Prénom', 'Né(e) le', 'S', 'Niveau'];
  const rows = pupils.map((one) =>
    [one.last_name, one.first_name, one.birth_date, one.sex, one.level].map((cell) => cell ?? null),
  );
  return csv(`${label}.csv`, header, rows);
}
