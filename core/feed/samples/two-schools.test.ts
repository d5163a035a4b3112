import { randomUUID } from 'node:crypto';
import { type Family, newFamilies, servicesAs } from '../../testing/keys.ts';
import { openSchool, type TestSchool } from '../../testing.ts';

/** What tests of several schools stand on: a mother with a child in each, one account open, the other on paper. */

export interface TwoSchools {
  a: TestSchool;
  b: TestSchool;
  mine: Family;
  theirs: Family;
  close(): Promise<unknown>;
}

export async function twoSchools(): Promise<TwoSchools> {
  const a = await openSchool({ name: 'École des Glycines' });
  const b = await openSchool({ name: 'École du Lavoir' });
  const [mine] = (await newFamilies(a, 1)) as [Family];
  const [theirs] = (await newFamilies(b, 1)) as [Family];
  await a.db((db) => db('people').where({ id: mine.childId }).update({ first_name: 'Yanis' }));
  await a.db(async (db) => {
    const { password_hash } = await db('accounts').where({ id: a.people.parents.accountId }).first('password_hash');
    await db('accounts')
      .where({ id: mine.accountId })
      .update({ state: 'active', password_hash, secret_hmac: null, secret_sealed: null });
  });
  return { a, b, mine, theirs, close: () => Promise.all([a.close(), b.close()]) };
}

/** The label of an account as its school prints it: the address of its QR code. */
export const labelOf = async (school: TestSchool, { guardianId }: Family): Promise<string> => {
  const [key] = await servicesAs(school, 'direction', ({ keys }) =>
    keys.issue([guardianId], { way: 'print', days: 30 }),
  );
  return key?.link as string;
};

/** An information that reached a guardian about a child; with `sign` it is to be signed. */
export async function informed(school: TestSchool, { guardianId, childId }: Family, title: string, sign = false) {
  const id = randomUUID();
  const at = new Date(Date.now() - 60_000);
  await school.db(async (db) => {
    await db('infos_items').insert({
      ...{
        id,
        kind: 'information',
        state: 'published',
        title,
        body: `<p>${title}</p>`,
        receipt: sign ? 'sign' : 'read',
      },
      ...{ author_name: 'La direction', changed_at: at, published_at: at, publish: true },
    });
    await db('infos_versions').insert({
      ...{
        item_id: id,
        number: 1,
        title,
        body: `<p>${title}</p>`,
        files: '[]',
        hash: '0',
        at,
        by_name: 'La direction',
      },
    });
    await db('infos_recipients').insert({ item_id: id, person_id: guardianId, kind: 'guardians', delivered_at: at });
    await db('infos_children').insert({ item_id: id, person_id: guardianId, pupil_id: childId });
  });
  return id;
}
