import type { Work } from '@preau/core';
import { type CollectedDocument, firstReaders } from './documents.ts';

/** F17-04; a school adds its own. */
const PRELOADED = [
  { title: 'Attestation d’assurance', asks_validity: true },
  { title: 'Responsabilité civile', asks_validity: false },
  { title: 'Attestation vaccination', asks_validity: false },
];

/**
 * Documents of a school year, the first time somebody needs them: those of the year before as they were set, without
 * their classes and days, or those the guide knows. No family hears of one before classes are chosen.
 */
export async function preload({ db, services, school, now }: Pick<Work, 'db' | 'services' | 'school' | 'now'>) {
  const { year } = services.people;
  const known = () => db('collecte_documents').where({ year }).first('id');
  if (await known()) return;
  // Two people may open the first page of a year at the same moment.
  await db.raw('select pg_advisory_xact_lock(hashtext(?))', [`collecte ${school.id}`]);
  if (await known()) return;
  const last = await lastYear(db, year);
  for (const one of last) {
    const id = await add({ db, now }, year, one);
    await db.raw(
      `insert into collecte_readers (document_id, person_id) select ?, r.person_id from collecte_readers r
         join people p on p.id = r.person_id and p.left_on is null where r.document_id = ?`,
      [id, one.id],
    );
  }
  if (last.length) return;
  const readers = await firstReaders(db, null);
  for (const one of PRELOADED) await readBy(db, await add({ db, now }, year, one), readers);
}

/** Those of the latest year there is; a teacher who has left asks for nothing any more. */
async function lastYear(db: Work['db'], before: number): Promise<CollectedDocument[]> {
  const [latest] = await db('collecte_documents').where('year', '<', before).max('year as year');
  return db('collecte_documents as d')
    .leftJoin('people as t', 't.id', 'd.teacher_id')
    .where('d.year', latest?.year ?? null)
    .whereNull('d.archived_at')
    .whereNull('t.left_on')
    .orderBy('d.rank')
    .select('d.*');
}

type Settings = Pick<CollectedDocument, 'title'> &
  Partial<Pick<CollectedDocument, 'guidance' | 'deposit' | 'asks_validity' | 'teacher_id'>>;

/** A new document, asked of nobody yet. @returns its id. */
export async function add({ db, now }: Pick<Work, 'db' | 'now'>, year: number, settings: Settings): Promise<string> {
  const { title, guidance = null, deposit = 'open', asks_validity = false, teacher_id = null } = settings;
  const kept = { title, guidance, asks_validity, teacher_id, deposit: deposit === 'until' ? 'open' : deposit };
  const [made] = await db('collecte_documents')
    .insert({ ...kept, year, changed_at: now })
    .returning('id');
  return made.id;
}

export async function readBy(db: Work['db'], documentId: string, personIds: string[]): Promise<void> {
  if (personIds.length)
    await db('collecte_readers').insert(personIds.map((id) => ({ document_id: documentId, person_id: id })));
}
