import type { Answer, Client, TestSchool } from '@preau/core/testing';
import { expect } from 'chai';

/** A Wednesday at 11 h in Paris: no quiet hour. */
export const NOW = new Date('2026-11-25T10:00:00Z');
export const later = (minutes: number): Date => new Date(NOW.getTime() + minutes * 60_000);

export const GESTION = '/gestion/casier/';
export const TEACHERS = '/espace/enseignants/casier/';
export const PARENTS = '/espace/parents/casier/';

export interface Cast {
  /** Brother of Mila, in a class that nobody here teaches. */
  tom: string;
  /** Mother of Zoé (CE2): another family. */
  grace: { personId: string; client: Client };
  zoe: string;
}

/** Paul LEROY has Mila in CE1 Jonquilles and Tom in CP; Grâce OKAFOR has Zoé in CE2. */
export async function twoFamilies(school: TestSchool): Promise<Cast> {
  const made = await school.db(async (db) => {
    const person = async (kind: string, lastName: string, firstName: string): Promise<string> =>
      (
        await db('people')
          .insert({
            kind,
            last_name: lastName,
            first_name: firstName,
            search: `${lastName} ${firstName}`.toLowerCase(),
          })
          .returning('id')
      )[0].id;
    const { year } = await db('classes').where({ id: school.classId }).first('year');
    const pupil = async (lastName: string, firstName: string, label: string): Promise<string> => {
      const id = await person('pupil', lastName, firstName);
      const [group] = await db('classes').insert({ year, label, search: label.toLowerCase() }).returning('id');
      await db('class_places').insert({ pupil_id: id, class_id: group.id, year, level: label });
      return id;
    };
    const tom = await pupil('LEROY', 'Tom', 'CP');
    const zoe = await pupil('OKAFOR', 'Zoé', 'CE2');
    const grace = await person('guardian', 'OKAFOR', 'Grâce');
    await db('guardian_links').insert([
      { guardian_id: school.people.parents.personId, pupil_id: tom },
      { guardian_id: grace, pupil_id: zoe },
    ]);
    const [account] = await db('accounts')
      .insert({ person_id: grace, login: 'GOKAFOR', mode: 'espace', state: 'active' })
      .returning('id');
    return { tom, zoe, grace, account: account.id as string };
  });
  const client = await school.asAccount(made.account, 'espace');
  return { tom: made.tom, zoe: made.zoe, grace: { personId: made.grace, client } };
}

/** A page as one reads it. */
export const words = ({ text }: Pick<Answer, 'text'>): string =>
  text
    .replace(/<[^>]+>/g, ' ')
    .replace(/&amp;/g, '&')
    .replace(/\s+/g, ' ')
    .replace(/ ([,.)])/g, '$1')
    .replace(/\( /g, '(');

export const idIn = ({ location, status, text }: Answer): string => {
  const id = /([0-9a-f]{8}-[0-9a-f-]{27})/.exec(location ?? '')?.[1];
  expect(id, `${status} ${words({ text }).slice(0, 600)}`).to.be.a('string');
  return id as string;
};

export const sheet = (name = 'attestation.txt', content = 'Le soussigné atteste.'): File => new File([content], name);

export const natureCalled = async (school: TestSchool, label: string): Promise<string> => {
  const found = () => school.db(async (db) => (await db('casier_natures').where({ label }).first('id'))?.id);
  if (!(await found())) await school.as('direction').get(`${GESTION}deposer`);
  return found();
};

type Fields = Parameters<Client['post']>[1];

/** Draft, recipients, « Valider »; a minute later it is in the lockers. @returns the deposit's id. */
export async function deposit(
  school: TestSchool,
  client: Client,
  home: string,
  to: string[],
  fields: Fields = {},
): Promise<string> {
  const nature = await natureCalled(school, 'Administratif');
  const made = await client.post(`${home}deposer`, { nature, files: sheet(), act: 'choisir', ...fields });
  const id = idIn(made);
  const chosen = await client.post(`${home}${id}/destinataires`, { to, par: 'classe', resp: 'tous', act: '' });
  expect(chosen.status).to.equal(303);
  const { files: _, ...rest } = fields ?? {};
  const sent = await client.post(`${home}${id}/brouillon`, { nature, ...rest, act: 'valider' });
  expect(sent.status, words(sent).slice(0, 900)).to.equal(303);
  return id;
}

export const filesOf = (school: TestSchool, id: string): Promise<{ id: string; name: string }[]> =>
  school.db((db) =>
    db('files')
      .where({ about: `casier:${id}` })
      .orderBy('position')
      .select('id', 'name'),
  );
