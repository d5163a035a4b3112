import type { School } from '@preau/core';
import { type Answer, type Client, openSchool, type TestSchool } from '@preau/core/testing';
import { expect } from 'chai';
import {
  addClass,
  addDocument,
  addGuardian,
  addPupil,
  GESTION,
  give,
  later,
  NOW,
  TEACHER,
  words,
} from './samples/two-families.test.ts';

describe('documents asked of families: the desk of the school and of its teachers', () => {
  let school: TestSchool;
  let direction: Client;
  let teacher: Client;
  let gs: string;
  let zoe: string;
  before(async () => {
    school = await openSchool({ plugins: ['collecte'] });
    school.house.setNow(NOW);
    direction = school.as('direction');
    teacher = school.as('enseignants');
    gs = await addClass(school, 'GS');
    zoe = await addPupil(school, gs, { lastName: 'OKAFOR', firstName: 'Zoé', birthDate: '2021-02-03' });
  });
  beforeEach(() => school.house.setNow(NOW));
  after(async () => {
    school.house.setNow(null);
    await school.close();
  });

  const row = (id: string) => school.db((db) => db('collecte_documents').where({ id }).first());
  const idIn = (answer: Answer): string => {
    const id = /([0-9a-f]{8}-[0-9a-f-]{27})/.exec(answer.location ?? '')?.[1];
    expect(id, `${answer.status} ${words(answer).slice(0, 300)}`).to.be.a('string');
    return id as string;
  };
  const created = async (client: Client, base: string, title: string) =>
    idIn(await client.post(`${base}/nouveau`, { title }));
  const shown = async (client: Client, id: string, more = '') =>
    words(await client.get(`${client === teacher ? `${TEACHER}/a-collecter` : `${GESTION}/`}?document=${id}${more}`));
  const versionIn = (answer: Answer) => /name="_version" value="([^"]+)"/.exec(answer.text)?.[1] as string;
  const asked = (id: string): Promise<string[]> =>
    school.db((db) => db('collecte_classes').where({ document_id: id }).pluck('class_id'));
  const readers = (id: string): Promise<string[]> =>
    school.db((db) => db('collecte_readers').where({ document_id: id }).pluck('person_id'));

  it('F17-01 F17-02 F17-04 the first opening of the year finds three documents, asked of nobody; the second adds none', async () => {
    const first = await direction.get(`${GESTION}/`);
    expect(words(first))
      .to.include('Casier numérique')
      .and.include('Récapitulatif par élève')
      .and.include('Attestation d’assurance')
      .and.include('Responsabilité civile')
      .and.include('Attestation vaccination')
      .and.include('Demandé à personne pour l’instant');
    await direction.get(`${GESTION}/`);
    const rows = await school.db((db) => db('collecte_documents').orderBy('rank').select('title', 'asks_validity'));
    expect(rows.map((one) => [one.title, one.asks_validity])).to.deep.equal([
      ['Attestation d’assurance', true],
      ['Responsabilité civile', false],
      ['Attestation vaccination', false],
    ]);
    expect(words(await school.as('parents').get('/espace/parents/collecte/a-fournir'))).to.include('Rien à fournir');
  });

  it('F17-03 F17-11 the table says to whom, until when, who reads and how many came; the list names each pupil with his state', async () => {
    const id = await addDocument(school, 'Fiche d’urgence', { values: { deposit: 'until', until_day: '2026-12-15' } });
    const paul = { id: school.people.parents.personId, name: 'Paul Leroy' };
    await give(school, id, { pupils: [school.childId], by: paul });
    const page = await shown(direction, id);
    expect(page)
      .to.include('Fiche d’urgence')
      .and.include('1/2 déposé')
      .and.include('Toutes les classes')
      .and.include('jusqu’au 15/12/2026')
      .and.include('Pas de notification')
      .and.include('Il manque 1 document');
    expect(page).to.match(/Nom Prénom Date de naissance Classe État Action/);
    expect(page).to.match(/LEROY Mila Né\(e\) le 12\/03\/2018 Classe CE1 Jonquilles Déposé le 25\/11 Ouvrir/);
    expect(page).to.match(/OKAFOR Zoé Né\(e\) le 03\/02\/2021 Classe GS Manque Ouvrir/);
    const missing = await shown(direction, id, '&etat=manque');
    expect(missing).to.include('1 élève sur 2').and.include('OKAFOR').and.not.include('LEROY Mila');
    expect(await shown(direction, id, '&classe=GS'))
      .to.include('1 élève sur 2')
      .and.not.include('LEROY Mila');
    expect(await shown(direction, id, '&etat=constructor&tri=toString&page=-9')).to.include('2 élèves sur 2');
  });

  it('F17-11 a long list comes a page at a time, and is sorted by what its head says', async () => {
    const hall = await addClass(school, 'Grande salle');
    for (let n = 0; n < 65; n++)
      await addPupil(school, hall, { lastName: `NOM${String(n).padStart(2, '0')}`, firstName: `P${90 - n}` });
    const id = await addDocument(school, 'Photo', { classes: [hall] });
    expect(await shown(direction, id))
      .to.include('NOM59')
      .and.not.include('NOM60');
    expect(await shown(direction, id, '&page=2'))
      .to.include('NOM64')
      .and.not.include('NOM59');
    expect(await shown(direction, id, '&tri=prenom')).to.match(/NOM64 P26.*NOM63 P27/);
    await school.db((db) => db('collecte_documents').where({ id }).delete());
    await school.db((db) => db('class_places').where({ class_id: hall }).delete());
  });

  it('F17-05 F17-07 a new document needs a name that no other has and may have its last day at once; what was typed stays; its classes come next', async () => {
    const empty = await direction.post(`${GESTION}/nouveau`, { title: ' ', guidance: 'Recto et verso.' });
    expect(empty.status).to.equal(422);
    expect(empty.text).to.include('Recto et verso.').and.include('Remplissez « Nom du document »');
    const twice = await direction.post(`${GESTION}/nouveau`, { title: 'attestation D’ASSURANCE' });
    expect(twice.status).to.equal(422);
    expect(words(twice)).to.include('Un document de ce nom est déjà demandé.');
    const past = await direction.post(`${GESTION}/nouveau`, { title: 'Livret de famille', until: '2020-01-31' });
    expect(past.status).to.equal(422);
    const answer = await direction.post(`${GESTION}/nouveau`, {
      title: 'Livret de famille',
      asksValidity: 'on',
      until: '2026-12-18',
    });
    expect(answer.location).to.match(/\/classes$/);
    const made = await row(idIn(answer));
    expect([made.title, made.asks_validity, made.all_classes]).to.deep.equal(['Livret de famille', true, false]);
    expect([made.deposit, made.until_day], 'F17-07 the last day, at once').to.deep.equal(['until', '2026-12-18']);
    expect(await readers(made.id), 'the direction reads it').to.deep.equal([school.people.direction.personId]);
  });

  it('F17-06 classes are chosen one by one or all at once; a class that is unticked keeps what came', async () => {
    const id = await created(direction, GESTION, 'Autorisation de sortie');
    const window = words(await direction.get(`${GESTION}/${id}/classes`));
    expect(window)
      .to.include('Sélection des classes')
      .and.include('CE1 Jonquilles')
      .and.include('GS')
      .and.include('Valider')
      .and.include('Annuler');
    await direction.post(`${GESTION}/${id}/classes`, { classes: [school.classId, gs] });
    expect(await shown(direction, id))
      .to.include('CE1 Jonquilles, GS')
      .and.include('0/2 déposés');
    await give(school, id, { pupils: [zoe], by: { id: school.people.parents.personId, name: 'Paul Leroy' } });
    await direction.post(`${GESTION}/${id}/classes`, { classes: [school.classId] });
    expect(await shown(direction, id)).to.include('0/1 déposés');
    await direction.post(`${GESTION}/${id}/classes`, { all: 'on' });
    expect(await shown(direction, id), 'what Zoé gave is there again').to.include('1/2 déposé');
    expect((await direction.post(`${GESTION}/${id}/classes`, { classes: ['nulle part'] })).status).to.equal(303);
    expect(await shown(direction, id)).to.include('Demandé à personne');
  });

  it('F17-07 three ways to deposit; a last day that is past, missing or of another year is refused in words', async () => {
    const id = await created(direction, GESTION, 'Certificat');
    const path = `${GESTION}/${id}/depot`;
    expect(words(await direction.get(path)))
      .to.include('Dépôt du document sur l’Espace Parents')
      .and.include('À déposer jusqu’au')
      .and.include('À déposer sans date limite')
      .and.include('Pas de dépôt possible par les parents');
    for (const [until, said] of [
      ['', 'Écrivez le dernier jour.'],
      ['2026-11-24', 'Cette date est passée.'],
      ['2027-08-01', 'Choisissez un jour avant le 1er août 2027'],
      ['31/02/2027', 'Cette date n’existe pas.'],
    ] as const) {
      const refused = await direction.post(path, { deposit: 'until', until });
      expect(refused.status, until).to.equal(422);
      expect(words(refused)).to.include(said);
      expect(refused.text).to.include('value="until" id="form-deposit-0" checked');
    }
    expect((await direction.post(path, { deposit: 'autre' })).status).to.equal(422);
    await direction.post(path, { deposit: 'until', until: '25/11/2026' });
    expect((await row(id)).until_day, 'today still counts').to.equal('2026-11-25');
    school.house.setNow(later(24 * 60));
    const tomorrow = await school.asAccount(school.people.direction.accountId, 'administration');
    await tomorrow.post(path, { deposit: 'until', until: '2026-11-25' });
    expect(await shown(tomorrow, id), 'a day that stands may stay').to.include('Date passée');
    await tomorrow.post(path, { deposit: 'none' });
    const made = await row(id);
    expect([made.deposit, made.until_day]).to.deep.equal(['none', null]);
  });

  it('F17-08 readers are chosen by function, by group or one by one, never nobody; the journal says who changed them', async () => {
    const id = await created(direction, GESTION, 'Ordonnance');
    const path = `${GESTION}/${id}/lecteurs`;
    const window = words(await direction.get(path));
    expect(window)
      .to.include('Sélectionner les personnes pouvant consulter le document')
      .and.include('Professeurs')
      .and.include('Cadre de Direction');
    const none = await direction.post(path, { persons: [] });
    expect(none.status).to.equal(422);
    expect(words(none)).to.include('Choisissez au moins une personne');
    await direction.post(path, {
      persons: [school.people.quotidienne.personId, school.childId],
      groups: ['Professeurs'],
    });
    expect(await readers(id)).to.have.members([school.people.quotidienne.personId, school.people.enseignants.personId]);
    const [line] = await school.db((db) =>
      db('audit_log').where({ act: 'Lecteurs d’un document à collecter' }).orderBy('at', 'desc').pluck('about'),
    );
    expect(line).to.match(/^Ordonnance : ajoutés .*LEOTI.* ; retirés .*BRAUD/);
    expect(await shown(direction, id)).to.include('Vous ne faites pas partie des personnes');
  });

  it('F17-09 families are notified on a day, or not at all; another day is another notice', async () => {
    const id = await created(direction, GESTION, 'Règlement');
    const path = `${GESTION}/${id}/notifier`;
    expect((await direction.post(path, { notify: 'on', day: '2026-11-20' })).status).to.equal(422);
    expect((await direction.post(path, { notify: 'on', day: '' })).status).to.equal(422);
    await direction.post(path, { notify: 'on', day: '2026-12-01' });
    expect(await shown(direction, id)).to.include('le 01/12/2026');
    await school.db((db) => db('collecte_documents').where({ id }).update({ notified_at: NOW }));
    await direction.post(path, { notify: 'on', day: '2026-12-01' });
    expect((await row(id)).notified_at, 'the same day again').to.not.equal(null);
    await direction.post(path, { notify: 'on', day: '2026-12-08' });
    expect((await row(id)).notified_at).to.equal(null);
    await direction.post(path, { notify: 'none', day: '2026-12-08' });
    expect((await row(id)).notify_on).to.equal(null);
  });

  it('F17-10 every cell of a document leads to its window, under a name that a screen reader says', async () => {
    const id = await created(direction, GESTION, 'Passeport');
    const page = await direction.get(`${GESTION}/?document=${id}`);
    for (const what of ['modifier', 'classes', 'depot', 'notifier', 'lecteurs']) {
      expect(page.text).to.include(`/collecte/${id}/${what}"`);
      expect((await direction.get(`${GESTION}/${id}/${what}`)).status).to.equal(200);
    }
    expect(page.text).to.include('aria-label="Modifier le dépôt de Passeport : sans date limite"');
    const renamed = await direction.post(`${GESTION}/${id}/modifier`, {
      title: 'Passeport ou carte',
      guidance: 'Les deux faces.',
    });
    expect(renamed.location).to.match(new RegExp(`document=${id}$`));
    expect(await shown(direction, id))
      .to.include('Passeport ou carte')
      .and.include('Les deux faces.');
  });

  it('S18-18 two people change the same document: the second is told, keeps what he chose, and nothing is lost', async () => {
    const id = await created(direction, GESTION, 'Vaccins');
    for (const [what, first, second] of [
      ['depot', { deposit: 'until', until: '2026-12-20' }, { deposit: 'none' }],
      ['classes', { classes: [gs] }, { classes: [school.classId] }],
      ['lecteurs', { persons: school.people.enseignants.personId }, { persons: school.people.direction.personId }],
    ] as [string, Record<string, string>, Record<string, string>][]) {
      const path = `${GESTION}/${id}/${what}`;
      const version = versionIn(await direction.get(path));
      expect((await direction.post(path, { ...first, _version: version })).status).to.equal(303);
      const late = await direction.post(path, { ...second, _version: version });
      expect(late.status, what).to.equal(422);
      expect(words(late)).to.include('Quelqu’un d’autre a enregistré');
      if (what === 'classes') {
        expect(words(late)).to.include('Enregistré en ce moment : GS.');
        expect(late.text).to.include(`value="${school.classId}" id="c-${school.classId}" checked`);
      }
    }
    const made = await row(id);
    expect([made.deposit, made.until_day]).to.deep.equal(['until', '2026-12-20']);
  });

  it('an archived document leaves the families, keeps its deposits, and comes back with « Annuler »', async () => {
    const id = await addDocument(school, 'Carnet de santé', { classes: [gs] });
    await give(school, id, { pupils: [zoe], by: { id: school.people.parents.personId, name: 'Paul Leroy' } });
    expect(words(await direction.get(`${GESTION}/${id}/archiver`))).to.include('1 dépôt reçu est gardé');
    await direction.post(`${GESTION}/${id}/archiver`, { sure: '' });
    const after = await direction.get(`${GESTION}/`);
    expect(words(after)).to.include('« Carnet de santé » est archivé').and.include('Documents archivés (1)');
    expect(after.text).to.include(`/${id}/remettre`);
    expect((await direction.get(`${GESTION}/${id}/classes`)).status).to.equal(404);
    await direction.post(`${GESTION}/${id}/remettre`, { sure: '' });
    expect(await shown(direction, id)).to.include('1/1 déposé');
  });

  it('« Relancer » says before whom it reaches, reaches exactly them, and nobody twice the same day', async () => {
    const lina = await addPupil(school, gs, { lastName: 'OKAFOR', firstName: 'Lina' });
    const grace = await addGuardian(school, 'Grâce OKAFOR', [zoe, lina]);
    const marc = await addGuardian(school, 'Marc OKAFOR', [zoe]);
    await school.db((db) =>
      db('guardian_links')
        .where({ guardian_id: marc.id })
        .update({ restricted_on: '2026-09-01', restricted_reason: 'jugement' }),
    );
    const alone = await addPupil(school, gs, { lastName: 'SEUL', firstName: 'Tom' });
    const id = await addDocument(school, 'Licence', { classes: [gs] });
    expect(await shown(direction, id))
      .to.include('Il manque 3 documents')
      .and.include('Relancer 1 famille');
    const before = words(await direction.get(`${GESTION}/${id}/relancer`));
    expect(before)
      .to.include('1 responsable de 2 élèves')
      .and.include('OKAFOR Grâce')
      .and.include('Aucun responsable à prévenir ici pour : Tom SEUL (GS)')
      .and.not.include('Marc');
    await direction.post(`${GESTION}/${id}/relancer`, { sure: '' });
    const told = () =>
      school.db((db) =>
        db('notices').where('about', 'like', `collecte:${id}:%`).orderBy('at').select('person_id', 'title'),
      );
    expect((await told()).map((one) => one.person_id)).to.deep.equal([grace.id]);
    expect((await told())[0].title)
      .to.include('Rappel')
      .and.include('Licence')
      .and.include('Zoé')
      .and.include('Lina');
    expect(await shown(direction, id))
      .to.include('Familles relancées aujourd’hui')
      .and.not.include('Relancer 1');
    const again = await direction.post(`${GESTION}/${id}/relancer`, { sure: '' });
    expect(again.status).to.equal(303);
    expect(await shown(direction, id)).to.include('Aucun rappel n’est parti');
    expect(await told()).to.have.length(1);
    school.house.setNow(later(24 * 60));
    const tomorrow = await school.asAccount(school.people.direction.accountId, 'administration');
    await tomorrow.post(`${GESTION}/${id}/relancer`, { sure: '' });
    expect(await told()).to.have.length(2);
    await school.db((db) => db('class_places').whereIn('pupil_id', [lina, alone]).delete());
  });

  it('F17-14 a teacher asks his own classes only, reads the school’s documents he was chosen for, and sees no other pupil', async () => {
    const id = await created(teacher, TEACHER, 'Photo pour le cahier');
    expect(await readers(id)).to.have.members([school.people.enseignants.personId, school.people.direction.personId]);
    const window = words(await teacher.get(`${TEACHER}/${id}/classes`));
    expect(window).to.include('CE1 Jonquilles').and.not.include('GS');
    await teacher.post(`${TEACHER}/${id}/classes`, { classes: [school.classId, gs] });
    expect(await asked(id), 'not the class of somebody else').to.deep.equal([school.classId]);
    await teacher.post(`${TEACHER}/${id}/classes`, { all: 'on' });
    expect((await row(id)).all_classes, '« toutes » are his').to.equal(false);
    expect(await asked(id)).to.deep.equal([school.classId]);
    const hidden = await addDocument(school, 'Jugement', {});
    const read = await addDocument(school, 'Assurance lue', { readers: [school.people.enseignants.personId] });
    const page = await shown(teacher, read);
    expect(page).to.include('Assurance lue').and.include('LEROY').and.not.include('OKAFOR').and.not.include('Jugement');
    expect(page).to.not.include('Relancer');
    for (const what of ['modifier', 'classes', 'depot', 'notifier', 'lecteurs', 'relancer', 'archiver'])
      for (const one of [hidden, read])
        expect((await teacher.get(`${TEACHER}/${one}/${what}`)).status, what).to.equal(404);
    expect((await teacher.post(`${TEACHER}/${read}/classes`, { all: 'on' })).status).to.equal(404);
    expect((await teacher.get(`${TEACHER}/${hidden}`)).status).to.equal(404);
    expect((await teacher.get(`${TEACHER}/${id}`)).status).to.equal(303);
    expect(words(await direction.get(`${GESTION}/`))).to.include('demandé par un professeur');
  });

  it('another teacher, another school and a profile without the permission find nothing', async () => {
    const id = await created(teacher, TEACHER, 'Cahier à couvrir');
    const paths = ['', '/modifier', '/classes', '/depot', '/notifier', '/lecteurs', '/relancer', '/archiver'];
    const colleague = await school.db(async (db) => {
      const [{ id: person }] = await db('people')
        .insert({ kind: 'teacher', last_name: 'PETIT', first_name: 'Bruno', search: 'petit bruno' })
        .returning('id');
      await db('class_teachers').insert({ class_id: gs, teacher_id: person });
      const [account] = await db('accounts')
        .insert({ person_id: person, login: 'BPETIT', mode: 'espace', state: 'active' })
        .returning('id');
      return account.id as string;
    });
    const other = await school.asAccount(colleague, 'espace');
    for (const path of paths) expect((await other.get(`${TEACHER}/${id}${path}`)).status, path).to.equal(404);
    const elsewhere = await openSchool({ plugins: ['collecte'] });
    for (const path of paths)
      expect((await elsewhere.as('direction').get(`${GESTION}/${id}${path}`)).status, path).to.equal(404);
    await elsewhere.close();
    for (const path of ['/', ...paths.map((one) => `/${id}${one}`)])
      expect((await school.as('mairie').get(GESTION + path)).status, path).to.equal(403);
    expect((await school.as('parents').get(`${TEACHER}/a-collecter`)).status).to.equal(403);
  });

  it('a profile that may only look sees the table and changes nothing; a module that is off answers nothing', async () => {
    const id = await addDocument(school, 'À regarder', {});
    await school.db((db) =>
      db.raw(
        `update profiles set permissions = array_append(permissions, 'collecte.read')
         where id = (select profile_id from accounts where id = ?)`,
        [school.people.quotidienne.accountId],
      ),
    );
    const office = school.as('quotidienne');
    const page = await office.get(`${GESTION}/?document=${id}`);
    expect(page.status).to.equal(200);
    expect(page.text).to.not.include('class="cell').and.not.include('/nouveau');
    for (const what of ['modifier', 'classes', 'depot', 'notifier', 'lecteurs', 'relancer', 'archiver'])
      expect(
        (await office.post(`${GESTION}/${id}/${what}`, { all: 'on', title: 'x', sure: '' })).status,
        what,
      ).to.equal(403);
    await school.house.house
      .app('school_plugins')
      .where({ school_id: school.id, plugin: 'collecte' })
      .update({ on: false });
    expect((await direction.get(`${GESTION}/`)).status).to.equal(404);
    await school.house.house
      .app('school_plugins')
      .where({ school_id: school.id, plugin: 'collecte' })
      .update({ on: true });
  });

  it('the checklist follows fiche 17, and the home of Gestion says what waits and what is missing', async () => {
    const id = await addDocument(school, 'Bulletin', { classes: [gs] });
    await give(school, id, { pupils: [zoe], by: { id: school.people.parents.personId, name: 'Paul Leroy' } });
    const home = words(await direction.get('/gestion/accueil/'));
    expect(home)
      .to.include('Demander un document aux familles')
      .and.match(/Bulletin : 1 dépôt à revoir|et \d+ autres documents/);
    expect(words(await teacher.get('/espace/enseignants/accueil/'))).to.include('Documents à collecter');
  });

  it('when the school year is over what was collected leaves with its files, and the documents are proposed again without classes or days', async () => {
    const id = await addDocument(school, 'Assurance de l’an dernier', {
      values: { deposit: 'until', until_day: '2027-06-01', notify_on: '2027-05-01', asks_validity: true },
    });
    const sending = await give(school, id, {
      pupils: [zoe],
      by: { id: school.people.parents.personId, name: 'Paul Leroy' },
    });
    const night = async () => {
      const { jobs } = school.house.house;
      await school.db((db) => jobs.later(db, { id: school.id } as School, 'collecte', 'nightly.purge', null));
      await school.runJobs();
    };
    school.house.setNow(new Date('2027-07-31T20:00:00Z'));
    await night();
    expect(await row(id), 'still 31 July').to.be.an('object');
    school.house.setNow(new Date('2027-08-01T02:00:00Z'));
    await night();
    const left = await school.db(async (db) => ({
      old: await db('collecte_documents').where('year', '<', 2027).pluck('title'),
      sendings: await db('collecte_sendings').pluck('id'),
      deposits: await db('collecte_deposits').pluck('id'),
      reminders: await db('collecte_reminders').pluck('id'),
      files: await db('files')
        .where({ about: `collecte:${sending}` })
        .pluck('id'),
      now: await db('collecte_documents').where({ title: 'Assurance de l’an dernier' }).first(),
      archived: await db('collecte_documents').whereNotNull('archived_at').pluck('id'),
    }));
    expect([left.old, left.sendings, left.deposits, left.reminders, left.files]).to.deep.equal([[], [], [], [], []]);
    const { year, deposit, until_day, notify_on, asks_validity, all_classes } = left.now;
    expect([year, deposit, until_day, notify_on, asks_validity, all_classes]).to.deep.equal([
      2027,
      'open',
      null,
      null,
      true,
      false,
    ]);
    expect(await readers(left.now.id)).to.deep.equal([school.people.direction.personId]);
  });
});
