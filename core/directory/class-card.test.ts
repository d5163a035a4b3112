import { expect } from 'chai';
import { openSchool, type TestSchool } from '../testing.ts';

const versionIn = (text: string) => /name="_version" value="([^"]*)"/.exec(text)?.[1] ?? '';

describe('the card of a class', () => {
  let school: TestSchool;
  let home: string;
  beforeEach(async () => {
    school = await openSchool();
    home = `/gestion/ressources/classes/${school.classId}`;
  });
  afterEach(() => school.close());
  const direction = () => school.as('direction');
  const card = async () => (await direction().get(home)).text;

  it('F04-10 counts the pupils of each level, in the order of the levels', async () => {
    await school.db(async (db) => {
      const { year } = await db('classes').where({ id: school.classId }).first('year');
      for (const [level, n] of [
        ['CM1', 2],
        ['CE2', 3],
        [null, 1],
      ] as const)
        for (let at = 0; at < n; at++) {
          const [{ id }] = await db('people')
            .insert({ kind: 'pupil', last_name: 'X', first_name: 'Y', search: 'x y' })
            .returning('id');
          await db('class_places').insert({ pupil_id: id, class_id: school.classId, year, level });
        }
    });
    const text = await card();
    const levels = [...text.matchAll(/<dt>([^<]+)<\/dt><dd>(\d+ élèves?)<\/dd>/g)].map((one) => `${one[1]} ${one[2]}`);
    expect(levels).to.deep.equal(['CE1 1 élève', 'CE2 3 élèves', 'CM1 2 élèves', 'Niveau non renseigné 1 élève']);
    expect(text).to.include('7 élèves, avec');
  });

  it('renames the class, tells if another of that year has the name, and warns a second editor', async () => {
    await direction().post('/gestion/ressources/classes/creer', { label: 'CE1 Coquelicots' });
    const opened = versionIn((await direction().get(`${home}/modifier`)).text);
    const rename = (label: string, _version = opened) => direction().post(`${home}/modifier`, { label, _version });
    for (const [label, words] of [
      ['ce1  coquelicôts', 'porte déjà ce nom'],
      ['', 'Remplissez'],
      ['x'.repeat(61), 'Raccourcissez'],
    ] as const) {
      const answer = await rename(label);
      expect([answer.status, answer.text.includes(words)], label).to.deep.equal([422, true]);
    }
    expect((await rename('CE1 Iris')).status).to.equal(303);
    const late = await rename('CE1 Lilas');
    expect([late.status, late.text.includes('« CE1 Iris »')], 'S18-18').to.deep.equal([422, true]);
    expect(await card())
      .to.include('CE1 Iris')
      .and.include('Nom de la classe')
      .and.include('<del class="was">CE1 Jonquilles</del>');
  });

  it('C-26 a teacher sees the class from the moment he is added to it, and no more once removed', async () => {
    const teacher = school.people.enseignants.personId;
    const espace = () => school.as('enseignants').get(`/espace/enseignants/accueil/classes/${school.classId}`);
    expect((await espace()).status).to.equal(200);
    await direction().post(`${home}/professeurs/retirer`, { teacher });
    expect((await espace()).status).to.equal(404);
    const removed = await card();
    expect(removed).to.include('Mme KRUG n’enseigne plus').and.include('name="teacher" value=').and.include('Annuler');
    await direction().post(`${home}/professeurs`, { teacher });
    await direction().post(`${home}/professeurs`, { teacher });
    expect((await espace()).status).to.equal(200);
    const history = (await card()).split('id="historique"')[1] ?? '';
    expect(history.match(/Professeur<\/strong>/g), 'added twice is told once').to.have.length(2);
    for (const odd of ['x', school.people.parents.personId, '00000000-0000-4000-8000-000000000000'])
      for (const act of ['', '/retirer'])
        expect((await direction().post(`${home}/professeurs${act}`, { teacher: odd })).status, odd).to.equal(404);
    expect((await direction().post(`${home}/professeurs`, { teacher: '' })).status).to.equal(303);
  });

  it('F03-6 is read, and not changed, by the town hall', async () => {
    const text = (await school.as('mairie').get(home)).text;
    expect(text).to.include('CE1 Jonquilles').and.not.include('Renommer');
    expect((await school.as('mairie').get(`${home}/modifier`)).status).to.equal(403);
    expect(
      (await school.as('mairie').post(`${home}/professeurs`, { teacher: school.people.enseignants.personId })).status,
    ).to.equal(403);
  });
});
