import { page, type Reply, type Visit } from '../plugin/contract.ts';
import { pupilLine, pupilsToday } from './rows.ts';

export async function classCard(visit: Visit): Promise<Reply> {
  const here = await classOf(visit);
  const teachers = await visit.services.people.teachersOf([here.id]);
  return page('admin/classe', { ...here, teachers: teachers.get(here.id) ?? [] });
}

export async function classOf(visit: Visit) {
  const { id, label } = visit.class as NonNullable<Visit['class']>;
  const rows: Record<string, string | null>[] = await pupilsToday(visit)
    .where('class_places.class_id', id)
    .orderBy('people.search');
  return { id, label, pupils: rows.map(pupilLine) };
}
