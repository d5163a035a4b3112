import { openSchool, type TestSchool } from '@preau/core/testing';
import { expect } from 'chai';
import sharp from 'sharp';
import {
  type Cast,
  deposit,
  filesOf,
  GESTION,
  idIn,
  later,
  NOW,
  natureCalled,
  PARENTS,
  sheet,
  TEACHERS,
  twoFamilies,
  words,
} from './samples/two-families.test.ts';

describe('depositing a document in lockers', () => {
  let school: TestSchool;
  let cast: Cast;
  let sante: string;
  before(async () => {
    school = await openSchool({ plugins: ['casier', 'personnels'] });
    school.house.setNow(NOW);
    cast = await twoFamilies(school);
    sante = await natureCalled(school, 'Santé');
  });
  beforeEach(() => school.house.setNow(NOW));
  after(async () => {
    school.house.setNow(null);
    await school.close();
  });
  const told = (personId: string): Promise<string[]> =>
    school.db((db) => db('notices').where({ person_id: personId }).orderBy('title').pluck('title'));

  it('F16-1 F16-6 C-37 teachers, staff and parents have a locker: who and how many is said before, each is told and finds it there', async () => {
    const { enseignants, parents, accompagnants } = school.people;
    const director = school.as('direction');
    const made = await director.post(`${GESTION}deposer`, {
      nature: sante,
      files: sheet('Protocole.txt'),
      act: 'choisir',
    });
    const id = idIn(made);
    expect(made.location).to.match(/\/destinataires$/);
    const to = [enseignants.personId, parents.personId, accompagnants.personId];
    await director.post(made.location as string, { to, par: 'classe', resp: 'tous', act: '' });
    const draft = words(await director.get(`${GESTION}${id}/brouillon`));
    expect(draft)
      .to.include('3 personnes : 1 professeur, 1 responsable de 2 élèves, 1 personnel.')
      .and.include('Valider pour 3 personnes')
      .and.include('Protocole.txt');
    expect(await told(parents.personId)).to.deep.equal([]);
    const sent = await director.post(`${GESTION}${id}/brouillon`, { nature: sante, act: 'valider' });
    expect(sent.location).to.match(new RegExp(`${id}$`));
    expect(words(await director.get(`${GESTION}${id}`)))
      .to.include('Ouvert par 0 sur 3')
      .and.include('Protocole.txt');
    // Nobody sees it before the minute in which it can be called back.
    expect(words(await school.as('parents').get(PARENTS))).to.include('Votre casier est vide');
    school.house.setNow(later(2));
    expect(await told(parents.personId)).to.deep.equal([
      'Dans votre casier : Protocole, pour Mila (CE1 Jonquilles) et Tom (CP)',
    ]);
    expect(await told(enseignants.personId)).to.deep.equal(['Dans votre casier : Protocole']);
    for (const [role, home] of [
      ['enseignants', TEACHERS],
      ['parents', PARENTS],
      ['accompagnants', '/espace/accompagnants/casier/'],
    ] as const)
      expect(words(await school.as(role).get(home)))
        .to.include('1 document à ouvrir')
        .and.include('Nouveau')
        .and.include('Protocole')
        .and.include('De Mme')
        .and.include('Santé')
        .and.include('Protocole.txt Texte');
    expect(words(await school.as('parents').get('/espace/parents/accueil/')))
      .to.include('Nouveau dans mon casier')
      .and.include('Protocole');
    expect(words(await cast.grace.client.get(PARENTS))).to.include('Votre casier est vide');
  });

  it('F16-1 a parent deposits for the teacher of his child, and reaches nobody else, even by hand', async () => {
    const parent = school.as('parents');
    const made = await parent.post(`${PARENTS}deposer`, {
      nature: sante,
      files: sheet('Certificat.txt'),
      act: 'choisir',
    });
    const picker = await parent.get(made.location as string);
    expect(picker.text).to.include('KRUG').and.include('BRAUD').and.not.include('DIALLO').and.not.include('OKAFOR');
    const id = idIn(made);
    const to = [school.people.enseignants.personId, school.people.periscolaire.personId, cast.grace.personId];
    await parent.post(made.location as string, { to, par: 'nom', resp: 'tous', act: '' });
    // Of two children he says which one (C-28).
    const draft = { nature: sante, act: 'valider' };
    const refused = await parent.post(`${PARENTS}${id}/brouillon`, draft);
    expect(refused.status).to.equal(422);
    expect(words(refused)).to.include('Dites pour quel enfant').and.include('Certificat.txt');
    expect((await parent.post(`${PARENTS}${id}/brouillon`, { ...draft, about: school.childId })).status).to.equal(303);
    school.house.setNow(later(2));
    expect(words(await school.as('enseignants').get(TEACHERS)))
      .to.include('Certificat')
      .and.include('De M.')
      .and.include('Pour Mila (CE1 Jonquilles)');
    expect(words(await school.as('enseignants').get(`${TEACHERS}${id}`))).to.include('pour Mila (CE1 Jonquilles)');
    const recipients: string[] = await school.db((db) =>
      db('casier_recipients').where({ document_id: id }).pluck('person_id'),
    );
    expect(recipients).to.deep.equal([school.people.enseignants.personId]);
    // What a family deposits is nobody else’s to follow.
    expect(words(await school.as('direction').get(`${GESTION}diffusion/equipe`))).to.not.include('Certificat');
    expect((await school.as('direction').get(`${GESTION}${id}`)).status).to.equal(404);
  });

  it('F16-2 where the list of teachers is switched off, its folder leads nowhere', async () => {
    const small = await openSchool({ plugins: ['casier'] });
    const { status } = await small.as('direction').post(`${GESTION}deposer/professeurs`, {});
    expect(status).to.equal(404);
    await small.close();
  });

  it('F16-2 F16-3 the folder in the toolbar of each list leads the selection to the choice of files', async () => {
    const { enseignants, quotidienne, parents } = school.people;
    const director = school.as('direction');
    const lists: [string, string, string, string[]][] = [
      ['personnels/professeurs', 'professeurs', enseignants.personId, [enseignants.personId]],
      ['personnels/personnels', 'personnels', quotidienne.personId, [quotidienne.personId]],
      ['ressources/responsables', 'responsables', parents.personId, [parents.personId]],
      ['ressources/eleves', 'eleves', cast.tom, [parents.personId]],
    ];
    for (const [list, act, row, to] of lists) {
      expect((await director.get(`/gestion/${list}`)).text)
        .to.include(`/casier/deposer/${act}`)
        .and.include('#folder-open');
      const started = await director.post(`${GESTION}deposer/${act}`, { id: [row], dit: '1' });
      const id = idIn(started);
      const draft = await director.get(started.location as string);
      expect(draft.text).to.include('type="file"').and.include('Valider pour 1 personne');
      const kept = await school.db((db) => db('casier_documents').where({ id }).first('draft_to', 'about'));
      expect(kept).to.deep.equal({ draft_to: to, about: act === 'eleves' ? [cast.tom] : [] });
      const none = await director.post(`${GESTION}deposer/${act}`, { id: [] });
      expect(none.location).to.include(list);
    }
    // From the pupils’ list it is about that child only (C-28).
    const started = await director.post(`${GESTION}deposer/eleves`, { id: [cast.tom] });
    await director.post(started.location as string, { nature: sante, files: sheet('Bilan.txt'), act: 'valider' });
    school.house.setNow(later(2));
    expect(words(await school.as('parents').get(`${PARENTS}?q=bilan`)))
      .to.include('Pour Tom (CP)')
      .and.not.include('Mila');
    // The whole list, over its pages, and a teacher in his Espace has no such button.
    expect(idIn(await director.post(`${GESTION}deposer/professeurs`, { tout: 'on' }))).to.be.a('string');
    expect((await school.as('enseignants').post(`${GESTION}deposer/professeurs`, { tout: 'on' })).status).to.equal(403);
  });

  it('F16-4 a photo is made smaller, upright and without its position', async () => {
    // Grain, as a camera sees it: a picture of one flat colour has nothing that could be made smaller.
    const noise = { type: 'gaussian', mean: 128, sigma: 20 } as const;
    const photo = await sharp({
      create: { width: 4000, height: 1000, channels: 3, background: '#c84', noise },
    })
      .withExif({ IFD3: { GPSLatitude: '48/1 50/1 0/1', GPSLatitudeRef: 'N' } })
      .withMetadata({ orientation: 6 })
      .jpeg({ quality: 100 })
      .toBuffer();
    const files = new File([new Uint8Array(photo)], 'photo.jpg');
    const id = await deposit(school, school.as('direction'), GESTION, [school.people.enseignants.personId], { files });
    school.house.setNow(later(2));
    const [file] = await filesOf(school, id);
    const got = await school.as('enseignants').get(`/fichiers/${file?.id}`);
    const { width, height, exif } = await sharp(got.bytes).metadata();
    expect({ width, height, exif }).to.deep.equal({ width: 877, height: 3508, exif: undefined });
    expect(got.bytes.length).to.be.lessThan(photo.length);
  });

  it('F16-5 the nature of a document is chosen, or created in the same form; one in use stays', async () => {
    const director = school.as('direction');
    const page = await director.get(`${GESTION}deposer`);
    for (const label of ['Administratif', 'Santé', 'Scolarité', 'Périscolaire', 'Pédagogie', 'Divers'])
      expect(page.text).to.include(`>${label}</option>`);
    const to = [school.people.enseignants.personId];
    const id = await deposit(school, director, GESTION, to, { newNature: 'Sécurité & incendie', nature: '' });
    school.house.setNow(later(2));
    expect(words(await school.as('enseignants').get(`${TEACHERS}${id}`))).to.include('Sécurité & incendie');
    // The same word again, without its accents, is the same nature.
    await deposit(school, director, GESTION, to, { newNature: 'securite & INCENDIE', nature: '' });
    const made = await school.db((db) => db('casier_natures').where('label', 'ilike', '%incendie%').select('id'));
    expect(made).to.have.length(1);
    // Families choose among them.
    await school.as('parents').post(`${PARENTS}deposer`, { newNature: 'La mienne', act: 'garder' });
    expect(await school.db((db) => db('casier_natures').where({ label: 'La mienne' }).first())).to.equal(undefined);
    const divers = await natureCalled(school, 'Divers');
    await director.post(`${GESTION}natures/supprimer`, { id: [made[0].id, divers], dit: 'sûr 2' });
    const left: string[] = await school.db((db) => db('casier_natures').pluck('label'));
    expect(left).to.include('Sécurité & incendie').and.not.include('Divers');
    expect(words(await director.get(`${GESTION}natures`))).to.include('Pédagogie');
  });

  it('B42 two files of the same name in one deposit: nothing lost, each opens as it was', async () => {
    const files = [sheet('attestation.txt', 'première'), sheet('attestation.txt', 'seconde')];
    const director = school.as('direction');
    const made = await director.post(`${GESTION}deposer/professeurs`, { id: [school.people.enseignants.personId] });
    const form = new FormData();
    for (const one of files) form.append('files', one);
    form.append('nature', sante);
    form.append('act', 'valider');
    const sent = await fetch(school.url((made.location as string).replace(`/${school.rne}`, '')), {
      method: 'POST',
      body: form,
      redirect: 'manual',
      headers: { Cookie: director.cookie, 'Sec-Fetch-Site': 'same-origin' },
    });
    expect(sent.status).to.equal(303);
    school.house.setNow(later(2));
    const kept = await filesOf(school, idIn(made));
    expect(kept.map((one) => one.name)).to.deep.equal(['attestation.txt', 'attestation.txt']);
    const read = await Promise.all(
      kept.map(async ({ id }) => (await school.as('enseignants').get(`/fichiers/${id}`)).text),
    );
    expect(read).to.have.members(await Promise.all(files.map((one) => one.text())));
  });

  it('a deposit lacks a file, a nature or somebody: each is said beside its field, and what was typed stays', async () => {
    const director = school.as('direction');
    const refused = await director.post(`${GESTION}deposer`, { title: 'À garder', message: 'Un mot', act: 'valider' });
    expect(refused.status).to.equal(422);
    expect(words(refused))
      .to.include('Choisissez au moins un fichier')
      .and.include('Choisissez « Nature du document » dans la liste')
      .and.include('Choisissez au moins une personne')
      .and.include('Un mot');
    expect(refused.text).to.include('value="À garder"');
    // A file that came with a wrong form waits in the page.
    const waiting = await director.post(`${GESTION}deposer`, { files: sheet('attend.txt'), act: 'valider' });
    expect(waiting.status).to.equal(422);
    expect(waiting.text).to.include('attend.txt').and.include('files.kept');
    expect((await director.post(`${GESTION}deposer`, { nature: 'x'.repeat(90), act: 'garder' })).status).to.equal(422);
    expect((await director.post(`${GESTION}deposer`, { nature: 'nulle', act: 'garder' })).status).to.equal(422);
    expect(await school.db((db) => db('casier_documents').where({ title: 'À garder' }).first())).to.equal(undefined);
  });

  it('a draft is its maker’s alone, and can be thrown away with its files', async () => {
    const teacher = school.as('enseignants');
    const id = idIn(await teacher.post(`${TEACHERS}deposer`, { files: sheet(), act: 'garder' }));
    expect(words(await teacher.get(`${TEACHERS}?vue=deposes`))).to.include('Brouillon');
    const [file] = await filesOf(school, id);
    expect((await teacher.get(`/fichiers/${file?.id}`)).status).to.equal(200);
    expect((await school.as('direction').get(`/fichiers/${file?.id}`)).status).to.equal(404);
    for (const path of [
      `${GESTION}${id}`,
      `${GESTION}${id}/brouillon`,
      `${GESTION}${id}/suivi`,
      `${GESTION}${id}/accord`,
    ])
      expect((await school.as('direction').get(path)).status).to.equal(404);
    await teacher.post(`${TEACHERS}${id}/brouillon`, { act: 'jeter' });
    expect((await teacher.get(`${TEACHERS}${id}/brouillon`)).status).to.equal(404);
    expect(await filesOf(school, id)).to.deep.equal([]);
  });

  it('the same « Valider » pressed twice deposits once', async () => {
    const director = school.as('direction');
    const made = await director.post(`${GESTION}deposer/professeurs`, { id: [school.people.enseignants.personId] });
    const key = crypto.randomUUID();
    const fields = () => ({ nature: sante, files: sheet('Une-fois.txt'), act: 'valider', _key: key });
    const [first, second] = await Promise.all(
      [fields(), fields()].map((one) => director.post(made.location as string, one)),
    );
    expect(second?.location).to.equal(first?.location);
    expect(await filesOf(school, idIn(made))).to.have.length(1);
    const lines = await school.db((db) =>
      db('audit_log').where({ act: 'Document déposé' }).where('about', 'like', 'Une-fois%'),
    );
    expect(lines).to.have.length(1);
  });

  it('P17 « Annuler » within the minute: nobody has seen it, nobody was told, it is a draft again', async () => {
    const { parents } = school.people;
    const director = school.as('direction');
    const before = await told(parents.personId);
    const id = await deposit(school, director, GESTION, [parents.personId], { title: 'Erreur' });
    expect(await told(parents.personId)).to.have.length(before.length + 1);
    expect((await director.post(`${GESTION}${id}/annuler`)).location).to.match(/brouillon$/);
    expect(await told(parents.personId)).to.deep.equal(before);
    school.house.setNow(later(2));
    expect((await school.as('parents').get(`${PARENTS}${id}`)).status).to.equal(404);
    expect(words(await director.get(`${GESTION}${id}/brouillon`))).to.include('Valider pour 1 personne');
    // Somebody else’s is not his to call back.
    expect((await school.as('enseignants').post(`${TEACHERS}${id}/annuler`)).status).to.equal(404);
  });

  it('P4 in the evening families find it, teachers and staff the next morning', async () => {
    const evening = new Date('2026-11-25T20:00:00Z');
    school.house.setNow(evening);
    const { enseignants, parents, direction } = school.people;
    const director = await school.asAccount(direction.accountId, 'administration');
    const id = await deposit(school, director, GESTION, [enseignants.personId, parents.personId], { title: 'Du soir' });
    const [file] = await filesOf(school, id);
    school.house.setNow(new Date(evening.getTime() + 120_000));
    const parent = await school.asAccount(parents.accountId, 'espace');
    const teacher = () => school.asAccount(enseignants.accountId, 'espace');
    expect((await parent.get(`${PARENTS}${id}`)).status).to.equal(200);
    expect((await (await teacher()).get(`${TEACHERS}${id}`)).status).to.equal(404);
    expect((await (await teacher()).get(`/fichiers/${file?.id}`)).status).to.equal(404);
    expect(words(await director.get(`${GESTION}${id}`))).to.include('Sera remis demain à');
    school.house.setNow(new Date('2026-11-26T09:00:00Z'));
    expect((await (await teacher()).get(`${TEACHERS}${id}`)).status).to.equal(200);
  });

  it('C-35 while the messaging is cut nothing is deposited, and the draft stays', async () => {
    await school.db((db) =>
      db('messaging_cuts').insert({ scope: 'guardian', reason: 'retour lundi', by_name: 'x', at: NOW }),
    );
    const parent = school.as('parents');
    const made = await parent.post(`${PARENTS}deposer`, {
      nature: sante,
      files: sheet(),
      about: school.childId,
      act: 'choisir',
    });
    await parent.post(made.location as string, {
      to: school.people.enseignants.personId,
      par: 'nom',
      resp: 'tous',
      act: '',
    });
    const path = `${PARENTS}${idIn(made)}/brouillon`;
    expect(words(await parent.get(path))).to.include('retour lundi');
    const answer = await parent.post(path, { nature: sante, about: school.childId, act: 'valider' });
    expect(answer.status).to.equal(403);
    await school.db((db) => db('messaging_cuts').delete());
    expect((await parent.post(path, { nature: sante, about: school.childId, act: 'valider' })).status).to.equal(303);
  });

  it('P18 what a teacher deposits for families waits for the direction where the school wants it, who lets it go or sends it back', async () => {
    await school.db((db) =>
      db('plugin_settings').insert({ plugin: 'communication', values: JSON.stringify({ approve: true }) }),
    );
    const teacher = school.as('enseignants');
    const director = school.as('direction');
    const { parents } = school.people;
    const id = await deposit(school, teacher, TEACHERS, [parents.personId], { title: 'Sortie' });
    school.house.setNow(later(2));
    expect(words(await teacher.get(`${TEACHERS}${id}`))).to.include('Attend l’accord de la direction');
    expect((await school.as('parents').get(`${PARENTS}${id}`)).status).to.equal(404);
    expect(words(await director.get('/gestion/accueil/'))).to.include('1 document d’un professeur attend votre accord');
    expect(words(await director.get(`${GESTION}diffusion/familles`)))
      .to.include('À approuver')
      .and.include('Sortie');
    const [file] = await filesOf(school, id);
    expect((await director.get(`/fichiers/${file?.id}`)).status).to.equal(200);
    expect((await school.as('mairie').get(`/fichiers/${file?.id}`)).status).to.equal(404);
    expect((await director.post(`${GESTION}${id}/renvoyer`, { word: '' })).status).to.equal(422);
    expect((await director.post(`${GESTION}${id}/renvoyer`, { word: 'Ajoutez l’heure' })).status).to.equal(303);
    expect(words(await teacher.get(`${TEACHERS}${id}/brouillon`))).to.include('Ajoutez l’heure');
    expect((await director.get(`/fichiers/${file?.id}`)).status).to.equal(404);
    const nature = await natureCalled(school, 'Administratif');
    await teacher.post(`${TEACHERS}${id}/brouillon`, { title: 'Sortie', nature, act: 'valider' });
    expect((await director.post(`${GESTION}${id}/approuver`)).status).to.equal(303);
    expect((await director.post(`${GESTION}${id}/approuver`)).status).to.equal(303);
    school.house.setNow(later(5));
    expect(words(await school.as('parents').get(`${PARENTS}${id}`)))
      .to.include('Sortie')
      .and.include('pour Mila');
    // Once it has gone, the direction follows it without reading it (F16-7).
    expect((await director.get(`/fichiers/${file?.id}`)).status).to.equal(404);
    expect(await told(school.people.enseignants.personId)).to.include.members([
      'À reprendre : Sortie',
      'Approuvé et déposé : Sortie',
    ]);
    await school.db((db) => db('plugin_settings').delete());
  });
});
