import { readFileSync } from 'node:fs';
import path from 'node:path';
import { openSchool, type TestSchool } from '@preau/core/testing';
import { expect } from 'chai';

const sample = (name: string) => readFileSync(path.join(import.meta.dirname, 'samples', name));
const fileOf = (bytes: Buffer, name: string) => new File([new Uint8Array(bytes)], name);

describe('matching the columns of a file (F04-16)', () => {
  let school: TestSchool;
  const desk = () => school.as('direction');
  beforeEach(async () => {
    school = await openSchool({ plugins: ['onde-import'] });
    await school.db((db) => db('people').whereIn('kind', ['pupil', 'guardian']).delete());
    await school.db((db) => db('classes').delete());
  });
  afterEach(() => school.close());

  /** The selects of the screen as they stand. */
  const chosenIn = (text: string): Record<string, string> =>
    Object.fromEntries(
      [...text.matchAll(/<select[^>]*name="(columns\.\d+)">([\s\S]*?)<\/select>/g)].map((hit) => [
        hit[1] as string,
        /value="([^"]*)" selected/.exec(hit[2] as string)?.[1] ?? '',
      ]),
    );
  async function open(fields: Record<string, string | File>, screen = 'tableur') {
    const read = await desk().post(`/gestion/onde-import/${screen}`, fields);
    expect(read.status, /class="error"[\s\S]{0,300}/.exec(read.text)?.[0]).to.equal(303);
    expect(read.location).to.include('/colonnes/');
    return { at: read.location as string, text: (await desk().get(read.location as string)).text };
  }
  async function finish(at: string, chosen: Record<string, string>) {
    const read = await desk().post(at, chosen);
    expect(read.status, /role="alert"[\s\S]{0,500}/.exec(read.text)?.[0]).to.equal(303);
    const preview = (await desk().get(read.location as string)).text;
    const done = await desk().post(read.location as string, {});
    return { preview, report: (await desk().get(done.location as string)).text };
  }
  const counts = () =>
    school.db(async (db) => ({
      pupils: (await db('people').where({ kind: 'pupil' })).length,
      guardians: (await db('people').where({ kind: 'guardian' })).length,
      links: (await db('guardian_links')).length,
      logins: (await db('accounts').join('people', 'people.id', 'person_id').whereIn('kind', ['pupil', 'guardian']))
        .length,
    }));

  it('F04-16 v36 reads a free spreadsheet: columns proposed, pupils and guardians linked, logins made; undone as one', async () => {
    const { at, text } = await open({ file: fileOf(sample('v36_tableur_colonnes_libres.csv'), 'liste.csv') });
    expect(Object.values(chosenIn(text))).to.include.members(['lastName', 'firstName', 'birthDate']);
    const { report } = await finish(at, chosenIn(text));
    const found = await counts();
    expect(found.pupils).to.be.greaterThan(0);
    expect(found.guardians).to.be.greaterThan(0);
    expect(found.links).to.be.at.least(found.guardians);
    expect(found.logins).to.equal(found.pupils + found.guardians);
    const id = /rapport\/([0-9a-f-]{36})\/annuler/.exec(report)?.[1];
    await desk().post(`/gestion/onde-import/rapport/${id}/annuler`, { sure: '1' });
    expect(await counts()).to.deep.equal({ pupils: 0, guardians: 0, links: 0, logins: 0 });
  });

  it('F04-16 takes cells pasted from a spreadsheet, and the same cells again change nothing', async () => {
    const pasted =
      'Élève\tDate de naissance\tClasse\tParent 1\tMail parent 1\nROY Anna\t03/02/2018\tCE1\tMme ROY Julie\tjulie.roy@exemple.fr\n';
    for (const created of [1, 0]) {
      const { at, text } = await open({ pasted });
      const { preview } = await finish(at, chosenIn(text));
      expect(preview).to.match(new RegExp(`<b>${created}</b>[\\s\\S]{0,400}nouveaux élèves`));
    }
    expect(await counts()).to.deep.equal({ pupils: 1, guardians: 1, links: 1, logins: 2 });
  });

  it('remembers what was chosen for the next file with the same header', async () => {
    const pasted = 'Truc\tMachin\tChose\nROY\tAnna\t03/02/2018\n';
    const first = await open({ pasted });
    expect(Object.values(chosenIn(first.text)).filter(Boolean)).to.deep.equal([]);
    await finish(first.at, { 'columns.0': 'lastName', 'columns.1': 'firstName', 'columns.2': 'birthDate' });
    const second = await open({ pasted: pasted.replace('Anna', 'Zoé') });
    expect(chosenIn(second.text)).to.deep.equal({
      'columns.0': 'lastName',
      'columns.1': 'firstName',
      'columns.2': 'birthDate',
    });
    expect(second.text).to.include('de la dernière fois');
  });

  it('names what is missing or chosen twice, and keeps what was chosen', async () => {
    const { at } = await open({ pasted: 'Nom\tPrénom\tNé le\nROY\tAnna\t03/02/2018\n' });
    const without = await desk().post(at, { 'columns.0': 'lastName', 'columns.1': 'firstName', 'columns.2': 'ine' });
    expect(without.status).to.equal(422);
    expect(without.text).to.include('la date de naissance de l’élève');
    expect(chosenIn(without.text)['columns.2']).to.equal('ine');
    const twice = await desk().post(at, { 'columns.0': 'lastName', 'columns.1': 'lastName', 'columns.2': 'birthDate' });
    expect([twice.status, twice.text.includes('Deux colonnes')]).to.deep.equal([422, true]);
    const forged = await desk().post(at, {
      'columns.0': 'password_hash',
      'columns.1': 'firstName',
      'columns.2': 'birthDate',
    });
    expect([forged.status, forged.text.includes('le nom de l’élève')]).to.deep.equal([422, true]);
  });

  it('an ONDE file whose headings have all changed is asked about, pupils and guardians alike', async () => {
    const renamed = (name: string, change: (heading: string, at: number) => string) => {
      const [head = '', ...rows] = sample(name).toString('latin1').split('\r\n');
      return fileOf(Buffer.from([head.split(';').map(change).join(';'), ...rows].join('\r\n'), 'latin1'), name);
    };
    const pupils = await open({ file: renamed('eleves.csv', (_, at) => `X${at}`) }, 'eleves');
    await finish(pupils.at, {
      'columns.0': 'lastName',
      'columns.1': 'usedName',
      'columns.2': 'firstName',
      'columns.3': 'birthDate',
      'columns.5': 'ine',
      'columns.15': 'level',
      'columns.16': 'classLabel',
    });
    expect((await counts()).pupils).to.equal(30);
    const guardians = await open({ file: renamed('responsables.csv', (_, at) => `Y${at}`) }, 'responsables');
    const group = (n: number, at: number) => ({
      [`columns.${at}`]: `child${n}.usedName`,
      [`columns.${at + 1}`]: `child${n}.lastName`,
      [`columns.${at + 2}`]: `child${n}.firstName`,
      [`columns.${at + 3}`]: `child${n}.classLabel`,
    });
    await finish(guardians.at, {
      'columns.0': 'title',
      'columns.1': 'usedName',
      'columns.2': 'lastName',
      'columns.3': 'firstName',
      'columns.8': 'email',
      'columns.11': 'mobile',
      ...group(1, 12),
      ...group(2, 16),
      ...group(3, 20),
    });
    expect(await counts()).to.include({ guardians: 28, links: 36 });
  });

  it('says what to do with a workbook, with nothing at all, and with a table as wide as a wall', async () => {
    const workbook = await desk().post('/gestion/onde-import/tableur', {
      file: fileOf(sample('v14_xlsx_renomme.csv'), 'a.xlsx'),
    });
    expect([workbook.status, workbook.text.includes('classeur Excel')]).to.deep.equal([422, true]);
    expect((await desk().post('/gestion/onde-import/tableur', {})).status).to.equal(422);
    const wide = await desk().post('/gestion/onde-import/tableur', {
      pasted: `${'a\t'.repeat(300)}b\n${'1\t'.repeat(300)}2\n`,
    });
    expect([wide.status, wide.text.includes('301 colonnes')]).to.deep.equal([422, true]);
    expect(wide.text, 'what was pasted is still there').to.include('a\ta\ta');
  });
});
