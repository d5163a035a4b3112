import { capitals, searchKey, type Visit } from '@preau/core';
import { type Asked, asked, type CollectedDocument, documentsOf, sightOf } from './documents.ts';

/** A pupil with how he stands, document by document. */
export interface RecapLine {
  id: string;
  lastName: string;
  firstName: string;
  birthDate: string | null;
  classId: string;
  className: string;
  search: string;
  /** By document; one that is not asked of him is not there. */
  asked: Map<string, Asked>;
}

export interface Recap {
  documents: CollectedDocument[];
  lines: RecapLine[];
  /** Documents whose deposits the person may open. */
  opens(documentId: string): boolean;
}

interface Row extends Asked {
  last_name: string;
  first_name: string;
  birth_date: string | null;
  class_label: string;
  search: string;
}

/** Récapitulatif par élève (F17-15): every document the person sees, every pupil he sees, class by class. */
export async function recapOf(
  visit: Visit,
  only?: { documents?: CollectedDocument[]; pupilId?: string },
): Promise<Recap> {
  const { db } = visit;
  const sight = await sightOf(visit);
  const documents = only?.documents ?? (await documentsOf(visit)).filter(sight.sees);
  const query = db
    .from(asked(visit))
    .join('people as p', 'p.id', 'asked.pupil_id')
    .join('classes as c', 'c.id', 'asked.class_id')
    .whereIn(
      'asked.document_id',
      documents.map(({ id }) => id),
    )
    .orderBy(['c.search', 'p.search', 'p.birth_date', 'p.id'])
    .select('asked.*', 'p.birth_date', 'p.search', 'c.label as class_label')
    .select(db.raw('coalesce(p.used_name, p.last_name) as last_name'))
    .select(db.raw('coalesce(p.used_first_name, p.first_name) as first_name'));
  if (sight.pupilIds) query.whereIn('asked.pupil_id', sight.pupilIds);
  if (only?.pupilId) query.where('asked.pupil_id', only.pupilId);
  const rows: Row[] = await query;
  const lines = [...Map.groupBy(rows, (row) => row.pupil_id).values()].map((group) => {
    const [first] = group as [Row];
    return {
      id: first.pupil_id,
      lastName: capitals(first.last_name),
      firstName: first.first_name,
      birthDate: first.birth_date,
      classId: first.class_id as string,
      className: first.class_label,
      search: first.search,
      asked: new Map(group.map((row) => [row.document_id, row])),
    };
  });
  return { documents, lines, opens: sight.opens };
}

/** Something of it is still to come from the family. */
export const lacks = ({ state }: Pick<Asked, 'state'>): boolean => !['accepted', 'deposited'].includes(state);

export const lackingOf = (line: RecapLine): number => [...line.asked.values()].filter(lacks).length;

/** Lines of a class, of those who lack something, of a name; words of the address choose, they never become SQL. */
export function filtered(lines: RecapLine[], query: URLSearchParams): RecapLine[] {
  const words = searchKey(query.get('q') ?? '')
    .split(' ')
    .filter(Boolean);
  const classId = query.get('classe');
  return lines.filter(
    (line) =>
      (!classId || line.classId === classId) &&
      (query.get('manque') !== '1' || lackingOf(line) > 0) &&
      words.every((word) => line.search.includes(word)),
  );
}
