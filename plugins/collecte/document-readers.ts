import {
  audit,
  dayIn,
  GENRES,
  type Genre,
  type InputOf,
  invalid,
  page,
  type Reply,
  redirect,
  strings,
  type Visit,
} from '@preau/core';
import { change, deskOf } from './document.ts';
import type { CollectedDocument } from './documents.ts';
import { readBy } from './preload.ts';

/** « Sélectionner les personnes pouvant consulter le document » (F17-08); a ticked group is all who are in it. */
export const readersForm = { persons: strings({ max: 2000 }), groups: strings({ max: 200 }) };

interface Colleague {
  id: string;
  name: string;
  /** « Professeurs », or a function of the staff. */
  group: string;
}

/** Teachers and staff who are there today; staff without a function stand under their genre. */
async function colleagues({ db, now, school }: Pick<Visit, 'db' | 'now' | 'school'>): Promise<Colleague[]> {
  const today = dayIn(now, school.timezone);
  const rows = await db('people')
    .whereIn('kind', ['teacher', 'staff'])
    .where((there) => there.whereNull('left_on').orWhere('left_on', '>', today))
    .orderBy('search')
    .select(
      'id',
      'kind',
      'genre',
      'job_title',
      db.raw("concat_ws(' ', civility, coalesce(used_name, last_name), coalesce(used_first_name, first_name)) as name"),
    );
  return rows.map(({ id, kind, genre, job_title, name }) => ({
    id,
    name,
    group: kind === 'teacher' ? TEACHERS : (job_title ?? GENRES[genre as Genre] ?? 'Autres personnels'),
  }));
}
const TEACHERS = 'Professeurs';

const readersOf = (db: Visit['db'], { id }: CollectedDocument): Promise<string[]> =>
  db('collecte_readers').where({ document_id: id }).pluck('person_id');

export async function showReaders(visit: Visit, document: CollectedDocument): Promise<Reply> {
  const kept = await readersOf(visit.db, document);
  const typed = visit.input as { persons?: string | string[]; groups?: string | string[] } | null;
  const held = new Set(typed ? [typed.persons ?? []].flat() : kept);
  const known = await colleagues(visit);
  const groups = [...Map.groupBy(known, (one) => one.group)]
    .toSorted(([a], [b]) => Number(a === TEACHERS) - Number(b === TEACHERS) || a.localeCompare(b, 'fr'))
    .map(([title, list], at) => ({
      title,
      key: `g-${at}`,
      several: list.length > 1,
      people: list.map(({ id, name }) => ({ id, name, ticked: held.has(id) })),
      ticked: list.filter((one) => held.has(one.id)).length,
    }));
  const data = {
    title: document.title,
    groups,
    // Somebody else has chosen meanwhile: what stands now is said beside what was ticked.
    meanwhile: typed ? names(known.filter((one) => kept.includes(one.id))) : '',
    back: deskOf(visit, document),
  };
  return { ...page('collecte/lecteurs', data, 'collecte/_lecteurs'), window: true };
}

export async function chooseReaders(
  visit: Visit<InputOf<typeof readersForm>>,
  document: CollectedDocument,
): Promise<Reply> {
  const { db, input, now, account, person } = visit;
  const known = await colleagues(visit);
  const chosen = known.filter((one) => input.persons.includes(one.id) || input.groups.includes(one.group));
  if (!chosen.length)
    return invalid({ persons: 'Choisissez au moins une personne : sinon personne n’ouvre les dépôts.' });
  const before = new Set(await readersOf(db, document));
  const come = chosen.filter((one) => !before.has(one.id));
  const gone = known.filter((one) => before.has(one.id) && !chosen.includes(one));
  await db('collecte_readers').where({ document_id: document.id }).delete();
  await readBy(
    db,
    document.id,
    chosen.map((one) => one.id),
  );
  await change(visit, document);
  if (come.length || gone.length)
    await audit(
      db,
      now,
      { account, person },
      'Lecteurs d’un document à collecter',
      `${document.title} : ajoutés ${names(come)} ; retirés ${names(gone)}`,
    );
  const count = chosen.length;
  return redirect(
    deskOf(visit, document),
    `« ${document.title} » : ${count} ${count < 2 ? 'personne peut' : 'personnes peuvent'} ouvrir les dépôts.`,
  );
}

const names = (list: Colleague[]): string => list.map((one) => one.name).join(', ') || 'personne';
