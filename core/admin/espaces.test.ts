import { expect } from 'chai';
import { openSchool, type TestSchool } from '../testing.ts';

describe('the first pages of the Espaces', () => {
  let school: TestSchool;
  before(async () => {
    school = await openSchool();
    await school.db(async (db) => {
      await db('people')
        .where({ id: school.people.parents.personId })
        .update({ phone_mobile: '+33 6 00 00 00 01', phone_work: '04.74.00.00.02', email: 'paul@exemple.fr' });
      await db('people').where({ id: school.childId }).update({ photo: false });
      await db('guardian_links').update({ type: 'père' });
      await db('contacts').insert([
        {
          pupil_id: school.childId,
          name: 'Odette LEROY',
          relation: 'grand-mère',
          phone: '06 00 00 00 03',
          may_fetch: true,
        },
        {
          pupil_id: school.childId,
          name: 'Ali BEN',
          phone: 'par la voisine',
          to_call: false,
          may_fetch: true,
          rank: 2,
        },
      ]);
    });
  });
  after(() => school.close());

  const family = () => school.as('parents').get(`/espace/parents/accueil/enfants/${school.childId}`);

  it('shows a family the child’s class, level and teacher, and the school’s address and telephone', async () => {
    for (const { text } of [await school.as('parents').get('/espace/parents/accueil/'), await family()])
      expect(text)
        .to.include('CE1 Jonquilles')
        .and.include('CE1')
        .and.include('Mme KRUG')
        .and.include('2 place du Préau')
        .and.include('href="tel:0474000000"');
  });

  it('has a switcher as soon as there are two children, on the home and on each child’s page', async () => {
    const second = await school.db(async (db) => {
      const [{ id }] = await db('people')
        .insert({ kind: 'pupil', last_name: 'LEROY', first_name: 'Noé', search: 'leroy noe' })
        .returning('id');
      await db('guardian_links').insert({ guardian_id: school.people.parents.personId, pupil_id: id });
      return id as string;
    });
    for (const { text } of [await school.as('parents').get('/espace/parents/accueil/'), await family()]) {
      const kids = text.slice(
        text.indexOf('<nav class="kids"'),
        text.indexOf('</nav>', text.indexOf('<nav class="kids"')),
      );
      expect(kids).to.include(school.childId).and.include(second);
    }
    expect((await school.as('parents').get(`/espace/parents/accueil/enfants/${second}`)).text).to.include(
      'Sans classe pour l’instant',
    );
    await school.db((db) => db('people').where({ id: second }).delete());
  });

  it('C-26 shows a family neither the other guardian, nor contacts, nor telephones', async () => {
    const { text } = await family();
    for (const hidden of ['Odette', 'Ali BEN', '06 00 00 00 01', 'paul@exemple.fr', 'Pas de photo'])
      expect(text).not.to.include(hidden);
  });

  it('gives a teacher the contacts of his pupils: telephone links, who may fetch, « Pas de photo »', async () => {
    const pages = [`classes/${school.classId}`, `enfants/${school.childId}`];
    for (const page of pages) {
      const { text } = await school.as('enseignants').get(`/espace/enseignants/accueil/${page}`);
      expect(text, page)
        .to.include('M. LEROY Paul</strong>, père')
        .and.include('href="tel:+33600000001"')
        .and.include('href="tel:0474000002"')
        .and.include('href="mailto:paul@exemple.fr"')
        .and.include('Odette LEROY')
        .and.include('grand-mère')
        .and.include('Peut venir chercher')
        .and.include('par la voisine')
        .and.include('Pas de photo');
      expect(text, page).not.to.include('href="tel:"');
    }
  });

  it('DESIGN 17 a restricted guardian is nobody to call', async () => {
    await school.db((db) => db('guardian_links').update({ restricted_on: '2020-01-06' }));
    for (const page of [`classes/${school.classId}`, `enfants/${school.childId}`]) {
      const { text } = await school.as('enseignants').get(`/espace/enseignants/accueil/${page}`);
      expect(text, page).to.include('Odette LEROY').and.not.include('LEROY Paul');
    }
    await school.db((db) => db('guardian_links').update({ restricted_on: null }));
  });

  it('C-26 a teacher’s page of another class’s pupil is a 404', async () => {
    const stranger = await school.db(
      async (db) =>
        (
          await db('people')
            .insert({ kind: 'pupil', last_name: 'AUTRE', first_name: 'Zoé', search: 'autre zoe' })
            .returning('id')
        )[0].id,
    );
    expect((await school.as('enseignants').get(`/espace/enseignants/accueil/enfants/${stranger}`)).status).to.equal(
      404,
    );
    expect((await school.as('parents').get(`/espace/parents/accueil/enfants/${stranger}`)).status).to.equal(404);
  });

  it('shows a carer and a pupil no contacts', async () => {
    for (const role of ['accompagnants', 'eleves'] as const)
      for (const page of [`classes/${school.classId}`, `enfants/${school.childId}`]) {
        const { text, status } = await school.as(role).get(`/espace/${role}/accueil/${page}`);
        expect(status).to.equal(200);
        expect(text, `${role} ${page}`).not.to.include('tel:+33').and.not.include('Odette');
      }
  });

  it('S18-01 sends every page of a child of a restricted parent to a 404, by each route there is', async () => {
    await school.db((db) => db('guardian_links').update({ restricted_on: '2020-01-06' }));
    const { modules } = school.house.house;
    // A rubric of others is no page of theirs at all.
    const theirs = ({ plugin, allow }: { plugin: string; allow: string }) =>
      modules.plugin(plugin)?.rubrics?.[allow.replace(`${plugin}.`, '')]?.espaces.includes('parents') ?? true;
    const routes = modules.routes.filter(
      (route) => route.area === 'espace' && /:(pupil|class)/.test(route.path) && theirs(route),
    );
    expect(routes.length).to.be.greaterThan(1);
    for (const route of routes) {
      const path = `/espace/parents/${route.plugin}${route.path.replace(':pupil', school.childId).replace(':class', school.classId)}`;
      const answer =
        route.method === 'get' ? await school.as('parents').get(path) : await school.as('parents').post(path);
      expect(answer.status, `${route.method} ${path}`).to.equal(404);
    }
    await school.db((db) => db('guardian_links').update({ restricted_on: null }));
  });
});
