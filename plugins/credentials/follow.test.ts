import { randomBytes } from 'node:crypto';
import { type Client, openSchool, type TestSchool } from '@preau/core/testing';
import { expect } from 'chai';

const START = new Date('2026-11-25T08:00:00Z');
const DAY = 86_400_000;
const FOLLOW = '/gestion/credentials/suivi';
const NEVER = '/gestion/credentials/suivi/jamais';
const plain = (html: string) =>
  html
    .replace(/<[^>]+>/g, ' ')
    .replace(/[\s\u00a0\u202f]+/g, ' ')
    .replaceAll(' ,', ',');

describe('who is connected, and who was given what (proposal 2)', () => {
  let school: TestSchool;
  let direction: Client;
  /** Ids of guardians by first name. */
  let guardians: Record<string, string>;
  let handover: string;

  beforeEach(async () => {
    school = await openSchool();
    school.house.setNow(START);
    direction = school.as('direction');
    guardians = {};
    for (const [name, made, way] of [
      ['Anne', null, null],
      ['Basile', -2, 'print'],
      ['Chloé', -2, 'mail'],
      ['Denis', -40, 'print'],
    ] as const)
      guardians[name] = await guardian(name, made, way);
    handover = `/gestion/credentials/remise/${school.classId}`;
  });
  afterEach(async () => {
    school.house.setNow(null);
    await school.close();
  });

  /** A guardian of the child of the class who has never signed in; a label or mail made so many days ago, good for 30. */
  const guardian = (first_name: string, made: number | null, way: string | null, pupil_id = school.childId) =>
    school.db(async (db) => {
      const search = `durand ${first_name.toLowerCase()}`;
      const [{ id }] = await db('people')
        .insert({ kind: 'guardian', last_name: 'DURAND', first_name, search })
        .returning('id');
      await db('guardian_links').insert({ guardian_id: id, pupil_id });
      const [account] = await db('accounts')
        .insert({ person_id: id, login: `DURAND${first_name.toUpperCase()}` })
        .returning('id');
      if (made !== null)
        await db('account_keys').insert({
          account_id: account.id,
          way,
          token_hash: randomBytes(32),
          made_at: new Date(START.getTime() + made * DAY),
          expires_at: new Date(START.getTime() + (made + 30) * DAY),
          made_by: school.people.direction.accountId,
        });
      return id as string;
    });
  const handed = () =>
    school.db(async (db) =>
      (await db('credentials_handovers').orderBy('by_name')).map((row) => [row.person_id, row.handed_on, row.by_name]),
    );

  it('C-29 counts by kind and class, in words', async () => {
    const text = plain((await direction.get(FOLLOW)).text);
    expect(text).to.include(
      '5 responsables de CE1 Jonquilles : 1 connecté, 1 étiquette imprimée, 1 e-mail envoyé, 1 code expiré, 1 jamais imprimé ni envoyé',
    );
    expect(text).to.include('1 professeur : 1 connecté');
    expect(text).to.include('1 élève de CE1 Jonquilles : 1 connecté');
    expect(text).to.include('Voir les 4');
  });

  it('a sister in another class is counted there too; a restricted link, a suspended account and a pupil who left are not', async () => {
    const other = await school.db(async (db) => {
      const year = (await db('classes').first('year')).year;
      const [{ id: classId }] = await db('classes').insert({ year, label: 'CP', search: 'cp' }).returning('id');
      const made = [];
      for (const first_name of ['Zoé', 'Noé']) {
        const [{ id }] = await db('people')
          .insert({ kind: 'pupil', last_name: 'DURAND', first_name, search: 'durand' })
          .returning('id');
        await db('class_places').insert({ pupil_id: id, class_id: classId, year, level: 'CP' });
        made.push(id);
      }
      await db('people').where({ id: made[1] }).update({ left_on: '2026-10-01' });
      await db('guardian_links').insert([
        { guardian_id: guardians.Anne, pupil_id: made[0] },
        { guardian_id: guardians.Denis, pupil_id: made[1] },
        { guardian_id: guardians.Basile, pupil_id: made[0], access: false, restricted_on: '2026-10-01' },
      ]);
      await db('accounts').where({ person_id: guardians.Chloé }).update({ state: 'suspended' });
      return classId;
    });
    const { text } = await direction.get(FOLLOW);
    expect(plain(text)).to.include('1 responsable de CP : 1 jamais imprimé ni envoyé');
    expect(plain(text)).to.include('4 responsables de CE1 Jonquilles');
    const shown = plain((await direction.get(`${NEVER}?classe=${other}`)).text);
    expect(shown).to.include('DURANDANNE').and.not.include('DURANDBASILE').and.not.include('DURANDDENIS');
    expect(text).to.include('Voir la personne<span class="unseen"> jamais connectée');
  });

  it('each button leads to those it counts: nobody who left, those without class apart, those reset since they came', async () => {
    await school.db(async (db) => {
      for (const [first_name, left_on] of [
        ['Zoé', null],
        ['Noé', '2026-10-01'],
      ]) {
        const person = { kind: 'pupil', last_name: 'DURAND', first_name, search: 'durand', left_on };
        const [{ id }] = await db('people').insert(person).returning('id');
        await db('accounts').insert({ person_id: id, login: `ELEVE${first_name?.[0]}` });
      }
      // Mila, who has signed in before.
      await db('accounts')
        .where({ person_id: school.childId })
        .update({ state: 'provisional', password_hash: null, last_sign_in_at: START });
    });
    const { text } = await direction.get(FOLLOW);
    expect(plain(text))
      .to.include('1 élève sans classe : 1 jamais')
      .and.include('1 élève de CE1 Jonquilles : 1 connecté');
    for (const [part, classe] of [
      ['sans-classe', 'sans'],
      [school.classId, school.classId],
    ] as const) {
      const href = new RegExp(`id="jamais-pupil-${part}" href="([^"]+)"`).exec(text)?.[1];
      expect(href?.replaceAll('&#x3D;', '=').replaceAll('&amp;', '&')).to.equal(
        `/${school.rne}${NEVER}?qui=pupil&classe=${classe}`,
      );
    }
    const logins = async (query: string) =>
      plain((await direction.get(`${NEVER}?qui=pupil${query}`)).text).match(/ELEVE[ZN]|MLEROY/g) ?? [];
    expect(await logins('')).to.have.members(['ELEVEZ', 'MLEROY']);
    expect(await logins('&classe=sans')).to.deep.equal(['ELEVEZ']);
    expect(await logins(`&classe=${school.classId}`)).to.deep.equal(['MLEROY']);
  });

  it('« Jamais connectés » says what each was given, filters by kind, class and state, and goes to a spreadsheet', async () => {
    const all = plain((await direction.get(NEVER)).text);
    expect(all).to.include('4 personnes').and.not.include('PLEROY');
    for (const words of ['Imprimé le 23/11/2026', 'Envoyé le 23/11/2026', 'Expiré le 15/11/2026', 'Jamais imprimé'])
      expect(all).to.include(words);
    const shown = async (query: string) =>
      [...(await direction.get(`${NEVER}?${query}`)).text.matchAll(/<tr id="r-([0-9a-f-]{36})">/g)].map(([, id]) => id);
    expect(await shown('etat=expired')).to.deep.equal([guardians.Denis]);
    expect(await shown('etat=none')).to.deep.equal([guardians.Anne]);
    expect(await shown(`classe=${school.classId}&etat=mailed`)).to.deep.equal([guardians.Chloé]);
    expect(await shown('qui=teacher')).to.deep.equal([]);
    const csv = await direction.get(`${NEVER}.csv`);
    expect(csv.text).to.include('DURANDANNE').and.include('CE1 Jonquilles');
    await school.db((db) =>
      db('accounts').where({ person_id: guardians.Anne }).update({ state: 'active', password_hash: 'x' }),
    );
    expect(await shown('')).to.have.length(3);
  });

  it('P2 one click prints their labels or writes to them, one kind of person at a time', async () => {
    const { text } = await direction.get(NEVER);
    expect(plain(text)).to.include('étiquettes').and.include('Envoyer un courrier');
    const { Anne = '', Denis = '' } = guardians;
    const printing = await direction.post(`${NEVER}/etiquettes`, { id: [Anne, Denis] });
    expect(printing.location).to.include('/gestion/credentials/etiquettes/impressions/');
    const page = await direction.get(printing.location as string);
    expect(plain(page.text)).to.include('2 étiquettes');
    const all = await direction.post(`${NEVER}/courrier`, { tout: 'on', sauf: Anne });
    expect(all.location).to.include('/gestion/credentials/envois/');
    const [sending] = await school.db((db) => db('credentials_sendings').select('kind', 'person_ids'));
    expect(sending.kind).to.equal('guardian');
    expect(sending.person_ids).to.have.length(3).and.not.include(Anne);
    await school.db((db) =>
      db('accounts')
        .where({ person_id: school.people.enseignants.personId })
        .update({ state: 'provisional', password_hash: null }),
    );
    const mixed = await direction.post(`${NEVER}/courrier`, { id: [Anne, school.people.enseignants.personId] });
    expect(mixed.location).to.equal(`/${school.rne}${NEVER}`);
    expect(plain((await direction.get(NEVER)).text)).to.include('un seul à la fois');
    const active = await direction.post(`${NEVER}/etiquettes`, { id: school.people.parents.personId });
    expect(active.location, 'whoever is connected is not in this list').to.equal(`/${school.rne}${NEVER}`);
  });

  it('the hand-over list of a class is ticked with one button, says when and by whom, and is undone by unticking', async () => {
    const page = await direction.get(handover);
    expect(plain(page.text)).to.include('0 étiquette remise en main propre sur 5').and.include('LEROY Mila');
    const shown = Object.values(guardians);
    const { Anne = '', Basile = '' } = guardians;
    const told = await direction.post(handover, { qui: 'guardian', shown, done: [Anne, Basile] });
    expect([told.status, told.location]).to.deep.equal([303, `/${school.rne}${handover}?qui=guardian`]);
    const after = plain((await direction.get(handover)).text);
    expect(after).to.include('2 remises notées.').and.include('Le 25/11/2026 par Karine BRAUD');
    await direction.post(handover, { qui: 'guardian', shown, was: [Anne, Basile], done: [Basile] });
    expect(await handed()).to.deep.equal([[Basile, '2026-11-25', 'Karine BRAUD']]);
    const acts = await school.db((db) => db('audit_log').where({ act: 'Remise des étiquettes' }).pluck('about'));
    expect(acts).to.deep.equal(['CE1 Jonquilles : 2 remises notées', 'CE1 Jonquilles : 1 remise retirée']);
  });

  it('two people who tick at once do not undo each other', async () => {
    const shown = Object.values(guardians);
    const { Anne = '', Basile = '', Denis = '' } = guardians;
    await direction.post(handover, { qui: 'guardian', shown, done: [Denis] });
    const other = await school.asAccount(school.people.mairie.accountId, 'quotidienne');
    await school.db((db) => db('profiles').update({ permissions: ['credentials.hand-out'] }));
    // Both pages were made while only Denis was ticked.
    await direction.post(handover, { qui: 'guardian', shown, was: Denis, done: [Denis, Anne] });
    await other.post(handover, { qui: 'guardian', shown, was: Denis, done: [Basile, Anne] });
    const rows = await handed();
    expect(rows.map(([id, , by]) => [id, by])).to.have.deep.members([
      [Anne, 'Karine BRAUD'],
      [Basile, 'Roméo MARCHAND'],
    ]);
  });

  it('writes nothing about people who are not in that class, whatever the form says', async () => {
    const stranger = school.people.enseignants.personId;
    for (const done of [stranger, 'rien', "'--", '00000000-0000-0000-0000-000000000000'])
      expect((await direction.post(handover, { qui: 'guardian', shown: done, done })).status).to.equal(303);
    expect((await direction.post(handover, { qui: 'guardian', shown: 'x'.repeat(300) })).status).to.equal(422);
    expect(await handed()).to.deep.equal([]);
    expect((await direction.get('/gestion/credentials/remise/00000000-0000-0000-0000-000000000000')).status).to.equal(
      404,
    );
  });

  it('pupils have a list of their own; both are printed for the teacher', async () => {
    const pupils = plain((await direction.get(`${handover}?qui=pupil`)).text);
    expect(pupils).to.include('LEROY Mila').and.not.include('DURAND');
    const paper = await direction.get(`${handover}/feuille?qui=guardian`);
    expect(paper.headers.get('content-type')).to.include('application/pdf');
    expect(paper.headers.get('content-disposition')).to.include('Remise');
  });

  it('S18-01 is shut without the right, to families, to a visitor, when the module is off, and in another school', async () => {
    for (const path of [FOLLOW, NEVER, handover, `${handover}/feuille`]) {
      expect((await school.as('quotidienne').get(path)).status, path).to.equal(403);
      expect((await school.as('parents').get(path)).status, path).to.equal(403);
      expect((await school.as('visiteur').get(path)).status, path).to.equal(303);
    }
    const other = await openSchool({ plugins: [] });
    expect((await other.as('direction').get(FOLLOW)).status).to.equal(404);
    await other.close();
    const there = await openSchool();
    expect((await there.as('direction').get(handover)).status).to.equal(404);
    await there.close();
  });
});
