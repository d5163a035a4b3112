import { readFileSync } from 'node:fs';
import { type Client, openPdf, openSchool, type TestSchool } from '@preau/core/testing';
import { expect } from 'chai';
import {
  type Cast,
  draft,
  GESTION,
  later,
  NOW,
  night,
  published,
  twoClasses,
  words,
} from './samples/two-classes.test.ts';

describe('reading, signing and Retours', () => {
  let school: TestSchool;
  let cast: Cast;
  let direction: Client;
  let parent: Client;
  let everybody: string[];
  before(async () => {
    school = await openSchool({ plugins: ['infos'] });
    school.house.setNow(NOW);
    cast = await twoClasses(school);
    direction = school.as('direction');
    parent = school.as('parents');
    everybody = [school.people.parents.personId, cast.claire.personId, cast.grace.personId];
  });
  beforeEach(() => school.house.setNow(NOW));
  after(async () => {
    school.house.setNow(null);
    await school.close();
  });
  const FEED = '/espace/parents/infos';
  /** Published and arrived. */
  async function sent(fields: Record<string, string>, to = everybody): Promise<string> {
    school.house.setNow(NOW);
    const id = await published(direction, GESTION, fields, to);
    school.house.setNow(later(2));
    return id;
  }
  const read = (id: string, client = parent) => client.get(`${FEED}/lire/${id}`);
  const signs = (id: string, client = parent, version = '1') =>
    client.post(`${FEED}/lire/${id}/signer`, { name: 'Paul Leroy', version });
  const returns = async (id: string, query = '') => words(await direction.get(`${GESTION}/${id}/retours${query}`));

  it('B24 C-28 a mother of three gets one information, counted once, which names the three children', async () => {
    const id = await draft(direction, GESTION, { title: 'Fête' }, everybody);
    expect(words(await direction.get(`${GESTION}/${id}/publier`))).to.include('3 responsables de 4 élèves');
    await direction.post(`${GESTION}/${id}/publier`, { sure: '' });
    school.house.setNow(later(2));
    const told = await school.db((db) => db('notices').where({ about: `infos:${id}`, person_id: cast.grace.personId }));
    expect(told.map((one) => one.title)).to.deep.equal([
      'Fête, pour Lina (CE1 Jonquilles), Noé (CE1 Jonquilles) et Zoé (GS)',
    ]);
    expect(words(await read(id, cast.grace.client))).to.include(
      'pour Lina (CE1 Jonquilles), Noé (CE1 Jonquilles) et Zoé (GS)',
    );
    const feed = await cast.grace.client.get(`${FEED}/`);
    expect(feed.text.split('>Fête<').length - 1).to.equal(1);
    expect(words(await cast.grace.client.get(`${FEED}/?enfant=${cast.zoe}`)))
      .to.include('Informations pour Zoé')
      .and.include('Fête');
  });

  it('F14-12 no reply is possible, and the page says whom to ask', async () => {
    const id = await sent({ title: 'Sans réponse' });
    const page = await read(id);
    expect(words(page)).to.include('On ne répond pas ici').and.include('Mme KRUG').and.include('04 74 00 00 00');
    expect(page.text).to.not.include('<textarea');
  });

  it('F14-13 only opening it is reading: a GET, a preview or the home marks nothing; the open page or its button does', async () => {
    const id = await sent({ title: 'À lire' });
    await parent.get('/espace/parents/accueil/');
    await parent.get(`${FEED}/`);
    const page = await read(id);
    expect(page.text)
      .to.match(/hx-post="[^"]*\/lu" hx-trigger="load, submit"/)
      .and.include('Marquer comme lu');
    expect(await returns(id))
      .to.include('Lu par 0 sur 3')
      .and.include('LEROY Paul')
      .and.not.include('A lu mercredi');
    expect((await parent.post(`${FEED}/lire/${id}/lu`)).status).to.equal(303);
    expect((await parent.post(`${FEED}/lire/${id}/lu`)).status).to.equal(303);
    const fragment = await parent.get(`${FEED}/lire/${id}`, { 'HX-Request': 'true', 'HX-Request-Type': 'partial' });
    expect(words(fragment)).to.include('Lu. L’école le voit.').and.not.include('On ne répond pas');
    expect(await returns(id))
      .to.include('Lu par 1 sur 3')
      .and.include('A lu mercredi 25 novembre à 11 h 02');
    expect(await returns(id, '?etat=pas-lu'))
      .to.include('OKAFOR Grâce')
      .and.not.include('LEROY Paul');
    expect(await returns(id, '?par=eleve'))
      .to.include('OKAFOR Zoé, 1 personne')
      .and.include('LEROY Mila, 2 personnes');
    expect(
      (
        await school.db((db) =>
          db('notices')
            .where({ about: `infos:${id}`, person_id: school.people.parents.personId })
            .first('read_at'),
        )
      ).read_at,
    ).to.not.equal(null);
  });

  it('P5 a signature keeps the hash of the text, the time and the name; a later version does not undo it', async () => {
    const id = await sent({ title: 'Votre accord', receipt: 'sign' });
    expect(words(await parent.get('/espace/parents/accueil/')))
      .to.include('À faire')
      .and.include('Lire et signer');
    expect((await signs(id)).status).to.equal(303);
    expect(words(await read(id)))
      .to.include('Paul Leroy a signé')
      .and.include('conforme')
      .and.not.include('non conforme');
    const text = { title: 'Votre accord', body: 'Départ à 9 h.' };
    const version = async () =>
      /name="_version" value="(\d+)"/.exec((await direction.get(`${GESTION}/${id}/modifier`)).text)?.[1] as string;
    expect((await direction.post(`${GESTION}/${id}/modifier`, { ...text, _version: await version() })).status).to.equal(
      303,
    );
    expect(words(await read(id)))
      .to.include('a signé la version 1')
      .and.include('conforme')
      .and.include('Texte modifié depuis : version 2');
    expect(await returns(id))
      .to.include('A signé la version 1')
      .and.include('Signé par 1 sur 3');
    const stale = await signs(id, cast.claire.client, '1');
    expect(stale.status).to.equal(422);
    expect(words(stale)).to.include('Le texte vient de changer');
    expect((await signs(id, cast.claire.client, '2')).status).to.equal(303);
    await direction.post(`${GESTION}/${id}/modifier`, {
      ...text,
      body: 'Départ à 10 h.',
      again: 'on',
      _version: await version(),
    });
    expect(await returns(id))
      .to.include('Signé par 0 sur 3')
      .and.include('A signé la version 2');
    expect(words(await read(id))).to.include('Votre signature');
    await school.db((db) =>
      db('infos_versions').where({ item_id: id, number: 1 }).update({ body: '<p>Autre chose.</p>' }),
    );
    expect(words(await read(id)), 'a text changed behind the signature is seen').to.include('non conforme');
  });

  it('C-39 C-43 P5 P20 a reminder and paper slips go to exactly those who are left', async () => {
    const id = await sent({ title: 'Assurance', receipt: 'sign' });
    await signs(id);
    expect(await returns(id)).to.include('Relancer 2 personnes');
    await direction.post(`${GESTION}/${id}/relancer`, { sure: '' });
    const told = await school.db((db) =>
      db('notices')
        .where({ about: `infos:${id}:rappel-1` })
        .pluck('person_id'),
    );
    expect(told).to.have.members([cast.claire.personId, cast.grace.personId]);
    const answer = await fetch(school.url(`${GESTION}/${id}/retours/mots`), { headers: { Cookie: direction.cookie } });
    const pdf = openPdf(Buffer.from(await answer.arrayBuffer()));
    expect(pdf.pages).to.equal(1);
    expect(pdf.text(0)).to.include('OKAFOR Grâce').and.include('LEROY Claire').and.not.include('LEROY Paul');
    await direction.post(`${GESTION}/${id}/papier`, { person: cast.claire.personId });
    expect(await returns(id))
      .to.include('Rendu en papier')
      .and.include('Relancer 1 personne');
    expect(
      (await direction.post(`${GESTION}/${id}/papier`, { person: school.people.mairie.personId })).status,
    ).to.equal(404);
  });

  it('a slip that comes back for a reading asked again counts over the older signature', async () => {
    const id = await sent({ title: 'Resigner', receipt: 'sign' });
    await signs(id, cast.claire.client);
    await direction.post(`${GESTION}/${id}/modifier`, { title: 'Resigner', body: 'Autre heure.', again: 'on' });
    expect(await returns(id)).to.include('Relancer 3 personnes');
    await direction.post(`${GESTION}/${id}/papier`, { person: cast.claire.personId });
    expect(await returns(id))
      .to.include('Relancer 2 personnes')
      .and.include('Rendu en papier');
  });

  it('no reminder after the period, nor to those who have read, pressed or by itself', async () => {
    const id = await sent({ title: 'Déjà lue', remindAfter: '3' });
    await parent.post(`${FEED}/lire/${id}/lu`);
    await direction.post(`${GESTION}/${id}/relancer`, { sure: '' });
    school.house.setNow(new Date('2026-11-29T03:30:00+01:00'));
    await night(school, 'remind');
    const told = (part: string) =>
      school.db((db) =>
        db('notices')
          .where({ about: `infos:${id}:${part}` })
          .pluck('person_id'),
      );
    for (const part of ['rappel-1', 'rappel-2'])
      expect(await told(part), part).to.have.members([cast.claire.personId, cast.grace.personId]);
    school.house.setNow(new Date('2026-12-11T10:00:00+01:00'));
    const desk = await school.asAccount(school.people.direction.accountId, 'administration');
    expect(words(await desk.get(`${GESTION}/${id}/retours`))).to.not.include('Relancer');
    await desk.post(`${GESTION}/${id}/relancer`, { sure: '' });
    expect(await told('rappel-3')).to.deep.equal([]);
  });

  it('recipients are frozen: who arrives later has nothing, who changes class keeps what he was sent', async () => {
    const id = await sent({ title: 'Figée' });
    const lina = await school.db((db) => db('people').where({ first_name: 'Lina' }).first('id'));
    const place = (class_id: string) =>
      school.db((db) => db('class_places').where({ pupil_id: lina.id }).update({ class_id }));
    const link = { guardian_id: cast.marc.personId, pupil_id: lina.id };
    await school.db((db) => db('guardian_links').insert(link));
    await place(cast.gs);
    expect((await read(id, cast.marc.client)).status).to.equal(404);
    expect((await read(id, cast.grace.client)).status).to.equal(200);
    expect(await returns(id))
      .to.include('Lu par 0 sur 3')
      .and.not.include('LEROY Marc');
    await place(school.classId);
    await school.db((db) => db('guardian_links').where(link).delete());
  });

  it('a reminder goes by itself after the days chosen, once', async () => {
    const id = await sent({ title: 'De soi-même', remindAfter: '3' });
    const told = async (day: string) => {
      school.house.setNow(new Date(`${day}T03:30:00+01:00`));
      await night(school, 'remind');
      return school.db((db) => db('notices').whereLike('about', `infos:${id}:rappel-%`));
    };
    expect(await told('2026-11-27')).to.have.length(0);
    expect(await told('2026-11-29')).to.have.length(3);
    expect(await told('2026-11-30')).to.have.length(3);
  });

  it('C-40 chosen staff see Retours in their Espace, and nothing more', async () => {
    const id = await sent({ title: 'Partagée' });
    const teacher = school.as('enseignants');
    const path = `/espace/enseignants/infos/lire/${id}/retours`;
    expect((await teacher.get(path)).status).to.equal(404);
    await direction.post(`${GESTION}/${id}/partager`, { to: [school.people.enseignants.personId] });
    expect(words(await teacher.get('/espace/enseignants/infos/'))).to.include('Retours que l’on vous montre');
    const shown = await teacher.get(path);
    expect(words(shown)).to.include('LEROY Paul').and.not.include('Relancer').and.not.include('Tableur');
    expect((await teacher.get(`/espace/enseignants/infos/${id}`)).status).to.equal(404);
    await direction.post(`${GESTION}/${id}/partager`, {});
    expect((await teacher.get(path)).status).to.equal(404);
  });

  it('Retours as a spreadsheet, and taking it is logged', async () => {
    const id = await sent({ title: 'Tableau' });
    await parent.post(`${FEED}/lire/${id}/lu`);
    const desk = await school.asAccount(school.people.direction.accountId, 'administration');
    const { text } = await desk.get(`${GESTION}/${id}/retours/tableur`);
    expect(text).to.include('LEROY;Paul;Mila, CE1 Jonquilles;Lu').and.include('OKAFOR;Grâce');
    const logged = () => school.db((db) => db('audit_log').where({ act: 'Retours exportés', about: 'Tableau' }));
    expect(await logged()).to.have.length(1);
    school.house.setNow(later(20));
    const old = await desk.get(`${GESTION}/${id}/retours/tableur`);
    expect(old.text, 'an old session proves itself first').to.not.include('OKAFOR');
    expect(await logged()).to.have.length(1);
  });

  it('withdrawn, it is gone from the Espaces and the old link says so; nothing is told any more', async () => {
    const id = await sent({ title: 'Erreur de date' });
    expect(words(await direction.get(`${GESTION}/${id}/retirer`))).to.include('Plus personne ne pourra lire');
    await direction.post(`${GESTION}/${id}/retirer`, { sure: '' });
    const page = await read(id);
    expect(page.status).to.equal(410);
    expect(words(page)).to.include('Cette information a été retirée').and.not.include('va à la ferme');
    expect(words(await parent.get(`${FEED}/`))).to.not.include('Erreur de date');
    expect((await parent.post(`${FEED}/lire/${id}/lu`)).status).to.equal(404);
    expect(await school.db((db) => db('notices').whereLike('about', `infos:${id}%`))).to.have.length(0);
  });

  it('a restricted guardian is in no audience; one whose link was restricted since sees it no more', async () => {
    const picker = await direction.get(`${GESTION}/${await draft(direction, GESTION, {}, [])}/destinataires`);
    expect(words(picker)).to.include('LEROY Claire').and.not.include('LEROY Marc');
    const forced = await draft(direction, GESTION, {}, [cast.marc.personId]);
    expect(words(await direction.get(`${GESTION}/${forced}/publier`))).to.include('Personne n’est choisi');
    const id = await sent({ title: 'Sur Mila' });
    expect((await read(id, cast.claire.client)).status).to.equal(200);
    const link = (restricted_on: string | null) =>
      school.db((db) => db('guardian_links').where({ guardian_id: cast.claire.personId }).update({ restricted_on }));
    await link('2026-11-25');
    expect((await read(id, cast.claire.client)).status).to.equal(404);
    expect(words(await cast.claire.client.get(`${FEED}/`))).to.not.include('Sur Mila');
    expect((await signs(id, cast.claire.client)).status).to.equal(404);
    await link(null);
  });

  it('S18-01 whoever it was not sent to, another profile, another school, a stopped module, an unpublished rubric: refused', async () => {
    const id = await sent({ title: 'Fermée' }, [cast.claire.personId]);
    expect((await read(id)).status).to.equal(404);
    expect((await signs(id)).status).to.equal(404);
    expect((await parent.get(`${GESTION}/`)).status).to.equal(403);
    expect((await school.as('quotidienne').get(`${GESTION}/`)).status).to.equal(403);
    expect((await parent.get('/espace/parents/infos/mes-envois')).status).to.equal(403);
    const other = await openSchool({ plugins: ['infos'], rubrics: ['!parents:infos.informations'] });
    expect((await other.as('direction').get(`${GESTION}/${id}`)).status).to.equal(404);
    for (const path of ['/', `/lire/${id}`, '/mes-envois'])
      expect((await other.as('parents').get(`${FEED}${path}`)).status, path).to.equal(403);
    expect(words(await other.as('parents').get('/espace/parents/accueil/'))).to.not.include('Toutes les informations');
    await other.close();
    const off = await openSchool({ plugins: [] });
    expect((await off.as('direction').get(`${GESTION}/`)).status).to.equal(404);
    await off.close();
  });

  it('what was sent is kept for its school year and the next, then goes with its receipts', async () => {
    const id = await sent({ title: 'Vieille' });
    const there = async (moment: string) => {
      school.house.setNow(new Date(moment));
      await night(school, 'purge');
      return school.db((db) => db('infos_items').where({ id }).first('id'));
    };
    expect(await there('2028-07-31T03:30:00+02:00')).to.not.equal(undefined);
    expect(await there('2028-08-02T03:30:00+02:00')).to.equal(undefined);
    expect(await school.db((db) => db('infos_recipients').where({ item_id: id }))).to.have.length(0);
  });

  it('B31 whatever is put into a text, nothing of it runs or calls outside in the page of the reader', async () => {
    const hostile = readFileSync(new URL('samples/B31-injections.html', import.meta.url), 'utf8');
    const id = await sent({ title: '<b>{{title}}</b>', 'body.html': hostile });
    const { text } = await read(id);
    const shown = text.slice(text.indexOf('<article'), text.indexOf('</article>'));
    expect(shown)
      .to.include('texte <strong>gras</strong> gardé')
      .and.include('href="https://exemple.fr')
      .and.include('{{identifiant}}');
    expect(shown).to.not.match(
      /<script|<iframe|<img|<base|<meta|<style|style=|\son\w+=|javascript:|exterieur|<input|<b>\{\{/i,
    );
  });

  it('with 300 informations the home and the feed of a parent ask the database no more questions than with one', async () => {
    const { app } = school.house.house;
    let questions = 0;
    const count = () => {
      questions += 1;
    };
    const asked = async (path: string): Promise<number> => {
      questions = 0;
      expect((await parent.get(path)).status).to.equal(200);
      return questions;
    };
    const both = async () => [await asked('/espace/parents/accueil/'), await asked(`${FEED}/`)];
    await sent({ title: 'La première' });
    // The first visit of a session writes that it came.
    await both();
    app.on('query', count);
    const before = await both();
    const [{ id }, parentId, pupilId] = [
      await school.db((db) => db('infos_items').where({ title: 'La première' }).first('id')),
      school.people.parents.personId,
      school.people.eleves.personId,
    ];
    await school.db(async (db) => {
      const item = await db('infos_items').where({ id }).first();
      const { id: _, school_id: __, ...same } = item;
      const made = await db.batchInsert('infos_items', Array(300).fill(same)).returning('id');
      const received = { person_id: parentId, kind: 'guardians', delivered_at: NOW };
      await db.batchInsert(
        'infos_recipients',
        made.map((one) => ({ ...received, item_id: one.id })),
      );
      await db.batchInsert(
        'infos_children',
        made.map((one) => ({ item_id: one.id, person_id: parentId, pupil_id: pupilId })),
      );
    });
    const after = await both();
    app.off('query', count);
    expect(before[0]).to.be.above(2);
    expect(after).to.deep.equal(before);
  });
});
