import { openSchool, type TestSchool } from '@preau/core/testing';
import { expect } from 'chai';
import {
  type Cast,
  choose,
  draft,
  GESTION,
  idIn,
  later,
  NOW,
  night,
  published,
  TEACHER,
  twoClasses,
  words,
} from './samples/two-classes.test.ts';

describe('writing and publishing an information', () => {
  let school: TestSchool;
  let cast: Cast;
  let everybody: string[];
  before(async () => {
    school = await openSchool({ plugins: ['infos'] });
    school.house.setNow(NOW);
    cast = await twoClasses(school);
    everybody = [school.people.parents.personId, cast.claire.personId, cast.grace.personId];
  });
  beforeEach(() => school.house.setNow(NOW));
  after(async () => {
    school.house.setNow(null);
    await school.close();
  });
  /** Signed in at that moment: hours go by in these tests. */
  const now = async (role: 'parents' | 'enseignants' | 'direction') =>
    school.asAccount(school.people[role].accountId, role === 'direction' ? 'administration' : 'espace');
  const seenBy = async (id: string) => (await (await now('parents')).get(`/espace/parents/infos/lire/${id}`)).status;

  it('F14-01 F14-02 F14-05 F14-06 F14-08 F14-11 a director writes, chooses a category, publishes: the family reads it', async () => {
    const direction = school.as('direction');
    expect(words(await direction.get(`${GESTION}/`)))
      .to.include('Nouvelle information')
      .and.include('Nouveau sondage');
    const form = await direction.get(`${GESTION}/nouvelle`);
    const category = /<option value="([^"]+)">Sortie scolaire/.exec(form.text)?.[1] as string;
    const fields = { title: 'Sortie à la mer', category, body: 'Chers parents,\n\nDépart à 8 h 45.' };
    const id = await published(direction, GESTION, fields, everybody);
    expect(words(await direction.get(`${GESTION}/`)))
      .to.include('Sortie à la mer')
      .and.include('Sortie scolaire')
      .and.include('Publiée')
      .and.include('lu par 0 sur 3');
    school.house.setNow(later(1));
    const read = await school.as('parents').get(`/espace/parents/infos/lire/${id}`);
    expect(read.text).to.include('<p>Chers parents,</p><p>Départ à 8 h 45.</p>');
    expect(words(read)).to.include('Sortie scolaire').and.include('De Mme BRAUD, pour Mila (CE1 Jonquilles)');
  });

  it('F14-06 a school adds its own category, and one in use stays', async () => {
    const direction = school.as('direction');
    await direction.get(`${GESTION}/categories`);
    const list = await direction.get(`${GESTION}/categories`);
    expect(words(list)).to.include('Grève').and.include('Santé');
    const made = await direction.post(`${GESTION}/categories/creer`, { label: 'Piscine' });
    expect(made.status).to.be.oneOf([200, 303]);
    const form = await direction.get(`${GESTION}/nouvelle`);
    const category = /<option value="([^"]+)">Piscine/.exec(form.text)?.[1] as string;
    const wrong = await direction.post(`${GESTION}/nouvelle`, { title: '', category, body: 'x', receipt: 'read' });
    expect(wrong.text, 'what was chosen stays chosen').to.include(`<option value="${category}" selected>Piscine`);
    await draft(direction, GESTION, { category }, []);
    await direction.post(`${GESTION}/categories/supprimer`, { id: category, dit: 'sûr 1' });
    expect(words(await direction.get(`${GESTION}/categories`))).to.include('1 sert encore et reste');
    expect(await school.db((db) => db('infos_categories').where({ id: category }))).to.have.length(1);
  });

  it('F14-07 a joined document opens for its readers only, while it is shown', async () => {
    const direction = school.as('direction');
    const pdf = Buffer.from(
      '%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF',
    );
    const answer = await direction.post(`${GESTION}/nouvelle`, {
      ...{ title: 'Menus', body: 'Joints.', publish: 'on', to: '2026-12-10', receipt: 'read' },
      files: new File([pdf], 'menus de décembre.pdf', { type: 'application/pdf' }),
    });
    const id = idIn(answer);
    await choose(direction, GESTION, id, [school.people.parents.personId]);
    await direction.post(`${GESTION}/${id}/publier`, { sure: '' });
    school.house.setNow(later(1));
    const page = await school.as('parents').get(`/espace/parents/infos/lire/${id}`);
    const path = /href="[^"]*(\/fichiers\/[0-9a-f-]+)"/.exec(page.text)?.[1] as string;
    expect(words(page)).to.include('menus de décembre.pdf');
    expect((await school.as('parents').get(path)).status).to.equal(200);
    expect((await direction.get(path)).status).to.equal(200);
    expect((await cast.grace.client.get(path)).status).to.equal(404);
    await direction.post(`${GESTION}/${id}/retirer`, { sure: '' });
    expect((await school.as('parents').get(path)).status).to.equal(404);
  });

  it('F14-09 B33 outside of its period nobody sees it; the last day counts to 23:59:59 school time', async () => {
    const id = await published(school.as('direction'), GESTION, { from: '2026-12-01', to: '2026-12-15' }, everybody);
    const at = async (moment: string) => {
      school.house.setNow(new Date(moment));
      return seenBy(id);
    };
    expect(await at('2026-11-30T23:59:59+01:00')).to.equal(404);
    expect(await at('2026-12-01T00:00:00+01:00')).to.equal(200);
    expect(await at('2026-12-15T23:59:59+01:00')).to.equal(200);
    expect(await at('2026-12-16T00:00:00+01:00')).to.equal(410);
    expect(words(await (await now('parents')).get('/espace/parents/infos/'))).to.not.include('Sortie à la ferme');
    school.house.setNow(NOW);
    const form = await school
      .as('direction')
      .get(`${GESTION}/${await draft(school.as('direction'), GESTION, { from: '2026-12-01', to: '2026-12-15' }, [])}`);
    expect(form.text).to.include('value="2026-12-01"').and.include('value="2026-12-15"');
  });

  it('F14-10 « Publier sur la page établissement » is kept, and said before publishing', async () => {
    const id = await draft(school.as('direction'), GESTION, { onPage: 'on' }, everybody);
    expect(words(await school.as('direction').get(`${GESTION}/${id}/publier`))).to.include('page de l’établissement');
    const kept = await school.db((db) => db('infos_items').where({ id }).first('on_page'));
    expect(kept.on_page).to.equal(true);
  });

  it('F14-14 a text is kept as a model and taken again; the usual notices are there from the first day', async () => {
    const direction = school.as('direction');
    const id = await draft(direction, GESTION, { title: 'Kermesse du village', body: 'Venez nombreux.' }, []);
    await direction.post(`${GESTION}/${id}/modele`, { sure: '' });
    const models = await direction.get(`${GESTION}/modeles`);
    expect(words(models)).to.include('Des poux à l’école').and.include('Kermesse du village');
    const model = /nouvelle\?modele(?:=|&#x3D;)([0-9a-f-]+)">Kermesse/.exec(models.text)?.[1];
    const form = await direction.get(`${GESTION}/nouvelle?modele=${model}`);
    expect(form.text).to.include('value="Kermesse du village"').and.include('Venez nombreux.');
    expect((await direction.post(`${GESTION}/modeles`, { model: model as string })).status).to.equal(303);
    await direction.get(`${GESTION}/modeles`);
    expect(words(await direction.get(`${GESTION}/modeles`))).to.not.include('Kermesse');
  });

  it('F14-16 saved unticked it is a draft: nobody sees it, and it cannot be published', async () => {
    const direction = school.as('direction');
    const id = await draft(direction, GESTION, { publish: '' }, everybody);
    expect(words(await direction.get(`${GESTION}/${id}/publier`))).to.include('« Publier » n’est pas coché');
    expect((await direction.post(`${GESTION}/${id}/publier`, { sure: '' })).status).to.equal(422);
    school.house.setNow(later(5));
    expect(await seenBy(id)).to.equal(404);
    expect((await direction.post(`${GESTION}/${id}/supprimer`, { sure: '' })).status).to.equal(303);
    expect((await direction.get(`${GESTION}/${id}`)).status).to.equal(404);
  });

  it('C-37 P17 before sending one sees how many, who has no e-mail and when; within the minute it is called back and nobody received it', async () => {
    const direction = school.as('direction');
    const id = await draft(direction, GESTION, { title: 'Trop vite' }, everybody);
    const ask = words(await direction.get(`${GESTION}/${id}/publier`));
    expect(ask).to.include('3 personnes vont la recevoir').and.include('3 responsables de 4 élèves');
    expect(ask)
      .to.include('3 n’ont pas d’adresse e-mail')
      .and.include('Publier pour 3 personnes')
      .and.include('dans une minute');
    await direction.post(`${GESTION}/${id}/publier`, { sure: '' });
    school.house.setNow(new Date(NOW.getTime() + 59_000));
    expect(await seenBy(id)).to.equal(404);
    expect((await direction.post(`${GESTION}/${id}/annuler`, { sure: '' })).status).to.equal(303);
    school.house.setNow(later(10));
    expect(await seenBy(id)).to.equal(404);
    expect(words(await school.as('parents').get('/notifications/'))).to.not.include('Trop vite');
    expect(words(await direction.get(`${GESTION}/${id}`))).to.include('Brouillon');
  });

  it('P17 called back, nothing of it is left: no Retours shared, no survey closed; one person is spoken of as one', async () => {
    const direction = school.as('direction');
    const id = await draft(direction, GESTION, { title: 'Reprise' }, [school.people.parents.personId]);
    expect(words(await direction.get(`${GESTION}/${id}/publier`))).to.include('1 personne va la recevoir');
    await direction.post(`${GESTION}/${id}/publier`, { sure: '' });
    await direction.post(`${GESTION}/${id}/partager`, { to: [school.people.enseignants.personId] });
    await direction.post(`${GESTION}/${id}/relancer`, { sure: '' });
    await direction.post(`${GESTION}/${id}/annuler`, { sure: '' });
    const teacher = school.as('enseignants');
    expect((await teacher.get(`${TEACHER}/lire/${id}/retours`)).status).to.equal(404);
    expect(words(await teacher.get(`${TEACHER}/`))).to.not.include('Reprise');
    expect(await school.db((db) => db('notices').whereLike('about', `%${id}%`))).to.have.length(0);
  });

  it('before its first day nobody hears of it, neither by a reminder nor by a new version', async () => {
    const direction = school.as('direction');
    const fields = { title: 'En décembre', from: '2026-12-01', to: '2026-12-15', remindAfter: '2' };
    const id = await published(direction, GESTION, fields, everybody);
    school.house.setNow(later(5));
    expect(words(await direction.get(`${GESTION}/${id}/retours`))).to.not.include('Relancer');
    await direction.post(`${GESTION}/${id}/relancer`, { sure: '' });
    await direction.post(`${GESTION}/${id}/modifier`, { title: 'En décembre', body: 'Autre.', again: 'on' });
    const told = (part: string) => school.db((db) => db('notices').where({ about: `infos:${id}:${part}` }));
    expect(await told('rappel-1')).to.have.length(0);
    const versions = await told('version-2');
    expect(versions).to.have.length(3);
    for (const one of versions) expect(one.at.toISOString()).to.equal('2026-12-01T06:00:00.000Z');
    const reminded = async (moment: string) => {
      school.house.setNow(new Date(moment));
      await night(school, 'remind');
      return told('rappel-1');
    };
    expect(await reminded('2026-12-02T03:30:00+01:00')).to.have.length(0);
    expect(await reminded('2026-12-03T03:30:00+01:00')).to.have.length(3);
  });

  it('the list is searched by a word of the title, the category or the author, without accents; the oldest are found too', async () => {
    const direction = school.as('direction');
    const id = await draft(direction, GESTION, { title: 'Le goûter d’été' }, []);
    await school.db(async (db) => {
      const { id: _, school_id: __, ...same } = await db('infos_items').where({ id }).first();
      const changed_at = later(1);
      await db.batchInsert('infos_items', Array(300).fill({ ...same, title: 'Plus récente', changed_at }));
    });
    const found = words(await direction.get(`${GESTION}/?q=gouter+ete`));
    expect(found).to.include('Le goûter d’été').and.not.include('Plus récente');
    const list = words(await direction.get(`${GESTION}/`));
    expect(list).to.include('Les 300 derniers').and.not.include('Le goûter d’été');
    expect(words(await direction.get(`${GESTION}/?q=%25_introuvable`))).to.include('Aucun envoi ne contient');
    expect(words(await school.as('enseignants').get(`${TEACHER}/mes-envois?q=gouter`))).to.not.include('goûter d’été');
    await school.db((db) => db('infos_items').where({ title: 'Plus récente' }).delete());
  });

  it('published twice by a double press, it goes once', async () => {
    const direction = school.as('direction');
    const id = await draft(direction, GESTION, {}, everybody);
    const answers = await Promise.all(
      [0, 1].map(() =>
        direction.post(`${GESTION}/${id}/publier`, { sure: '', _key: '6d9d0a3e-5c7c-4d0e-9a35-0f3a8b1c2d3e' }),
      ),
    );
    expect(answers.map((one) => one.status)).to.deep.equal([303, 303]);
    const told = await school.db((db) => db('notices').where({ about: `infos:${id}` }));
    expect(told).to.have.length(3);
  });

  it('staff get it after the quiet hours, families at once; an emergency passes with its reason, logged', async () => {
    school.house.setNow(new Date('2026-11-27T20:30:00+01:00'));
    const direction = await now('direction');
    const both = [school.people.parents.personId, school.people.enseignants.personId];
    const id = await draft(direction, GESTION, {}, both);
    const ask = words(await direction.get(`${GESTION}/${id}/publier`));
    expect(ask)
      .to.include('Les familles la voient dans une minute ; l’e-mail part lundi à 7 h')
      .and.include('personnels la reçoivent lundi à 7 h');
    await direction.post(`${GESTION}/${id}/publier`, { sure: '' });
    const teacher = async (one = id) => (await now('enseignants')).get(`/espace/enseignants/infos/lire/${one}`);
    school.house.setNow(new Date('2026-11-27T20:32:00+01:00'));
    expect(await seenBy(id)).to.equal(200);
    expect((await teacher()).status).to.equal(404);
    const urgent = await published(direction, GESTION, { urgent: 'fuite de gaz' }, both);
    expect((await teacher(urgent)).status).to.equal(200);
    const logged = await school.db((db) => db('audit_log').whereLike('about', '%fuite de gaz%').first());
    expect(logged).to.not.equal(undefined);
    school.house.setNow(new Date('2026-11-30T07:00:00+01:00'));
    expect((await teacher()).status).to.equal(200);
  });

  it('a wrong form comes back with what was typed, beside its field', async () => {
    const wrong = {
      title: '',
      body: 'Mon texte.',
      publish: 'on',
      from: '2026-12-10',
      to: '2026-12-01',
      receipt: 'read',
    };
    const empty = await school.as('direction').post(`${GESTION}/nouvelle`, wrong);
    expect(empty.status).to.equal(422);
    expect(empty.text).to.include('Remplissez « Titre »').and.include('Mon texte.');
    const dates = await school.as('direction').post(`${GESTION}/nouvelle`, { ...wrong, title: 'Titre' });
    expect(dates.status).to.equal(422);
    expect(dates.text).to.include('Le dernier jour vient après le premier').and.include('Mon texte.');
    const odd = await school
      .as('direction')
      .post(`${GESTION}/nouvelle`, { ...wrong, title: 'Titre', to: '2026-12-20', category: 'rien' });
    expect(odd.status).to.equal(422);
  });

  it('every button of a draft keeps what is being written, then leads on', async () => {
    const direction = school.as('direction');
    const id = await draft(direction, GESTION, {}, everybody);
    const fields = { title: 'Gardé en partant', body: 'x', publish: 'on', to: '2026-12-10', receipt: 'read' };
    for (const next of ['publier', 'destinataires'])
      expect((await direction.post(`${GESTION}/${id}`, { ...fields, next })).location).to.include(`${id}/${next}`);
    expect((await direction.post(`${GESTION}/${id}`, { ...fields, next: '//ailleurs' })).location).to.match(
      new RegExp(`${id}$`),
    );
    expect(words(await direction.get(`${GESTION}/${id}`))).to.include('Gardé en partant');
  });

  it('whoever may only look sees texts, retours and results, and no button that writes', async () => {
    await school.db((db) =>
      db('profiles')
        .where({ name: 'Vie scolaire' })
        .update({ permissions: ['infos.read'] }),
    );
    const reader = school.as('quotidienne');
    const waiting = await draft(school.as('direction'), GESTION, { title: 'Presque' }, everybody);
    const sent = await published(school.as('direction'), GESTION, {}, everybody);
    for (const path of ['/', `/${waiting}`, `/${sent}`, `/${sent}/retours`]) {
      const page = await reader.get(`${GESTION}${path}`);
      expect(page.status, path).to.equal(200);
      expect(words(page), path).to.not.match(/Nouvelle information|Enregistrer|Retirer|Relancer|Annuler l’envoi|Rendu/);
    }
    expect((await reader.post(`${GESTION}/${sent}/retirer`, { sure: '' })).status).to.equal(403);
    await school.db((db) => db('profiles').where({ name: 'Vie scolaire' }).update({ permissions: [] }));
  });

  it('two editors: who saves second gets the page again with what he typed', async () => {
    const direction = school.as('direction');
    const id = await draft(direction, GESTION, {}, everybody);
    const version = /name="_version" value="(\d+)"/.exec((await direction.get(`${GESTION}/${id}`)).text)?.[1] as string;
    const fields = { body: 'x', publish: 'on', to: '2026-12-10', receipt: 'read', _version: version };
    expect((await direction.post(`${GESTION}/${id}`, { ...fields, title: 'Première' })).status).to.equal(303);
    const second = await direction.post(`${GESTION}/${id}`, { ...fields, title: 'Seconde' });
    expect(second.status).to.equal(422);
    expect(second.text).to.include('value="Seconde"').and.include('Première');
  });

  it('S18-16 the messaging cut: nothing leaves, the reason is said, what was typed stays', async () => {
    const direction = school.as('direction');
    const id = await draft(direction, GESTION, { title: 'Pendant la coupure' }, everybody);
    await school.db((db) =>
      db('messaging_cuts').insert({ scope: 'school', reason: 'compte volé', by_name: 'x', at: NOW }),
    );
    const page = await direction.get(`${GESTION}/${id}`);
    expect(words(page)).to.include('compte volé').and.include('Vous pouvez préparer un brouillon');
    const refused = await direction.post(`${GESTION}/${id}/publier`, { sure: '' });
    expect(refused.status).to.equal(403);
    expect(words(refused)).to.include('compte volé');
    expect(
      (
        await direction.post(`${GESTION}/${id}`, {
          title: 'Gardé',
          body: 'y',
          publish: 'on',
          to: '2026-12-10',
          receipt: 'read',
        })
      ).status,
    ).to.equal(303);
    await school.db((db) => db('messaging_cuts').delete());
    expect((await direction.post(`${GESTION}/${id}/publier`, { sure: '' })).status).to.equal(303);
  });

  it('B52 rights taken away while the form is open: 403, and the text stays on the screen', async () => {
    const secretary = school.as('quotidienne');
    const profile = (permissions: string[]) =>
      school.db((db) => db('profiles').where({ name: 'Vie scolaire' }).update({ permissions }));
    await profile(['infos.read', 'infos.send']);
    expect((await secretary.get(`${GESTION}/nouvelle`)).status).to.equal(200);
    await profile([]);
    const typed = {
      title: 'Une heure de travail',
      body: 'Chers parents, tout ceci serait perdu.',
      publish: 'on',
      receipt: 'read',
      to: '2026-12-10',
    };
    const refused = await secretary.post(`${GESTION}/nouvelle`, typed);
    expect(refused.status).to.equal(403);
    expect(refused.text).to.include('Une heure de travail').and.include('Chers parents, tout ceci serait perdu.');
    const fragment = await secretary.post(`${GESTION}/nouvelle`, typed, {
      'HX-Request': 'true',
      'HX-Request-Type': 'partial',
    });
    expect(fragment.status).to.equal(403);
    expect(fragment.headers.get('HX-Reswap'), 'the page with the text stays').to.equal('none');
    expect((await secretary.get('/gestion/accueil/')).text).to.not.include('href="/gestion/infos/"');
    await school.db((db) =>
      db('accounts').where({ id: school.people.quotidienne.accountId }).update({ state: 'suspended' }),
    );
    expect((await secretary.get('/gestion/accueil/')).location).to.include('/connexion/');
    await school.db((db) =>
      db('accounts').where({ id: school.people.quotidienne.accountId }).update({ state: 'active' }),
    );
  });

  it('a teacher writes to his own classes and sees his own items only; the direction may approve first', async () => {
    const teacher = school.as('enseignants');
    const direction = school.as('direction');
    const own = await published(teacher, TEACHER, { title: 'Piscine lundi' }, everybody);
    school.house.setNow(later(2));
    expect(await seenBy(own)).to.equal(200);
    expect(words(await teacher.get(`${TEACHER}/mes-envois`)))
      .to.include('Piscine lundi')
      .and.not.include('Sortie à la mer');
    expect(words(await teacher.get(`${TEACHER}/${own}/retours`)))
      .to.include('LEROY Paul')
      .and.include('Pas lu');
    const foreign = await draft(direction, GESTION, {}, everybody);
    for (const path of ['', '/retours', '/publier', '/destinataires'])
      expect((await teacher.get(`${TEACHER}/${foreign}${path}`)).status).to.be.oneOf([404]);
    await school.db((db) =>
      db('plugin_settings').insert({ plugin: 'communication', values: JSON.stringify({ approve: true }) }),
    );
    const waiting = await published(teacher, TEACHER, { title: 'À relire' }, everybody);
    school.house.setNow(later(5));
    expect(await seenBy(waiting)).to.equal(404);
    expect(words(await direction.get(`${GESTION}/`))).to.include('À approuver');
    expect((await teacher.post(`/gestion/infos/${waiting}/approuver`, { sure: '' })).status).to.equal(403);
    await direction.post(`${GESTION}/${waiting}/renvoyer`, { word: 'Précisez l’heure.' });
    expect(words(await teacher.get(`${TEACHER}/${waiting}`))).to.include('Précisez l’heure.');
    await teacher.post(`${TEACHER}/${waiting}/publier`, { sure: '' });
    expect((await direction.post(`${GESTION}/${waiting}/approuver`, { sure: '' })).status).to.equal(303);
    school.house.setNow(later(10));
    expect(await seenBy(waiting)).to.equal(200);
    const changed = { title: 'À relire', body: 'Ce que personne n’a relu.' };
    expect(words(await teacher.get(`${TEACHER}/${waiting}`))).to.not.include('Modifier le texte');
    expect(
      (await teacher.post(`${TEACHER}/${waiting}/modifier`, changed)).status,
      'approved, not to be changed after',
    ).to.equal(403);
    expect((await direction.post(`${GESTION}/${waiting}/modifier`, changed)).status).to.equal(303);
    await school.db((db) => db('plugin_settings').delete());
  });

  it('« Publier une première information » is done when one was published', async () => {
    const fresh = await openSchool({ plugins: ['infos'] });
    const step = async () => words(await fresh.as('direction').get('/gestion/accueil/'));
    expect(await step()).to.include('Publier une première information');
    await published(fresh.as('direction'), GESTION, {}, [fresh.people.parents.personId]);
    await fresh.close();
  });
});
