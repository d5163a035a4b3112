import { expect } from 'chai';
import { openSession } from '../auth/sessions.ts';
import { schoolYear } from '../clock.ts';
import type { Transaction } from '../plugin/contract.ts';
import { fillSchool } from '../scripts/demo.ts';
import { inSchool } from '../tenancy/in-school.ts';
import { prepareSchool } from '../tenancy/prepare-school.ts';
import { checkLetter } from '../tenancy/rne.ts';
import { openSchool, openTestHouse, type TestHouse } from '../testing.ts';

const rne = (digits: string) => digits + checkLetter(digits);
const IDENTITY = {
  name: 'École d’essai',
  address: '1 rue du Préau',
  postcode: '01000',
  city: 'Bourg-Fictif',
  phone: '04 74 00 00 09',
  email: 'ecole.essai@exemple.fr',
};
const EXAMPLE = { ...IDENTITY, rne: rne('0999911'), seed: 7, pupils: 20, themes: { parents: 'vert' } };

describe('an example school (P21)', function () {
  this.timeout(60_000);
  let house: TestHouse;
  let id: string;
  before(async () => {
    house = await openTestHouse();
    id = (await fillSchool(house, house.origin, EXAMPLE))?.school.id as string;
  });

  /** Rows of each table of a school; the journal is nobody's to empty. */
  const counts = (school: string) =>
    inSchool(house.house.app, school, async (db) => {
      const { rows } = await db.raw(
        "select relname as name from pg_class where relnamespace = 'public'::regnamespace and relforcerowsecurity",
      );
      const told: Record<string, number> = {};
      for (const { name } of rows as { name: string }[]) {
        const [{ n }] = await db(name).select(db.raw('count(*)::int as n'));
        if (n && name !== 'audit_log' && name !== 'form_keys') told[name] = n;
      }
      return told;
    });
  const bytes = async () => {
    const keys: string[] = [];
    for await (const { key } of house.house.store.list(id)) keys.push(key);
    return keys.length;
  };

  const plain = (html: string) => html.replace(/<[^>]+>/g, ' ').replace(/\s+/g, ' ');

  /** The director of the example, from a browser of his. */
  async function signedIn() {
    const token = await inSchool(house.house.app, id, async (db) => {
      const account = await db('accounts').where({ login: 'KBRAUD' }).first('id');
      return openSession(db, account.id, 'administration', 'Test', house.house.clock());
    });
    const ask = async (method: string, path: string) => {
      const headers = { Cookie: `preau=${token}`, 'Sec-Fetch-Site': 'same-origin' };
      const answer = await fetch(`${house.origin}/${EXAMPLE.rne}${path}`, { method, headers, redirect: 'manual' });
      return { status: answer.status, location: answer.headers.get('location'), text: await answer.text() };
    };
    return { get: (path: string) => ask('GET', path), post: (path: string) => ask('POST', path) };
  }

  /** A pupil of the school's own, in a class of the example. */
  async function enterPupil(db: Transaction) {
    const classId: string = (await db('classes').orderBy('label').first('id')).id;
    const [{ id: pupil }] = await db('people')
      .insert({ kind: 'pupil', last_name: 'VRAI', first_name: 'Élève', search: 'vrai eleve' })
      .returning('id');
    const year = schoolYear(house.house.clock(), 'Europe/Paris');
    await db('class_places').insert({ pupil_id: pupil, class_id: classId, year, level: 'CP' });
    return { pupil, classId };
  }

  /** A school that has just been opened by its director. */
  async function openedToday(): Promise<string> {
    const fields = { ...IDENTITY, rne: rne('0999912') };
    const { app, secrets, clock } = house.house;
    const made = await prepareSchool(app, secrets, fields, clock());
    const body = new URLSearchParams({
      ...{ login: made.login, code: made.code },
      ...{ civility: 'Mme', lastName: 'BRAUD', firstName: 'Karine' },
    });
    const headers = { 'Sec-Fetch-Site': 'same-origin' };
    const answer = await fetch(`${house.origin}/${fields.rne}/ouverture/codes`, { method: 'POST', body, headers });
    expect(answer.status).to.equal(200);
    return made.id;
  }

  it('P21 I-06 goes by one button, after a page that says in numbers what goes and what stays; what the director entered stays, and the school is as on its first day', async () => {
    const director = await signedIn();
    const home = await director.get('/gestion/accueil/');
    expect(home.text).to.include('École d’exemple').and.include('/gestion/exemple/retirer');
    const own = await inSchool(house.house.app, id, enterPupil);
    const asked = plain((await director.get('/gestion/exemple/retirer')).text);
    const files = await bytes();
    expect(files).to.be.greaterThan(2);
    for (const going of ['20 élèves', '10 classes', '10 professeurs', '4 personnels', `${files} fichiers`])
      expect(asked).to.include(going);
    expect(asked)
      .to.match(/Discussions.*Informations et sondages|Informations et sondages.*Discussions/)
      .and.include('C’est définitif');
    expect(asked).to.include('Karine BRAUD').and.include('1 élève, 1 personnel, vous compris');

    const done = await director.post('/gestion/exemple/retirer');
    expect([done.status, done.location]).to.deep.equal([303, `/${EXAMPLE.rne}/gestion/accueil/`]);
    expect((await director.post('/gestion/exemple/retirer')).status, 'pressed twice').to.equal(303);
    expect(await bytes()).to.equal(0);
    await inSchool(house.house.app, id, async (db) => {
      expect(await db('people').where({ kind: 'pupil' }).pluck('id')).to.deep.equal([own.pupil]);
      expect(await db('classes').pluck('id'), 'the class he sits in').to.deep.equal([own.classId]);
      await db('people').where({ id: own.pupil }).delete();
      await db('classes').where({ id: own.classId }).delete();
    });
    const today = await openedToday();
    expect(await counts(id)).to.deep.equal(await counts(today));
    const after = plain((await director.get('/gestion/accueil/')).text);
    expect(after)
      .to.match(/2 sur 18 faites/)
      .and.match(/La suivante\s: Récupérer les classes/);
    expect(after).not.to.include('École d’exemple');
  });

  it('P21 a removed example does not come back at the next start of the demo', async () => {
    const before = await counts(id);
    expect(await fillSchool(house, house.origin, EXAMPLE)).to.equal(null);
    expect(await counts(id)).to.deep.equal(before);
  });

  it('P21 S18-01 only who administrates removes an example, and a school of its own has nothing to remove', async () => {
    const school = await openSchool({ house, plugins: ['infos'] });
    for (const role of ['quotidienne', 'enseignants', 'parents', 'mairie'] as const) {
      expect((await school.as(role).get('/gestion/exemple/retirer')).status, role).to.equal(403);
      expect((await school.as(role).post('/gestion/exemple/retirer')).status, role).to.equal(403);
    }
    const before = await counts(school.id);
    expect((await school.as('direction').get('/gestion/exemple/retirer')).status).to.equal(404);
    await school.as('direction').post('/gestion/exemple/retirer');
    expect({ ...(await counts(school.id)), example_rows: 0 }).to.deep.equal({ ...before, example_rows: 0 });
    expect((await school.as('direction').get('/gestion/accueil/')).text).not.to.include('École d’exemple');
    await school.close();
  });
});
