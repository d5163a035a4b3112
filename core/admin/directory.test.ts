import { expect } from 'chai';
import { searchKey } from '../people/names.ts';
import { openPdf, openSchool, type TestSchool } from '../testing.ts';

describe('the directory', () => {
  let school: TestSchool;
  before(async () => {
    school = await openSchool({ plugins: [] });
  });
  after(() => school.close());

  it('F04-17 F03-1 F03-2 has classes, pupils and guardians in lists of their own, three clicks away', async () => {
    const home = await school.as('direction').get('/gestion/accueil/');
    expect(home.text).to.include(`href="/${school.rne}/gestion/ressources/classes"`);
    const classes = await school.as('direction').get('/gestion/ressources/classes');
    for (const sub of ['Classes', 'Élèves', 'Responsables'])
      expect(classes.text).to.match(new RegExp(`<nav class="sous-onglets"[\\s\\S]*>${sub}</a>`));
    expect(classes.text).to.include('CE1 Jonquilles').and.include('Mme KRUG');
    expect((await school.as('direction').get('/gestion/ressources/eleves')).text)
      .to.include('LEROY')
      .and.include('12/03/2018')
      .and.include('CE1 Jonquilles (Niveau CE1)');
    expect((await school.as('direction').get('/gestion/ressources/responsables')).text)
      .to.include('LEROY')
      .and.include('Mila');
  });

  it('shows a card each, linked to one another', async () => {
    const pupil = (await school.as('direction').get(`/gestion/ressources/eleves/${school.childId}`)).text;
    expect(pupil).to.include('LEROY').and.include(`/gestion/ressources/responsables/${school.people.parents.personId}`);
    const guardian = (
      await school.as('direction').get(`/gestion/ressources/responsables/${school.people.parents.personId}`)
    ).text;
    expect(guardian)
      .to.include(`/gestion/ressources/eleves/${school.childId}`)
      .and.include(school.people.parents.login);
    expect(
      (await school.as('direction').get(`/gestion/ressources/responsables/${school.childId}`)).status,
      'a pupil is no guardian',
    ).to.equal(404);
  });

  it('F03-6 a tab vanishes when the profile has no right to it, and its address is refused', async () => {
    await school.db((db) => db('profiles').where({ name: 'Mairie' }).update({ permissions: [] }));
    const home = (await school.as('mairie').get('/gestion/accueil/')).text;
    expect(home).not.to.include('>Ressources</a>').and.not.include('>Configuration<');
    const refused = await school.as('mairie').get('/gestion/ressources/eleves');
    expect(refused.status).to.equal(403);
    expect(refused.text).to.include('Votre profil « Mairie » n’a pas le droit « Élèves &gt; Voir les élèves »');
  });

  it('filters in the database, accents and case ignored, and pages a long list', async () => {
    await school.db((db) =>
      db('people').insert(
        Array.from({ length: 230 }, (_, n) => ({
          kind: 'pupil',
          last_name: `ÉTÉ ${String(n).padStart(3, '0')}`,
          first_name: 'Noé',
          search: searchKey(`ÉTÉ ${String(n).padStart(3, '0')}`, 'Noé'),
        })),
      ),
    );
    const client = school.as('direction');
    const rows = (text: string) => text.match(/<th scope="row">/g)?.length ?? 0;
    const first = (await client.get('/gestion/ressources/eleves')).text;
    expect(rows(first)).to.equal(100);
    expect(rows((await client.get('/gestion/ressources/eleves?page=3')).text)).to.equal(31);
    expect(rows((await client.get('/gestion/ressources/eleves?page=99')).text), 'a page that is not there').to.equal(
      100,
    );
    const found = (await client.get('/gestion/ressources/eleves?q=ete%2002')).text;
    expect(rows(found)).to.equal(13);
    expect(found).to.include('13 élèves sur 231');
    for (const odd of ['%25', '_', "'", '\\', '%F0%9F%98%80'])
      expect((await client.get(`/gestion/ressources/eleves?q=${odd}`)).status, odd).to.equal(200);
    const fragment = await client.get('/gestion/ressources/eleves?q=leroy', {
      'HX-Request': 'true',
      'HX-Request-Type': 'partial',
    });
    expect(fragment.text)
      .to.match(/^<div id="liste"/)
      .and.not.include('<html');
    expect(fragment.headers.get('vary')).to.include('HX-Request-Type');
    await school.db((db) => db('people').whereLike('last_name', 'ÉTÉ%').delete());
  });

  it('gives a class as a spreadsheet with formulas defused, and as a PDF in French', async function () {
    this.timeout(60_000);
    await school.db((db) => db('people').where({ id: school.childId }).update({ first_name: '=1+1' }));
    const sheet = await school.as('direction').get(`/gestion/ressources/classes/${school.classId}/liste.csv`);
    expect(sheet.headers.get('content-type')).to.include('text/csv');
    expect(sheet.headers.get('content-disposition')).to.include('CE1 Jonquilles.csv');
    expect(sheet.text).to.equal("Nom;Prénom;Né(e) le;S;Niveau\r\nLEROY;'=1+1;2018-03-12;;CE1\r\n");
    const printed = await school.as('direction').get(`/gestion/ressources/classes/${school.classId}/liste.pdf`);
    expect(printed.headers.get('content-type')).to.equal('application/pdf');
    expect(printed.text.slice(0, 5)).to.equal('%PDF-');
    const { language, tagged } = openPdf(printed.bytes);
    expect({ language, tagged }).to.deep.equal({ language: 'fr', tagged: true });
    expect((await school.as('parents').get(`/gestion/ressources/classes/${school.classId}/liste.pdf`)).status).to.equal(
      403,
    );
    await school.db((db) => db('people').where({ id: school.childId }).update({ first_name: 'Mila' }));
  });
});

describe('the wall between families', () => {
  let school: TestSchool;
  let stranger: string;
  before(async () => {
    school = await openSchool();
    stranger = await school.db(
      async (db) =>
        (
          await db('people')
            .insert({ kind: 'pupil', last_name: 'AUTRE', first_name: 'Zoé', search: 'autre zoe' })
            .returning('id')
        )[0].id,
    );
  });
  after(() => school.close());

  it('F08-6 C-26 shows each person the pupils who concern him, and answers 404 for any other', async () => {
    for (const role of ['parents', 'enseignants', 'accompagnants', 'eleves'] as const) {
      const client = school.as(role);
      expect((await client.get(`/espace/${role}/accueil/enfants/${school.childId}`)).status, role).to.equal(200);
      expect((await client.get(`/espace/${role}/accueil/enfants/${stranger}`)).status, role).to.equal(404);
      expect((await client.get(`/espace/${role}/accueil/`)).text, role).not.to.include('AUTRE');
    }
    for (const role of ['direction', 'mairie', 'periscolaire'] as const) {
      const client =
        role === 'periscolaire' ? school.as(role) : await school.asAccount(school.people[role].accountId, 'espace');
      expect((await client.get(`/espace/${role}/accueil/enfants/${school.childId}`)).status, role).to.equal(404);
    }
  });

  it('a restricted link concerns nobody, at the next request', async () => {
    const client = school.as('parents');
    await school.db((db) => db('guardian_links').update({ restricted_on: '2026-11-25' }));
    expect((await client.get(`/espace/parents/accueil/enfants/${school.childId}`)).status).to.equal(404);
    expect((await client.get('/espace/parents/accueil/')).text)
      .to.include('Aucun enfant n’est rattaché')
      .and.not.include('Mila');
    expect((await client.get('/aide/recherche?q=mila')).text).not.to.include('enfants/');
    await school.db((db) => db('guardian_links').update({ restricted_on: null, access: false }));
    expect((await client.get(`/espace/parents/accueil/enfants/${school.childId}`)).status).to.equal(404);
    await school.db((db) => db('guardian_links').update({ access: true }));
    expect((await client.get(`/espace/parents/accueil/enfants/${school.childId}`)).status).to.equal(200);
  });

  it('a pupil of last year’s class no longer concerns the teacher', async () => {
    await school.db((db) => db('classes').update({ year: 2020 }));
    expect(
      (await school.as('enseignants').get(`/espace/enseignants/accueil/enfants/${school.childId}`)).status,
    ).to.equal(404);
    await school.db((db) =>
      db('classes').update({
        year: school.house.container.services({ timezone: 'Europe/Paris' } as never, db, new Date()).people.year,
      }),
    );
    expect(
      (await school.as('enseignants').get(`/espace/enseignants/accueil/enfants/${school.childId}`)).status,
    ).to.equal(200);
  });

  it('F11-05 F11-15 an unpublished Espace, or rubric, says so and refuses its address', async () => {
    const other = await openSchool({ rubrics: ['!eleves', '!parents:potager.plants'] });
    const closed = await other.as('eleves').get('/espace/eleves/accueil/');
    expect([closed.status, closed.text.includes('n’est pas publié')]).to.deep.equal([403, true]);
    expect((await other.as('parents').get('/espace/parents/potager/')).status).to.equal(403);
    expect((await other.as('parents').get('/espace/parents/accueil/')).text).not.to.include('>Potager<');
    expect((await other.as('enseignants').get('/espace/enseignants/potager/')).status).to.equal(200);
    await other.close();
  });

  it('F03-5 F18-3 the loupe finds screens, help and the people one may see, and nobody else', async () => {
    const direction = (await school.as('direction').get('/aide/recherche?q=autre')).text;
    expect(direction).to.include('AUTRE Zoé');
    expect((await school.as('direction').get('/aide/recherche?q=ELEVES')).text)
      .to.include('Ressources &gt; Élèves')
      .and.include('/aide/onde-import/eleves');
    expect((await school.as('parents').get('/aide/recherche?q=autre')).text).not.to.include('AUTRE');
    expect((await school.as('parents').get('/aide/recherche?q=leroy')).text).to.include('LEROY Mila');
  });
});
