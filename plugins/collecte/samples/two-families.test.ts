import { createHash, randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import type { Transaction } from '@preau/core';
import type { Answer, Client, TestSchool } from '@preau/core/testing';

/** A Wednesday at 11 h in Paris: no quiet hour. */
export const NOW = new Date('2026-11-25T10:00:00Z');
export const later = (minutes: number): Date => new Date(NOW.getTime() + minutes * 60_000);
export const GESTION = '/gestion/collecte';
export const TEACHER = '/espace/enseignants/collecte';

export interface Pupil {
  lastName: string;
  firstName: string;
  birthDate?: string;
}

export const addClass = (school: TestSchool, label: string): Promise<string> =>
  school.db(async (db) => {
    const { year } = await db('classes').where({ id: school.classId }).first('year');
    const [{ id }] = await db('classes').insert({ year, label, search: label.toLowerCase() }).returning('id');
    return id;
  });

export const addPupil = (school: TestSchool, classId: string, one: Pupil): Promise<string> =>
  school.db(async (db) => {
    const { year } = await db('classes').where({ id: classId }).first('year');
    const search = `${one.lastName} ${one.firstName}`.toLowerCase();
    const [{ id }] = await db('people')
      .insert({ kind: 'pupil', last_name: one.lastName, first_name: one.firstName, birth_date: one.birthDate, search })
      .returning('id');
    await db('class_places').insert({ pupil_id: id, class_id: classId, year });
    return id;
  });

/** A guardian of these pupils, signed in. */
export async function addGuardian(
  school: TestSchool,
  name: string,
  pupilIds: string[],
): Promise<{ id: string; client: Client }> {
  const [firstName = '', lastName = ''] = name.split(' ');
  const made = await school.db(async (db) => {
    const [{ id }] = await db('people')
      .insert({ kind: 'guardian', last_name: lastName, first_name: firstName, search: name.toLowerCase() })
      .returning('id');
    for (const pupil_id of pupilIds) await db('guardian_links').insert({ guardian_id: id, pupil_id });
    const login = `${firstName[0]}${lastName}`.toUpperCase() + String(id).slice(0, 4).toUpperCase();
    const [account] = await db('accounts')
      .insert({ person_id: id, login, mode: 'espace', state: 'active' })
      .returning('id');
    return { id, account: account.id };
  });
  return { id: made.id, client: await school.asAccount(made.account, 'espace') };
}

/** A document asked of all classes, or of some; read by the direction, or by whom is named. */
export const addDocument = (
  school: TestSchool,
  title: string,
  options: { classes?: string[]; readers?: string[]; values?: object } = {},
): Promise<string> =>
  school.db(async (db) => {
    const { year } = await db('classes').where({ id: school.classId }).first('year');
    const [{ id }] = await db('collecte_documents')
      .insert({ title, year, changed_at: NOW, all_classes: !options.classes, ...options.values })
      .returning('id');
    for (const class_id of options.classes ?? []) await db('collecte_classes').insert({ document_id: id, class_id });
    for (const person_id of options.readers ?? [school.people.direction.personId])
      await db('collecte_readers').insert({ document_id: id, person_id });
    return id;
  });

export interface Given {
  pupils: string[];
  by: { id: string; name: string };
  /** Names of its files; their bytes say which. */
  files?: string[];
  at?: Date;
  /** Over one sending or the other of the same person. */
  replaces?: string;
  values?: object;
}

/** What a family deposits, with files that are really there. */
export const give = (school: TestSchool, document_id: string, one: Given): Promise<string> =>
  school.db(async (db) => {
    const at = one.at ?? NOW;
    const [{ id }] = await db('collecte_sendings')
      .insert({ document_id, person_id: one.by.id, by_name: one.by.name, at, ...one.values })
      .returning('id');
    await db('collecte_deposits').insert(one.pupils.map((pupil_id) => ({ sending_id: id, document_id, pupil_id })));
    if (one.replaces) await db('collecte_deposits').where({ sending_id: one.replaces }).update({ replaced_at: at });
    for (const [position, name] of (one.files ?? ['attestation.pdf']).entries())
      await keepFile(school, db, { about: `collecte:${id}`, name, position, at });
    return id;
  });

export const bytesOf = (sending: string, name: string): Buffer => Buffer.from(`%PDF-1.4\n% ${sending} ${name}\n%%EOF`);

async function keepFile(
  school: TestSchool,
  db: Transaction,
  row: { about: string; name: string; position: number; at: Date },
) {
  const { store } = school.house.house;
  const bytes = bytesOf(row.about.slice('collecte:'.length), row.name);
  const key = `${school.id}/${randomUUID()}`;
  const arrival = await store.arrival(randomUUID());
  writeFileSync(arrival, bytes);
  await store.settle(arrival, key);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  await db('files').insert({ ...row, key, sha256, size: bytes.length, type: 'application/pdf', pages: 1 });
}

export const states = (school: TestSchool, sending: string): Promise<string[]> =>
  school.db((db) => db('collecte_deposits').where({ sending_id: sending }).orderBy('id').pluck('state'));

export const words = (answer: Answer): string =>
  answer.text
    .replace(/<[^>]+>/g, ' ')
    .replaceAll('&#x27;', '’')
    .replaceAll('&#39;', '’')
    .replace(/\s+/g, ' ');
