import { readFileSync } from 'node:fs';
import path from 'node:path';
import { openSchool, type TestSchool } from '@preau/core/testing';
import { expect } from 'chai';

const sample = (name: string) =>
  new File([new Uint8Array(readFileSync(path.join(import.meta.dirname, 'samples', name)))], name);
type Screen = 'eleves' | 'responsables';

/** Chooses the file; the answer is the preview's address, or the page again. */
const choose = (school: TestSchool, screen: Screen, file: File) =>
  school.as('direction').post(`/gestion/onde-import/${screen}`, { file });

async function importFile(school: TestSchool, screen: Screen, name: string): Promise<string> {
  const chosen = await choose(school, screen, sample(name));
  expect(chosen.status, chosen.text.match(/class="error"[\s\S]{0,400}/)?.[0]).to.equal(303);
  const done = await school.as('direction').post(chosen.location as string, { sure: '1' });
  expect(done.status).to.equal(303);
  return (await school.as('direction').get(done.location as string)).text;
}

const figure = (report: string, id: string) => Number(new RegExp(`id="${id}">(\\d+)<`).exec(report)?.[1]);
const people = (school: TestSchool) =>
  school.db(async (db) =>
    Object.fromEntries(
      (await db('people').groupBy('kind').select('kind').count('* as n')).map((row) => [row.kind, row.n]),
    ),
  );
/** Everything the directory holds, to see whether an import wrote a single row. */
const traces = (school: TestSchool) =>
  school.db(async (db) => {
    const marks: unknown[] = [];
    for (const table of ['people', 'addresses', 'classes', 'class_places', 'guardian_links', 'accounts'])
      marks.push(await db(table).select(db.raw('ctid::text as at, xmin::text as by')).orderBy('id'));
    return JSON.stringify(marks);
  });

describe('ONDE import', () => {
  let school: TestSchool;
  beforeEach(async () => {
    school = await openSchool({ plugins: ['onde-import'], people: true });
    // An empty directory: the test's own family is not part of the file.
    await school.db((db) => db('people').whereIn('kind', ['pupil', 'guardian']).delete());
    await school.db((db) => db('classes').delete());
  });
  afterEach(() => school.close());

  it('F04-05 F04-06 F04-07 previews the pupils in the guide’s columns and writes nothing before « Importer »', async () => {
    const chosen = await choose(school, 'eleves', sample('eleves.csv'));
    expect(chosen.location).to.match(/\/gestion\/onde-import\/apercu\//);
    const { text } = await school.as('direction').get(chosen.location as string);
    for (const column of ['Nom', 'Prénom', 'Né(e) le', 'Prénom d’usage', 'S', 'Classe'])
      expect(text).to.include(`<th scope="col">${column}</th>`);
    expect(text)
      .to.include('3 Cours Élémentaire 2 - Cours moyen 1 (Niveau CE2)')
      .and.include('(Niveau CM1)')
      .and.include('Rien n’est encore enregistré');
    expect(await people(school)).not.to.have.property('pupil');
  });

  it('F04-09 F04-10 F04-12 F04-13 F04-18 imports both files and reports what was written', async () => {
    const pupils = await importFile(school, 'eleves', 'eleves.csv');
    expect([figure(pupils, 'crees'), figure(pupils, 'classes'), figure(pupils, 'laisses')]).to.deep.equal([30, 3, 0]);
    const guardians = await importFile(school, 'responsables', 'responsables.csv');
    expect([figure(guardians, 'crees'), figure(guardians, 'liens'), figure(guardians, 'attente')]).to.deep.equal([
      28, 36, 2,
    ]);
    const counts = await people(school);
    expect([counts.pupil, counts.guardian]).to.deep.equal([30, 28]);
    await school.db(async (db) => {
      expect(
        await db('accounts')
          .join('people', 'people.id', 'accounts.person_id')
          .whereIn('people.kind', ['pupil', 'guardian'])
          .whereNotNull('secret_sealed'),
      ).to.have.length(58);
      expect(
        (await db('class_places').distinct('class_id', 'level').whereNotNull('class_id')).length,
        'level groups',
      ).to.equal(4);
      expect(await db('class_places').whereNull('class_id'), 'without class').to.have.length(1);
      expect(await db('onde_import_batches').whereNotNull('reading'), 'nothing of the files is kept').to.have.length(0);
    });
  });

  it('F04-15 the same files again write not a single row', async () => {
    await importFile(school, 'eleves', 'eleves.csv');
    await importFile(school, 'responsables', 'responsables.csv');
    const before = await traces(school);
    const pupils = await importFile(school, 'eleves', 'eleves.csv');
    expect([figure(pupils, 'crees'), figure(pupils, 'modifies'), figure(pupils, 'inchanges')]).to.deep.equal([
      0, 0, 30,
    ]);
    const guardians = await importFile(school, 'responsables', 'responsables.csv');
    expect([
      figure(guardians, 'crees'),
      figure(guardians, 'modifies'),
      figure(guardians, 'inchanges'),
      figure(guardians, 'attente'),
    ]).to.deep.equal([0, 0, 28, 0]);
    expect(await traces(school)).to.equal(before);
    expect(await school.db((db) => db('onde_import_pending').select('id'))).to.have.length(2);
  });

  it('F04-15 a later file adds one pupil and changes four, with their logins unchanged', async () => {
    await importFile(school, 'eleves', 'eleves.csv');
    const logins = await school.db((db) => db('accounts').orderBy('login').pluck('login'));
    const report = await importFile(school, 'eleves', 'v20_eleves_reimport_en_cours_annee.csv');
    expect([figure(report, 'crees'), figure(report, 'modifies'), figure(report, 'inchanges')]).to.deep.equal([
      1, 4, 24,
    ]);
    const after = await school.db((db) => db('accounts').orderBy('login').pluck('login'));
    expect(after).to.include.members(logins);
    expect(after).to.have.length(logins.length + 1);
    const renamed = await school.db((db) =>
      db('people').where({ last_name: 'SALMON-ROY' }).first('first_name', 'search', 'version'),
    );
    expect(renamed).to.deep.equal({ first_name: 'Côme', search: 'salmon roy come', version: 2 });
    expect((await people(school)).pupil, 'absent pupils stay').to.equal(31);
  });

  it('F04-14 the guardians’ file before the pupils is refused with the reason', async () => {
    const answer = await choose(school, 'responsables', sample('responsables.csv'));
    expect(answer.status).to.equal(422);
    expect(answer.text).to.include('Importez d’abord les élèves');
  });

  for (const [screen, name, words] of [
    ['eleves', 'v01_mauvais_fichier_responsables_a_la_place_des_eleves.csv', 'responsables'],
    ['eleves', 'v12_vide.csv', 'vide'],
    ['eleves', 'v13_eleves_entete_seule.csv', 'aucun élève'],
    ['eleves', 'v14_xlsx_renomme.csv', 'Excel'],
    ['eleves', 'v26_page_html_enregistree_en_csv.csv', 'ONDE'],
    ['eleves', 'v07_eleves_colonne_manquante_date_naissance.csv', 'Date naissance'],
    ['eleves', 'v09_eleves_tronque.csv', 'ligne'],
  ] as const)
    it(`F04-08 ${name.slice(0, 3)} is refused beside the field, and nothing is written`, async () => {
      const answer = await choose(school, screen, sample(name));
      expect(answer.status).to.equal(422);
      const error = /<span class="error"[^>]*>[\s\S]*?<\/svg><span>([\s\S]*?)<\/span>/.exec(answer.text)?.[1] ?? '';
      expect(error.toLowerCase(), error).to.include(words.toLowerCase());
      expect(await people(school)).not.to.have.property('pupil');
    });

  it('F04-08 v35 the pupils’ file given as guardians is refused and says so', async () => {
    await importFile(school, 'eleves', 'eleves.csv');
    const answer = await choose(school, 'responsables', sample('v35_eleves_a_la_place_des_responsables.csv'));
    expect([answer.status, /Élèves|élèves/.test(answer.text)]).to.deep.equal([422, true]);
  });

  it('F04-08 C-18 a refused line says line, column, what was read and what to do, and the others are imported', async () => {
    const chosen = await choose(school, 'eleves', sample('v15_eleves_dates_impossibles.csv'));
    const { text } = await school.as('direction').get(chosen.location as string);
    expect(text).to.include('Lignes refusées').and.include('Date naissance').and.include('class="wrong"');
    const done = await school.as('direction').post(chosen.location as string, { sure: '1' });
    const report = (await school.as('direction').get(done.location as string)).text;
    expect([figure(report, 'crees'), figure(report, 'laisses')]).to.deep.equal([1, 8]);
  });

  it('F04-02 F04-03 every encoding of the good file gives the same thirty pupils', async () => {
    await importFile(school, 'eleves', 'eleves.csv');
    for (const name of [
      'v02_eleves_utf8_bom.csv',
      'v03_eleves_utf8_sans_bom.csv',
      'v04_eleves_virgule_utf8.csv',
      'v23_eleves_entete_bom_double_espaces.csv',
      'v28_eleves_fin_de_ligne_CR.csv',
    ]) {
      const report = await importFile(school, 'eleves', name);
      expect([figure(report, 'crees'), figure(report, 'modifies'), figure(report, 'inchanges')], name).to.deep.equal([
        0, 0, 30,
      ]);
    }
  });

  it('F04-11 twins and homonyms stay distinct, each with a login of his own', async () => {
    await importFile(school, 'eleves', 'eleves.csv');
    await school.db(async (db) => {
      expect(await db('people').where({ last_name: 'MARTIN', first_name: 'Lucas' })).to.have.length(2);
      expect(await db('people').where({ last_name: 'BENALI', birth_date: '2019-09-03' })).to.have.length(2);
      const logins: string[] = await db('accounts').pluck('login');
      expect(new Set(logins).size).to.equal(logins.length);
      expect(logins).to.include.members(['LMARTIN', 'LMARTIN2']);
    });
  });

  it('text of a file stays text: formulas and tags are shown, not run', async () => {
    await importFile(school, 'eleves', 'v22_eleves_formules_et_html.csv');
    const { text } = await school.as('direction').get('/gestion/ressources/eleves');
    const list = text.slice(text.indexOf('id="liste"'), text.indexOf('</table>'));
    expect(list)
      .to.include('&lt;')
      .and.not.match(/<(script|img|b>|a href="(?!\/))/i);
  });

  it('« Importer » pressed twice at once imports once', async () => {
    const chosen = await choose(school, 'eleves', sample('eleves.csv'));
    const client = school.as('direction');
    const answers = await Promise.all([
      client.post(chosen.location as string, { sure: '1' }),
      client.post(chosen.location as string, { sure: '1' }),
    ]);
    expect(answers.map((one) => one.status)).to.deep.equal([303, 303]);
    expect((await people(school)).pupil).to.equal(30);
  });

  it('refuses a profile without the right, a module that is off, another school’s batch', async () => {
    const chosen = await choose(school, 'eleves', sample('eleves.csv'));
    expect((await school.as('quotidienne').get('/gestion/onde-import/eleves')).status).to.equal(403);
    const other = await openSchool({ plugins: ['onde-import'] });
    const id = (chosen.location as string).split('/').pop();
    expect((await other.as('direction').get(`/gestion/onde-import/apercu/${id}`)).status).to.equal(404);
    await other.close();
    const without = await openSchool({ plugins: [] });
    expect((await without.as('direction').get('/gestion/onde-import/eleves')).status).to.equal(404);
    await without.close();
  });

  it('a preview nobody imported is forgotten after a day', async () => {
    await choose(school, 'eleves', sample('eleves.csv'));
    const { purgeBatches } = await import('./batch.ts');
    const purge = (hours: number) =>
      school.db((db) =>
        purgeBatches({
          db,
          now: new Date(Date.now() + hours * 3_600_000),
          school: { timezone: 'Europe/Paris' } as never,
        }),
      );
    await purge(23);
    expect(await school.db((db) => db('onde_import_batches').select('id'))).to.have.length(1);
    await purge(25);
    expect(await school.db((db) => db('onde_import_batches').select('id'))).to.have.length(0);
  });
});
