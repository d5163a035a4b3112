import { openSchool, type TestSchool } from '@preau/core/testing';
import { expect } from 'chai';

/** A guardian more, with a child in the test class; signed in by `as`. */
async function secondParent(school: TestSchool, lastName: string) {
  return school.db(async (db) => {
    const [{ id }] = await db('people')
      .insert({
        kind: 'guardian',
        civility: 'M.',
        last_name: lastName,
        first_name: 'Hugo',
        search: lastName.toLowerCase(),
      })
      .returning('id');
    const [{ id: pupil }] = await db('people')
      .insert({ kind: 'pupil', last_name: lastName, first_name: 'Zoé', search: `${lastName.toLowerCase()} zoe` })
      .returning('id');
    const place = await db('class_places').first('class_id', 'year');
    await db('class_places').insert({ pupil_id: pupil, class_id: place.class_id, year: place.year, level: 'CE1' });
    await db('guardian_links').insert({ guardian_id: id, pupil_id: pupil });
    const [account] = await db('accounts')
      .insert({ person_id: id, login: `H${lastName}`, mode: 'espace', state: 'active', password_hash: 'x' })
      .returning('id');
    return { id, pupil, accountId: account.id };
  });
}

const GESTION = '/gestion/discussions/';
const TEACHERS = '/espace/enseignants/discussions/';
const PARENTS = '/espace/parents/discussions/';

describe('discussions', () => {
  let school: TestSchool;
  before(async () => {
    school = await openSchool({ plugins: ['discussions'] });
    // A Tuesday at 10 h: nothing waits.
    school.house.setNow(new Date('2026-11-24T09:00:00Z'));
  });
  after(async () => {
    school.house.setNow(null);
    await school.close();
  });

  /** Writes, chooses and sends. @returns the discussion's id. */
  async function begin(
    role: 'direction' | 'enseignants' | 'parents',
    home: string,
    to: string[],
    fields: Record<string, string> = {},
  ) {
    const client = school.as(role);
    const made = await client.post(`${home}nouvelle`, {
      subject: 'Demande de rendez-vous',
      body: 'Bonjour, pouvons-nous nous voir ?',
      act: 'choisir',
      ...fields,
    });
    expect(made.status).to.equal(303);
    const id = /discussions\/([0-9a-f-]{36})\//.exec(made.location as string)?.[1] as string;
    const chosen = await client.post(`${home}${id}/destinataires`, { to, par: 'classe', resp: 'tous', act: '' });
    expect(chosen.status).to.equal(303);
    const sent = await client.post(`${home}${id}/brouillon`, {
      subject: 'Demande de rendez-vous',
      body: 'Bonjour, pouvons-nous nous voir ?',
      ...fields,
      act: 'envoyer',
    });
    expect(sent.status).to.equal(303);
    return id;
  }

  it('F15-1 F15-2 F15-3 F15-5 F15-7 the teacher writes to a parent, who answers; each sees it all', async () => {
    const { parents, enseignants } = school.people;
    const id = await begin('enseignants', TEACHERS, [parents.personId]);
    const parent = school.as('parents');
    const list = await parent.get(PARENTS);
    expect(list.text).to.include('Demande de rendez-vous').and.include('1 nouveau message').and.include('KRUG');
    const page = await parent.get(PARENTS + id);
    expect(page.text).to.include('pouvons-nous nous voir');
    school.house.setNow(new Date('2026-11-24T09:01:00Z'));
    expect((await parent.post(PARENTS + id, { body: 'Oui, mardi à 17 h.' })).status).to.equal(303);
    const seen = await school.as('enseignants').get(TEACHERS + id);
    expect(seen.text).to.include('Oui, mardi à 17 h.').and.include('LEROY');
    expect((await school.as('enseignants').get(TEACHERS)).text).to.include('1 nouveau message');
    expect(enseignants.personId).to.be.a('string');
  });

  it('only the page that is open says it has been read: a GET marks nothing', async () => {
    const id = await begin('enseignants', TEACHERS, [school.people.parents.personId]);
    const parent = school.as('parents');
    await parent.get(PARENTS + id);
    expect((await parent.get(PARENTS)).text).to.include('nouveau message');
    expect((await parent.get(PARENTS + id)).text).to.include(`${id}/lu`);
    expect((await parent.post(`${PARENTS}${id}/lu`)).status).to.equal(303);
    expect((await parent.get(PARENTS + id)).text).to.not.include(`${id}/lu`);
  });

  it('F15-6 a discussion needs somebody to talk to, a subject and a message; what was typed stays', async () => {
    const client = school.as('enseignants');
    const made = await client.post(`${TEACHERS}nouvelle`, { subject: '', body: 'Un texte à garder', act: 'garder' });
    const draft = made.location as string;
    const refused = await client.post(draft, { subject: '', body: 'Un texte à garder', act: 'envoyer' });
    expect(refused.status).to.equal(422);
    expect(refused.text)
      .to.include('Choisissez au moins une personne')
      .and.include('Écrivez l’objet')
      .and.include('Un texte à garder');
    expect((await school.as('parents').get(draft.replace('enseignants', 'parents'))).status).to.equal(404);
    expect((await client.post(draft, { subject: '', body: '', act: 'jeter' })).status).to.equal(303);
    expect((await client.get(draft)).status).to.equal(404);
  });

  it('F15-4 the picker of a parent offers those who look after his child, with the reason, and nobody else', async () => {
    const made = await school.as('parents').post(`${PARENTS}nouvelle`, { subject: 'x', body: 'y', act: 'choisir' });
    const page = await school.as('parents').get(made.location as string);
    expect(page.text).to.include('KRUG').and.include('BRAUD').and.include('ceux qui s’occupent de vos enfants');
    expect(page.text).to.not.include('DIALLO').and.not.include('tout|guardians');
    // A form by hand reaches nobody else either.
    const id = /discussions\/([0-9a-f-]{36})/.exec(made.location as string)?.[1];
    await school
      .as('parents')
      .post(made.location as string, { to: [school.people.periscolaire.personId], par: 'nom', resp: 'tous' });
    const draft = await school.as('parents').get(`${PARENTS}${id}/brouillon`);
    expect(draft.text).to.include('Personne n’est encore choisi');
  });

  it('F15-8 beyond ten people the sender is told that each reads each answer', async () => {
    const many = await school.db(async (db) =>
      db('people')
        .insert(
          Array.from({ length: 11 }, (_, n) => ({
            kind: 'teacher',
            last_name: `PROF${n}`,
            first_name: 'Ana',
            search: `prof${n}`,
          })),
        )
        .returning('id'),
    );
    const client = school.as('direction');
    const made = await client.post(`${GESTION}nouvelle`, { subject: 'x', body: 'y', act: 'choisir' });
    await client.post(made.location as string, { to: many.map((row) => row.id), par: 'nom', resp: 'tous' });
    const draft = await client.get((made.location as string).replace('destinataires', 'brouillon'));
    expect(draft.text).to.include('Vous êtes nombreux').and.include('11 personnes');
  });

  it('F15-9 S18-11 who takes no part finds neither the discussion nor its files, in this school or another', async () => {
    const file = new File([Buffer.from('%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF')], 'mot.pdf', {
      type: 'application/pdf',
    });
    const id = await begin('enseignants', TEACHERS, [school.people.parents.personId]);
    const sent = await school.as('parents').post(PARENTS + id, { body: 'Voici', files: file });
    expect(sent.status).to.equal(303);
    const page = await school.as('enseignants').get(TEACHERS + id);
    const link = /href="([^"]*\/fichiers\/[^"]+)"/.exec(page.text)?.[1] as string;
    expect((await school.as('enseignants').get(link)).status).to.equal(200);
    for (const role of ['direction', 'accompagnants', 'periscolaire', 'eleves'] as const)
      expect((await school.as(role).get(link)).status, role).to.equal(404);
    expect((await school.as('direction').get(GESTION + id)).status).to.equal(404);
    expect((await school.as('accompagnants').get(`/espace/accompagnants/discussions/${id}`)).status).to.equal(404);
    const other = await openSchool({ plugins: ['discussions'] });
    expect((await other.as('parents').get(PARENTS + id)).status).to.equal(404);
    await other.close();
  });

  it('B35 somebody taken out writes no more from his old page, and nothing new reaches him', async () => {
    const other = await secondParent(school, 'GARNIER');
    const id = await begin('direction', GESTION, [school.people.parents.personId, other.id]);
    const gone = await school.asAccount(other.accountId, 'espace');
    expect((await gone.get(PARENTS + id)).status).to.equal(200);
    school.house.setNow(new Date('2026-11-24T09:05:00Z'));
    expect((await school.as('direction').post(`${GESTION}${id}/retirer`, { person: other.id })).status).to.equal(303);
    const refused = await gone.post(PARENTS + id, { body: 'Encore moi' });
    expect(refused.status).to.equal(403);
    expect(refused.text).to.include('Vous ne participez plus à cette discussion');
    school.house.setNow(new Date('2026-11-24T09:10:00Z'));
    const file = new File([Buffer.from('%PDF-1.4\n%%EOF')], 'suite.pdf', { type: 'application/pdf' });
    await school.as('parents').post(PARENTS + id, { body: 'Une suite secrète', files: file });
    const page = await school.as('parents').get(PARENTS + id);
    const link = /href="([^"]*\/fichiers\/[^"]+)"/.exec(page.text)?.[1] as string;
    const old = await gone.get(PARENTS + id);
    expect(old.text).to.include('pouvons-nous nous voir').and.not.include('Une suite secrète');
    const list = await gone.get(PARENTS);
    expect(list.text).to.include('Vous n’y participez plus').and.not.include('secrète');
    expect((await gone.get(link)).status).to.equal(404);
    // His name stays on what he took part in.
    expect(page.text).to.include('GARNIER');
    const notices = await school.db((db) => db('notices').where({ person_id: other.id }));
    expect(notices.filter((one) => one.about.startsWith(`discussions:${id}`))).to.deep.equal([]);
  });

  it('B36 what a deleted account said stays, under « Compte supprimé », and alone nobody answers', async () => {
    const other = await secondParent(school, 'PARTANT');
    const id = await begin('direction', GESTION, [other.id]);
    const leaver = await school.asAccount(other.accountId, 'espace');
    school.house.setNow(new Date('2026-11-24T09:12:00Z'));
    await leaver.post(PARENTS + id, { body: 'Un mot qui reste' });
    await school.db((db) => db('people').where({ id: other.id }).delete());
    const direction = school.as('direction');
    const page = await direction.get(GESTION + id);
    expect(page.status).to.equal(200);
    expect(page.text)
      .to.include('Compte supprimé')
      .and.include('Un mot qui reste')
      .and.include('plus personne d’autre');
    const list = await direction.get(GESTION);
    expect(list.status).to.equal(200);
    expect(list.text).to.include('Compte supprimé');
    expect((await direction.get(`${GESTION}?q=reste`)).text).to.include('Compte supprimé');
    expect((await direction.post(GESTION + id, { body: 'Il y a quelqu’un ?' })).status).to.equal(403);
  });

  it('B37 a newcomer sees nothing older, neither text, file nor excerpt, unless all was opened to him', async () => {
    const other = await secondParent(school, 'TESTARD');
    const id = await begin('direction', GESTION, [school.people.parents.personId]);
    const direction = school.as('direction');
    const file = new File([Buffer.from('%PDF-1.4\n%%EOF')], 'medical.pdf', { type: 'application/pdf' });
    await direction.post(GESTION + id, { body: 'Un secret médical', files: file });
    const link = /href="([^"]*\/fichiers\/[^"]+)"/.exec((await direction.get(GESTION + id)).text)?.[1] as string;
    await direction.post(`${GESTION}${id}/ajouter`, { to: [other.id], par: 'nom', resp: 'tous' });
    const ask = await direction.get(`${GESTION}${id}/inviter`);
    expect(ask.text).to.include('TESTARD').and.include('Seulement la suite');
    school.house.setNow(new Date('2026-11-24T09:20:00Z'));
    expect((await direction.post(`${GESTION}${id}/inviter`, { sees: 'after' })).status).to.equal(303);
    const newcomer = await school.asAccount(other.accountId, 'espace');
    expect((await newcomer.get(PARENTS + id)).text)
      .to.not.include('secret')
      .and.not.include('medical');
    expect((await newcomer.get(PARENTS)).text).to.not.include('secret');
    expect((await newcomer.get(`${PARENTS}?q=secret`)).text).to.include('Aucune discussion');
    expect((await newcomer.get(link)).status).to.equal(404);
    school.house.setNow(new Date('2026-11-24T09:30:00Z'));
    await direction.post(GESTION + id, { body: 'Bienvenue' });
    expect((await newcomer.get(PARENTS + id)).text)
      .to.include('Bienvenue')
      .and.not.include('secret');
    const third = await secondParent(school, 'OUVERT');
    await direction.post(`${GESTION}${id}/ajouter`, { to: [third.id], par: 'nom', resp: 'tous' });
    await direction.post(`${GESTION}${id}/inviter`, { sees: 'all' });
    expect((await (await school.asAccount(third.accountId, 'espace')).get(PARENTS + id)).text).to.include('secret');
  });

  it('P4 C-14 C-15 in the evening a parent’s message waits for the teacher until morning, and the parent is told', async () => {
    school.house.setNow(new Date('2026-11-24T20:00:00Z'));
    const id = await begin('parents', PARENTS, [school.people.enseignants.personId]);
    const mine = await school.as('parents').get(PARENTS + id);
    expect(mine.text).to.include('remis').and.include('7 h');
    expect((await school.as('enseignants').get(TEACHERS)).text).to.not.include(id);
    school.house.setNow(new Date('2026-11-25T06:01:00Z'));
    expect((await school.as('enseignants').get(TEACHERS)).text).to.include(id);
    school.house.setNow(new Date('2026-11-24T09:40:00Z'));
  });

  it('P4 C-15 a message held back shows nowhere to who must wait: list, search, page, file, nor any act on it', async () => {
    school.house.setNow(new Date('2026-11-24T20:00:00Z'));
    const file = new File([Buffer.from('%PDF-1.4\n%%EOF')], 'nuit.pdf', { type: 'application/pdf' });
    const id = await begin('parents', PARENTS, [school.people.enseignants.personId], { subject: 'Tard le soir' });
    await school.as('parents').post(PARENTS + id, { body: 'Un mot nocturne', files: file });
    const mine = await school.as('parents').get(PARENTS + id);
    const link = /href="([^"]*\/fichiers\/[^"]+)"/.exec(mine.text)?.[1] as string;
    const teacher = school.as('enseignants');
    const nothing = async () => {
      for (const query of ['', '?q=nocturne', '?q=Tard', '?archives=oui'])
        expect((await teacher.get(TEACHERS + query)).text, query).to.not.include(id);
      for (const path of [id, `${id}?messages=oui`, `${id}/signaler`, `${id}/inviter`, `${id}/ajouter`])
        expect((await teacher.get(TEACHERS + path)).status, path).to.equal(404);
      for (const path of [id, `${id}/lu`, `${id}/archiver`, `${id}/quitter`, `${id}/signaler`])
        expect((await teacher.post(TEACHERS + path, { body: 'x', reason: 'x' })).status, path).to.equal(404);
      expect((await teacher.get(link)).status).to.equal(404);
    };
    await nothing();
    // A parent’s urgency is not his to declare.
    await school.as('parents').post(PARENTS + id, { body: 'Vite', urgent: 'Je suis pressé' });
    await nothing();
    school.house.setNow(new Date('2026-11-25T06:01:00Z'));
    expect((await teacher.get(`${TEACHERS}?q=nocturne`)).text).to.include(id);
    expect((await teacher.get(TEACHERS + id)).text)
      .to.include('Un mot nocturne')
      .and.include('mercredi 25 novembre à 7');
    expect((await teacher.get(link)).status).to.equal(200);
    school.house.setNow(new Date('2026-11-24T09:40:00Z'));
  });

  it('P4 what waits in a discussion already open is announced in its time, whatever is read meanwhile', async () => {
    const teacher = school.as('enseignants');
    school.house.setNow(new Date('2026-11-24T09:42:00Z'));
    const id = await begin('direction', GESTION, [school.people.enseignants.personId, school.people.parents.personId]);
    await teacher.post(`${TEACHERS}${id}/archiver`);
    school.house.setNow(new Date('2026-11-24T20:00:00Z'));
    await school.as('parents').post(PARENTS + id, { body: 'Plus tard' });
    // Put aside, it comes back when its message does.
    expect((await teacher.get(TEACHERS)).text).to.not.include(id);
    await teacher.post(`${TEACHERS}${id}/lu`);
    school.house.setNow(new Date('2026-11-25T06:01:00Z'));
    const list = await teacher.get(TEACHERS);
    expect(list.text).to.include(id).and.include('1 nouveau message');
    const waiting = await school.db((db) =>
      db('notices')
        .where({ person_id: school.people.enseignants.personId })
        .where('about', 'like', `discussions:${id}%`)
        .whereNull('read_at'),
    );
    expect(waiting).to.have.length(1);
    const home = async () => (await teacher.get('/espace/enseignants/accueil/')).text;
    expect(await home()).to.include(TEACHERS + id);
    await teacher.post(`${TEACHERS}${id}/archiver`);
    expect((await teacher.get(TEACHERS)).text).to.not.include(id);
    expect(await home(), 'nor is it news on the home').to.not.include(TEACHERS + id);
    await teacher.post(`${TEACHERS}${id}/archiver`, { back: 'oui' });
    expect((await teacher.get(TEACHERS)).text).to.include(id);
    school.house.setNow(new Date('2026-11-24T09:45:00Z'));
  });

  it('P4 what staff send as urgent passes at once, and the reason is in the journal, once', async () => {
    school.house.setNow(new Date('2026-11-24T20:00:00Z'));
    const to = [school.people.accompagnants.personId, school.people.parents.personId];
    const id = await begin('enseignants', TEACHERS, to, { subject: 'École fermée demain', urgent: 'Fuite de gaz' });
    expect((await school.as('accompagnants').get('/espace/accompagnants/discussions/')).text).to.include(id);
    expect((await school.as('enseignants').get(TEACHERS + id)).text).to.not.include(
      'Professeurs et personnels : remis',
    );
    const noted = await school.db((db) => db('audit_log').where('about', 'like', '%Fuite de gaz%'));
    expect(noted).to.have.length(1);
    school.house.setNow(new Date('2026-11-24T09:45:00Z'));
  });

  it('F15-9 S18-01 every act asks who takes part: drafts are their writer’s, members are taken out by who leads', async () => {
    const { parents, enseignants } = school.people;
    const made = await school
      .as('enseignants')
      .post(`${TEACHERS}nouvelle`, { subject: 'À moi', body: 'x', act: 'garder' });
    const draft = /discussions\/([0-9a-f-]{36})/.exec(made.location as string)?.[1] as string;
    for (const [role, home] of [
      ['direction', GESTION],
      ['parents', PARENTS],
    ] as const) {
      for (const path of ['/brouillon', '/destinataires', ''])
        expect((await school.as(role).get(home + draft + path)).status, `${role} ${path}`).to.equal(404);
      const sent = { subject: 'x', body: 'x', act: 'envoyer', par: 'nom', resp: 'tous' };
      for (const path of ['/brouillon', '/destinataires'])
        expect((await school.as(role).post(home + draft + path, sent)).status, `${role} ${path}`).to.equal(404);
    }
    const id = await begin('enseignants', TEACHERS, [parents.personId]);
    const outsider = school.as('direction');
    for (const path of ['/ajouter', '/inviter', '/signaler', ''])
      expect((await outsider.get(GESTION + id + path)).status, path).to.equal(404);
    const fields = { body: 'x', reason: 'x', sees: 'all', par: 'nom', resp: 'tous', person: parents.personId };
    for (const path of ['', '/lu', '/ajouter', '/inviter', '/retirer', '/quitter', '/archiver', '/fermer', '/signaler'])
      expect((await outsider.post(GESTION + id + path, fields)).status, path).to.equal(404);
    const parent = school.as('parents');
    expect((await parent.post(`${PARENTS}${id}/retirer`, { person: enseignants.personId })).status).to.equal(403);
    for (const person of ['', 'rien', '-'.repeat(36)])
      expect((await school.as('enseignants').post(`${TEACHERS}${id}/retirer`, { person })).status, person).to.equal(
        303,
      );
    // Whoever began it and left leads no more.
    school.house.setNow(new Date('2026-11-24T09:46:00Z'));
    await school.as('enseignants').post(`${TEACHERS}${id}/quitter`);
    expect((await school.as('enseignants').post(`${TEACHERS}${id}/fermer`)).status).to.equal(403);
    expect((await school.as('enseignants').get(`${TEACHERS}${id}/inviter`)).status).to.equal(404);
  });

  it('B35 B37 somebody who comes back does not read what was said while he was away', async () => {
    const other = await secondParent(school, 'RETOUR');
    const id = await begin('direction', GESTION, [school.people.parents.personId, other.id]);
    const at = (minute: number) => school.house.setNow(new Date(`2026-11-24T09:${minute}:00Z`));
    at(47);
    await school.as('direction').post(`${GESTION}${id}/retirer`, { person: other.id });
    at(48);
    await school.as('direction').post(GESTION + id, { body: 'Entre nous' });
    at(49);
    await school.as('direction').post(`${GESTION}${id}/ajouter`, { to: other.id, par: 'nom', resp: 'tous' });
    await school.as('direction').post(`${GESTION}${id}/inviter`, { sees: 'after' });
    const back = await school.asAccount(other.accountId, 'espace');
    expect((await back.get(PARENTS)).text)
      .to.include(id)
      .and.include('vous lirez la suite')
      .and.not.include('Entre nous');
    expect((await back.get(PARENTS + id)).text).to.not.include('Entre nous');
  });

  it('C-26 a guardian restricted since he joined is told nothing more, and answers no more', async () => {
    const other = await secondParent(school, 'ECARTE');
    const id = await begin('direction', GESTION, [school.people.parents.personId, other.id]);
    await school.db((db) =>
      db('guardian_links').where({ guardian_id: other.id }).update({ restricted_on: '2026-11-24' }),
    );
    await school.db((db) =>
      db('guardian_links').insert({ guardian_id: other.id, pupil_id: school.childId, restricted_on: '2026-11-24' }),
    );
    school.house.setNow(new Date('2026-11-24T09:52:00Z'));
    await school.as('parents').post(PARENTS + id, { body: 'Une nouvelle adresse' });
    const page = await school.as('direction').get(GESTION + id);
    expect(page.text).to.match(/N’y\s+participe plus : M\. Hugo ECARTE/);
    const away = await school.asAccount(other.accountId, 'espace');
    const seen = await away.get(PARENTS + id);
    expect(seen.text).to.not.include('Une nouvelle adresse');
    expect((await away.post(PARENTS + id, { body: 'Bonjour' })).status).to.equal(403);
    const told = await school.db((db) =>
      db('notices').where({ person_id: other.id }).whereLike('about', `discussions:${id}:%`),
    );
    expect(told.map((one) => one.about)).to.deep.equal([`discussions:${id}:${id}`]);
  });

  for (const [whom, cut] of [
    ['a kind', { scope: 'guardian' }],
    ['one person', { scope: 'person', who: 'parents' }],
    ['all', { scope: 'all' }],
  ] as const)
    it(`S18-16 C-35 who is cut off, ${whom}, reads on, and is told why he cannot write; the others go on`, async () => {
      const { parents, enseignants } = school.people;
      const id = await begin('direction', GESTION, [parents.personId, enseignants.personId]);
      await school.as('direction').post('/gestion/communication/coupure', {
        ...cut,
        ...('who' in cut ? { who: parents.login } : {}),
        reason: 'un compte a été volé',
      });
      const page = await school.as('parents').get(PARENTS + id);
      expect(page.status).to.equal(200);
      expect(page.text).to.include('un compte a été volé');
      const refused = await school.as('parents').post(PARENTS + id, { body: 'Bonjour' });
      expect(refused.status).to.equal(403);
      expect(refused.text).to.include('un compte a été volé');
      const colleague = await school.as('enseignants').post(TEACHERS + id, { body: 'Bonjour' });
      expect(colleague.status).to.equal(cut.scope === 'all' ? 403 : 303);
      expect((await school.as('direction').post(GESTION + id, { body: 'Nous regardons' })).status).to.equal(303);
      await school.db((db) => db('messaging_cuts').delete());
    });

  it('S18-16 C-35 who is cut off as a teacher is so in Gestion too', async () => {
    const { accountId } = school.people.enseignants;
    const id = await begin('direction', GESTION, [school.people.enseignants.personId]);
    await school.db(async (db) => {
      const permissions = ['discussions.write'];
      const [profile] = await db('profiles').insert({ name: 'Professeurs en Gestion', permissions }).returning('id');
      await db('accounts').where({ id: accountId }).update({ mode: 'quotidienne', profile_id: profile.id });
    });
    const inGestion = await school.asAccount(accountId, 'quotidienne');
    expect((await inGestion.post(GESTION + id, { body: 'Avant' })).status).to.equal(303);
    await school.as('direction').post('/gestion/communication/coupure', { scope: 'teacher', reason: 'retour lundi' });
    expect((await inGestion.post(GESTION + id, { body: 'Après' })).status).to.equal(403);
    await school.db(async (db) => {
      await db('messaging_cuts').delete();
      await db('accounts').where({ id: accountId }).update({ mode: 'espace', profile_id: null });
    });
  });

  it('who answers has read: nothing of what he answered is announced any more', async () => {
    const id = await begin('enseignants', TEACHERS, [school.people.parents.personId]);
    const waiting = () =>
      school.db((db) =>
        db('notices')
          .where({ person_id: school.people.parents.personId })
          .where('about', 'like', `discussions:${id}%`)
          .whereNull('read_at'),
      );
    expect(await waiting()).to.have.length(1);
    await school.as('parents').post(PARENTS + id, { body: 'Sans appuyer sur Marquer comme lu' });
    expect(await waiting()).to.deep.equal([]);
  });

  it('P4 C-15 staff added at night find the discussion at once; only its notice waits, once, and opening it is enough', async () => {
    const { accompagnants, direction } = school.people;
    school.house.setNow(new Date('2026-11-24T20:00:00Z'));
    const id = await begin('enseignants', TEACHERS, [school.people.parents.personId]);
    const added = [accompagnants.personId, direction.personId];
    const teacher = school.as('enseignants');
    for (let twice = 0; twice < 2; twice += 1) {
      await teacher.post(`${TEACHERS}${id}/ajouter`, { to: added, par: 'nom', resp: 'tous' });
      await teacher.post(`${TEACHERS}${id}/inviter`, { sees: 'after' });
      school.house.setNow(new Date('2026-11-24T20:01:00Z'));
    }
    const told = (person_id: string) =>
      school.db((db) => db('notices').where({ person_id }).where('about', 'like', `discussions:${id}%`));
    for (const person of added) {
      const notices = await told(person);
      expect(notices.map((one) => one.at.toISOString())).to.deep.equal(['2026-11-25T06:00:00.000Z']);
    }
    const carers = '/espace/accompagnants/discussions/';
    const carer = school.as('accompagnants');
    const page = await carer.get(carers + id);
    expect(page.status).to.equal(200);
    expect(page.text).to.include(`${id}/lu`);
    await carer.post(`${carers}${id}/lu`);
    expect((await carer.get(carers + id)).text).to.not.include(`${id}/lu`);
    expect((await told(accompagnants.personId))[0].read_at).to.be.instanceOf(Date);
    expect((await told(direction.personId))[0].read_at).to.equal(null);
    school.house.setNow(new Date('2026-11-24T09:53:00Z'));
  });

  it('C-17 the reason of an emergency stays in the draft while its recipients are chosen', async () => {
    const client = school.as('enseignants');
    school.house.setNow(new Date('2026-11-24T20:00:00Z'));
    const words = { subject: 'École fermée', body: 'Fuite de gaz', urgent: 'Mise en sécurité' };
    const made = await client.post(`${TEACHERS}nouvelle`, { ...words, act: 'choisir' });
    const picker = made.location as string;
    await client.post(picker, { to: school.people.accompagnants.personId, par: 'nom', resp: 'tous', act: '' });
    const draft = await client.get(picker.replace('destinataires', 'brouillon'));
    expect(draft.text).to.include('value="Mise en sécurité"').and.not.include('sera remis');
    school.house.setNow(new Date('2026-11-24T09:53:00Z'));
  });

  it('F15-4 pupils, who have no discussions, are never offered, whatever the table says', async () => {
    const values = JSON.stringify({ school_pupils: 'all' });
    await school.db((db) => db('plugin_settings').insert({ plugin: 'communication', values }));
    const direction = school.as('direction');
    const made = await direction.post(`${GESTION}nouvelle`, { subject: 'x', body: 'y', act: 'choisir' });
    const page = await direction.get(made.location as string);
    expect(page.text).to.include('tout|teachers:').and.not.include('tout|pupils:');
    await direction.post(made.location as string, { to: school.people.eleves.personId, par: 'nom', resp: 'tous' });
    const draft = await direction.get((made.location as string).replace('destinataires', 'brouillon'));
    expect(draft.text).to.include('Personne n’est encore choisi');
    await school.db((db) => db('plugin_settings').where({ plugin: 'communication' }).delete());
  });

  it('closing, leaving, archiving and reporting do what they say', async () => {
    const id = await begin('enseignants', TEACHERS, [school.people.parents.personId]);
    const parent = school.as('parents');
    expect((await parent.post(`${PARENTS}${id}/fermer`)).status).to.equal(403);
    await parent.post(`${PARENTS}${id}/archiver`);
    expect((await parent.get(PARENTS)).text).to.not.include(id);
    expect((await parent.get(`${PARENTS}?archives=oui`)).text).to.include(id);
    school.house.setNow(new Date('2026-11-24T09:55:00Z'));
    await school.as('enseignants').post(TEACHERS + id, { body: 'Du nouveau' });
    expect((await parent.get(PARENTS)).text).to.include(id);

    expect((await parent.post(`${PARENTS}${id}/signaler`, { reason: '' })).status).to.equal(422);
    expect((await parent.post(`${PARENTS}${id}/signaler`, { reason: 'Ton déplacé' })).status).to.equal(303);
    expect((await school.as('direction').get(GESTION)).text).to.match(/1\s+discussion signalée attend votre lecture/);
    expect((await parent.get(PARENTS)).text).to.not.include('signalée');
    const reports = await school.as('direction').get(`${GESTION}signalements`);
    expect(reports.text).to.include('Ton déplacé');
    const report = /signalements\/([0-9a-f-]{36})/.exec(reports.text)?.[1];
    expect((await school.as('quotidienne').get(`${GESTION}signalements/${report}`)).status).to.equal(403);
    expect((await school.as('direction').get(`${GESTION}signalements/${report}`)).text).to.include('Du nouveau');
    const noted = await school.db((db) => db('audit_log').where({ act: 'Discussion signalée lue' }));
    expect(noted).to.have.length(1);
    await school.as('direction').post(`${GESTION}signalements/${report}/fermer`);
    expect((await school.as('direction').get(GESTION)).text).to.not.include('signalée attend');
    expect((await parent.post(PARENTS + id, { body: 'Encore' })).status).to.equal(403);

    school.house.setNow(new Date('2026-11-24T09:56:00Z'));
    await parent.post(`${PARENTS}${id}/quitter`);
    expect((await parent.get(PARENTS + id)).text).to.include('Vous ne participez plus');
  });

  it('S18-01 is not there when it is off, nor without the right, and pupils have none', async () => {
    expect((await school.as('quotidienne').get(GESTION)).status).to.equal(403);
    expect((await school.as('eleves').get('/espace/eleves/discussions/')).status).to.equal(403);
    const off = await openSchool({ plugins: [] });
    expect((await off.as('direction').get(GESTION)).status).to.equal(404);
    await off.close();
  });
});
