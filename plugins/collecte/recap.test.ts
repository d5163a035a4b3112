import { type Client, openSchool, type TestSchool } from '@preau/core/testing';
import { expect } from 'chai';
import { addClass, addDocument, addPupil, GESTION, give, NOW, TEACHER, words } from './samples/two-families.test.ts';

describe('Récapitulatif par élève', () => {
  let school: TestSchool;
  let direction: Client;
  let teacher: Client;
  let tom: string;
  let gs: string;
  before(async () => {
    school = await openSchool({ plugins: ['collecte'] });
    school.house.setNow(NOW);
    direction = school.as('direction');
    teacher = school.as('enseignants');
    gs = await addClass(school, 'GS');
    tom = await addPupil(school, gs, { lastName: 'OKAFOR', firstName: 'Tom', birthDate: '2021-02-01' });
    const readers = [school.people.enseignants.personId];
    const insurance = await addDocument(school, 'Assurance', {
      readers,
      values: { deposit: 'until', until_day: '2026-11-20' },
    });
    const image = await addDocument(school, 'Droit à l’image', { classes: [school.classId] });
    await addDocument(school, '=Cantine', { classes: [gs] });
    const by = { id: school.people.parents.personId, name: 'Paul Leroy' };
    await give(school, insurance, { pupils: [school.childId], by });
    const old = await give(school, image, { pupils: [school.childId], by, values: { valid_until: '2026-11-01' } });
    await school.db((db) => db('collecte_deposits').where({ sending_id: old }).update({ state: 'accepted' }));
  });
  after(async () => {
    school.house.setNow(null);
    await school.close();
  });

  it('F17-15 each pupil has a line with what is in and what is missing, also for whom opens no deposit', async () => {
    const page = words(await direction.get(`${GESTION}/recapitulatif`));
    expect(page).to.include('2 élèves, 3 documents demandés').and.include('Il manque quelque chose à 2 élèves');
    expect(page).to.match(
      /LEROY Mila 1 manque sur 2 .*Déposé : Assurance, LEROY Mila .*À renouveler : Droit à l’image/,
    );
    expect(page).to.match(
      /OKAFOR Tom 2 manquent sur 2 .*En retard : Assurance, OKAFOR Tom .*Pas demandé .*Manque : [^ ]*Cantine/,
    );
  });

  it('F17-15 a class, a name or what is missing narrows it, and strange words of the address change nothing', async () => {
    const shown = async (query: string) => words(await direction.get(`${GESTION}/recapitulatif?${query}`));
    expect(await shown(`classe=${gs}`))
      .to.include('OKAFOR Tom')
      .and.not.include('LEROY Mila');
    expect(await shown('q=mila'))
      .to.include('LEROY Mila')
      .and.not.include('OKAFOR Tom');
    expect(await shown('manque=1'))
      .to.include('LEROY Mila')
      .and.include('OKAFOR Tom');
    expect(await shown('q=zzz')).to.include('Aucun élève ne répond à ces filtres');
    for (const query of ['classe=%27', 'page=-1', 'page=1e9', 'q=%25', 'page=x'])
      expect((await direction.get(`${GESTION}/recapitulatif?${query}`)).status, query).to.equal(200);
  });

  it('F17-15 a pupil’s own page says what he lacks and leads to each document', async () => {
    const page = await direction.get(`${GESTION}/recapitulatif/${tom}`);
    expect(words(page))
      .to.include('2 documents manquent sur 2')
      .and.include('Manque, en retard')
      .and.include('jusqu’au 20/11/2026');
    expect(page.text).to.match(new RegExp(`collecte/[0-9a-f-]{36}/eleves/${tom}`));
  });

  it('F17-15 a teacher sees his own pupils and the documents that concern him', async () => {
    const page = words(await teacher.get(`${TEACHER}/recapitulatif`));
    expect(page)
      .to.include('1 élève, 1 document demandé')
      .and.include('LEROY Mila')
      .and.not.include('OKAFOR')
      .and.not.include('Droit à l’image');
    expect((await teacher.get(`${TEACHER}/recapitulatif/${tom}`)).status).to.equal(404);
    expect((await school.as('parents').get('/espace/parents/collecte/recapitulatif')).status).to.be.oneOf([403, 404]);
  });

  it('F17-15 the same table is a spreadsheet, formulas defused, and the journal says who took it', async () => {
    const answer = await direction.get(`${GESTION}/recapitulatif/tableur?classe=${gs}`);
    expect(answer.headers.get('content-type')).to.include('text/csv');
    const [header = '', ...lines] = answer.text.replace('\ufeff', '').trim().split('\r\n');
    expect(header).to.include("Manquent;Assurance;Droit à l’image;'=Cantine");
    expect(lines).to.deep.equal(['OKAFOR;Tom;01/02/2021;GS;2;Manque, en retard;Pas demandé;Manque']);
    const told = await school.db((db) => db('audit_log').where({ act: 'Récapitulatif des documents exporté' }));
    expect(told).to.have.length(1);
  });
});
