import { readFileSync } from 'node:fs';
import { type Answer, type Client, openSchool, ROLES, type TestSchool } from '@preau/core/testing';
import { expect } from 'chai';
import sharp from 'sharp';
import { addClass, addDocument, addGuardian, addPupil, GESTION, NOW, words } from './samples/two-families.test.ts';

const HOME = '/espace/parents/collecte/a-fournir';
const PDF = '%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF';
const sample = (name: string) => readFileSync(new URL(`./samples/${name}`, import.meta.url));
const sent = (name = 'attestation.pdf', bytes: string | Uint8Array<ArrayBuffer> = PDF) => new File([bytes], name);
const photo = (background: string) =>
  sharp({ create: { width: 900, height: 600, channels: 3, background } })
    .jpeg()
    .toBuffer();
const plain = (text: string) => text.replaceAll(/[\u00a0\u202f]/g, ' ');
const read = (answer: Answer) => plain(words(answer));

describe('a parent deposits a document', () => {
  let school: TestSchool;
  let parents: Client;
  let mila: string;
  let tom: string;
  let gs: string;
  let claire: { id: string; client: Client };
  let stranger: { id: string; client: Client };
  before(async () => {
    school = await openSchool({ plugins: ['collecte'] });
    school.house.setNow(NOW);
    parents = school.as('parents');
    mila = school.childId;
    gs = await addClass(school, 'GS');
    tom = await addPupil(school, gs, { lastName: 'LEROY', firstName: 'Tom' });
    await school.db((db) =>
      db('guardian_links').insert({ guardian_id: school.people.parents.personId, pupil_id: tom }),
    );
    claire = await addGuardian(school, 'Claire LEROY', [mila]);
    const other = await addPupil(school, gs, { lastName: 'OKAFOR', firstName: 'Zoé' });
    stranger = await addGuardian(school, 'Grâce OKAFOR', [other]);
  });
  beforeEach(async () => {
    school.house.setNow(NOW);
    // Each test has its own documents.
    await school.db((db) => db('collecte_documents').delete());
  });
  after(async () => {
    school.house.setNow(null);
    await school.close();
  });

  const at = (document: string, pupil = mila) => `${HOME}/${pupil}/${document}`;
  const gives = (document: string, fields: Parameters<Client['post']>[1] = {}, client = parents, pupil = mila) =>
    client.post(at(document, pupil), { files: sent(), ...fields });
  const sendings = (document: string) =>
    school.db((db) => db('collecte_sendings').where({ document_id: document }).orderBy('at').orderBy('id'));
  const rows = (document: string) =>
    school.db((db) =>
      db('collecte_deposits as dep')
        .join('collecte_sendings as s', 's.id', 'dep.sending_id')
        .where({ 'dep.document_id': document })
        .orderBy('s.at')
        .select('dep.*', 's.person_id', 's.valid_until', 's.at'),
    );
  const fileOf = async (sending: string): Promise<string> =>
    `/fichiers/${
      (
        await school.db((db) =>
          db('files')
            .where({ about: `collecte:${sending}` })
            .first('id'),
        )
      ).id
    }`;
  const decide = (document: string, values: object) =>
    school.db((db) => db('collecte_deposits').where({ document_id: document }).whereNull('replaced_at').update(values));

  it('F17-13 finds on the home and in « Documents à fournir » what is asked, child by child, and deposits it without JavaScript', async () => {
    const values = { deposit: 'until', until_day: '2026-11-27', guidance: 'À jour pour cette année.' };
    const document = await addDocument(school, 'Attestation d’assurance', { values });
    await addDocument(school, 'Fiche sanitaire', { classes: [gs], values: { deposit: 'none' } });
    // Asked of both children: one thing to do, in one deposit.
    expect(read(await parents.get('/espace/parents/accueil/')))
      .to.include('2 choses vous attendent')
      .and.match(/Mila.{0,40}et aussi /);
    const list = read(await parents.get(HOME));
    expect(list).to.include('Jusqu’au vendredi 27 novembre, il reste 2 jours').and.include('À jour pour cette année.');
    expect(list).to.include('Mila').and.include('CE1 Jonquilles').and.include('À remettre à l’école');
    const form = await parents.get(at(document));
    expect(form.text).to.include('multipart/form-data').and.include('capture="environment"');
    const key = /name="_key" value="([^"]+)"/.exec(form.text)?.[1] ?? '';
    const done = await gives(document, {
      files: [sent('page 1.pdf'), sent('page 2.pdf')] as never,
      word: 'Voilà',
      _key: key,
    });
    expect([done.status, done.location]).to.deep.equal([
      303,
      school.url(at(document)).slice(school.house.origin.length),
    ]);
    const twice = await gives(document, { _key: key });
    expect(twice.status).to.equal(303);
    expect(await rows(document), 'sent twice, kept once').to.have.length(1);
    const page = await parents.get(at(document));
    expect(read(page))
      .to.include('Reçu pour Mila. L’école va le vérifier.')
      .and.include('Envoyé mercredi 25 novembre à 11 h 00')
      .and.include('page 1.pdf')
      .and.include('page 2.pdf')
      .and.include('Votre mot : « Voilà »')
      .and.include('Annuler');
    expect(read(await parents.get(HOME))).to.match(/C’est fait.*Attestation d’assurance/);
  });

  it('F17-13 a document is refused after its last day, also on a page opened before, with whom to ask; 23:59:59 is right, at every school’s own time', async () => {
    for (const [timezone, last, first] of [
      ['Europe/Paris', '2026-11-27T22:59:59Z', '2026-11-27T23:00:00Z'],
      ['America/Martinique', '2026-11-28T03:59:59Z', '2026-11-28T04:00:00Z'],
      ['Indian/Reunion', '2026-11-27T19:59:59Z', '2026-11-27T20:00:00Z'],
    ] as const) {
      await school.house.house.app('schools').where({ id: school.id }).update({ timezone });
      const document = await addDocument(school, 'Attestation', {
        values: { deposit: 'until', until_day: '2026-11-27' },
      });
      school.house.setNow(new Date(last));
      const client = await school.asAccount(school.people.parents.accountId, 'espace');
      expect(read(await client.get(at(document)))).to.include('c’est aujourd’hui le dernier jour');
      expect((await gives(document, {}, client)).status, timezone).to.equal(303);
      school.house.setNow(new Date(first));
      const late = await gives(document, {}, client);
      expect(late.status, timezone).to.equal(422);
      expect(read(late))
        .to.include('on pouvait déposer jusqu’au vendredi 27 novembre au soir')
        .and.include('04 74 00 00 00');
      expect(late.text).not.to.include('id="envoyer"');
      const [sending] = await sendings(document);
      await client.post(`${at(document)}/retirer`, { sending: sending.id });
      expect(await sendings(document), 'what is there stays').to.have.length(1);
    }
    await school.house.house.app('schools').where({ id: school.id }).update({ timezone: 'Europe/Paris' });
  });

  it('F17-13 refuses what parents may not deposit, what is archived, and a child it is not asked of or who is not theirs', async () => {
    const none = await addDocument(school, 'Fiche sanitaire', { values: { deposit: 'none' } });
    const refused = await gives(none);
    expect(refused.status).to.equal(422);
    expect(read(refused)).to.include('Ce document ne se dépose pas ici');
    const onlyGs = await addDocument(school, 'Attestation', { classes: [gs] });
    const archived = await addDocument(school, 'Ancienne', { values: { archived_at: NOW } });
    const past = await addDocument(school, 'De l’an passé', { values: { year: 2020 } });
    for (const path of [at(onlyGs), at(archived), at(past), at(mila), at(onlyGs, stranger.id)]) {
      expect((await parents.get(path)).status, path).to.equal(404);
      expect((await parents.post(path, { files: sent() })).status, path).to.equal(404);
    }
    expect((await stranger.client.get(at(onlyGs, tom))).status).to.equal(404);
    expect((await stranger.client.post(at(onlyGs, tom), { files: sent() })).status).to.equal(404);
    expect(await school.db((db) => db('collecte_sendings'))).to.deep.equal([]);
  });

  it('one sending is for brothers and sisters, chosen among those of whom it is asked', async () => {
    const document = await addDocument(school, 'Attestation');
    const form = await parents.get(at(document));
    expect(read(form)).to.include('Ce document est aussi pour Tom, GS');
    const wrong = await gives(document, { also: [tom], files: sent('vide.pdf', '') });
    expect(wrong.status).to.equal(422);
    expect(wrong.text, 'what was ticked stays ticked').to.match(/value="[^"]+" checked><span>Tom/);
    for (const also of [stranger.id, 'x', [tom, claire.id]]) {
      const answer = await gives(document, { also });
      expect(answer.status).to.equal(422);
    }
    expect((await gives(document, { also: tom })).status).to.equal(303);
    expect(read(await parents.get(at(document, tom))))
      .to.include('pour Mila et Tom')
      .and.include('attestation.pdf');
    const [one, two] = await rows(document);
    expect([one?.sending_id, new Set([one?.pupil_id, two?.pupil_id])]).to.deep.equal([
      two?.sending_id,
      new Set([mila, tom]),
    ]);
    // Taken back as a whole while nobody has decided; files go with it.
    await parents.post(`${at(document, tom)}/retirer`, { sending: one?.sending_id as string });
    expect(await rows(document)).to.deep.equal([]);
    expect(await school.db((db) => db('files').where({ about: `collecte:${one?.sending_id}` }))).to.deep.equal([]);
  });

  it('B42 a newer deposit of the same parent replaces his own, kept as history; the other parent’s stays, and neither sees the other’s', async () => {
    const [first, second, third] = JSON.parse(sample('B42-depot-meme-nom.json').toString()).steps as string[];
    const document = await addDocument(school, 'Attestation');
    await gives(document, { files: sent('attestation.pdf', `${PDF} ${first}`) });
    school.house.setNow(new Date(NOW.getTime() + 60_000));
    await gives(document, { files: sent('attestation.pdf', `${PDF} ${second}`) }, claire.client);
    school.house.setNow(new Date(NOW.getTime() + 120_000));
    await gives(document, { files: sent('attestation.pdf', `${PDF} ${third}`) });
    const kept = await rows(document);
    expect(kept.map((row) => [row.person_id === claire.id, row.replaced_at !== null])).to.deep.equal([
      [false, true],
      [true, false],
      [false, false],
    ]);
    const his = await parents.get(at(document));
    expect(read(his)).to.include('Vos envois précédents').and.include('Remplacé').and.not.include('Claire');
    for (const [at, words] of [first, second, third].entries()) {
      const path = await fileOf(kept[at].sending_id);
      const mine = at === 1 ? claire.client : parents;
      const other = at === 1 ? parents : claire.client;
      expect((await mine.get(path)).text).to.include(words);
      expect((await other.get(path)).status).to.equal(404);
    }
    const hers = read(await claire.client.get(at(document)));
    expect(hers).to.not.include('Paul').and.not.include('envois précédents');
    const [, sheHas] = kept;
    expect((await parents.post(`${at(document)}/retirer`, { sending: sheHas.sending_id })).status).to.equal(404);
    // « Annuler » takes back the newer one: what it had replaced stands again.
    await parents.post(`${at(document)}/retirer`, { sending: kept[2].sending_id });
    expect((await rows(document)).map((row) => row.replaced_at)).to.deep.equal([null, null]);
  });

  it('the other parent is told that something is there and how it stands, never its reason, its file, nor whose it is', async () => {
    const document = await addDocument(school, 'Attestation');
    await gives(document);
    expect(read(await claire.client.get(HOME))).to.include('Reçu, l’école va le vérifier');
    const page = read(await claire.client.get(at(document)));
    expect(page)
      .to.include('Un document a déjà été déposé pour Mila')
      .and.not.include('attestation.pdf')
      .and.not.include('Paul');
    await decide(document, { state: 'redo', reason: 'Ce n’est pas le bon nom', decided_at: NOW });
    for (const path of [HOME, at(document)]) {
      expect(read(await parents.get(path))).to.include('Ce n’est pas le bon nom');
      expect(read(await claire.client.get(path)))
        .to.include('À refaire')
        .and.not.include('le bon nom');
    }
  });

  it('« À refaire » is done again; an accepted one is replaced only after a question, or once it is no longer valid', async () => {
    const document = await addDocument(school, 'Attestation', { values: { asks_validity: true } });
    const no = await gives(document);
    expect(read(no)).to.include('Écrivez la date de fin').and.include('attestation.pdf');
    const past = await gives(document, { validUntil: '2026-11-24' });
    expect([past.status, read(past).includes('Cette date est passée')]).to.deep.equal([422, true]);
    expect((await gives(document, { validUntil: '2026-11-25' })).status).to.equal(303);
    await decide(document, { state: 'redo', reason: 'illisible', decided_at: NOW });
    expect(read(await parents.get(at(document))))
      .to.include('À refaire : illisible')
      .and.include('Envoyer à l’école');
    expect((await gives(document, { validUntil: '2026-12-31' })).status).to.equal(303);
    await decide(document, { state: 'accepted', decided_at: NOW });
    const [, accepted] = await sendings(document);
    const shut = await parents.get(at(document));
    expect(read(shut)).to.include('Accepté').and.not.include('Envoyer à l’école');
    expect(read(await parents.post(`${at(document)}/retirer`, { sending: accepted.id }))).to.not.equal('');
    expect(read(await parents.get(at(document)))).to.include('L’école l’a déjà regardé');
    const asks = await gives(document, { validUntil: '2027-06-30' });
    expect([asks.status, read(asks).includes('L’école a déjà accepté un document')]).to.deep.equal([422, true]);
    expect(read(await parents.get(`${at(document)}?autre=1`))).to.include('Envoyer quand même un nouveau document');
    expect((await gives(document, { validUntil: '2027-06-30', sure: 'on' })).status).to.equal(303);
    expect((await rows(document)).filter((row) => !row.replaced_at)).to.have.length(1);
    await decide(document, { state: 'accepted', decided_at: NOW });
    school.house.setNow(new Date('2027-07-01T10:00:00Z'));
    const later = await school.asAccount(school.people.parents.accountId, 'espace');
    expect(read(await later.get(at(document))))
      .to.include('À renouveler')
      .and.include('Envoyer à l’école');
    expect((await gives(document, { validUntil: '2028-06-30' }, later)).status).to.equal(303);
  });

  it('B43 B44 B45 says at once what is empty or no document, and keeps the rest; a locked PDF or a dark photo is kept with a remark', async () => {
    const document = await addDocument(school, 'Attestation');
    const empty = await gives(document, {
      files: [
        sent('vide.pdf', sample('B43-vide.pdf')),
        sent('vide.jpg', sample('B43-vide.jpg')),
        sent('bon.pdf'),
      ] as never,
      word: 'Bonjour',
    });
    expect(empty.status).to.equal(422);
    expect(read(empty)).to.include('« vide.pdf » est vide').and.include('« vide.jpg » est vide').and.include('bon.pdf');
    expect(empty.text).to.include('value="Bonjour"');
    const none = await parents.post(at(document), {});
    expect([none.status, read(none).includes('Choisissez un fichier')]).to.deep.equal([422, true]);
    const files = [
      sent('secret.pdf', sample('B45-mot-de-passe.pdf')),
      sent('nuit.jpg', new Uint8Array(await photo('#050505'))),
      sent('photo.heic', sample('B44-photo.heic')),
    ];
    expect((await gives(document, { files: files as never })).status).to.equal(303);
    const page = await parents.get(at(document));
    expect(read(page))
      .to.include('« secret.pdf » : protégé par mot de passe')
      .and.match(/« nuit\.jpg » : photo très sombre/)
      .and.include('Remplacer');
    expect(page.text).to.include('/apercu');
  });

  it('no input gives an error of the server', async () => {
    const document = await addDocument(school, 'Attestation');
    const key = at(document);
    for (const [path, fields] of [
      [key, { files: 'texte', validUntil: '31/02/2026', also: ['\0', ''], word: 'x'.repeat(300) }],
      [key, { 'files.kept': 'x', 'files.removed': 'y', sure: 'peut-être' }],
      [`${key}/retirer`, { sending: 'x' }],
      [`${key}/retirer`, {}],
      [`${key}/vu`, { x: 'y' }],
      [`${HOME}/x/y`, {}],
    ] as [string, Record<string, string | string[]>][])
      expect((await parents.post(path, fields)).status, path).to.be.oneOf([200, 303, 404, 422]);
    expect((await parents.get(`${key}?autre=%00`)).status).to.be.oneOf([200, 400]);
    expect((await parents.get(`${HOME}/${mila}/x`)).status).to.equal(404);
  });

  it('S18-11 F17-14 B47 a deposit opens for its parent and its readers; to every other role, family and school it does not exist', async () => {
    const { direction, enseignants, quotidienne, mairie } = school.people;
    const document = await addDocument(school, 'Attestation', {
      readers: [direction.personId, enseignants.personId, mairie.personId],
    });
    await gives(document, { files: sent('photo.jpg', new Uint8Array(await photo('#88aacc'))) });
    school.house.setNow(new Date(NOW.getTime() + 60_000));
    await gives(document, {}, parents, tom);
    const [one, two] = await sendings(document);
    const [ofMila, ofTom] = [await fileOf(one.id), await fileOf(two.id)];
    const elsewhere = await openSchool({ plugins: ['collecte'] });
    const status = async (client: Client, path = ofMila) => (await client.get(path)).status;
    const opens = async () =>
      Object.fromEntries(await Promise.all(ROLES.map(async (role) => [role, await status(school.as(role))])));
    const nobody = Object.fromEntries(ROLES.map((role) => [role, 404]));
    const readers = { ...nobody, parents: 200, direction: 200, enseignants: 200 };
    // The town hall’s profile does not show documents: being chosen is not enough.
    const may = await school.db((db) => db('profiles').where({ name: 'Mairie' }).first('permissions'));
    expect(may.permissions).to.not.include('collecte.read');
    expect(await opens()).to.deep.equal(readers);
    expect(await status(school.as('enseignants'), ofTom), 'a pupil of another class').to.equal(404);
    expect(await status(school.as('direction'), ofTom)).to.equal(200);
    expect([await status(claire.client), await status(stranger.client)]).to.deep.equal([404, 404]);
    expect(await status(elsewhere.as('direction'))).to.equal(404);
    const visitor = await school.as('visiteur').get(ofMila);
    expect([visitor.status, visitor.location?.includes('/connexion/')]).to.deep.equal([303, true]);
    expect(await status(parents, `${ofMila}?token=`)).to.equal(200);
    for (const method of ['HEAD', 'GET']) {
      const headers = { Cookie: parents.cookie, Range: 'bytes=0-3' };
      const answer = await fetch(school.url(ofMila), { method, headers });
      expect([answer.status, answer.headers.get('cache-control')]).to.deep.equal([200, 'private, no-store']);
    }
    for (const client of [parents, school.as('direction')])
      expect(await status(client, `${ofMila}/apercu`)).to.equal(200);
    expect(await status(claire.client, `${ofMila}/apercu`)).to.equal(404);

    const lines = await school.db((db) =>
      db('audit_log').where({ act: 'Document d’un élève ouvert' }).orderBy('about').pluck('about'),
    );
    expect(lines, 'once per person, sending and day').to.deep.equal(
      [
        'Attestation, Mila LEROY, déposé le mercredi 25 novembre à 11 h 00',
        'Attestation, Mila LEROY, déposé le mercredi 25 novembre à 11 h 00',
        'Attestation, Tom LEROY, déposé le mercredi 25 novembre à 11 h 01',
      ].toSorted(),
    );

    await school.db((db) => db('collecte_readers').where({ document_id: document }).delete());
    expect(await opens(), 'nobody chosen').to.deep.equal({ ...nobody, parents: 200 });
    await school.db((db) => db('collecte_readers').insert({ document_id: document, person_id: quotidienne.personId }));
    expect(await opens(), 'chosen, whose profile does not show documents').to.deep.equal({ ...nobody, parents: 200 });
    await school.db((db) =>
      db('profiles')
        .where({ name: 'Vie scolaire' })
        .update({ permissions: ['collecte.read'] }),
    );
    expect(await opens()).to.deep.equal({ ...nobody, parents: 200, quotidienne: 200 });
    // A link restricted since takes his own away too, at the next request.
    const link = { guardian_id: school.people.parents.personId, pupil_id: mila };
    await school.db((db) =>
      db('guardian_links').where(link).update({ restricted_on: '2026-11-25', restricted_reason: 'x' }),
    );
    expect(await status(parents)).to.equal(404);
    expect((await parents.get(at(document))).status).to.equal(404);
    expect(read(await parents.get(HOME))).to.not.include('Mila');
    expect(await status(parents, ofTom)).to.equal(200);
    await school.db((db) => db('guardian_links').where(link).update({ restricted_on: null, restricted_reason: null }));
    const off = { school_id: school.id, plugin: 'collecte', on: false };
    await school.house.house.app('school_plugins').where({ school_id: school.id, plugin: 'collecte' }).update(off);
    expect(await opens(), 'module off').to.deep.equal(nobody);
    await school.house.house
      .app('school_plugins')
      .where({ school_id: school.id, plugin: 'collecte' })
      .update({ on: true });
    await elsewhere.close();
  });

  it('only the Espace Parents has « Documents à fournir », while its rubric is published', async () => {
    for (const role of ROLES) {
      const espace = role === 'quotidienne' ? 'direction' : role;
      const answer = await school.as(role).get(`/espace/${espace}/collecte/a-fournir`);
      expect(answer.status, role).to.be.oneOf(role === 'parents' ? [200] : [403, 404]);
    }
    expect(read(await parents.get(HOME))).to.include('Rien à fournir pour l’instant');
    await school.db((db) => db('published').insert({ name: 'parents:collecte.fournir', on: false }));
    expect((await parents.get(HOME)).status).to.be.oneOf([403, 404]);
    await school.db((db) => db('published').delete());
    expect((await school.as('direction').get(`${GESTION}/a-fournir`)).status).to.equal(404);
  });
});
