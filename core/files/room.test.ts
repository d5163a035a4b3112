import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import {
  type Answer,
  type Client,
  openSchool,
  openTestHouse,
  type SpawnedHouse,
  spawnHouse,
  type TestHouse,
  type TestSchool,
} from '../testing.ts';

const NOTE = { class: 'CE1 Jonquilles', body: 'Un long texte' };
const NOTES = '/gestion/potager/notes';
const ARRIVAL = '/fichiers/arrivee';
const text = (name: string, size = 14) => new File([new Uint8Array(size).fill(65)], name);
const told = (answer: Answer) => JSON.parse(answer.text) as { token?: string; refused?: string; name?: string };

describe('a file that is sent ahead of its form', function () {
  this.timeout(60_000);
  let school: TestSchool;
  let direction: Client;
  before(async () => {
    school = await openSchool();
    direction = school.as('direction');
  });
  after(() => school.close());
  const rows = () => school.db((db) => db('files').pluck('name'));

  it('F17-09 is taken at once, joined to nothing, and the form brings it by its token', async () => {
    const answer = await direction.post(ARRIVAL, { file: text('attestation.txt') });
    expect(answer.status).to.equal(200);
    const { token, ...rest } = told(answer);
    expect(rest).to.deep.include({ name: 'attestation.txt', words: 'Texte, 14 octets' }).and.have.property('remark');
    expect(await rows()).to.deep.equal([]);
    const form = await direction.post(NOTES, { ...NOTE, 'files.kept': token as string });
    expect(form.status).to.equal(303);
    expect(await rows()).to.deep.equal(['attestation.txt']);
  });

  it('is refused in words for what it is, and changes nothing', async () => {
    const wrong = await direction.post(ARRIVAL, { file: new File(['MZ\0\0'], 'jeu.exe') });
    expect(wrong.status).to.equal(422);
    expect(told(wrong).refused).to.include('« jeu.exe » n’est pas d’un type accepté');
    const none = await direction.post(ARRIVAL);
    expect([none.status, told(none).refused]).to.deep.equal([422, 'Choisissez un fichier.']);
    const forged = await direction.post(ARRIVAL, { 'file.kept': 'x.y', 'file.failed': 'on' });
    expect(forged.status).to.equal(422);
  });

  it('S18-01 S18-03 is taken from a signed-in person and our own pages only; a session that ended is told, not led away', async () => {
    const file = text('a.txt');
    const visitor = await school.as('visiteur').post(ARRIVAL, { file });
    expect([visitor.status, visitor.location?.split('?')[0]]).to.deep.equal([303, `/${school.rne}/connexion/`]);
    expect((await school.as('visiteur').post(ARRIVAL, { file }, { 'HX-Request': 'true' })).status).to.equal(401);
    expect((await direction.post(ARRIVAL, { file }, { 'Sec-Fetch-Site': 'cross-site' })).status).to.equal(403);
    expect((await direction.get(ARRIVAL)).status).to.equal(404);
    expect((await school.as('parents').post(ARRIVAL, { file })).status).to.equal(200);
  });

  it('S18-06 comes too often from one account: it is said, with the minutes to wait, and others go on', async () => {
    const { accountId } = school.people.eleves;
    const { limits } = school.house.house;
    for (let n = 0; n < 300; n++) await limits.take('files', accountId);
    const pupil = school.as('eleves');
    const answer = await pupil.post(ARRIVAL, { file: text('a.txt') });
    expect(answer.status).to.equal(422);
    expect(told(answer).refused).to.match(/beaucoup de fichiers en peu de temps\. Recommencez dans \d+ minutes/);
    expect((await direction.post(ARRIVAL, { file: text('a.txt') })).status).to.equal(200);
  });
});

describe('the room a school has for its files', function () {
  this.timeout(60_000);
  let house: TestHouse;
  let school: TestSchool;
  let direction: Client;
  before(async () => {
    house = await openTestHouse({ env: { FILES_PER_SCHOOL: '0.000001' } });
    school = await openSchool({ house });
    direction = school.as('direction');
  });
  after(async () => {
    await school.close();
    await house.close();
  });
  const deposit = (size: number) => direction.post(NOTES, { ...NOTE, files: text('programme.txt', size) });
  const screen = async () => (await direction.get('/gestion/fichiers/place')).text.replaceAll(/\s/g, ' ');
  const home = async () => (await direction.get('/gestion/accueil/')).text;

  it('is told in words, by module, and warns Administration from 80 % on', async () => {
    expect(await screen())
      .to.include('0 octet sur 1 Ko')
      .and.include('Aucun fichier pour l’instant');
    expect((await deposit(300)).status).to.equal(303);
    const first = await screen();
    expect(first).to.include('300 octets sur 1 Ko, soit 30 %').and.include('Potager').and.include('1 fichier');
    expect(first, 'no private name').not.to.include('programme.txt');
    expect(first).not.to.include('note warn');
    expect(await home()).not.to.include('place des fichiers');
    expect((await deposit(500)).status).to.equal(303);
    expect(await screen()).to.include('80 % de la place est prise');
    expect(await home()).to.include('80 % de la place des fichiers est prise');
    expect((await school.as('quotidienne').get('/gestion/fichiers/place')).status).to.equal(403);
    const daily = await school.as('quotidienne').get('/gestion/accueil/');
    expect(daily.status).to.equal(200);
    expect(daily.text).not.to.include('place des fichiers');
  });

  it('counts one school only', async () => {
    const other = await openSchool({ house });
    const screen = await other.as('direction').get('/gestion/fichiers/place');
    expect(screen.text).to.include('Aucun fichier pour l’instant');
    await other.close();
  });

  it('when used up, refuses in French before a byte is kept, and what was typed stays', async () => {
    expect((await deposit(200)).status).to.equal(303);
    const onDisk = () => readdirSync(path.join(house.house.config.filesFolder, school.id)).length;
    const before = onDisk();
    const early = await direction.post(ARRIVAL, { file: text('de-trop.txt') });
    expect(early.status).to.equal(422);
    expect(told(early).refused).to.match(/^La place de l’école est remplie : 1\sKo de fichiers\./);
    const form = await deposit(14);
    expect(form.status).to.equal(422);
    expect(form.text).to.include('La place de l’école est remplie').and.include('Un long texte');
    expect(onDisk()).to.equal(before);
  });
});

describe('a disk that is full', function () {
  this.timeout(60_000);
  let school: TestSchool;
  let server: SpawnedHouse;
  let folder: string;
  before(async () => {
    school = await openSchool();
    folder = mkdtempSync(path.join(tmpdir(), 'preau-plein-'));
    server = await spawnHouse(school.house, { files: folder, inside: smallDisk(folder) });
  });
  after(async () => {
    await server.kill();
    await school.close();
    rmSync(folder, { recursive: true, force: true });
  });

  async function send(address: string, fields: Record<string, string | File>) {
    const direction = school.as('direction');
    await direction.get('/compte/');
    const body = new FormData();
    for (const [name, value] of Object.entries(fields)) body.append(name, value);
    const answer = await fetch(`${server.origin}/${school.rne}${address}`, {
      method: 'POST',
      body,
      redirect: 'manual',
      headers: { Cookie: direction.cookie, 'Sec-Fetch-Site': 'same-origin' },
    });
    return { status: answer.status, text: await answer.text() };
  }

  it('is told in French, the text stays, the part that was written goes, and the server goes on', async () => {
    for (let n = 0; n < 3; n++) {
      const ahead = await send(ARRIVAL, { file: text('photo.txt', 4_000_000) });
      expect(ahead.status).to.equal(507);
      expect(JSON.parse(ahead.text).refused).to.include('« photo.txt » n’a pas pu être gardé : la place manque');
      const form = await send(NOTES, { ...NOTE, files: text('photo.txt', 4_000_000) });
      expect(form.status).to.equal(422);
      expect(form.text).to.include('la place manque sur le serveur').and.include('Un long texte');
    }
    expect(await school.db((db) => db('files').pluck('name'))).to.deep.equal([]);
    // Three halves would not have left room for this one.
    expect((await send(NOTES, { ...NOTE, files: text('petit.txt', 1_500_000) })).status).to.equal(303);
    expect(await school.db((db) => db('files').pluck('name'))).to.deep.equal(['petit.txt']);
  });
});

/** A disk of 2 MB at this folder; where the system lets nobody make one, no file may grow beyond 2 MB. */
function smallDisk(folder: string): string[] {
  const mount = (then: string) => ['-rm', 'sh', '-c', `mount -t tmpfs -o size=2m preau "$0" && ${then}`, folder];
  try {
    execFileSync('unshare', mount('true'), { stdio: 'ignore' });
    return ['unshare', ...mount('exec "$@"')];
  } catch {
    return ['sh', '-c', 'ulimit -f 4096 && exec "$@"', folder];
  }
}
