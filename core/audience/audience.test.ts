import { expect } from 'chai';
import { searchKey } from '../people/names.ts';
import { type Client, openSchool, type SpawnedHouse, spawnHouse, type TestSchool } from '../testing.ts';
import { whoMay } from './who-may.ts';

const HOMES = {
  direction: '/gestion/discussions/',
  enseignants: '/espace/enseignants/discussions/',
  accompagnants: '/espace/accompagnants/discussions/',
  parents: '/espace/parents/discussions/',
};
type Writer = keyof typeof HOMES;

/** Half an hour before midnight, in the school. */
const LATE = new Date('2026-11-24T22:30:00Z');

/** In the picker of discussions, as each writer sees it: the whole way from the page to the rows. */
describe('the audience', () => {
  let school: TestSchool;
  let grace: string;
  let half: string;
  let shut: string;
  let carer: string;
  let gs: string;
  const picker = {} as Record<Writer, string>;

  before(async () => {
    school = await openSchool({ plugins: ['discussions'] });
    school.house.setNow(LATE);
    await school.db(async (db) => {
      const { year } = await db('class_places').first('year');
      [{ id: gs }] = await db('classes')
        .insert({ year, label: 'GS Coquelicots', search: 'gs coquelicots' })
        .returning('id');
      const person = async (kind: string, last: string, first: string, more = {}): Promise<string> =>
        (
          await db('people')
            .insert({ kind, last_name: last, first_name: first, search: searchKey(last, first), ...more })
            .returning('id')
        )[0].id;
      const pupil = async (last: string, first: string, classId: string) => {
        const id = await person('pupil', last, first);
        await db('class_places').insert({
          pupil_id: id,
          class_id: classId,
          year,
          level: classId === gs ? 'GS' : 'CE1',
        });
        return id;
      };
      const link = (guardian_id: string, pupil_id: string, more = {}) =>
        db('guardian_links').insert({ guardian_id, pupil_id, ...more });
      const restricted = { restricted_on: '2026-09-10' };
      // Case B24.
      grace = await person('guardian', 'OKAFOR', 'Grâce');
      const lina = await pupil('OKAFOR', 'Lina', school.classId);
      await link(grace, lina);
      await link(grace, await pupil('OKAFOR', 'Noé', school.classId));
      const zoe = await pupil('OKAFOR', 'Zoé', gs);
      await link(grace, zoe);
      half = await person('guardian', 'MOITIE', 'Ali');
      await link(half, lina, restricted);
      await link(half, zoe);
      shut = await person('guardian', 'RESTREINT', 'Éric');
      await link(shut, lina, restricted);
      carer = await person('guardian', 'TANTE', 'Rose');
      await link(carer, zoe, { authority: 'non' });
      const other = await person('teacher', 'GOMEZ', 'Luc');
      await db('class_teachers').insert({ class_id: gs, teacher_id: other });
      await person('teacher', 'PARTI', 'Yann', { left_on: '2026-11-20' });
      await person('teacher', 'PARTANT', 'Lou', { left_on: '2026-11-25' });
      await person('teacher', 'ARRIVANT', 'Noa', { arrives_on: '2026-11-25' });
    });
    for (const role of Object.keys(HOMES) as Writer[]) {
      const made = await school.as(role).post(`${HOMES[role]}nouvelle`, { subject: role, body: 'x', act: 'choisir' });
      picker[role] = made.location as string;
    }
  });
  after(async () => {
    school.house.setNow(null);
    await school.close();
  });

  /** « LEROY Paul » and what is said of him, as the picker of this writer shows them. */
  async function offered(role: Writer, query = ''): Promise<Record<string, string>> {
    const { text } = await school.as(role).get(picker[role] + query);
    const leaves = text.matchAll(/<label class="leaf">.*?<span>([^<]+)<\/span><span class="push">([^<]*)<\/span>/gs);
    return Object.fromEntries([...leaves].map(([, name = '', about = '']) => [name, about]));
  }
  const choose = (client: Client, where: string, to: string[], act = '') =>
    client.post(where, { to, par: 'classe', resp: 'tous', act });

  it('B24 C-28 a mother of three counts once, and her three children are named', async () => {
    const direction = school.as('direction');
    await choose(direction, picker.direction, [grace], 'montrer');
    const page = (await direction.get(picker.direction)).text.replace(/\s+/g, ' ');
    expect(page).to.include('<h2 data-total>1 personne</h2>').and.include('1 responsable de 3 élèves');
    // She stands in both classes, and is one of the four guardians there are.
    expect(page.match(new RegExp(`value="${grace}"`, 'g'))).to.have.length(2);
    expect(page).to.match(/<strong>Responsables<\/strong><span class="push" data-count>1 sur 4 cochés/);
    expect((await offered('direction'))['OKAFOR Grâce']).to.include(
      'Lina, CE1 Jonquilles ; Noé, CE1 Jonquilles ; Zoé, GS Coquelicots',
    );
    // Both classes ticked whole: still once.
    await choose(direction, picker.direction, [], `tout|guardians:${school.classId}`);
    await choose(direction, picker.direction, [grace, school.people.parents.personId], `tout|guardians:${gs}`);
    const all = (await direction.get(picker.direction)).text;
    expect(all).to.include('4 responsables de 4 élèves');
    await choose(direction, picker.direction, []);
  });

  it('C-26 a restricted guardian is in no audience; restricted for one child, he is told of the other only', async () => {
    for (const role of ['direction', 'enseignants', 'accompagnants', 'parents'] as const)
      expect(await offered(role), role).to.not.have.property('RESTREINT Éric');
    expect((await offered('direction'))['MOITIE Ali'])
      .to.include('Zoé')
      .and.not.include('Lina');
    expect(await offered('enseignants')).to.not.have.property('MOITIE Ali');
    // A form by hand, and « the other guardians », reach him no more.
    await choose(school.as('direction'), picker.direction, [shut, grace], 'autres');
    const page = await school.as('direction').get(picker.direction);
    expect(page.text).to.include('<h2 data-total>3 personnes</h2>').and.not.include(shut);
    await choose(school.as('direction'), picker.direction, []);
  });

  it('F14-03 F15-3 each reaches those the school says: a teacher the families of his classes, and names only children he teaches', async () => {
    const teacher = await offered('enseignants');
    expect(Object.keys(teacher)).to.include.members(['LEROY Paul', 'OKAFOR Grâce', 'GOMEZ Luc', 'BRAUD Karine']);
    expect(teacher).to.not.have.property('TANTE Rose');
    expect(teacher['OKAFOR Grâce']).to.include('Lina').and.include('Noé').and.not.include('Zoé');
    expect(Object.keys(await offered('accompagnants'))).to.have.members([
      'LEROY Paul',
      'KRUG Anne-Sophie',
      'BRAUD Karine',
    ]);
    expect(Object.keys(await offered('parents'))).to.have.members(['KRUG Anne-Sophie', 'BRAUD Karine', 'NGUYEN Kim']);
    expect(whoMay({ settings: {} }, 'pupil')).to.deep.equal({
      guardians: 'none',
      teachers: 'none',
      staff: 'none',
      pupils: 'none',
    });
  });

  it('families are not told which of the school’s people have no e-mail address', async () => {
    expect((await offered('direction'))['KRUG Anne-Sophie']).to.include('sans e-mail');
    expect((await offered('parents'))['KRUG Anne-Sophie']).to.equal('CE1 Jonquilles');
    await choose(school.as('parents'), picker.parents, [school.people.enseignants.personId], 'montrer');
    expect((await school.as('parents').get(picker.parents)).text)
      .to.include('<h2 data-total>1 personne</h2>')
      .and.not.include('adresse e-mail');
  });

  it('who has left, or is not there yet, is in no audience', async () => {
    const names = ['PARTI Yann', 'PARTANT Lou', 'ARRIVANT Noa'];
    const there = async () => Object.keys(await offered('direction')).filter((name) => names.includes(name));
    expect(await there()).to.deep.equal(['PARTANT Lou']);
    // Midnight of the school, not of the server.
    school.house.setNow(new Date('2026-11-24T23:05:00Z'));
    expect(await there()).to.deep.equal(['ARRIVANT Noa']);
    school.house.setNow(LATE);
  });

  it('F15-4 légaux leaves out who has no authority, en charge shows them alone, tous both; the search keeps ticks', async () => {
    const guardians = async (resp: string) =>
      Object.keys(await offered('direction', `?resp=${resp}`)).filter((name) =>
        ['TANTE Rose', 'OKAFOR Grâce', 'LEROY Paul'].includes(name),
      );
    expect(await guardians('tous')).to.have.members(['TANTE Rose', 'OKAFOR Grâce', 'LEROY Paul']);
    expect(await guardians('legaux')).to.have.members(['OKAFOR Grâce', 'LEROY Paul']);
    expect(await guardians('charge')).to.deep.equal(['TANTE Rose']);
    const direction = school.as('direction');
    await choose(direction, picker.direction, [carer], 'montrer');
    const was = 'q=krug&par=nom&resp=tous';
    const answer = await direction.post(picker.direction, {
      to: school.people.enseignants.personId,
      ...{ q: 'krug', par: 'nom', resp: 'tous', was, act: 'montrer' },
    });
    expect(answer.location).to.include(was);
    const page = await direction.get(`${picker.direction}?${was}`);
    expect(page.text).to.include('<h2 data-total>2 personnes</h2>').and.not.include('TANTE');
    // Unticked on the page it shows, and nobody else.
    await direction.post(picker.direction, { q: 'krug', par: 'nom', resp: 'tous', was, act: 'montrer' });
    expect((await direction.get(picker.direction)).text).to.include('<h2 data-total>1 personne</h2>');
    // As long as the field allows, with the accents that an address spells out.
    const long = `q=${encodeURIComponent('é€'.repeat(50))}&par=nom&resp=tous`;
    const kept = await direction.post(picker.direction, { par: 'nom', resp: 'tous', was: long, act: 'montrer' });
    expect(kept.status).to.equal(303);
    for (const odd of ['?par=%27&resp=1', '?q=%25_%5C', `?q=${'a'.repeat(500)}`, '?par=constructor'])
      expect((await direction.get(picker.direction + odd)).status, odd).to.equal(200);
  });

  it('S18-16 a cut made on one process holds at the next request on another', async function () {
    this.timeout(60_000);
    const second: SpawnedHouse = await spawnHouse(school.house);
    // The other process has the real clock: so has this visit.
    school.house.setNow(null);
    const parent = await school.asAccount(school.people.parents.accountId, 'espace');
    await choose(parent, picker.parents, [school.people.enseignants.personId]);
    const there = (fields: Record<string, string>) =>
      fetch(
        `${second.origin}/${school.rne}${picker.parents.replace('destinataires', 'brouillon').replace(/^\/\w{8}(?=\/)/, '')}`,
        {
          method: 'POST',
          redirect: 'manual',
          headers: { Cookie: parent.cookie, 'Sec-Fetch-Site': 'same-origin' },
          body: new URLSearchParams({ subject: 'Rendez-vous', body: 'Bonjour', ...fields }),
        },
      );
    try {
      expect((await there({ act: 'garder' })).headers.get('location')).to.include('brouillon');
      const reason = 'les échanges reprennent lundi';
      const direction = await school.asAccount(school.people.direction.accountId, 'administration');
      await direction.post('/gestion/communication/coupure', { scope: 'guardian', reason });
      const refused = await there({ act: 'envoyer' });
      expect(refused.status).to.equal(403);
      expect(await refused.text())
        .to.include(reason)
        .and.include('Bonjour');
    } finally {
      await second.kill();
    }
  });
});
