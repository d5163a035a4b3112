import type { School, Transaction } from '@preau/core';
import type { Answer, Client, TestSchool } from '@preau/core/testing';
import { expect } from 'chai';

/** A Wednesday at 11 h in Paris: no quiet hour. */
export const NOW = new Date('2026-11-25T10:00:00Z');
export const later = (minutes: number): Date => new Date(NOW.getTime() + minutes * 60_000);

export interface Cast {
  /** Mother of Lina and Noé (CE1) and Zoé (GS), as in cases/B24-fratrie.json. */
  grace: { personId: string; client: Client };
  /** The other guardian of Mila. */
  claire: { personId: string; client: Client };
  /** A guardian of Mila whose link is restricted. */
  marc: { personId: string; client: Client };
  gs: string;
  zoe: string;
}

/** Two classes: CE1 Jonquilles of Mme KRUG, and GS that nobody here teaches. */
export async function twoClasses(school: TestSchool): Promise<Cast> {
  const { db, people } = school;
  const person = async (row: Transaction, kind: string, lastName: string, firstName: string) =>
    (
      await row('people')
        .insert({ kind, last_name: lastName, first_name: firstName, search: `${lastName} ${firstName}`.toLowerCase() })
        .returning('id')
    )[0].id as string;
  const made = await db(async (row) => {
    const { year } = await row('classes').where({ id: school.classId }).first('year');
    const [{ id: gs }] = await row('classes').insert({ year, label: 'GS', search: 'gs' }).returning('id');
    const pupil = async (firstName: string, classId: string, level: string) => {
      const id = await person(row, 'pupil', 'OKAFOR', firstName);
      await row('class_places').insert({ pupil_id: id, class_id: classId, year, level });
      return id;
    };
    const children = [await pupil('Lina', school.classId, 'CE1'), await pupil('Noé', school.classId, 'CE1')];
    const zoe = await pupil('Zoé', gs, 'GS');
    const guardian = async (lastName: string, firstName: string, pupils: string[], restricted = false) => {
      const id = await person(row, 'guardian', lastName, firstName);
      for (const pupil_id of pupils)
        await row('guardian_links').insert({
          guardian_id: id,
          pupil_id,
          ...(restricted ? { restricted_on: '2026-09-01', restricted_reason: 'jugement' } : {}),
        });
      const [account] = await row('accounts')
        .insert({ person_id: id, login: `${firstName[0]}${lastName}`.toUpperCase(), mode: 'espace', state: 'active' })
        .returning('id');
      return { personId: id, accountId: account.id as string };
    };
    return {
      gs: gs as string,
      zoe,
      grace: await guardian('OKAFOR', 'Grâce', [...children, zoe]),
      claire: await guardian('LEROY', 'Claire', [people.eleves.personId]),
      marc: await guardian('LEROY', 'Marc', [people.eleves.personId], true),
    };
  });
  const signedIn = async ({ personId, accountId }: { personId: string; accountId: string }) => ({
    personId,
    client: await school.asAccount(accountId, 'espace'),
  });
  return {
    gs: made.gs,
    zoe: made.zoe,
    grace: await signedIn(made.grace),
    claire: await signedIn(made.claire),
    marc: await signedIn(made.marc),
  };
}

export const GESTION = '/gestion/infos';
export const TEACHER = '/espace/enseignants/infos';

export const idIn = (answer: Answer): string => {
  const id = /([0-9a-f]{8}-[0-9a-f-]{27})/.exec(answer.location ?? '')?.[1];
  expect(
    id,
    `${answer.status} ${answer.text
      .replace(/<[^>]+>/g, ' ')
      .replace(/\s+/g, ' ')
      .slice(0, 400)}`,
  ).to.be.a('string');
  return id as string;
};

type Fields = Record<string, string>;
const USUAL = {
  publish: 'on',
  from: '2026-11-25',
  to: '2026-12-10',
  receipt: 'read',
};

/** A draft with its recipients. */
export async function draft(client: Client, base: string, fields: Fields, to: string[]): Promise<string> {
  const usual: Fields = 'body.html' in fields ? {} : { body: 'Mardi, la classe va à la ferme.' };
  const id = idIn(await client.post(`${base}/nouvelle`, { title: 'Sortie à la ferme', ...USUAL, ...usual, ...fields }));
  await choose(client, base, id, to);
  return id;
}
export const choose = (client: Client, base: string, id: string, to: string[], act = '') =>
  client.post(`${base}/${id}/destinataires`, {
    to,
    q: '',
    par: 'classe',
    resp: 'tous',
    was: 'q=&par=classe&resp=tous',
    act,
  });

export async function published(client: Client, base: string, fields: Fields, to: string[]): Promise<string> {
  const id = await draft(client, base, fields, to);
  expect((await client.post(`${base}/${id}/publier`, { sure: '' })).status).to.equal(303);
  return id;
}

/** One of the works of the night, now. */
export async function night(school: TestSchool, name: string): Promise<void> {
  const { jobs } = school.house.house;
  await school.db((db) => jobs.later(db, { id: school.id } as School, 'infos', `nightly.${name}`, null));
  await school.runJobs();
}

export const words = (answer: Answer): string =>
  answer.text
    .replace(/<[^>]+>/g, ' ')
    .replaceAll('&#x27;', '’')
    .replaceAll('&#39;', '’')
    .replace(/\s+/g, ' ');
