import { readFileSync } from 'node:fs';
import path from 'node:path';
import { openSchool, type TestSchool } from '@preau/core/testing';
import { expect } from 'chai';

const sample = (name: string) =>
  new File([new Uint8Array(readFileSync(path.join(import.meta.dirname, 'samples', name)))], name);
const unescaped = (html: string) =>
  html
    .replace(/&#x([0-9a-f]+);/gi, (_, code) => String.fromCharCode(Number.parseInt(code, 16)))
    .replace(/&lt;/g, '<')
    .replace(/&gt;/g, '>')
    .replace(/&quot;/g, '"')
    .replace(/&amp;/g, '&')
    .replaceAll('\u00a0', ' ');
const figure = (report: string, id: string) => Number(new RegExp(`id="${id}">(\\d+)<`).exec(report)?.[1]);

describe('import of the team from a spreadsheet', () => {
  let school: TestSchool;
  beforeEach(async () => {
    school = await openSchool({ plugins: ['personnels'] });
    const { direction } = school.people;
    await school.db((db) =>
      db('people').whereIn('kind', ['teacher', 'staff']).whereNot({ id: direction.personId }).delete(),
    );
  });
  afterEach(() => school.close());

  /** Chooses the file and lets the columns be as they are proposed. @returns the preview's address and page. */
  async function preview(
    file: File | string,
  ): Promise<{ address: string; text: string; columns: Record<string, string> }> {
    const direction = school.as('direction');
    const sent: Record<string, string | File> = { otherwise: 'staff' };
    if (typeof file === 'string') sent.pasted = file;
    else sent.file = file;
    const chosen = await direction.post('/gestion/personnels/importer', sent);
    expect(chosen.status, chosen.text.match(/class="error"[\s\S]{0,400}/)?.[0]).to.equal(303);
    const asked = (await direction.get(chosen.location as string)).text;
    const columns = Object.fromEntries(
      [...asked.matchAll(/name="(columns\.\d+)">([\s\S]*?)<\/select>/g)].map(([, name, options]) => [
        name as string,
        /value="(\w*)" selected/.exec(options as string)?.[1] ?? '',
      ]),
    );
    const answer = await direction.post(chosen.location as string, columns);
    expect(answer.status, answer.text.match(/class="error"[\s\S]{0,400}/)?.[0]).to.equal(303);
    const address = answer.location as string;
    return { address, text: unescaped((await direction.get(address)).text), columns };
  }
  /** « Importer » with the ticks as they stand. @returns the report's page. */
  async function take(address: string, more: Record<string, string | string[]> = {}): Promise<string> {
    const done = await school.as('direction').post(address, { sure: '1', ...more });
    expect(done.status).to.equal(303);
    return (await school.as('direction').get(done.location as string)).text;
  }
  const team = () =>
    school.db((db) =>
      db('people')
        .whereIn('kind', ['teacher', 'staff'])
        .whereNot('people.id', school.people.direction.personId)
        .join('accounts', 'accounts.person_id', 'people.id')
        .orderBy('people.created_at')
        .orderBy('accounts.login')
        .select('people.*', 'accounts.login', 'accounts.mode'),
    );
  const names = async () => (await team()).map((one) => `${one.last_name} ${one.first_name}`).sort();

  it('two directors who import the same file at once: one import, and the other looks again', async () => {
    const seen = [await preview(sample('B01-personnels-ansi.csv')), await preview(sample('B01-personnels-ansi.csv'))];
    const answers = await Promise.all(
      seen.map(({ address, text }) =>
        school.as('direction').post(address, {
          _version: /name="_version" value="([^"]+)"/.exec(text)?.[1] ?? '',
          sure: '1',
        }),
      ),
    );
    expect(answers.map((one) => one.status).sort()).to.deep.equal([303, 422]);
    expect(await team()).to.have.length(4);
  });

  it('B01 reads a list saved by Excel: four people with their exact names, shown before they are saved', async () => {
    const { address, text } = await preview(sample('B01-personnels-ansi.csv'));
    for (const name of ['ŒUVRARD', 'LEFÈVRE', 'L’HERMITE', 'ÿSAŸE', 'Élodie', 'Loïc']) expect(text).to.include(name);
    expect(await team(), 'nothing before « Importer »').to.have.length(0);
    const report = await take(address);
    expect(figure(report, 'crees')).to.equal(4);
    expect(await names()).to.deep.equal(['LEFÈVRE Stéphane', 'L’HERMITE Agnès', 'ÿSAŸE Loïc', 'ŒUVRARD Élodie']);
    const people = await team();
    expect(people.map((one) => [one.last_name, one.kind, one.job_title, one.genre])).to.have.deep.members([
      ['ŒUVRARD', 'teacher', null, null],
      ['LEFÈVRE', 'teacher', null, null],
      ['L’HERMITE', 'staff', 'Secrétaire', 'administratif'],
      ['ÿSAŸE', 'staff', 'ATSEM', 'periscolaire'],
    ]);
    expect(
      people.every((one) => one.mode === 'espace'),
      'an import gives no right',
    ).to.equal(true);
    const again = await take((await preview(sample('B01-personnels-ansi.csv'))).address);
    expect(figure(again, 'crees')).to.equal(0);
    expect(again, 'nothing written is no success').to.include('Rien n’a été écrit');
  });

  it('B02 a second load of the same people makes no second login; the line without address is asked', async () => {
    await take((await preview(sample('B02-personnels-1.csv'))).address);
    const logins = (await team()).map((one) => one.login);
    const { address, text } = await preview(sample('B02-personnels-2-reimport.csv'));
    expect(text)
      .to.match(/<b>0<\/b>[\s\S]{0,300}nouveaux/)
      .and.to.match(/<b>2<\/b>[\s\S]{0,300}identiques/);
    expect(text).to.include('Ligne 4 : MARTIN Rémy porte le nom de quelqu’un d’autre.');
    const report = await take(address);
    expect(figure(report, 'crees')).to.equal(0);
    expect(figure(report, 'laisses')).to.equal(1);
    expect((await team()).map((one) => one.login)).to.deep.equal(logins);
  });

  it('B02 the director says that the namesake is another person, or the same', async () => {
    await take((await preview(sample('B02-personnels-1.csv'))).address);
    const asked = await preview(sample('B02-personnels-2-reimport.csv'));
    const [, same] = /value="(same:[0-9a-f-]{36})"/.exec(asked.text) ?? [];
    expect(figure(await take(asked.address, { 'twins.4': same as string }), 'crees')).to.equal(0);
    const other = await preview(sample('B02-personnels-2-reimport.csv'));
    expect(figure(await take(other.address, { 'twins.4': 'new' }), 'crees')).to.equal(1);
    expect((await team()).map((one) => one.login)).to.have.members(['ATESTARD', 'RMARTIN', 'RMARTIN2']);
  });

  it('B03 keeps apostrophes, quotes and signs as they are typed, through the page and three rounds of editing', async () => {
    const { address, text } = await preview(sample('B03-apostrophes.csv'));
    expect(text).to.include('Intervenant');
    const html = (await school.as('direction').get(address)).text;
    expect(html, 'text, never markup').to.include('&lt;Bob&gt;').and.not.include('<Bob>');
    const report = await take(address);
    expect(figure(report, 'crees')).to.equal(6);
    expect(unescaped(report)).to.include('Fonctions créées, sans genre : Intervenant');
    const before = await names();
    expect(before).to.include.members(['O’NEILL Maeve', "O'NEILL Sean", 'SMITH & FILS <Bob>', 'N‘DIAYE Awa']);
    expect(before).to.include('DUPRÉ Jean-Noël dit « Jeannot »');
    for (const one of await team()) {
      const path = `/gestion/personnels/${one.kind === 'teacher' ? 'professeurs' : 'personnels'}/${one.id}/modifier`;
      for (let round = 0; round < 3; round++) {
        const page = (await school.as('direction').get(path)).text;
        const value = (name: string) => unescaped(new RegExp(`name="${name}" value="([^"]*)"`).exec(page)?.[1] ?? '');
        const saved = await school
          .as('direction')
          .post(path, { lastName: value('lastName'), firstName: value('firstName') });
        expect(saved.status).to.equal(303);
      }
    }
    expect(await names()).to.deep.equal(before);
    const again = await preview(sample('B03-apostrophes.csv'));
    expect(again.text, "’ and ' are alike for matching").to.match(/<b>6<\/b>[\s\S]{0,300}identiques/);
  });

  it('B04 homonyms with their own addresses are three people with three logins', async () => {
    const report = await take((await preview(sample('B04-homonymes.csv'))).address);
    expect(figure(report, 'crees')).to.equal(5);
    expect((await team()).map((one) => one.login)).to.include.members(['RMARTIN', 'RMARTIN2', 'RMARTIN3']);
    const again = await preview(sample('B04-homonymes.csv'));
    expect(again.text)
      .to.match(/<b>5<\/b>[\s\S]{0,300}identiques/)
      .and.not.include('Sosies');
  });

  it('B05 proposes columns by what their headings mean, and says which is not read', async () => {
    const { address, text, columns } = await preview(sample('B05-entetes.csv'));
    expect(Object.values(columns)).to.deep.equal(['lastName', 'firstName', 'email', 'phoneMobile', 'job', '']);
    expect(text).to.include('1 colonne non reprise : « Remarque interne »');
    await take(address);
    const [leotin, marchant] = (await team()).sort((a, b) => (a.last_name < b.last_name ? -1 : 1));
    expect(leotin).to.include({
      job_title: 'Secrétaire',
      phone_mobile: '0600000006',
      email: 'samia.leotin@exemple.fr',
    });
    expect(marchant).to.include({ job_title: 'Mairie', genre: 'mairie', email: null });
  });

  it('takes changes one by one, and takes an import back with the functions it made', async () => {
    const paste = (job: string, mobile: string) =>
      `Nom;Prénom;Fonction;Mobile\nAZIZ;Nour;${job};${mobile}\nLOPEZ;Ana;${job};\n`;
    await take((await preview(paste('Secrétaire', '0600000001'))).address);
    const changed = await preview(
      'Nom;Prénom;Fonction;Mobile;E-mail\nAZIZ;Nour;Secrétaire;06 00 00 00 02;nour@exemple.fr\nROUX;Léo;Jardinier;;\n',
    );
    expect(changed.text).to.include('0600000001').and.include('0600000002').and.include('Jardinier');
    const keys = [...changed.text.matchAll(/name="offered" value="([^"]+)"/g)].map(([, key]) => key as string);
    const wanted = keys.filter((key) => !key.endsWith('.phoneMobile'));
    const report = await take(changed.address, { offered: keys, take: wanted });
    expect([figure(report, 'crees'), figure(report, 'modifies')]).to.deep.equal([1, 1]);
    const nour = () => school.db((db) => db('people').where({ last_name: 'AZIZ' }).first());
    expect(await nour()).to.include({ phone_mobile: '0600000001', email: 'nour@exemple.fr' });
    const functions = () => school.db((db) => db('personnels_functions').pluck('label'));
    expect(await functions()).to.include('Jardinier');
    const back = await school.as('direction').post(changed.address.replace('apercu', 'rapport/annuler'), { sure: '1' });
    expect(back.status).to.equal(303);
    expect(await nour()).to.include({ email: null });
    expect(await names()).to.deep.equal(['AZIZ Nour', 'LOPEZ Ana']);
    expect(await functions()).not.to.include('Jardinier');
  });

  it('looks again when the team has changed since the preview', async () => {
    const { address } = await preview(sample('B02-personnels-1.csv'));
    const page = (await school.as('direction').get(address)).text;
    const version = /name="_version" value="([^"]+)"/.exec(page)?.[1] as string;
    await take((await preview(sample('B02-personnels-1.csv'))).address);
    const late = await school.as('direction').post(address, { sure: '1', _version: version });
    expect(late.status).to.equal(422);
    expect(await team()).to.have.length(2);
  });

  it('refuses what is no list, lines without a name, and columns said twice, in French', async () => {
    const direction = school.as('direction');
    const refused = async (fields: Record<string, string | File>) => {
      const answer = await direction.post('/gestion/personnels/importer', { otherwise: 'staff', ...fields });
      expect(answer.status).to.equal(422);
      return unescaped(answer.text);
    };
    expect(await refused({})).to.include('Choisissez un fichier, ou collez');
    expect(await refused({ pasted: 'Nom;Prénom' }))
      .to.include('personne')
      .and.not.include('ONDE');
    expect(await refused({ file: new File(['<html><body>'], 'x.csv') }))
      .to.include('page web')
      .and.not.include('ONDE');
    const { text } = await preview('Nom;Prénom\n;Zoé\nABA;Lou\n');
    expect(text)
      .to.include('Le nom manque.')
      .and.match(/<b>1<\/b>[\s\S]{0,300}lignes refusées/);
    const chosen = await direction.post('/gestion/personnels/importer', { otherwise: 'staff', pasted: 'a;b\n1;2\n' });
    const twice = await direction.post(chosen.location as string, { 'columns.0': 'lastName', 'columns.1': 'lastName' });
    expect(twice.status).to.equal(422);
    expect(twice.text).to.include('Gardez-en une seule');
    const none = await direction.post(chosen.location as string, { 'columns.0': 'lastName' });
    expect(none.status).to.equal(422);
  });

  it('S18-15 an import below Administration changes neither the address of who opens Gestion nor one’s own function', async () => {
    const { direction } = school.people;
    await school.db((db) => db('people').where({ id: direction.personId }).update({ email: 'direction@exemple.fr' }));
    const { personId, accountId } = await school.db(async (db) => {
      const [{ id: profile }] = await db('profiles')
        .insert({ name: 'Import', permissions: ['personnels.import', 'personnels.read'] })
        .returning('id');
      const [{ id }] = await db('people')
        .insert({ kind: 'staff', last_name: 'RUSÉ', first_name: 'Max', search: 'ruse max' })
        .returning('id');
      const [account] = await db('accounts')
        .insert({ person_id: id, login: 'MRUSE', mode: 'quotidienne', profile_id: profile, state: 'active' })
        .returning('id');
      return { personId: id, accountId: account.id };
    });
    const client = await school.asAccount(accountId, 'quotidienne');
    const pasted = 'Nom;Prénom;Fonction;E-mail\nBRAUD;Karine;Directrice;max@exemple.fr\nRUSÉ;Max;Directeur;\n';
    const chosen = await client.post('/gestion/personnels/importer', { otherwise: 'staff', pasted });
    const fields = { 'columns.0': 'lastName', 'columns.1': 'firstName', 'columns.2': 'job', 'columns.3': 'email' };
    const preview = await client.post(chosen.location as string, fields);
    const page = unescaped((await client.get(preview.location as string)).text);
    const answers = Object.fromEntries(
      [...page.matchAll(/name="(twins\.\d+)" value="(same:[^"]+)"/g)].map(([, name, value]) => [
        name as string,
        value as string,
      ]),
    );
    await client.post(preview.location as string, { sure: '1', ...answers });
    const kept = await school.db((db) =>
      db('people').whereIn('id', [direction.personId, personId]).orderBy('last_name').select('email', 'genre'),
    );
    expect(kept).to.deep.equal([
      { email: 'direction@exemple.fr', genre: 'direction' },
      { email: null, genre: null },
    ]);
  });
});
