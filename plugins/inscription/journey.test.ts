import { openSchool, type TestSchool } from '@preau/core/testing';
import { expect } from 'chai';
import { DAY, DESK, type Desk, deskOf, FORM_PAGE, LEA, later, NOW, SETTINGS } from './samples/family.test.ts';

describe('F11-17 a request to enrol, from the family to the directory', () => {
  let school: TestSchool;
  let desk: Desk;
  before(async () => {
    school = await openSchool({ plugins: ['inscription'], rubrics: ['inscription'] });
    desk = deskOf(school);
  });
  beforeEach(async () => {
    school.house.setNow(NOW);
    school.house.mailbox.messages.length = 0;
    await school.db((db) => db('inscription_requests').delete());
    await school.db((db) => db('inscription_forms').delete());
    await school.as('direction').post(FORM_PAGE, SETTINGS);
  });
  after(async () => {
    school.house.setNow(null);
    await school.close();
  });

  const direction = () => school.as('direction');
  const visitor = () => school.as('visiteur');
  const directory = () =>
    school.db(async (db) => {
      const people = await db('people').whereRaw("origin like 'inscription:%'").orderBy('kind').select();
      const ids = people.map((one) => one.id);
      return {
        people,
        links: await db('guardian_links').whereIn('pupil_id', ids).select(),
        accounts: await db('accounts').whereIn('person_id', ids).select('person_id', 'state'),
        places: await db('class_places').whereIn('pupil_id', ids).select(),
        addresses: await db('addresses').whereIn('person_id', ids).select(),
      };
    });
  const request = (id: string) => school.db((db) => db('inscription_requests').where({ id }).first());

  it('F11-17 is sent, confirmed by e-mail, completed, accepted into the directory, taken back and accepted again', async () => {
    const sent = await desk.ask();
    expect(sent.status).to.equal(303);
    const screen = sent.location as string;
    expect(screen).to.match(/\/inscription\/demande\/[\w-]{22}$/);
    const waiting = await visitor().get(screen);
    expect(waiting.text)
      .to.include('Ouvrez votre e-mail')
      .and.include(LEA.email)
      .and.not.include('Confirmer la demande');
    // The mail leaves at once, at half past ten in the evening.
    const [proof] = await desk.mails();
    expect(proof).to.include({ to: LEA.email });
    expect(proof?.subject).to.include('Confirmez votre demande');
    const link = await desk.lastLink();
    expect(screen.endsWith(link), 'another link than the one on screen').to.equal(false);

    // The school reads nothing before the address is proved.
    for (const filter of ['', '?etat=toutes', '?etat=toutes&q=dubois'])
      expect((await direction().get(`${DESK}${filter}`)).text, filter).to.not.include('Nora');
    const hidden = await school.db((db) => db('inscription_requests').first('id'));
    for (const act of ['', '/accepter', '/completer', '/refuser'])
      expect((await direction().get(`${DESK}/${hidden.id}${act}`)).status, act).to.equal(404);
    for (const [act, fields] of [
      ['refuser', { reason: 'x' }],
      ['lien', { sure: '1' }],
    ] as const)
      expect((await direction().post(`${DESK}/${hidden.id}/${act}`, fields)).status, act).to.equal(404);
    expect((await direction().get('/gestion/accueil/')).text).to.not.include('Traiter les demandes');
    // The link of the screen proves nothing, and looking at the other one changes nothing.
    await visitor().post(`${screen.slice(screen.indexOf('/inscription'))}/confirmer`);
    expect((await visitor().get(link)).text).to.include('Confirmer la demande');
    expect((await school.db((db) => db('inscription_requests').first())).state).to.equal('unconfirmed');
    expect((await visitor().post(`${link}/confirmer`)).status).to.equal(303);
    expect((await visitor().get(link)).text)
      .to.include('Envoyée')
      .and.include('Livret de famille');
    expect((await direction().get(DESK)).text)
      .to.include('Dubois')
      .and.include('À traiter');
    expect((await direction().get('/gestion/accueil/')).text).to.include('1 famille attend');

    const { id } = await school.db((db) => db('inscription_requests').first('id'));
    const card = `${DESK}/${id}`;
    expect((await direction().get(card)).text)
      .to.include('3 rue des Lilas')
      .and.include('03/04/2022');
    await direction().post(`${card}/completer`, { question: 'Quel médecin <b>traitant</b> ?' });
    const asked = (await desk.mails()).at(-1);
    expect(asked?.text).to.include('Quel médecin <b>traitant</b> ?');
    const answering = await desk.lastLink();
    expect((await visitor().get(answering)).text)
      .to.include('À compléter')
      .and.include('Quel médecin &lt;b&gt;traitant&lt;/b&gt; ?');
    expect((await visitor().post(`${answering}/repondre`, { answer: '' })).status).to.equal(422);
    expect((await visitor().post(`${answering}/repondre`, { answer: 'Docteur Petit' })).status).to.equal(303);
    expect((await direction().get(card)).text)
      .to.include('Docteur Petit')
      .and.include('À traiter');

    const page = await direction().get(`${card}/accepter`);
    expect(page.text).to.include('value="Léa"').and.include('Nouvelle fiche').and.not.include('C’est elle');
    // The form of another year asks for other papers: this request keeps its own.
    await direction().post(FORM_PAGE, { ...SETTINGS, year: '2026', papers: 'Photo' });
    await school.db((db) =>
      db('inscription_forms')
        .where({ year: 2026 })
        .update({ saved_at: later(1) }),
    );
    const before = (await desk.mails()).length;
    const accepted = await direction().post(`${card}/accepter`, { firstName: 'Léa', level: 'PS', classId: '' });
    expect(accepted.status).to.equal(303);
    const made = await directory();
    const [guardian, pupil] = made.people;
    expect(pupil).to.include({
      last_name: 'DUBOIS',
      first_name: 'Léa',
      birth_date: '2022-04-03',
      arrives_on: '2027-08-01',
    });
    expect(guardian).to.include({ last_name: 'DUBOIS', first_name: 'Nora', email: LEA.email, phone_mobile: LEA.phone });
    expect(made.links.map((one) => [one.guardian_id, one.pupil_id])).to.deep.equal([[guardian.id, pupil.id]]);
    expect(made.accounts.map((one) => one.state)).to.deep.equal(['provisional', 'provisional']);
    expect(made.places[0]).to.include({ pupil_id: pupil.id, year: 2027, level: 'PS', class_id: null });
    expect(made.addresses).to.have.length(2);

    // « Annuler » within the minute: nothing in the directory, no mail to the family.
    expect((await direction().get(card)).text).to.include(`action="/${school.rne}${card}/annuler"`);
    expect((await direction().post(`${card}/annuler`, { sure: '1' })).status).to.equal(303);
    expect((await directory()).people).to.deep.equal([]);
    school.house.setNow(later(3));
    expect((await desk.mails()).length, 'called off').to.equal(before);

    await direction().post(`${card}/accepter`, { firstName: 'Léa', level: 'MS', classId: '' });
    school.house.setNow(later(5));
    const told = (await desk.mails()).at(-1);
    expect(told?.subject).to.include('acceptée');
    expect(told?.text).to.include('- Justificatif de domicile').and.not.include('mot de passe :');
    expect((await visitor().get(link)).text)
      .to.include('Acceptée')
      .and.include('Justificatif de domicile')
      .and.not.include('BRAUD');
    // Taken back after the family has read it: it is told.
    await direction().post(`${card}/annuler`, { sure: '1' });
    expect((await desk.mails()).at(-1)?.text).to.include('étudie de nouveau');
    const lines = await school.db((db) => db('audit_log').whereLike('act', 'Inscription%').orderBy('at').pluck('act'));
    expect(lines).to.include('Inscription : demande acceptée').and.include('Inscription : acceptation annulée');
  });

  it('F11-17 is refused with a reason the family reads, or withdrawn by the family', async () => {
    const { path, id } = await desk.confirmed();
    expect((await direction().post(`${DESK}/${id}/refuser`, { reason: '' })).status).to.equal(422);
    await direction().post(`${DESK}/${id}/refuser`, { reason: 'L’école est complète.' });
    expect((await desk.mails()).at(-1)?.text).to.include('L’école est complète.');
    expect((await visitor().get(path)).text)
      .to.include('Refusée')
      .and.include('L’école est complète.');
    await visitor().post(`${path}/retirer`);
    expect((await request(id)).state, 'decided is decided').to.equal('refused');

    const other = await desk.confirmed({ firstNames: 'Tom', email: 'tom@exemple.fr' });
    await visitor().post(`${other.path}/retirer`);
    expect((await visitor().get(other.path)).text).to.include('Retirée');
    const late = await direction().post(`${DESK}/${other.id}/accepter`, { firstName: 'Tom', level: 'PS', classId: '' });
    expect(late.status).to.equal(303);
    expect((await directory()).people).to.deep.equal([]);
  });

  it('F11-17 asks who is already in the directory: « c’est elle » makes no twin and changes no address', async () => {
    const { personId } = school.people.parents;
    await school.db((db) =>
      db('people').where({ id: personId }).update({ email: 'paul@exemple.fr', phone_mobile: '0600000001' }),
    );
    const { id } = await desk.confirmed({
      lastName: 'Leroy',
      firstNames: 'Mila',
      birthDate: '12/03/2018',
      level: 'CP',
      guardianLastName: 'LEROY',
      guardianFirstName: 'Paul',
      email: 'autre@exemple.fr',
      otherLastName: 'Leroy',
      otherFirstName: 'Inès',
    });
    const accept = `${DESK}/${id}/accepter`;
    const page = await direction().get(accept);
    expect(page.text)
      .to.match(/C’est elle\s: LEROY Mila/)
      .and.include('CE1 Jonquilles')
      .and.include('responsable de Mila');
    const fields = { firstName: 'Mila', level: 'CP', classId: '' };
    const undecided = await direction().post(accept, fields);
    expect(undecided.status).to.equal(422);
    expect(undecided.text).to.include('Dites si Leroy Mila est déjà dans l’annuaire');
    // Somebody who was not offered is not taken.
    const teacher = school.people.enseignants.personId;
    const forged = { ...fields, 'who.child': teacher, 'who.g0': personId };
    expect((await direction().post(accept, forged)).status).to.equal(422);
    // She was to leave at the end of this year: now she stays, and is not « à venir » meanwhile.
    const pupil = () => school.db((db) => db('people').where({ id: school.childId }).first('left_on', 'arrives_on'));
    await school.db((db) => db('people').where({ id: school.childId }).update({ left_on: '2027-06-30' }));
    const answer = await direction().post(accept, { ...fields, 'who.child': school.childId, 'who.g0': personId });
    expect(answer.status).to.equal(303);
    expect(await pupil()).to.deep.equal({ left_on: null, arrives_on: null });
    const made = await directory();
    expect(made.people.map((one) => one.first_name)).to.deep.equal(['Inès']);
    const places = await school.db((db) => db('class_places').where({ pupil_id: school.childId }).select());
    expect(places.map((one) => [one.year, one.class_id])).to.deep.include([2026, school.classId]);
    const links = await school.db((db) =>
      db('guardian_links').where({ pupil_id: school.childId }).pluck('guardian_id'),
    );
    expect(links).to.have.members([personId, made.people[0].id]);
    const known = await school.db((db) => db('people').where({ id: personId }).first());
    expect(known).to.include({ email: 'paul@exemple.fr', phone_mobile: '0600000001' });
    await direction().post(`${DESK}/${id}/annuler`, { sure: '1' });
    expect((await directory()).people).to.deep.equal([]);
    expect(await pupil()).to.include({ left_on: '2027-06-30' });
    await school.db((db) => db('people').where({ id: school.childId }).update({ left_on: null }));
    expect(
      await school.db((db) => db('guardian_links').where({ pupil_id: school.childId }).pluck('guardian_id')),
    ).to.deep.equal([personId]);
  });

  it('F11-17 the same child sent twice is told to the owner of the address alone, and the second replaces the first', async () => {
    const first = await desk.confirmed();
    const again = await desk.ask({ firstNames: 'LEA' });
    const screen = await visitor().get(again.location as string);
    expect(screen.text).to.not.include('déjà');
    const link = await desk.lastLink();
    expect((await visitor().get(link)).text).to.include(
      'Vous avez déjà envoyé une demande pour cet enfant, le 25/11/2026',
    );
    await visitor().post(`${link}/confirmer`);
    expect((await visitor().get(first.path)).text).to.include('Remplacée par une demande plus récente');
    const states = await school.db((db) => db('inscription_requests').orderBy('state').pluck('state'));
    expect(states).to.deep.equal(['sent', 'withdrawn']);
    // The other parent's request is another one; the director sees that they belong together.
    const other = await desk.confirmed({ email: 'autre.parent@exemple.fr' });
    expect((await direction().get(`${DESK}/${other.id}`)).text).to.include('Une autre demande parle du même enfant');

    // The school is accepting the one that another would replace: the acceptance stands, the other is not confirmed.
    await desk.ask({ firstNames: 'Léa', once: '' });
    const late = await desk.lastLink();
    const accepting = await school.db((db) =>
      db('inscription_requests').where({ state: 'sent' }).select('id', 'email'),
    );
    const { id } = accepting.find((one) => one.email !== 'autre.parent@exemple.fr') as { id: string };
    let confirming: Promise<unknown> | undefined;
    await school.db(async (db) => {
      await db('inscription_requests').where({ id }).update({ state: 'accepted' });
      confirming = visitor().post(`${late}/confirmer`);
      const BLOCKED = 'select 1 from pg_stat_activity where pg_backend_pid() = any(pg_blocking_pids(pid))';
      while (!(await db.raw(BLOCKED)).rows.length);
    });
    await confirming;
    expect((await request(id)).state).to.equal('accepted');
    expect((await visitor().get(late)).text).to.include('À confirmer');
  });

  it('F11-17 « Renvoyer son lien » sends a link that opens, five in a quarter of an hour, with a line in the journal', async () => {
    await school.house.house.app('rate_limits').delete();
    const { path, id } = await desk.confirmed();
    await school.house.house.app('rate_limits').delete();
    const again = () => direction().post(`${DESK}/${id}/lien`, { sure: '1' });
    expect((await again()).status).to.equal(303);
    const link = await desk.lastLink();
    expect(link).to.not.equal(path);
    expect((await visitor().get(link)).text).to.include('Envoyée');
    expect((await direction().get(`${DESK}/${id}`)).text).to.include('Nouveau lien de suivi envoyé');
    const lines = () => school.db((db) => db('audit_log').where({ act: 'Inscription : nouveau lien envoyé' }).select());
    expect((await lines()).map((one) => one.about)).to.deep.equal(['Léa Dubois']);
    await school.house.house.app('rate_limits').where('key', 'like', 'mail:%').update({ points: 5 });
    const sixth = await again();
    expect(sixth.status).to.equal(422);
    expect(sixth.text).to.include('Cinq liens viennent de partir');
    // A withdrawn one has no link any more, and takes no try.
    await visitor().post(`${link}/retirer`);
    await school.house.house.app('rate_limits').delete();
    expect((await again()).status).to.equal(303);
    expect(await school.house.house.app('rate_limits')).to.deep.equal([]);
    expect(await lines()).to.have.length(1);
    await school.house.house.app('rate_limits').delete();
  });

  it('F11-17 goes by itself: unconfirmed after 7 days, refused after 12 months, the others with their school year', async () => {
    await desk.ask({ firstNames: 'Attend', email: 'a@exemple.fr' });
    const refused = await desk.confirmed({ firstNames: 'Refus', email: 'b@exemple.fr' });
    await desk.confirmed({ firstNames: 'Reste', email: 'c@exemple.fr' });
    await direction().post(`${DESK}/${refused.id}/refuser`, { reason: 'Complet' });
    const left = () => school.db((db) => db('inscription_requests').orderBy('first_names').pluck('first_names'));
    const at = async (days: number) => {
      school.house.setNow(later(days * DAY));
      await desk.nightly();
      return left();
    };
    expect(await at(6)).to.deep.equal(['Attend', 'Refus', 'Reste']);
    expect(await at(8)).to.deep.equal(['Refus', 'Reste']);
    expect(await at(364)).to.deep.equal(['Refus', 'Reste']);
    expect(await at(366)).to.deep.equal(['Reste']);
    school.house.setNow(new Date('2028-08-02T10:00:00Z'));
    await desk.nightly();
    expect(await left()).to.deep.equal([]);
    for (const table of ['steps', 'links'])
      expect(await school.db((db) => db(`inscription_${table}`))).to.deep.equal([]);
  });
});
