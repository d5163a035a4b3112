import { readFileSync } from 'node:fs';
import path from 'node:path';
import { type Client, openSchool, type TestSchool } from '@preau/core/testing';
import { expect } from 'chai';
import { parse } from 'csv-parse/sync';
import { type Entry, fromBuffer, type ZipFile } from 'yauzl';
import {
  addClass,
  addDocument,
  addGuardian,
  addPupil,
  bytesOf,
  GESTION,
  give,
  later,
  NOW,
  TEACHER,
  words,
} from './samples/two-families.test.ts';

interface Case {
  document: string;
  deposits: { eleve: string; ne: string; classe: string; file: string }[];
  expect: { entries: number; noEntryWith: string[] };
}
const CASE: Case = JSON.parse(readFileSync(path.join(import.meta.dirname, 'samples/B41-archive.json'), 'utf8'));

/** As a program that knows nothing of us reads it. */
async function unzip(bytes: Buffer): Promise<{ name: string; utf8: boolean; body: Buffer }[]> {
  const zip = await new Promise<ZipFile>((resolve, reject) => {
    fromBuffer(bytes, { lazyEntries: true }, (error, file) => (error ? reject(error) : resolve(file)));
  });
  const read: { name: string; utf8: boolean; body: Buffer }[] = [];
  return new Promise((resolve, reject) => {
    zip.on('error', reject).on('end', () => resolve(read));
    zip.on('entry', (entry: Entry) => {
      zip.openReadStream(entry, async (error, stream) => {
        if (error) return reject(error);
        const body = Buffer.concat(await stream.toArray());
        read.push({ name: entry.fileName, utf8: (entry.generalPurposeBitFlag & 0x800) !== 0, body });
        zip.readEntry();
      });
    });
    zip.readEntry();
  });
}

describe('Télécharger tous les documents', () => {
  let school: TestSchool;
  let direction: Client;
  let teacher: Client;
  let father: { id: string; name: string };
  before(async () => {
    school = await openSchool({ plugins: ['collecte'] });
    school.house.setNow(NOW);
    direction = school.as('direction');
    teacher = school.as('enseignants');
    father = { id: school.people.parents.personId, name: 'Paul Leroy' };
  });
  beforeEach(() => school.house.setNow(NOW));
  after(async () => {
    school.house.setNow(null);
    await school.close();
  });
  const archive = async (address: string, client = direction) => {
    const answer = await client.get(`${address}/zip`);
    expect(answer.status, words(answer).slice(0, 300)).to.equal(200);
    const entries = await unzip(answer.bytes);
    const contents = entries.find((one) => one.name === 'Contenu.csv')?.body.toString('utf8') ?? '';
    expect(contents.startsWith('\ufeff')).to.equal(true);
    const lines: Record<string, string>[] = parse(contents, { bom: true, delimiter: ';', columns: true });
    return { answer, files: entries.filter((one) => one.name !== 'Contenu.csv'), lines };
  };
  const decide = (id: string, state: string, more: object = {}) =>
    school.db((db) =>
      db('collecte_deposits')
        .where({ sending_id: id })
        .update({ state, ...more }),
    );

  it('F17-12 B41 every file of the case is there once, under a name every system can write, and the list names who gave nothing', async () => {
    const classes = new Map<string, string>();
    for (const label of new Set(CASE.deposits.map((one) => one.classe)))
      classes.set(label, await addClass(school, label));
    const pupils = new Map<string, string>();
    for (const { eleve, ne, classe } of CASE.deposits)
      if (!pupils.has(eleve + ne)) {
        const [, lastName = '', firstName = ''] = /^(.*) (\S+)$/.exec(eleve) ?? [];
        const one = { lastName, firstName, birthDate: ne };
        pupils.set(eleve + ne, await addPupil(school, classes.get(classe) as string, one));
      }
    await addPupil(school, classes.get('CM1') as string, { lastName: '=SOMME', firstName: 'Ève' });
    const document = await addDocument(school, CASE.document, { classes: [...classes.values()] });
    const sent = new Map<string, string>();
    for (const [at, { eleve, ne, file }] of CASE.deposits.entries()) {
      const by = { id: school.people.direction.personId, name: `Parent ${at}` };
      sent.set(
        await give(school, document, { pupils: [pupils.get(eleve + ne) as string], by, files: [file], at: later(at) }),
        file,
      );
    }
    const { files, lines, answer } = await archive(`${GESTION}/${document}/archive`);
    expect(answer.headers.get('content-disposition')).to.include('.zip');
    const names = files.map((one) => one.name);
    expect(names).to.have.length(CASE.expect.entries);
    expect(new Set(names.map((name) => name.normalize('NFC').toLowerCase())).size).to.equal(CASE.expect.entries);
    for (const name of names) for (const bad of ['..', '\\', ':', '?']) expect(name).to.not.include(bad);
    expect(names.some((name) => name.startsWith('/'))).to.equal(false);
    expect(files.every((one) => one.utf8 || /^[\x20-\x7e]*$/.test(one.name))).to.equal(true);
    expect(names).to.include.members([
      'CM1/MARTIN_Lucas_19-03-2013/attestation.pdf',
      'CM1/MARTIN_Lucas_02-01-2014/attestation.pdf',
      'CM1/ŒUVRARD_Zoé/évasion.pdf',
      'CM1/NGÔ_Đức/Numérisé.pdf',
    ]);
    // Byte for byte what each family sent.
    const bodies = new Set(files.map((one) => one.body.toString()));
    for (const [id, file] of sent) expect(bodies.has(bytesOf(id, file).toString()), file).to.equal(true);
    // Each file of the archive stands in the list under the very name it has there.
    expect(
      lines
        .filter((line) => line.Fichier)
        .map((line) => line.Fichier)
        .toSorted(),
    ).to.deep.equal(names.toSorted());
    const none = lines.filter((line) => !line.Fichier);
    expect(none.map((line) => [line.Nom, line.Prénom, line.État])).to.deep.equal([["'=SOMME", 'Ève', 'Manque']]);
  });

  it('F17-12 the page says first how many files and how large; accepted and waiting ones are in, replaced ones and those to do again are not', async () => {
    const tom = await addPupil(school, school.classId, { lastName: 'LEROY', firstName: 'Tom' });
    const lou = await addPupil(school, school.classId, { lastName: 'ROY', firstName: 'Lou' });
    const document = await addDocument(school, 'Vaccins', {
      classes: [school.classId],
      values: { asks_validity: true },
    });
    const old = await give(school, document, {
      pupils: [school.childId],
      by: father,
      files: ['ancien.pdf'],
      at: later(-30),
    });
    const fresh = await give(school, document, {
      pupils: [school.childId, tom],
      by: father,
      files: ['carnet.pdf'],
      replaces: old,
      values: { valid_until: '2026-12-31' },
    });
    await decide(fresh, 'accepted', { decided_by: 'Karine BRAUD', decided_at: NOW });
    const bad = await give(school, document, { pupils: [lou], by: father, files: ['flou.pdf'] });
    await decide(bad, 'redo', { reason: 'illisible' });
    const page = words(await direction.get(`${GESTION}/${document}/archive`));
    expect(page)
      .to.include('2 fichiers de 2 élèves')
      .and.include('octets')
      .and.include('N’y sont pas ceux qui sont à refaire');
    const { files, lines } = await archive(`${GESTION}/${document}/archive`);
    // One deposit for brother and sister is under each of them.
    expect(files.map((one) => one.name)).to.deep.equal([
      'CE1 Jonquilles/LEROY_Mila/carnet.pdf',
      'CE1 Jonquilles/LEROY_Tom/carnet.pdf',
    ]);
    expect(lines.find((line) => line.Prénom === 'Mila')).to.include({
      Classe: 'CE1 Jonquilles',
      'Date de naissance': '12/03/2018',
      Document: 'Vaccins',
      État: 'Accepté',
      'Déposé par': 'Paul Leroy',
      'Déposé le': '25/11/2026',
      'Valable jusqu’au': '31/12/2026',
      'Décidé par': 'Karine BRAUD',
    });
    expect(lines.find((line) => line.Prénom === 'Lou')).to.include({ Fichier: '', État: 'À refaire : illisible' });
    const journal = await school.db((db) =>
      db('audit_log').where({ act: 'Documents collectés téléchargés' }).pluck('about'),
    );
    expect(journal).to.include('Vaccins : 2 fichiers');
  });

  it('F17-12 the archive of all documents names each document, and holds only those the person was chosen for, of pupils he sees', async () => {
    const gs = await addClass(school, 'GS');
    const zoe = await addPupil(school, gs, { lastName: 'LEROY', firstName: 'Zoé' });
    const mother = await addGuardian(school, 'Claire LEROY', [school.childId, zoe]);
    const by = { id: mother.id, name: 'Claire Leroy' };
    const readers = [school.people.enseignants.personId, school.people.direction.personId];
    const open = await addDocument(school, 'Natation', { readers });
    await give(school, open, { pupils: [school.childId, zoe], by, files: ['brevet.pdf'] });
    const hers = await addDocument(school, 'Réservé à la direction');
    await give(school, hers, { pupils: [school.childId], by, files: ['jugement.pdf'] });
    const { files, lines } = await archive(`${TEACHER}/archive`, teacher);
    expect(files.map((one) => one.name)).to.deep.equal(['CE1 Jonquilles/LEROY_Mila/Natation - brevet.pdf']);
    expect(lines.some((line) => line.Prénom === 'Zoé' || line.Document !== 'Natation')).to.equal(false);
    const all = (await archive(`${GESTION}/archive`)).files.map((one) => one.name);
    expect(all).to.include.members([
      'GS/LEROY_Zoé/Natation - brevet.pdf',
      'CE1 Jonquilles/LEROY_Mila/Réservé à la direction - jugement.pdf',
    ]);
    expect((await teacher.get(`${TEACHER}/${hers}/archive/zip`)).status).to.equal(404);
  });

  it('F17-12 with nothing to download there are words instead of an empty archive', async () => {
    const document = await addDocument(school, 'Vide', { classes: [school.classId] });
    expect(words(await direction.get(`${GESTION}/${document}/archive`))).to.include('Aucun fichier pour l’instant');
    const answer = await direction.get(`${GESTION}/${document}/archive/zip`);
    expect(answer.status).to.equal(303);
    expect(words(await direction.get(answer.location as string))).to.include(
      'Il n’y a encore aucun fichier à télécharger.',
    );
  });

  it('S18-14 the password is asked again before an archive or a table leaves the school', async () => {
    school.house.setNow(later(11));
    for (const path of ['/archive/zip', '/recapitulatif/tableur']) {
      const answer = await direction.get(GESTION + path);
      expect(answer.status).to.equal(303);
      expect(answer.location).to.include('/confirmation/');
    }
  });
});
