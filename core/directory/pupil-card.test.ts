import { expect } from 'chai';
import { openSchool, type TestSchool } from '../testing.ts';

/** The version a page's form carries. */
const versionIn = (text: string, form = 'form-form') =>
  new RegExp(`id="${form}"[\\s\\S]*?name="_version" value="([^"]*)"`).exec(text)?.[1] ?? '';
const causeIn = (text: string) => /name="cause" value="([^"]+)"/.exec(text)?.[1] ?? '';

const IDENTITY = {
  lastName: 'leroy',
  usedName: '',
  firstName: 'Mila',
  usedFirstName: '',
  birthDate: '2018-03-12',
  sex: 'F',
  ine: '012345678AB',
  attestation: 'oui',
  associations: '',
  photo: 'non',
};

describe('the card of a pupil', () => {
  let school: TestSchool;
  let home: string;
  beforeEach(async () => {
    school = await openSchool();
    home = `/gestion/ressources/eleves/${school.childId}`;
  });
  afterEach(() => school.close());

  const direction = () => school.as('direction');
  async function post(path: string, fields: Record<string, string>) {
    const page = await direction().get(home + path);
    return direction().post(home + path, { _version: versionIn(page.text), ...fields });
  }
  const card = async () => (await direction().get(home)).text;

  it('F04-17 corrects the identity, keeps the zeros of the INE, and says who did what', async () => {
    expect((await post('/modifier', IDENTITY)).status).to.equal(303);
    const text = await card();
    expect(text).to.include('012345678AB').and.include('L’identité est enregistrée.').and.not.include('inhabituelle');
    expect(
      await school.db((db) =>
        db('people').where({ id: school.childId }).first('last_name', 'photo', 'attestation', 'associations'),
      ),
    ).to.deep.equal({
      last_name: 'LEROY',
      photo: false,
      attestation: true,
      associations: null,
    });
    const history = text.slice(text.indexOf('id="historique"'));
    expect(history)
      .to.include('Autorisation photo')
      .and.include('<del class="was">(vide)</del>')
      .and.include('<ins class="now">Non</ins>')
      .and.include('par Karine BRAUD');
    expect(history).not.to.include('Prénom</strong>', 'what has not changed is not told');
  });

  it('keeps an INE of an odd shape, and warns', async () => {
    expect((await post('/modifier', { ...IDENTITY, ine: ' 12345 ' })).status).to.equal(303);
    expect(await card())
      .to.include('n’a pas la forme habituelle')
      .and.include('Forme inhabituelle')
      .and.include('12345');
  });

  it('S18-08 answers 422 in French for wrong inputs, with what was typed still there', async () => {
    for (const [field, value, words] of [
      ['lastName', '', 'Remplissez « Nom ».'],
      ['lastName', 'x'.repeat(101), 'Raccourcissez'],
      ['birthDate', '2018-02-31', 'Cette date n’existe pas'],
      ['birthDate', '2999-01-01', 'pas encore passée'],
      ['sex', 'X', 'Choisissez « Sexe »'],
      ['photo', 'peut-être', 'Choisissez « Autorisation photo »'],
    ] as const) {
      const answer = await post('/modifier', { ...IDENTITY, firstName: 'Milady', [field]: value });
      expect([answer.status, answer.text.includes(words)], `${field} ${value}`).to.deep.equal([422, true]);
      expect(answer.text).to.include('value="Milady"');
    }
    expect(
      (await school.db((db) => db('people').where({ id: school.childId }).first('first_name'))).first_name,
    ).to.equal('Mila');
  });

  it('S18-18 tells the second of two editors what the first has saved, and overwrites nothing', async () => {
    const opened = versionIn((await direction().get(`${home}/modifier`)).text);
    expect((await post('/modifier', { ...IDENTITY, firstName: 'Milla' })).status).to.equal(303);
    const second = await school
      .as('quotidienne')
      .post(`${home}/modifier`, { ...IDENTITY, usedFirstName: 'Mimi', _version: opened });
    expect(second.status).to.equal(422);
    expect(second.text)
      .to.include('Quelqu’un d’autre a enregistré cette fiche')
      .and.include('Enregistré entre-temps : « Milla ».')
      .and.include('value="Mimi"');
    expect(
      await school.db((db) => db('people').where({ id: school.childId }).first('first_name', 'used_first_name')),
    ).to.deep.equal({ first_name: 'Milla', used_first_name: null });
    const again = await school
      .as('quotidienne')
      .post(`${home}/modifier`, { ...IDENTITY, usedFirstName: 'Mimi', _version: versionIn(second.text) });
    expect(again.status).to.equal(303);
  });

  it('gives class and level of the year, « Sans classe » too, and takes it back', async () => {
    expect((await post('/classe', { classId: '', level: 'ULIS' })).status).to.equal(303);
    const text = await card();
    expect(text).to.include('Mila LEROY : Sans classe (Niveau ULIS).').and.include('Sans classe</span>');
    expect((await direction().post(`${home}/annuler`, { cause: causeIn(text) })).status).to.equal(303);
    const back = await card();
    expect(back).to.include('CE1 Jonquilles (Niveau CE1)').and.include('Annulé');
    for (const fields of [
      { classId: '00000000-0000-4000-8000-000000000000', level: 'CE1' },
      { classId: 'x', level: 'CE1' },
      { classId: school.classId, level: 'TERMINALE' },
    ])
      expect((await post('/classe', fields)).status).to.equal(422);
  });

  it('S18-18 warns when the class was changed meanwhile', async () => {
    const opened = versionIn((await direction().get(`${home}/classe`)).text);
    await post('/classe', { classId: school.classId, level: 'CE2' });
    const second = await direction().post(`${home}/classe`, { classId: '', level: 'CM1', _version: opened });
    expect(second.status).to.equal(422);
    expect(second.text).to.include('Enregistré entre-temps : « CE2 ».');
  });

  it('notes a departure: the pupil leaves the lists and the Espaces, keeps his card, and may come back', async () => {
    expect((await direction().post(`${home}/depart`, { leftOn: '2020-01-06' })).status).to.equal(303);
    expect(await card()).to.include('Parti(e) le 06/01/2020');
    expect((await direction().get('/gestion/ressources/eleves')).text).not.to.include('LEROY');
    expect((await school.as('parents').get(`/espace/parents/accueil/enfants/${school.childId}`)).status).to.equal(404);
    expect(
      (await school.as('enseignants').get(`/espace/enseignants/accueil/enfants/${school.childId}`)).status,
    ).to.equal(404);
    expect((await direction().post(`${home}/depart`, { leftOn: 'hier' })).status).to.equal(422);
    expect((await direction().post(`${home}/retour`)).status).to.equal(303);
    expect(await card()).not.to.include('Parti(e) le 06/01/2020</span>');
    expect((await school.as('parents').get(`/espace/parents/accueil/enfants/${school.childId}`)).status).to.equal(200);
  });

  it('keeps several addresses: adds, changes, removes, and takes the removal back', async () => {
    await post('/adresses/nouvelle', { lines: '3 rue du Lac\nBât. B', postcode: '01000', city: 'BOURG', country: '' });
    await post('/adresses/nouvelle', { lines: '', postcode: '', city: 'GENÈVE', country: 'SUISSE' });
    expect(await card())
      .to.include('3 rue du Lac\nBât. B')
      .and.include('SUISSE');
    await post('/adresses/1', { lines: '4 rue du Lac', postcode: '01000', city: 'BOURG', country: '' });
    expect(await card())
      .to.include('4 rue du Lac')
      .and.include('GENÈVE');
    expect((await direction().post(`${home}/adresses/1/retirer`)).status).to.equal(303);
    const removed = await card();
    const inCard = (text: string) => text.slice(text.indexOf('Adresses</h2>'), text.indexOf('id="contacts"'));
    expect(inCard(removed)).to.include('GENÈVE').and.not.include('4 rue du Lac');
    await direction().post(`${home}/annuler`, { cause: causeIn(removed) });
    expect(inCard(await card()))
      .to.include('4 rue du Lac')
      .and.include('GENÈVE');
    expect(
      (await post('/adresses/nouvelle', { lines: ' ', postcode: '01000', city: '', country: '' })).status,
    ).to.equal(422);
    for (const rank of ['0', '3', '-1', '1e1', '99999999999', 'x'])
      expect((await direction().get(`${home}/adresses/${rank}`)).status, rank).to.equal(404);
  });

  it('S18-18 warns when an address was changed meanwhile', async () => {
    await post('/adresses/nouvelle', { lines: '3 rue du Lac', postcode: '', city: 'BOURG', country: '' });
    const opened = versionIn((await direction().get(`${home}/adresses/1`)).text);
    await post('/adresses/1', { lines: '5 rue du Lac', postcode: '', city: 'BOURG', country: '' });
    const second = await direction().post(`${home}/adresses/1`, {
      lines: '6 rue du Lac',
      city: 'BOURG',
      _version: opened,
    });
    expect([second.status, second.text.includes('« 5 rue du Lac »')]).to.deep.equal([422, true]);
  });

  it('keeps persons to call and persons who may fetch the child, in order, each taken back if removed by mistake', async () => {
    const add = (fields: Record<string, string>) => direction().post(`${home}/contacts`, fields);
    await add({ name: 'Odette LEROY', relation: 'grand-mère', phone: '06 00 00 00 01', toCall: 'on', mayFetch: 'on' });
    await add({ name: 'Ali BEN', phone: '', mayFetch: 'on' });
    const names = () => school.db((db) => db('contacts').orderBy('rank').pluck('name'));
    expect(await names()).to.deep.equal(['Odette LEROY', 'Ali BEN']);
    const [odette, ali] = await school.db((db) => db('contacts').orderBy('rank').pluck('id'));
    await direction().post(`${home}/contacts/${ali}/monter`);
    expect(await names()).to.deep.equal(['Ali BEN', 'Odette LEROY']);
    expect(await card())
      .to.include('Peut venir chercher')
      .and.include('À appeler')
      .and.include('grand-mère');

    for (const [wrong, words] of [
      [{ name: 'Sans rien', phone: '06' }, 'Cochez au moins une case'],
      [{ name: 'Sans téléphone', toCall: 'on' }, 'il faut un téléphone'],
      [{ name: 'Mots', phone: 'chez elle', toCall: 'on' }, 'aucun chiffre'],
      [{ name: '', phone: '06', toCall: 'on' }, 'Remplissez'],
    ] as [Record<string, string>, string][]) {
      const answer = await add(wrong);
      expect([answer.status, answer.text.includes(words)], words).to.deep.equal([422, true]);
    }

    const opened = versionIn((await direction().get(`${home}/contacts/${odette}`)).text);
    const fields = { name: 'Odette LEROY', relation: '', phone: '06 00 00 00 02', toCall: 'on' };
    expect((await direction().post(`${home}/contacts/${odette}`, { ...fields, _version: opened })).status).to.equal(
      303,
    );
    const late = await direction().post(`${home}/contacts/${odette}`, { ...fields, phone: '07', _version: opened });
    expect([late.status, late.text.includes('« 06 00 00 00 02 »')], 'S18-18').to.deep.equal([422, true]);

    await direction().post(`${home}/contacts/${odette}/retirer`);
    const text = await card();
    expect(text).to.include('Contact retiré : Odette LEROY');
    await direction().post(`${home}/annuler`, { cause: causeIn(text) });
    expect(await names()).to.deep.equal(['Ali BEN', 'Odette LEROY']);
    expect(
      await school.db((db) => db('contacts').where({ name: 'Odette LEROY' }).first('phone', 'to_call')),
    ).to.deep.equal({
      phone: '06 00 00 00 02',
      to_call: true,
    });
    await direction().post(`${home}/annuler`, { cause: causeIn(text) });
    expect(await names(), 'once').to.have.length(2);
  });

  it('a contact of one pupil is not found under another', async () => {
    const other = await school.db(async (db) => {
      const [{ id }] = await db('people')
        .insert({ kind: 'pupil', last_name: 'AUTRE', first_name: 'Zoé', search: 'autre zoe' })
        .returning('id');
      const [contact] = await db('contacts').insert({ pupil_id: id, name: 'Secret' }).returning('id');
      return contact.id as string;
    });
    for (const path of [`/contacts/${other}`, '/contacts/pas-un-identifiant'])
      expect((await direction().get(home + path)).status).to.equal(404);
    for (const act of ['monter', 'retirer'])
      expect((await direction().post(`${home}/contacts/${other}/${act}`)).status).to.equal(404);
    expect(await school.db((db) => db('contacts'))).to.have.length(1);
  });

  it('« Annuler » takes back only what was done on this very card', async () => {
    await post('/classe', { classId: '', level: 'CP' });
    const cause = causeIn(await card());
    const guardian = `/gestion/ressources/responsables/${school.people.parents.personId}`;
    await direction().post(`${guardian}/annuler`, { cause });
    expect(await card(), 'another card').to.include('Sans classe (Niveau CP)');
    for (const odd of ['onde-import:1', '', 'ressources.pupils:1', '%', "'"])
      expect((await direction().post(`${home}/annuler`, { cause: odd })).status, odd).to.equal(404);
  });

  it('DESIGN 19 writes down who looked at a child’s file, once a day and no more', async () => {
    const lines = () =>
      school.db((db) => db('audit_log').where({ act: 'Fiche d’élève consultée' }).orderBy('who').pluck('who'));
    await card();
    await card();
    await school.as('quotidienne').get(home);
    await school.as('enseignants').get(`/espace/enseignants/accueil/enfants/${school.childId}`);
    await school.as('enseignants').get(`/espace/enseignants/accueil/enfants/${school.childId}`);
    await school.as('parents').get(`/espace/parents/accueil/enfants/${school.childId}`);
    expect(await lines()).to.deep.equal(['Anne-Sophie KRUG', 'Karine BRAUD', 'Samia LEOTI']);
    school.house.setNow(new Date(Date.now() + 26 * 3_600_000));
    await school.as('enseignants').get(`/espace/enseignants/accueil/enfants/${school.childId}`);
    school.house.setNow(null);
    expect(await lines()).to.have.length(4);
  });

  it('shows the latest fifty changes, then all of them', async () => {
    await school.db((db) =>
      db('people_history').insert(
        Array.from({ length: 60 }, (_, n) => ({
          at: new Date(),
          who: 'Préau',
          cause: 'onde-import:1',
          person_id: school.childId,
          field: 'firstName',
          before: JSON.stringify(`Avant${n}`),
          after: JSON.stringify(`Après${n}`),
        })),
      ),
    );
    const short = await card();
    expect(short).to.include('Après59').and.include('Après10').and.include('Tout voir').and.not.include('Après9<');
    expect(short, 'the module’s title').to.include('Import ONDE');
    const all = (await direction().get(`${home}?historique=tout`)).text;
    expect(all).to.include('Après0<').and.include('id="historique" open').and.not.include('Tout voir');
  });

  it('lets a profile that only reads read, and write nothing', async () => {
    await school.db((db) =>
      db('profiles')
        .where({ name: 'Vie scolaire' })
        .update({ permissions: ['ressources.pupils-read'] }),
    );
    const reader = school.as('quotidienne');
    const text = (await reader.get(home)).text;
    expect(text).to.include('LEROY').and.not.include('/modifier"').and.not.include('Responsables</h2>');
    for (const path of ['/modifier', '/classe', '/contacts', '/adresses/nouvelle', '/responsables'])
      expect((await reader.get(home + path)).status, path).to.equal(403);
    for (const path of ['/modifier', '/retour', '/annuler', `/responsables/${school.people.parents.personId}/detacher`])
      expect((await reader.post(home + path)).status, path).to.equal(403);
  });

  it('shows nothing of another school’s pupil', async () => {
    const other = await openSchool();
    for (const path of ['', '/modifier', '/classe', '/compte'])
      expect((await other.as('direction').get(home + path)).status, path).to.equal(404);
    expect((await other.as('direction').post(`${home}/retour`)).status).to.equal(404);
    await other.close();
  });
});
