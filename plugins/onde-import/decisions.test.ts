import { readFileSync } from 'node:fs';
import path from 'node:path';
import { openSchool, type TestSchool } from '@preau/core/testing';
import { expect } from 'chai';

const sample = (name: string) =>
  new File([new Uint8Array(readFileSync(path.join(import.meta.dirname, 'samples', name)))], name);
const V20 = 'v20_eleves_reimport_en_cours_annee.csv';
type Fields = Record<string, string | string[]>;

describe('deciding an ONDE import person by person', () => {
  let school: TestSchool;
  const desk = () => school.as('direction');
  const page = async (to: string) => (await desk().get(to)).text;

  /** The preview's address and its page. */
  async function preview(screen: 'eleves' | 'responsables', file: File, fields: Fields = {}) {
    const chosen = await desk().post(`/gestion/onde-import/${screen}`, { file, ...fields } as never);
    expect(chosen.status, /class="error"[\s\S]{0,300}/.exec(chosen.text)?.[0]).to.equal(303);
    return { at: chosen.location as string, text: await page(chosen.location as string) };
  }
  /** The form as a browser would send it, untouched. */
  const formOf = (text: string): Fields => ({
    _version: /name="_version" value="([^"]+)"/.exec(text)?.[1] ?? '',
    offered: [...text.matchAll(/name="offered" value="([^"]+)"/g)].map((hit) => hit[1] as string),
    take: [...text.matchAll(/name="take" value="([^"]+)" id="[^"]*" checked/g)].map((hit) => hit[1] as string),
    left: [...text.matchAll(/name="left" value="([^"]+)" id="[^"]*" checked/g)].map((hit) => hit[1] as string),
  });
  async function importing(
    screen: 'eleves' | 'responsables',
    name: string,
    change: (form: Fields, text: string) => void = () => {},
  ) {
    const { at, text } = await preview(screen, sample(name));
    const form = formOf(text);
    change(form, text);
    const done = await desk().post(at, form);
    expect(done.status).to.equal(303);
    return { at: done.location as string, text: await page(done.location as string) };
  }
  const figure = (text: string, id: string) => Number(new RegExp(`id="${id}">(\\d+)<`).exec(text)?.[1]);
  const pupil = (lastName: string, firstName: string) =>
    school.db((db) => db('people').where({ kind: 'pupil', last_name: lastName, first_name: firstName }).first());
  const undo = async (report: string) => {
    expect((await desk().post(`${report}/annuler`, { sure: '1' })).status).to.equal(303);
    return page(report);
  };
  /** What the directory says, whatever identifiers and versions its rows have. */
  const directory = () =>
    school.db(async (db) => ({
      people: await db('people')
        .whereIn('kind', ['pupil', 'guardian'])
        .orderBy(['search', 'birth_date', 'ine'])
        .select(
          'kind',
          'last_name',
          'used_name',
          'first_name',
          'birth_date',
          'ine',
          'email',
          'phone_mobile',
          'left_on',
          'search',
        ),
      places: await db('class_places')
        .join('people', 'people.id', 'pupil_id')
        .leftJoin('classes', 'classes.id', 'class_id')
        .orderBy(['people.search', 'people.ine', 'people.birth_date'])
        .select('people.search', 'label', 'level'),
      addresses: await db('addresses')
        .join('people', 'people.id', 'person_id')
        .orderBy(['people.search', 'people.ine', 'rank', 'lines'])
        .select('people.search', 'lines', 'city'),
      links: await db('guardian_links as l')
        .join('people as g', 'g.id', 'guardian_id')
        .join('people as p', 'p.id', 'pupil_id')
        .orderBy(['g.search', 'p.search', 'p.ine'])
        .select('g.search as guardian', 'p.search as pupil'),
      logins: await db('accounts').orderBy('login').pluck('login'),
      classes: await db('classes').orderBy('label').select('label', 'onde_id'),
    }));

  beforeEach(async () => {
    school = await openSchool({ plugins: ['onde-import'] });
    await school.db((db) => db('people').whereIn('kind', ['pupil', 'guardian']).delete());
    await school.db((db) => db('classes').delete());
  });
  afterEach(() => school.close());

  it('F04-15 shows each changed field before and after, class changes apart, and who is not in the file any more', async () => {
    await importing('eleves', 'eleves.csv');
    const { text } = await preview('eleves', sample(V20));
    expect(text.replace(/<[^>]+>/g, ' ').replace(/\s+/g, ' '))
      .to.include('1 nouveaux élèves')
      .and.include('4 élèves modifiés')
      .and.include('2 absents du fichier')
      .and.include('24 identiques');
    expect(text).to.match(/<del class="was">S[^<]*LMON<\/del>[\s\S]{0,400}<ins class="now">SALMON-ROY<\/ins>/);
    expect(text).to.match(/Changements de classe[\s\S]*<del class="was">3 Cours[^<]*\(Niveau CE2\)<\/del>/);
    expect(formOf(text).left, 'nobody is ticked as left').to.deep.equal([]);
  });

  it('F04-15 takes what is ticked and leaves what is not; who left goes to the former pupils, by hand only', async () => {
    await importing('eleves', 'eleves.csv');
    const { text } = await importing('eleves', V20, (form, shown) => {
      const key = /value="([^"]+)"[^>]*aria-label="Reprendre Nom /.exec(shown)?.[1] as string;
      form.take = (form.take as string[]).filter((one) => one !== key);
      form.left = [/name="left" value="([^"]+)"/.exec(shown)?.[1] as string];
    });
    expect([figure(text, 'crees'), figure(text, 'modifies'), figure(text, 'partis')]).to.deep.equal([1, 3, 1]);
    expect(await school.db((db) => db('people').where({ last_name: 'SALMON-ROY' }))).to.have.length(0);
    const left = await school.db((db) => db('people').whereNotNull('left_on').select('id'));
    expect(left).to.have.length(1);
    expect(await page('/gestion/ressources/eleves'), 'not in the list of today').not.to.include(left[0].id);
  });

  it('F04-15 brings back a pupil who had left and is in a later file again, with his login', async () => {
    await importing('eleves', 'eleves.csv');
    const logins = (await directory()).logins;
    await importing('eleves', V20, (form, shown) => {
      form.left = [...shown.matchAll(/name="left" value="([^"]+)"/g)].map((hit) => hit[1] as string);
    });
    const { text } = await importing('eleves', 'eleves.csv');
    expect(figure(text, 'crees')).to.equal(0);
    expect(await school.db((db) => db('people').whereNotNull('left_on'))).to.have.length(0);
    expect((await directory()).logins).to.include.members(logins);
  });

  it('undoes a later import: every prior value is back, the new pupil is gone', async () => {
    await importing('eleves', 'eleves.csv');
    await importing('responsables', 'responsables.csv');
    const before = await directory();
    const report = await importing('eleves', V20, (form, shown) => {
      form.left = [...shown.matchAll(/name="left" value="([^"]+)"/g)].map((hit) => hit[1] as string);
    });
    expect(await directory()).not.to.deep.equal(before);
    expect(await undo(report.at))
      .to.include('Cet import est annulé')
      .and.include('1 fiche retirée');
    expect(await directory()).to.deep.equal(before);
    const { text } = await preview('eleves', sample('eleves.csv'));
    expect(text, 'and the first file says nothing new').to.include('<b>30</b>');
  });

  it('undoes both first imports, latest first, down to the empty directory', async () => {
    const before = await directory();
    const pupils = await importing('eleves', 'eleves.csv');
    const guardians = await importing('responsables', 'responsables.csv');
    await undo(guardians.at);
    await undo(pupils.at);
    expect(await directory()).to.deep.equal(before);
    expect(await school.db((db) => db('onde_import_pending'))).to.have.length(0);
  });

  it('keeps and names what was edited since the import', async () => {
    await importing('eleves', 'eleves.csv');
    const report = await importing('eleves', V20);
    const zoe = await pupil('CHEVALIER', 'Zoé');
    await school.db((db) => {
      const { container, house } = school.house;
      const { register } = container.services({ id: school.id, timezone: 'Europe/Paris' } as never, db, house.clock());
      return register.change([{ id: zoe.id, fields: { ine: '123456789AB' } }]);
    });
    const text = await undo(report.at);
    expect(/id="gardes">([\s\S]*?)<\/ul>/.exec(text)?.[1]).to.include('CHEVALIER Zoé : INE : modifié depuis');
    expect((await pupil('CHEVALIER', 'Zoé')).ine).to.equal('123456789AB');
    expect(await pupil('SALMON-ROY', 'Côme'), 'the rest came back').to.equal(undefined);
  });

  it('v10 two lines that seem one pupil stand side by side; « deux personnes » creates the second', async () => {
    const { at, text } = await preview('eleves', sample('v10_eleves_doublons.csv'));
    const key = /name="twins\.([^"]+)"/.exec(text)?.[1] as string;
    expect(text).to.include('Autre ligne du fichier').and.include('Ce sont deux personnes');
    const form = formOf(text);
    const created = (form.take as string[]).length;
    const done = await desk().post(at, { ...form, [`twins.${key}`]: 'new' });
    expect(figure(await page(done.location as string), 'crees')).to.equal(created + 1);
  });

  it('asks « même personne ? » for an INE with another birth date; « la même » updates, nothing is doubled', async () => {
    await importing('eleves', 'eleves.csv');
    const known = await school.db((db) => db('people').where({ kind: 'pupil' }).whereNotNull('ine').first());
    await school.db((db) => db('people').where({ id: known.id }).update({ birth_date: '2010-01-01' }));
    const { at, text } = await preview('eleves', sample('eleves.csv'));
    expect(text).to.include('Sosies').and.include(`same:${known.id}`);
    const key = new RegExp(`name="twins\\.([^"]+)" value="same:${known.id}"`).exec(text)?.[1] as string;
    const skipped = await desk().post(at, formOf(text));
    expect(figure(await page(skipped.location as string), 'laisses'), 'unanswered: left aside').to.equal(1);
    const again = await preview('eleves', sample('eleves.csv'));
    const done = await desk().post(again.at, { ...formOf(again.text), [`twins.${key}`]: `same:${known.id}` });
    expect(figure(await page(done.location as string), 'modifies')).to.equal(1);
    const row = await school.db((db) => db('people').where({ id: known.id }).first('birth_date'));
    expect(row.birth_date).to.equal(known.birth_date);
    expect(await school.db((db) => db('people').where({ kind: 'pupil' }))).to.have.length(30);
  });

  it('a forged answer names nobody else: an id that was not offered decides nothing', async () => {
    await importing('eleves', 'eleves.csv');
    const stranger = school.people.direction.personId;
    const { at, text } = await preview('eleves', sample('v10_eleves_doublons.csv'));
    const key = /name="twins\.([^"]+)"/.exec(text)?.[1] as string;
    const done = await desk().post(at, { ...formOf(text), [`twins.${key}`]: `same:${stranger}`, left: [stranger] });
    expect(done.status).to.equal(303);
    const row = await school.db((db) => db('people').where({ id: stranger }).first('last_name', 'left_on'));
    expect(row).to.deep.equal({ last_name: 'BRAUD', left_on: null });
  });

  it('S18-18 a preview older than the directory comes again, with the ticks kept, and writes nothing', async () => {
    await importing('eleves', 'eleves.csv');
    const { at, text } = await preview('eleves', sample(V20));
    const form = formOf(text);
    const refused = (form.offered as string[])[0] as string;
    form.take = (form.take as string[]).filter((one) => one !== refused);
    const zoe = await pupil('CHEVALIER', 'Zoé');
    await school.db((db) => db('people').where({ id: zoe.id }).update({ last_name: 'CHEVALLIER' }));
    const answer = await desk().post(at, form);
    expect(answer.status).to.equal(422);
    expect(answer.text)
      .to.include('pendant que vous')
      .and.match(new RegExp(`value="${refused}" id="[^"]*" aria-label`));
    expect(await pupil('SALMON-ROY', 'Côme')).to.equal(undefined);
    expect((await desk().post(at, formOf(answer.text))).status).to.equal(303);
  });

  it('two directors who import the same file at once: one import, and the other looks again', async () => {
    const one = await preview('eleves', sample('eleves.csv'));
    const two = await preview('eleves', sample('eleves.csv'));
    const answers = await Promise.all([one, two].map(({ at, text }) => desk().post(at, formOf(text))));
    expect(answers.map((answer) => answer.status).sort()).to.deep.equal([303, 422]);
    expect(await school.db((db) => db('people').where({ kind: 'pupil' }))).to.have.length(30);
  });

  it('F04-13 undecided links wait in a list; the director’s answer makes the link, is remembered, and goes with the import', async () => {
    await importing('eleves', 'eleves.csv');
    const report = await importing('responsables', 'responsables.csv');
    expect(report.text).to.include('2 liens attendent');
    const list = await page('/gestion/onde-import/attente');
    const names = [...new Set([...list.matchAll(/name="(link\.[^"]+)"/g)].map((hit) => hit[1] as string))];
    expect(names).to.have.length(2);
    const first = new RegExp(`name="${names[0]}" value="([^"]+)"`).exec(list)?.[1] as string;
    expect((await desk().post('/gestion/onde-import/attente', {})).status, 'nothing chosen').to.equal(422);
    await desk().post('/gestion/onde-import/attente', { [names[0] as string]: first, [names[1] as string]: 'none' });
    expect(await page('/gestion/onde-import/attente')).to.include('Aucun lien n’attend');
    expect((await directory()).links).to.have.length(37);
    const again = await importing('responsables', 'responsables.csv');
    expect([figure(again.text, 'attente'), figure(again.text, 'inchanges')]).to.deep.equal([0, 28]);
    await undo(report.at);
    expect((await directory()).links).to.have.length(0);
    expect(await school.db((db) => db('people').where({ kind: 'guardian' }))).to.have.length(0);
  });

  it('v21 a file of one class says so and proposes nobody as left; another school’s file warns', async () => {
    await importing('eleves', 'eleves.csv');
    const part = await preview('eleves', sample('v21_eleves_une_seule_classe.csv'));
    expect(part.text).to.include('qu’une partie des classes').and.not.include('name="left"');
    await school.db((db) =>
      db('people')
        .where({ kind: 'pupil' })
        .update({ last_name: db.raw("'AUTRE ' || last_name"), ine: null, birth_date: '2012-02-02' }),
    );
    await school.db((db) => db('classes').update({ label: db.raw("'Autre ' || label"), onde_id: null }));
    const foreign = await preview('eleves', sample('eleves.csv'));
    expect(foreign.text).to.include('bien celui de cette école').and.not.include('name="left"');
  });

  it('B06 a couple with one mailbox: two guardians, two logins, both linked to the one child', async () => {
    await importing('eleves', 'eleves.csv');
    await school.db(async (db) => {
      await db('people').insert({
        kind: 'pupil',
        last_name: 'GARNIER',
        first_name: 'Lina',
        birth_date: '2018-05-05',
        search: 'garnier lina',
      });
    });
    await importing('responsables', 'B06-couple-meme-adresse.csv');
    const rows = await school.db((db) =>
      db('people as g')
        .join('accounts', 'accounts.person_id', 'g.id')
        .join('guardian_links as l', 'l.guardian_id', 'g.id')
        .where({ 'g.email': 'famille.garnier@exemple.fr' })
        .orderBy('login')
        .select('login', 'l.pupil_id'),
    );
    expect(rows.map((one) => one.login)).to.deep.equal(['GOKAFOR', 'HGARNIER']);
    expect(new Set(rows.map((one) => one.pupil_id)).size).to.equal(1);
  });

  it('classes and places belong to the school year chosen: next year’s file leaves this year as it is', async () => {
    await importing('eleves', 'eleves.csv');
    const shown = async () => (await page('/gestion/ressources/classes')).replace(/[0-9a-f-]{36}/g, '');
    const before = await shown();
    const { at, text } = await preview('eleves', sample(V20), { year: 'next' });
    await desk().post(at, formOf(text));
    const places = await school.db((db) =>
      db('class_places').groupBy('year').select('year').count('* as n').orderBy('year'),
    );
    expect(places.map((one) => one.n)).to.deep.equal([30, 29]);
    expect(await shown()).to.equal(before);
    const newcomer = await school.db((db) => db('people').whereNotNull('arrives_on').first('id'));
    expect(await page('/gestion/ressources/eleves'), 'not here yet').not.to.include(newcomer.id);
  });

  it('a class renamed in ONDE keeps its number and its pupils, and gets its old name back by undo', async () => {
    await importing('eleves', 'eleves.csv');
    const csv = readFileSync(path.join(import.meta.dirname, 'samples', 'eleves.csv'))
      .toString('latin1')
      .replaceAll('1 Cours préparatoire'.normalize('NFC'), 'CP des Lilas');
    const renamed = new File([new Uint8Array(Buffer.from(csv, 'latin1'))], 'renomme.csv');
    const { at, text } = await preview('eleves', renamed);
    const done = await desk().post(at, formOf(text));
    const labels = () => school.db((db) => db('classes').orderBy('label').pluck('label'));
    expect(await labels())
      .to.have.length(3)
      .and.include('CP des Lilas');
    await undo(done.location as string);
    expect(await labels())
      .to.have.length(3)
      .and.not.include('CP des Lilas');
  });

  it('lists past imports, and closes all of it to profiles without the right and to other schools', async () => {
    const report = await importing('eleves', 'eleves.csv');
    expect(await page('/gestion/onde-import/imports'))
      .to.include('eleves.csv')
      .and.include('Importé');
    await undo(report.at);
    expect(await page('/gestion/onde-import/imports')).to.include('Annulé');
    expect((await school.as('quotidienne').post(`${report.at}/annuler`, { sure: '1' })).status).to.equal(403);
    const other = await openSchool({ plugins: ['onde-import'] });
    const path_ = report.at.replace(school.rne, other.rne);
    expect((await other.as('direction').post(`${path_}/annuler`, { sure: '1' })).status).to.equal(404);
    await other.close();
  });
});
