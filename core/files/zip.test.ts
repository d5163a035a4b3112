import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Readable } from 'node:stream';
import { buffer, text } from 'node:stream/consumers';
import { expect } from 'chai';
import { type Entry, fromBufferPromise } from 'yauzl';
import type { ZipEntry } from '../plugin/contract.ts';
import { openSchool, type TestSchool } from '../testing.ts';
import { archiveOf } from '../web/zip.ts';
import { archivePaths } from './archive-paths.ts';

interface Deposit {
  eleve: string;
  ne: string;
  classe: string;
  file: string;
}
const SAMPLE = path.join(import.meta.dirname, 'samples/B41-archive.json');
const lost = (error: Error) => {
  throw error;
};

/** Opened by another's reader, which refuses what is not written as it should be. */
async function unzipped(bytes: Buffer): Promise<Map<string, { entry: Entry; body: string }>> {
  const archive = await fromBufferPromise(bytes, { strictFileNames: true });
  const found = new Map<string, { entry: Entry; body: string }>();
  for await (const entry of archive.eachEntry())
    found.set(entry.fileName, { entry, body: await text(await archive.openReadStreamPromise(entry)) });
  return found;
}

describe('an archive', function () {
  this.timeout(60_000);

  it('B41 F17-19 keeps six deposits apart, homonyms by their birth date, with names that every system writes', async () => {
    const { deposits } = JSON.parse(readFileSync(SAMPLE, 'utf8')) as { deposits: Deposit[] };
    const entries = deposits.map(({ eleve, ne, classe, file }, at) => ({
      path: [classe, deposits.some((one) => one.eleve === eleve && one.ne !== ne) ? `${eleve} (${ne})` : eleve, file],
      body: async () => Readable.from([Buffer.from(`dépôt ${at}`)]),
      size: Buffer.byteLength(`dépôt ${at}`),
    }));
    const { stream, size } = archiveOf([{ path: ['contenu.csv'], body: 'Élève;Fichier' }, ...entries], lost);
    const bytes = await buffer(stream);
    expect(bytes.length).to.equal(size);
    const found = await unzipped(bytes);
    expect([...found.keys()]).to.deep.equal([
      'contenu.csv',
      'CM1/MARTIN Lucas (2013-03-19)/attestation.pdf',
      'CM1/MARTIN Lucas (2014-01-02)/attestation.pdf',
      'CM1/MARTIN Lucas (2013-03-19)/ATTESTATION (2).PDF',
      'CP-CE1 - A/D’ALMEIDA Inès/AC-DC - recto-.jpg',
      'CM1/ŒUVRARD Zoé/évasion.pdf',
      'CM1/NGÔ Đức/Numérisé.pdf',
    ]);
    expect([...found.values()].slice(1).map(({ body }) => body)).to.deep.equal(deposits.map((_, at) => `dépôt ${at}`));
    for (const { entry } of found.values()) {
      expect(entry.generalPurposeBitFlag & 0x800, 'UTF-8').to.equal(0x800);
      expect(entry.fileName).not.to.match(/\.\.|[\\:?]|^\//);
    }
  });

  it('B41 gives no two entries one name, whatever capitals, accents, forbidden signs and length', () => {
    const long = 'é'.repeat(300);
    const awkward = [
      '',
      '..',
      '.',
      '/',
      'CON',
      'aux.txt',
      'nul. ',
      'a\u0000b',
      'x\r\ny',
      ' fin. ',
      'a<b>|"*',
      '\ud800',
    ];
    const given = [
      ...awkward.map((name) => [name, name]),
      ...[`${long}.pdf`, `${long}.PDF`, `${long}x.pdf`].map((name) => ['A', name]),
      ...['Numérisé.pdf', 'Numérisé.pdf'.normalize('NFD'), 'NUMÉRISÉ.PDF'].map((name) => ['a', name]),
      // Two folders of the caller that clean to one name stay two; one folder stays one.
      ...['CP/A', 'CP:A', 'CP/A', 'cp-a'].map((folder) => [folder, 'liste.pdf']),
      ['liste.pdf'],
      ['liste.pdf', 'dedans.pdf'],
    ];
    const paths = archivePaths(given);
    expect(new Set(paths.map((one) => one.normalize('NFKC').toLowerCase())).size).to.equal(given.length);
    for (const part of paths.flatMap((one) => one.split('/'))) {
      expect(part).not.to.match(/^[. ]|[. ]$|[\\/:*?"<>|\p{Cc}]|^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/iu);
      expect(part).not.to.equal('');
      expect(Buffer.byteLength(part)).to.be.at.most(240);
    }
    expect(paths.slice(-6)).to.deep.equal([
      'CP-A/liste.pdf',
      'CP-A (2)/liste.pdf',
      'CP-A/liste (2).pdf',
      'cp-a (3)/liste.pdf',
      'liste.pdf',
      'liste (2).pdf/dedans.pdf',
    ]);
  });

  it('opens one file after the other, and closes the one that is open when the download is given up', async () => {
    const open: Readable[] = [];
    const big: ZipEntry[] = Array.from({ length: 3 }, (_, at) => ({
      path: [`${at}.bin`],
      async body() {
        const one = Readable.from(Array.from({ length: 100 }, () => Buffer.alloc(65_536)));
        open.push(one);
        return one;
      },
    }));
    const { stream, size } = archiveOf(big, lost);
    expect(size, 'unknown').to.equal(undefined);
    await once(stream, 'readable');
    stream.read();
    expect(open).to.have.length(1);
    stream.destroy();
    await once(open[0] as Readable, 'close');
    expect(open).to.have.length(1);
  });

  describe('of a school', () => {
    let school: TestSchool;
    before(async () => {
      school = await openSchool();
    });
    after(() => school.close());
    const ask = (init: RequestInit = {}) =>
      fetch(school.url('/gestion/potager/archive'), { ...init, headers: { Cookie: school.as('direction').cookie } });
    const rows = () => school.db((db) => db('files').orderBy(['at', 'position']));

    it('F17-19 comes with its size, so that the browser shows how far it is, and with what the store holds', async () => {
      for (const body of ['un', 'deux'])
        await school.as('direction').post('/gestion/potager/notes', {
          class: 'CE1',
          body: 'x',
          files: new File([body.repeat(50_000)], 'note.txt'),
        });
      const answer = await ask();
      const bytes = Buffer.from(await answer.arrayBuffer());
      const header = (name: string) => answer.headers.get(name);
      expect([answer.status, header('content-type'), header('cache-control'), header('content-length')]).to.deep.equal([
        200,
        'application/zip',
        'private, no-store',
        String(bytes.length),
      ]);
      expect(header('content-disposition')).to.match(/^attachment/);
      const found = [...(await unzipped(bytes))].map(([name, { body }]) => [name, body.slice(0, 4)]);
      expect(found).to.have.deep.members([
        ['Notes/note.txt', 'unun'],
        ['Notes/note (2).txt', 'deux'],
      ]);
      const head = await ask({ method: 'HEAD' });
      expect([head.status, head.headers.get('content-length')]).to.deep.equal([200, String(bytes.length)]);
    });

    it('breaks off where a file is lost: half an archive never looks like a whole one', async () => {
      await school.house.house.store.drop((await rows())[1].key);
      const failed = await ask()
        .then((answer) => answer.arrayBuffer())
        .then(
          () => false,
          () => true,
        );
      expect(failed).to.equal(true);
      expect((await school.as('direction').get('/gestion/potager/')).status).to.equal(200);
    });
  });
});
