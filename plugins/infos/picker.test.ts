import { openSchool, type TestSchool } from '@preau/core/testing';
import { expect } from 'chai';
import { type Cast, choose, draft, GESTION, NOW, TEACHER, twoClasses, words } from './samples/two-classes.test.ts';

describe('choosing recipients', () => {
  let school: TestSchool;
  let cast: Cast;
  let id: string;
  before(async () => {
    school = await openSchool({ plugins: ['infos'] });
    school.house.setNow(NOW);
    cast = await twoClasses(school);
  });
  beforeEach(async () => {
    id = await draft(school.as('direction'), GESTION, {}, []);
  });
  after(async () => {
    school.house.setNow(null);
    await school.close();
  });
  const chosen = async (item = id): Promise<string[]> =>
    school.db((db) => db('infos_audience').where({ item_id: item }).pluck('person_id'));
  const picker = (query = '') => school.as('direction').get(`${GESTION}/${id}/destinataires${query}`);

  it('F14-03 F15-4 parents, professeurs and personnels are offered, grouped, with the count in words', async () => {
    const page = words(await picker());
    expect(page)
      .to.include('Responsables')
      .and.include('Professeurs')
      .and.include('Personnels')
      .and.include('0 personne');
    await choose(school.as('direction'), GESTION, id, [], `tout|guardians:${school.classId}`);
    expect(await chosen()).to.have.members([school.people.parents.personId, cast.claire.personId, cast.grace.personId]);
    expect(words(await picker()))
      .to.include('3 personnes')
      .and.include('3 responsables de 4 élèves')
      .and.include('3 n’ont pas d’adresse e-mail');
    await choose(school.as('direction'), GESTION, id, await chosen(), 'rien|guardians:');
    expect(await chosen()).to.deep.equal([]);
  });

  it('F14-04 « Regrouper par » classe, niveau, nom, fonction; searching keeps those ticked elsewhere', async () => {
    expect(words(await picker('?par=niveau'))).to.match(/GS \d sur 1 cochés/);
    expect(words(await picker('?par=nom'))).to.match(/O \d sur 1 cochés/);
    expect(words(await picker('?par=fonction'))).to.include('Sans fonction');
    await choose(school.as('direction'), GESTION, id, [school.people.parents.personId]);
    const searched = words(await picker('?q=okafor'));
    expect(searched).to.include('OKAFOR Grâce').and.include('1 personne').and.not.include('LEROY Paul');
    await school.as('direction').post(`${GESTION}/${id}/destinataires`, {
      to: [cast.grace.personId],
      q: 'okafor',
      par: 'classe',
      resp: 'tous',
      was: 'q=okafor&par=classe&resp=tous',
      act: '',
    });
    expect(await chosen()).to.have.members([school.people.parents.personId, cast.grace.personId]);
  });

  it('C-26 the other guardian is offered, never chosen by itself; a restricted one is not there at all', async () => {
    await choose(school.as('direction'), GESTION, id, [school.people.parents.personId]);
    const page = words(await picker());
    expect(page).to.include('Pour 1 élève, un responsable n’est pas coché').and.not.include('LEROY Marc');
    await choose(school.as('direction'), GESTION, id, await chosen(), 'autres');
    expect(await chosen()).to.have.members([school.people.parents.personId, cast.claire.personId]);
    await choose(school.as('direction'), GESTION, id, [
      cast.marc.personId,
      'rien',
      '00000000-0000-4000-8000-000000000000',
    ]);
    expect(await chosen()).to.deep.equal([]);
  });

  it('a teacher reaches his own classes only, and names only the children he teaches', async () => {
    const teacher = school.as('enseignants');
    await school.db(async (db) => {
      const [alone] = await db('people')
        .insert({ kind: 'guardian', last_name: 'SEULGS', first_name: 'Jean', search: 'seulgs jean' })
        .returning('id');
      await db('guardian_links').insert({ guardian_id: alone.id, pupil_id: cast.zoe });
    });
    const own = await draft(teacher, TEACHER, {}, []);
    const page = words(await teacher.get(`${TEACHER}/${own}/destinataires`));
    expect(page)
      .to.include('OKAFOR Grâce')
      .and.include('Lina, CE1 Jonquilles')
      .and.not.include('Zoé')
      .and.not.include('SEULGS');
    expect(page).to.include('Vous pouvez écrire à ceux de vos classes');
    const [stranger] = await school.db((db) => db('people').where({ last_name: 'SEULGS' }).pluck('id'));
    await choose(teacher, TEACHER, own, [stranger, cast.grace.personId]);
    expect(await chosen(own)).to.deep.equal([cast.grace.personId]);
    await teacher.post(`${TEACHER}/${own}/publier`, { sure: '' });
    const [told] = await school.db((db) => db('notices').where({ about: `infos:${own}` }));
    expect(told.title).to.equal('Sortie à la ferme, pour Lina (CE1 Jonquilles) et Noé (CE1 Jonquilles)');
  });

  it('an item that has left has no picker, and another module’s door does not open it', async () => {
    await choose(school.as('direction'), GESTION, id, [school.people.parents.personId]);
    await school.as('direction').post(`${GESTION}/${id}/publier`, { sure: '' });
    expect((await picker()).status).to.equal(404);
    expect((await choose(school.as('direction'), GESTION, id, [cast.grace.personId])).status).to.equal(404);
    expect((await school.as('parents').get(`${GESTION}/${id}/destinataires`)).status).to.equal(403);
  });
});
