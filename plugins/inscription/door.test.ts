import { openSchool, type TestSchool } from '@preau/core/testing';
import { expect } from 'chai';
import { DESK, type Desk, deskOf, FORM_PAGE, LEA, NOW, SETTINGS } from './samples/family.test.ts';

describe('F11-17 the Espace Inscription is a public door', () => {
  let school: TestSchool;
  let other: TestSchool;
  let desk: Desk;
  before(async () => {
    school = await openSchool({ plugins: ['inscription'], rubrics: ['inscription'] });
    other = await openSchool({ plugins: ['inscription'] });
    desk = deskOf(school);
    school.house.setNow(NOW);
    await school.as('direction').post(FORM_PAGE, SETTINGS);
    await other.as('direction').post(FORM_PAGE, SETTINGS);
  });
  beforeEach(async () => {
    school.house.setNow(NOW);
    school.house.mailbox.messages.length = 0;
    await school.db((db) => db('inscription_requests').delete());
    await school.house.house.app('rate_limits').delete();
  });
  after(async () => {
    school.house.setNow(null);
    await school.close();
    await other.close();
  });
  const visitor = () => school.as('visiteur');
  const rows = (at = school) => at.db((db) => db('inscription_requests').select());

  it('F11-17 F11-05 is not open while it is not published: the school’s contacts instead, and nothing is kept', async () => {
    for (const answer of [
      await other.as('visiteur').get('/inscription/'),
      await other.as('visiteur').post('/inscription/', LEA),
      await other.as('visiteur').get('/inscription/demande/x'),
      await other.as('visiteur').post('/inscription/demande/x/retirer'),
    ]) {
      expect(answer.status).to.equal(404);
      expect(answer.text)
        .to.include('n’est pas ouvert')
        .and.include('04 74 00 00 00')
        .and.not.include('name="lastName"');
    }
    expect(await rows(other)).to.deep.equal([]);
    const [form, list] = [await other.as('direction').get(FORM_PAGE), await other.as('direction').get(DESK)];
    expect(form.text).to.include('n’est pas publié');
    expect(list.text).to.include('n’est pas publié');
  });

  it('F11-17 opens and shuts on the school’s days, and with its module', async () => {
    const direction = school.as('direction');
    await direction.post(FORM_PAGE, { ...SETTINGS, opensOn: '2026-11-26', closesOn: '2026-11-27' });
    const early = await visitor().get('/inscription/');
    expect(early.status).to.equal(200);
    expect(early.text).to.include('ouvrent le 26/11/2026').and.not.include('name="lastName"');
    expect((await desk.ask()).text).to.include('ouvrent le 26/11/2026');
    // The last day counts to midnight.
    school.house.setNow(new Date('2026-11-27T22:50:00Z'));
    expect((await visitor().get('/inscription/')).text).to.include('name="lastName"');
    school.house.setNow(new Date('2026-11-27T23:10:00Z'));
    expect((await visitor().get('/inscription/')).text).to.include('ont fermé le 27/11/2026');
    // A form of a past year takes nothing: the night would delete it.
    school.house.setNow(NOW);
    await direction.post(FORM_PAGE, SETTINGS);
    school.house.setNow(new Date('2028-08-02T10:00:00Z'));
    expect((await desk.ask()).text).to.include('celui de l’année 2027-2028, qui est finie');
    expect((await visitor().get('/inscription/')).text).to.not.include('name="lastName"');
    school.house.setNow(NOW);
    expect(await rows()).to.deep.equal([]);

    await school.db((db) => db('school_plugins').where({ plugin: 'inscription' }).update({ on: false }));
    for (const path of ['/inscription/', DESK, FORM_PAGE])
      expect((await direction.get(path)).status, path).to.equal(404);
    expect((await visitor().post('/inscription/', LEA)).status).to.equal(404);
    await school.db((db) => db('school_plugins').where({ plugin: 'inscription' }).update({ on: true }));
  });

  it('F11-17 tells what is wrong beside each field and loses nothing; what the school does not ask is not kept', async () => {
    const wrong = await desk.ask({
      lastName: '',
      birthDate: '31/02/2022',
      phone: '06',
      street: '',
      level: 'CM2',
      agree: '',
      otherFirstName: 'Sam',
    });
    expect(wrong.status).to.equal(422);
    for (const words of [
      'Remplissez « Nom de l’enfant ».',
      'Cette date n’existe pas.',
      'value="31/02/2022"',
      'value="Léa Marie"',
      'value="Sam"',
      '<option value="F" selected>',
    ])
      expect(wrong.text, words).to.include(words);
    const more = await desk.ask({
      birthDate: '03/04/2028',
      phone: '06',
      street: '',
      level: 'CM2',
      agree: '',
      otherFirstName: 'Sam',
      meals: 'Peut-être',
    });
    for (const words of [
      'Cette date est à venir',
      'Ce numéro est trop court',
      'Remplissez « Numéro et rue ».',
      'Choisissez un niveau dans la liste.',
      'Cochez cette case',
      'Remplissez « Son nom ».',
      'Choisissez dans la liste.',
    ])
      expect(more.text, words).to.include(words);
    expect((await desk.ask({ email: 'nora@exemple,fr' })).status).to.equal(422);
    await desk.ask({ language: 'Arabe', useful: 'Secret', previousSchool: 'X', meals: 'Non' });
    const [kept] = await rows();
    expect(kept.answers).to.deep.equal({ street: LEA.street, postcode: LEA.postcode, city: LEA.city, meals: 'Non' });
  });

  it('F11-17 S18-07 answers alike whether the school knows the child or not', async () => {
    const { parents } = school.people;
    await school.db((db) => db('people').where({ id: parents.personId }).update({ email: 'paul@exemple.fr' }));
    const known = {
      lastName: 'LEROY',
      firstNames: 'Mila',
      birthDate: '12/03/2018',
      level: 'CP',
      email: 'paul@exemple.fr',
    };
    const plain = (text: string) =>
      text
        .replace(/demande\/[\w-]+/g, '')
        .replace(/[0-9a-f-]{36}|LEROY|Mila|DURAND|Zoé|paul|zoe/g, '')
        .replace(/\d\d\/\d\d\/\d{4}/g, '');
    const told = [];
    for (const fields of [known, { ...known, lastName: 'DURAND', firstNames: 'Zoé', email: 'zoe@exemple.fr' }]) {
      const answer = await desk.ask(fields);
      expect(answer.status).to.equal(303);
      told.push(plain((await visitor().get(answer.location as string)).text));
    }
    expect(told[0]).to.equal(told[1]);
  });

  it('F11-17 S18-06 lets five requests of one address wait, and thirty forms of one network address in a quarter of an hour', async () => {
    for (const firstNames of ['A', 'B', 'C', 'D', 'E']) expect((await desk.ask({ firstNames })).status).to.equal(303);
    await school.house.house.app('rate_limits').where('key', 'like', 'mail:%').delete();
    const sixth = await desk.ask({ firstNames: 'F', email: LEA.email.toUpperCase() });
    expect(sixth.status).to.equal(422);
    expect(sixth.text).to.include('Cinq demandes de cette adresse attendent déjà').and.include('value="F"');
    expect(await rows()).to.have.length(5);
    // A withdrawn one leaves room; the sixth e-mail to one address waits all the same.
    await visitor().post(`${await desk.lastLink()}/retirer`);
    const key = (await school.house.house.app('rate_limits').where('key', 'like', 'mail:%').first('key')).key;
    await school.house.house.app('rate_limits').where({ key }).update({ points: 5 });
    expect((await desk.ask({ firstNames: 'G' })).text).to.include('Cinq e-mails viennent de partir');
    await school.house.house.app('rate_limits').where('key', 'like', 'form:%').update({ points: 30 });
    const hurried = await desk.ask({ firstNames: 'H', email: 'libre@exemple.fr' });
    expect(hurried.status).to.equal(422);
    expect(hurried.text).to.include('Trop de demandes à la suite').and.include('value="H"');
  });

  it('F11-17 S18-15 one form sent twice is one request and one message; a wrong address is mended with the rest still there', async () => {
    const once = '0d9e1e34-6a51-4c47-8f0e-6a4b4f9f1c11';
    const sent = await Promise.all([
      desk.ask({ once, email: 'faux@exemple.fr' }),
      desk.ask({ once, email: 'faux@exemple.fr' }),
    ]);
    expect(sent.map((one) => one.location)).to.deep.equal([sent[0].location, sent[0].location]);
    expect(await rows()).to.have.length(1);
    expect(await desk.mails()).to.have.length(1);
    const proof = await desk.lastLink('faux@exemple.fr');
    const screen = (sent[0].location as string).replace(`/${school.rne}`, '');
    expect((await visitor().post(`${screen}/adresse`, { email: 'pas une adresse' })).status).to.equal(422);
    const tries = () => school.house.house.app('rate_limits');
    await tries().where('key', 'like', 'form:%').update({ points: 30 });
    const hurried = await visitor().post(`${screen}/adresse`, { email: 'juste@exemple.fr' });
    expect(hurried.status).to.equal(422);
    expect(hurried.text).to.include('Trop de demandes à la suite').and.not.include('Cinq e-mails');
    await tries().delete();
    expect((await visitor().post('/inscription/demande/x/adresse', { email: 'juste@exemple.fr' })).status).to.equal(
      410,
    );
    expect(await tries(), 'a link that opens nothing takes no try').to.deep.equal([]);
    expect((await visitor().post(`${screen}/adresse`, { email: 'juste@exemple.fr' })).status).to.equal(303);
    expect((await visitor().get(proof)).status, 'whoever has the wrong address holds nothing any more').to.equal(410);
    await visitor().post(`${await desk.lastLink('juste@exemple.fr')}/confirmer`);
    const [kept] = await rows();
    expect(kept).to.include({ state: 'sent', email: 'juste@exemple.fr', last_name: LEA.lastName });
    // Proved: it no longer changes by a link somebody else may have seen.
    await tries().delete();
    await visitor().post(`${screen}/adresse`, { email: 'voleur@exemple.fr' });
    expect((await rows())[0].email).to.equal('juste@exemple.fr');
    expect(await tries(), 'nor does a proved request').to.deep.equal([]);
  });

  it('F11-17 S18-12 keeps no link in clear, opens none in another school, and none that was guessed', async () => {
    const { path } = await desk.confirmed();
    const code = path.split('/').at(-1) as string;
    const clear = await school.db(async (db) =>
      JSON.stringify([
        await db('inscription_links'),
        await db('inscription_steps'),
        await db('outbox'),
        await db('mailings'),
        await db('audit_log'),
      ]),
    );
    expect(clear).to.not.include(code);
    await other.db((db) => db('published').insert({ name: 'inscription', on: true }));
    expect((await other.as('visiteur').get(path)).status).to.equal(410);
    const id = (await rows())[0].id;
    for (const act of ['', '/accepter', '/refuser', '/completer'])
      expect((await other.as('direction').get(`${DESK}/${id}${act}`)).status, act).to.equal(404);
    expect((await other.as('direction').post(`${DESK}/${id}/refuser`, { reason: 'x' })).status).to.equal(404);
    for (const guess of [code.slice(0, -1), 'x', '%00', '..%2f..', 'é'.repeat(400)]) {
      const answer = await visitor().get(`/inscription/demande/${encodeURIComponent(guess)}`);
      expect(answer.status, guess).to.equal(410);
      expect(answer.text).to.not.include('Dubois');
    }
    await other.db((db) => db('published').delete());
  });

  it('F11-17 S18-01 profiles without the right neither read requests nor prepare the form', async () => {
    const { id } = await desk.confirmed();
    for (const role of ['mairie', 'enseignants', 'parents'] as const)
      for (const path of [DESK, `${DESK}/${id}`, FORM_PAGE, `${FORM_PAGE}/apercu`])
        expect((await school.as(role).get(path)).status, `${role} ${path}`).to.equal(403);
    expect((await school.as('parents').post(`${DESK}/${id}/refuser`, { reason: 'x' })).status).to.equal(403);
    expect((await rows())[0].state).to.equal('sent');
  });

  it('F11-17 S18-05 shows hostile text as text, and no input breaks a page', async () => {
    const bad = '"><script>window.prise=1</script>{{school}}\u0000\ud800';
    const { path, id } = await desk.confirmed({
      lastName: bad,
      firstNames: bad,
      remarks: bad,
      street: bad,
      guardianFirstName: bad,
    });
    for (const page of [
      await visitor().get(path),
      await school.as('direction').get(`${DESK}?etat=toutes`),
      await school.as('direction').get(`${DESK}/${id}`),
      await school.as('direction').get(`${DESK}/${id}/accepter`),
    ]) {
      expect(page.status).to.equal(200);
      expect(page.text).to.include('{{school}}').and.not.include('<script>window');
    }
    const hostile: [string, Record<string, string | string[]>][] = [
      ['/inscription/', {}],
      ['/inscription/', { ...LEA, sex: ['F', 'M'], level: '__proto__', once: 'x'.repeat(5000) }],
      ['/inscription/', { ...LEA, birthDate: '99999999', email: `a@${'b'.repeat(300)}.fr` }],
      [`${path}/repondre`, { answer: 'x'.repeat(20_000) }],
      [`${path}/adresse`, { email: '\r\nBcc: x@y.fr' }],
      [`${DESK}/${id}/accepter`, { firstName: 'x', level: 'PS', classId: 'x', 'who.child': "'; drop table people" }],
      [`${DESK}/${id}/accepter`, { firstName: 'x', level: 'toString', classId: '' }],
      [FORM_PAGE, { ...SETTINGS, year: '1', levels: ['ZZ'], address: 'constructor' }],
      [FORM_PAGE, { ...SETTINGS, opensOn: '2026-11-27', closesOn: '2026-11-01' }],
      [FORM_PAGE, { ...SETTINGS, year: '2031' }],
      [FORM_PAGE, { ...SETTINGS, levels: [] }],
    ];
    for (const [to, fields] of hostile) {
      const client = to.startsWith('/gestion') ? school.as('direction') : visitor();
      expect((await client.post(to, fields)).status, `${to} ${JSON.stringify(fields).slice(0, 80)}`).to.equal(422);
    }
  });

  it('F11-17 the preview shows the family’s page in Gestion, may be tried, and keeps nothing', async () => {
    const direction = school.as('direction');
    expect((await direction.get(`${FORM_PAGE}/apercu`)).text)
      .to.include('Numéro et rue')
      .and.include('Livret de famille')
      .and.not.include('École précédente');
    expect((await direction.post(`${FORM_PAGE}/apercu`, { ...LEA, level: '' })).status).to.equal(422);
    expect((await direction.post(`${FORM_PAGE}/apercu`, LEA)).status).to.equal(303);
    expect((await direction.get(`${FORM_PAGE}/apercu`)).text).to.include('rien n’est parti');
    expect(await rows()).to.deep.equal([]);
    expect(await desk.mails()).to.deep.equal([]);
  });
});
