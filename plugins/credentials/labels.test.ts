import { type Client, type OpenPdf, openPdf, openSchool, type TestSchool } from '@preau/core/testing';
import { expect } from 'chai';
import { purgePrints } from './label-prints.ts';

const AT = '/gestion/credentials/etiquettes';
const HOUR = 3_600_000;
interface Family {
  guardianId: string;
  login: string;
}

/** Guardians of a class with a child each, who have never signed in. */
async function families(school: TestSchool, names: string[], label: string): Promise<Family[]> {
  const { container, house } = school.house;
  const told = await house.app.raw('select door(?, null) as told', [school.rne]);
  return school.db(async (db) => {
    const { register, accounts, people } = container.services(told.rows[0].told.school, db, house.clock());
    const guardians = await register.add(
      'guardian',
      names.map((lastName) => ({ lastName, firstName: 'Sophie' })),
    );
    const children = await register.add(
      'pupil',
      names.map((lastName) => ({ lastName, firstName: 'Mila', birthDate: '2018-04-03' })),
    );
    const [{ id }] = await db('classes')
      .insert({ year: people.year, label, search: label.toLowerCase() })
      .returning('id');
    await db('class_places').insert(
      children.map((pupil_id) => ({ pupil_id, class_id: id, year: people.year, level: 'CE1' })),
    );
    await db('guardian_links').insert(children.map((pupil_id, at) => ({ guardian_id: guardians[at], pupil_id })));
    const made = await accounts.create(
      guardians.map((personId, at) => ({
        personId,
        kind: 'guardian' as const,
        firstName: 'Sophie',
        lastName: names[at] as string,
      })),
    );
    return guardians.map((guardianId, at) => ({ guardianId, login: made[at]?.login as string }));
  });
}

describe('labels', function () {
  this.timeout(120_000);
  let school: TestSchool;
  let desk: Client;
  let all: Family[];
  before(async () => {
    school = await openSchool({ plugins: ['credentials', 'personnels'] });
    desk = school.as('direction');
    all = await families(school, ['ZOLA', 'ÇELIK', 'ABADIE', '王小明'], 'CE1');
  });
  after(() => school.close());
  afterEach(() => school.house.setNow(null));

  const models = () => school.db((db) => db('credentials_labels').whereNull('gone_at').orderBy('rank'));
  const inSchool = (location: string | null) => (location ?? '').replace(`/${school.rne}`, '');
  const start = async (ids: string[], client = desk, list = 'responsables') =>
    inSchool((await client.post(`${AT}/${list}`, { id: ids })).location);
  const choices = async (changes: Record<string, string> = {}) => {
    await desk.get(AT);
    return { model: (await models())[0].id as string, sheet: '', start: '1', byClass: 'on', ...changes };
  };
  const fetched = async (path: string, client = desk) => {
    const answer = await fetch(school.url(path), { headers: { Cookie: client.cookie }, redirect: 'manual' });
    return { status: answer.status, body: Buffer.from(await answer.arrayBuffer()) };
  };
  /** From the selection to the file. */
  async function print(ids: string[], changes: Record<string, string> = {}, list = 'responsables') {
    const at = await start(ids, desk, list);
    const { status } = await desk.post(`${at}/generer`, await choices(changes));
    expect(status).to.equal(303);
    await school.runJobs();
    const { body } = await fetched(`${at}/etiquettes.pdf`);
    return { at, pdf: openPdf(body) };
  }
  const codesOf = async (pdf: OpenPdf) => {
    const found = [];
    for (let page = 0; page < pdf.pages; page++) found.push(...(await pdf.codes(page)));
    return found.map((one) => one.text);
  };

  it('F12-01 F12-02 F12-04 offers « Imprimer » with the number of labels in the toolbar of the four lists', async () => {
    for (const list of [
      'ressources/responsables',
      'ressources/eleves',
      'personnels/professeurs',
      'personnels/personnels',
    ]) {
      const { text } = await desk.get(`/gestion/${list}`);
      expect(text, list)
        .to.include('data-title="Imprimer {qui}"')
        .and.include('data-one="étiquette"')
        .and.include('Imprimer les étiquettes');
    }
  });

  it('F12-03 F12-04 opens a window that can be reloaded: how many on how many sheets, who is left out and why', async () => {
    const { personId } = school.people.parents;
    const restricted = await families(school, ['NORDINE'], 'CP');
    await school.db((db) =>
      db('guardian_links').where({ guardian_id: restricted[0]?.guardianId }).update({ access: false }),
    );
    const at = await start([...all, ...restricted].map((one) => one.guardianId));
    const { text } = await desk.get(at);
    expect(text)
      .to.include('4 responsables de CE1 : 4 étiquettes sur 1 feuille.')
      .and.include('1 personne sans étiquette');
    expect(text).to.match(/NORDINE Sophie : .*Espace/);
    expect((await desk.get(at)).text, 'reloaded').to.include('4 étiquettes sur 1 feuille');
    const other = await desk.get(await start([all[0]?.guardianId as string, personId]));
    expect(other.text).to.include('dont 1 sans mot de passe (compte déjà ouvert)');
    const nobody = await desk.post(`${AT}/responsables`, {});
    expect(inSchool(nobody.location), 'nobody is picked').to.equal('/gestion/ressources/responsables');
  });

  it('F12-02 F12-03 takes all that match the filter of the list, save those unticked', async () => {
    const found = await desk.post(`${AT}/responsables?q=sophie`, { tout: 'on', sauf: [all[0]?.guardianId as string] });
    const { text } = await desk.get(inSchool(found.location));
    expect(text).to.include('3 étiquettes');
  });

  it('F12-05 F12-10 shows the first sheet with keys of nobody, and makes none', async () => {
    const at = await start(all.map((one) => one.guardianId));
    const chosen = await choices({ sheet: 'L7159', start: '5' });
    expect((await desk.post(`${at}/choix`, chosen)).status).to.equal(303);
    const { text } = await desk.get(at);
    expect(text)
      .to.include('value="L7159" selected')
      .and.include('value="5"')
      .and.match(
        /alt="Première feuille : 4 étiquettes, de ABADIE Sophie à 王小明 Sophie\. Mots de passe et QR codes y sont faux/,
      );
    const picture = await fetched(`${at}/apercu`);
    expect(picture.status).to.equal(200);
    expect(picture.body.subarray(1, 4).toString()).to.equal('PNG');
    expect(await school.db((db) => db('account_keys'))).to.deep.equal([]);
  });

  it('B19 warns before printing of names our font cannot draw, and of no other', async () => {
    const { text } = await desk.get(await start(all.map((one) => one.guardianId)));
    const warning = /id="lettres".*?<\/ul>/s.exec(text)?.[0] ?? '';
    expect(warning).to.include('王小明 Sophie (王 小 明)').and.not.include('ÇELIK');
    expect((await desk.get(await start([all[1]?.guardianId as string]))).text).not.to.include('id="lettres"');
  });

  it('F12-09 F12-11 C-01 gives each guardian his own QR code, login, password and typed address in a tagged French PDF', async () => {
    const { at, pdf } = await print(all.slice(0, 3).map((one) => one.guardianId));
    expect((await desk.get(at)).text)
      .to.include('Étiquettes prêtes')
      .and.include('Imprimez à 100 %, sans ajuster à la page')
      .and.include('Effacer maintenant');
    expect(pdf).to.include({ pages: 1, language: 'fr', tagged: true });
    expect(pdf.title).to.include('Étiquettes de connexion');
    const words = pdf.text(0);
    const order = ['ABADIE', 'ÇELIK', 'ZOLA'].map((name) => words.indexOf(name));
    expect(order, 'by class, then by name')
      .to.deep.equal([...order].sort((a, b) => a - b))
      .and.not.include(-1);
    expect(words)
      .to.include(`${new URL(school.house.origin).host}/${school.rne}`)
      .and.include('Mila (CE1)');
    const codes = await codesOf(pdf);
    expect(new Set(codes).size).to.equal(3);
    for (const [place, family] of [all[2], all[1], all[0]].entries()) {
      expect(words).to.include(family?.login);
      const shown = await school.as('visiteur').get(new URL(codes[place] as string).pathname);
      expect(shown.status).to.equal(200);
      expect(shown.text, 'opens this guardian').to.include(['ABADIE', 'ÇELIK', 'ZOLA'][place]);
    }
    const sealed = await school.db((db) =>
      db('accounts').where({ login: all[2]?.login }).first('secret_sealed', 'person_id'),
    );
    const secret = school.house.house.secrets.open('provisional', sealed.secret_sealed) as string;
    expect(words.replace(/\s/g, ''), 'the password as sign-in wants it').to.include(secret);
    const rows = JSON.stringify(await school.db((db) => db('credentials_prints')));
    expect(rows).not.to.include(secret);
    const journal = await school.db((db) => db('audit_log').pluck('act'));
    expect(journal).to.include.members(['Étiquettes préparées', 'Étiquettes ouvertes', 'Clé de connexion imprimée']);
  });

  it('F12-12 C-32 prints pupils, teachers and staff too; an account in use says « Compte déjà ouvert » and holds no code', async () => {
    const { enseignants, quotidienne, eleves } = school.people;
    for (const [list, { personId, login }] of [
      ['professeurs', enseignants],
      ['personnels', quotidienne],
      ['eleves', eleves],
    ] as const) {
      const { pdf } = await print([personId], {}, list);
      expect(pdf.text(0).replace(/\s+/g, ' '), list).to.include(login).and.include('Compte déjà ouvert');
      expect(await codesOf(pdf), list).to.deep.equal([]);
    }
  });

  it('F12-11 a double « Générer » makes one print; while it is made the page shows how far it is, with and without htmx', async () => {
    const at = await start([all[0]?.guardianId as string]);
    const sent = { ...(await choices()), _key: crypto.randomUUID() };
    await Promise.all([desk.post(`${at}/generer`, sent), desk.post(`${at}/generer`, sent)]);
    await desk.post(`${at}/generer`, await choices());
    const keys = await school.db((db) =>
      db('account_keys').join('accounts', 'accounts.id', 'account_id').where({ login: all[0]?.login }),
    );
    const { text } = await desk.get(at);
    expect(text).to.include('<progress').and.include('hx-trigger="every 1s"').and.include('Actualiser');
    await school.runJobs();
    const after = await school.db((db) =>
      db('account_keys').join('accounts', 'accounts.id', 'account_id').where({ login: all[0]?.login }),
    );
    expect(after.length, 'no key more than of one print').to.equal(keys.length);
    const fragment = await desk.get(at, { 'HX-Request': 'true', 'HX-Request-Type': 'partial' });
    expect(fragment.text).to.include('Étiquettes prêtes');
  });

  it('the file is its maker’s alone, for an hour, and is erased by one click, by its job and by the night', async () => {
    const { at } = await print([all[0]?.guardianId as string]);
    const other = await school.db(async (db) => {
      const [{ id: person_id }] = await db('people')
        .insert({ kind: 'staff', genre: 'direction', last_name: 'AUTRE', first_name: 'Ana', search: 'autre ana' })
        .returning('id');
      const [{ id }] = await db('accounts')
        .insert({ person_id, login: 'AAUTRE', mode: 'administration', state: 'active', password_hash: 'x' })
        .returning('id');
      return id as string;
    });
    const second = await school.asAccount(other, 'administration');
    for (const path of ['', '/apercu', '/etiquettes.pdf'])
      expect((await second.get(at + path)).status, path).to.equal(404);
    for (const path of ['/generer', '/choix', '/reprendre', '/effacer'])
      expect((await second.post(at + path, await choices())).status, path).to.equal(404);

    school.house.setNow(new Date(Date.now() + HOUR + 60_000));
    // The password is asked again after so long; who has just typed it meets no file either.
    const fresh = await school.asAccount(school.people.direction.accountId, 'administration');
    expect((await fresh.get(`${at}/etiquettes.pdf`)).status).to.equal(404);
    expect((await fresh.get(at)).text).to.include('Le fichier a été effacé');
    const kept = () => school.db((db) => db('credentials_prints').whereNotNull('pdf'));
    expect(await kept()).not.to.deep.equal([]);
    const night = () => school.db((db) => purgePrints({ db, now: school.house.house.clock() } as never));
    await night();
    expect(await kept()).to.deep.equal([]);
    const selected = () => school.db((db) => db('credentials_prints').pluck('id'));
    expect(await selected()).to.include(at.split('/').at(-1));
    school.house.setNow(new Date(Date.now() + 25 * HOUR));
    await night();
    expect(await selected(), 'whom it was for: a day').to.deep.equal([]);
    school.house.setNow(null);

    const again = await print([all[0]?.guardianId as string]);
    expect((await desk.post(`${again.at}/effacer`)).status).to.equal(303);
    expect((await fetched(`${again.at}/etiquettes.pdf`)).status).to.equal(404);
    expect(await kept()).to.deep.equal([]);
  });

  it('asks the password again before keys are made or the file is fetched, and keeps what was chosen', async () => {
    const { at } = await print([all[0]?.guardianId as string]);
    const later = await start([all[0]?.guardianId as string]);
    school.house.setNow(new Date(Date.now() + 11 * 60_000));
    const asked = await desk.post(`${later}/generer`, await choices({ sheet: 'L7159' }));
    expect(asked.status).to.equal(422);
    expect(asked.text).to.include('name="sheet" value="L7159"').and.include('name="_proof"');
    expect((await desk.get(`${at}/etiquettes.pdf`)).location).to.include('/confirmation/');
  });

  it('a job that fails says so, and « Réessayer » prints the same labels with the same keys', async () => {
    const at = await start([all[0]?.guardianId as string]);
    await desk.post(`${at}/generer`, await choices());
    const row = { id: at.split('/').at(-1) };
    const { content } = await school.db((db) => db('credentials_prints').where(row).first('content'));
    const spoilt = school.house.house.secrets.seal('module credentials.labels', '{}');
    await school.db((db) => db('credentials_prints').where(row).update({ content: spoilt }));
    await school.runJobs();
    await school.db((db) => db('credentials_prints').where(row).update({ content }));
    const { text } = await desk.get(at);
    expect(text).to.include('n’a pas pu être préparé').and.include('Réessayer');
    const count = () => school.db(async (db) => Number((await db('account_keys').count('* as n'))[0]?.n));
    const before = await count();
    await desk.post(`${at}/reprendre`);
    await school.runJobs();
    expect((await desk.get(at)).text).to.include('Étiquettes prêtes');
    expect(await count()).to.equal(before);
  });

  it('a job whose server was stopped is seen after a while, and « Réessayer » begins it again', async () => {
    const at = await start([all[0]?.guardianId as string]);
    await desk.post(`${at}/generer`, await choices());
    expect((await desk.get(at)).text).not.to.include('Réessayer');
    school.house.setNow(new Date(Date.now() + 3 * 60_000));
    const { text } = await desk.get(at);
    expect(text).to.include('La préparation ne bouge plus').and.include('Réessayer');
    expect(text).not.to.include('every 1s');
    await desk.post(`${at}/reprendre`);
    expect((await desk.get(at)).text).not.to.include('Réessayer');
    await school.runJobs();
    expect((await desk.get(at)).text).to.include('Étiquettes prêtes');
  });

  it('B17 prints nothing for nobody, and refuses a start that is not on the sheet, 422 beside the field', async () => {
    const { personId } = school.people.direction;
    const at = await start([personId], desk, 'personnels');
    expect((await desk.get(at)).text).to.include('Aucune étiquette à imprimer');
    const done = await desk.post(`${at}/generer`, await choices());
    expect(done.status).to.equal(303);
    expect((await desk.get(at)).text)
      .to.include('Aucune étiquette à imprimer')
      .and.not.include('<progress');
    const other = await start([all[0]?.guardianId as string]);
    for (const [changes, words] of [
      [{ start: '22' }, 'Cette planche a 21 étiquettes.'],
      [{ start: '0' }, 'Écrivez un nombre entier de 1 à 200.'],
      [{ sheet: 'A3' }, 'Choisissez « Planche » dans la liste.'],
      [{ large: 'on' }, 'ne tiennent pas sur cette planche'],
      [{ model: 'x' }, 'Choisissez un modèle dans la liste.'],
    ] as [Record<string, string>, string][]) {
      const answer = await desk.post(`${other}/generer`, await choices(changes));
      expect(answer.status, words).to.equal(422);
      expect(answer.text).to.include(words);
    }
    expect(
      await school.db((db) => db('credentials_prints').where({ id: other.split('/').at(-1), state: 'open' })),
    ).to.have.length(1);
  });

  it('is refused to whoever has no right, to another school, and is unknown where the module is off', async () => {
    const at = await start([all[0]?.guardianId as string]);
    for (const role of ['quotidienne', 'parents', 'enseignants'] as const) {
      expect((await school.as(role).get(AT)).status, role).to.equal(403);
      expect((await school.as(role).post(`${AT}/responsables`, { id: all[0]?.guardianId as string })).status).to.equal(
        403,
      );
    }
    const other = await openSchool({ plugins: ['credentials'] });
    expect((await other.as('direction').get(at)).status).to.equal(404);
    const taken = await other.as('direction').post(`${AT}/responsables`, { id: all[0]?.guardianId as string });
    expect(taken.location, 'nobody of another school is in this list').to.include('/gestion/ressources/responsables');
    await other.close();
    const off = await openSchool({ plugins: [] });
    expect((await off.as('direction').get(AT)).status).to.equal(404);
    expect((await off.as('direction').get('/gestion/ressources/responsables')).text).not.to.include('Imprimer {qui}');
    await off.close();
  });
});
