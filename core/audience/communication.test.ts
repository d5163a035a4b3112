import { expect } from 'chai';
import { openSchool, type TestSchool } from '../testing.ts';

describe('who may write to whom', () => {
  let school: TestSchool;
  before(async () => {
    school = await openSchool({ plugins: [] });
  });
  after(() => school.close());

  const RULES = '/gestion/communication/regles';
  const CUT = '/gestion/communication/coupure';

  it('F11-16 a parent writes to those who look after his child, a pupil to nobody, until the director decides', async () => {
    const page = await school.as('direction').get(RULES);
    expect(page.status).to.equal(200);
    expect(page.text).to.match(/name="guardian_teachers"[^>]*>.*?<option value="own" selected>/s);
    expect(page.text).to.match(/name="pupil_guardians"[^>]*>.*?<option value="none" selected>/s);
    const values = Object.fromEntries(
      [...page.text.matchAll(/<select[^>]* name="(\w+)"[^>]*>.*?value="(\w+)" selected/gs)].map((found) => [
        found[1],
        found[2],
      ]),
    );
    const saved = await school.as('direction').post(RULES, { ...values, guardian_teachers: 'none', approve: 'on' });
    expect(saved.status).to.equal(303);
    const again = await school.as('direction').get(RULES);
    expect(again.text).to.match(/name="guardian_teachers"[^>]*>.*?<option value="none" selected>/s);
    expect(again.text).to.match(/name="approve"[^>]* checked/);
  });

  it('S18-01 the rules and the switch are the direction’s alone', async () => {
    for (const path of [RULES, CUT])
      for (const role of ['quotidienne', 'parents', 'enseignants'] as const)
        expect((await school.as(role).get(path)).status, `${role} ${path}`).to.equal(403);
  });

  it('a value of the table that does not exist is refused beside its field, with the others kept', async () => {
    const answer = await school.as('direction').post(RULES, { guardian_teachers: 'everybody' });
    expect(answer.status).to.equal(422);
  });

  it('S18-16 C-35 the messaging is cut for one person, a kind or all, and the reason is said', async () => {
    const direction = school.as('direction');
    const unknown = await direction.post(CUT, { scope: 'person', who: 'PERSONNE', reason: 'Compte volé' });
    expect(unknown.status).to.equal(422);
    expect(unknown.text).to.include('Personne n’a cet identifiant').and.include('value="Compte volé"');
    const self = await direction.post(CUT, { scope: 'person', who: school.people.direction.login, reason: 'x' });
    expect(self.status).to.equal(422);
    const login = school.people.parents.login.toLowerCase();
    expect((await direction.post(CUT, { scope: 'person', who: login, reason: 'compte volé' })).status).to.equal(303);
    expect((await direction.post(CUT, { scope: 'teacher', reason: 'retour lundi' })).status).to.equal(303);
    const page = await direction.get(CUT);
    expect(page.text)
      .to.include('LEROY Paul')
      .and.include('compte volé')
      .and.include('Les professeurs')
      .and.include('retour lundi');
    const id = /name="id" value="([^"]+)"/.exec(page.text)?.[1] as string;
    expect((await direction.post(`${CUT}/rouvrir`, { id })).status).to.equal(303);
    for (const nothing of ['rien', '-'.repeat(36), id])
      expect((await direction.post(`${CUT}/rouvrir`, { id: nothing })).status, nothing).to.equal(303);
    expect((await direction.get(CUT)).text).to.include('c’était déjà rouvert');
    expect((await direction.get(CUT)).text).to.not.include('LEROY Paul');
  });
});
