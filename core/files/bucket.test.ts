import { createHash, randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { expect } from 'chai';
import { readConfig } from '../../config/config.ts';
import { connect } from '../database/connect.ts';
import { backup } from '../operate/backup.ts';
import { archiveEntries, standingStill } from '../operate/leave.ts';
import { restore } from '../operate/restore.ts';
import { type S3Peer, startS3Peer } from '../testing/s3-peer.ts';
import { type Client, openSchool, openTestHouse, type TestHouse, type TestSchool } from '../testing.ts';
import { openStore } from './open-store.ts';
import { StoreDown } from './store.ts';
import { sweepHouse } from './sweep.ts';

const HOUR = 3_600_000;
const NOTE = { class: 'CE1 Jonquilles', body: 'Un long texte' };
const NOTES = '/gestion/potager/notes';
const MANY = 4;
/** The French message beside the files of a form that came back. */
const saidOf = (page: string) => /id="form-files-e">.*?<span>(.*?)<\/span>/s.exec(page)?.[1] ?? '';

describe('files in an S3 bucket', () => {
  let peer: S3Peer;
  let house: TestHouse;
  let school: TestSchool;
  let direction: Client;
  before(async () => {
    peer = await startS3Peer(3);
    house = await openTestHouse({ env: peer.env('preau/prod') });
    school = await openSchool({ house });
    direction = school.as('direction');
  });
  afterEach(() => {
    peer.before = () => true;
  });
  after(async () => {
    await school.close();
    await house.close();
    await peer.close();
  });

  const names = (under = 'preau/prod') => [...peer.objects.keys()].filter((name) => name.startsWith(under)).sort();
  const rows = () => school.db((db) => db('files').orderBy(['at', 'position']));
  const keysOfRows = async () => (await rows()).map(({ key }) => `preau/prod/${key}`).sort();
  const arrivals = () => {
    const folder = path.join(house.house.config.filesFolder, 'arrivals');
    return existsSync(folder) ? readdirSync(folder) : [];
  };
  const deposit = (bytes: Uint8Array, name = 'attestation.txt') =>
    direction.post(NOTES, { ...NOTE, files: new File([bytes as BlobPart], name) });
  async function kept(size = 50_000) {
    const bytes = Buffer.from(randomBytes(size).toString('hex'));
    const answer = await deposit(bytes);
    expect(answer.status, saidOf(answer.text)).to.equal(303);
    return { bytes, path: `/fichiers/${(await rows()).at(-1).id}` };
  }
  const cut: S3Peer['before'] = (request) => {
    request.socket.destroy();
    return false;
  };
  const refused = (work: Promise<unknown>): Promise<Error> =>
    work.then(
      () => new Error('not refused'),
      (error: Error) => error,
    );

  it('keeps what comes byte for byte, private, and opens it by right', async () => {
    const { bytes, path: address } = await kept();
    const [row] = await rows();
    expect(names()).to.deep.equal([`preau/prod/${row.key}`]);
    expect(peer.objects.get(`preau/prod/${row.key}`)?.bytes.equals(bytes)).to.equal(true);
    expect(arrivals(), 'nothing stays behind').to.deep.equal([]);
    const answer = await direction.get(address, { Range: 'bytes=0-3' });
    expect([answer.status, answer.bytes.equals(bytes)]).to.deep.equal([200, true]);
    expect(answer.headers.get('content-disposition')).to.include('attestation.txt');
    expect((await school.as('visiteur').get(address)).status).to.equal(303);
  });

  it('takes away in the night what no row knows, page after page of names, and nothing of a neighbour', async () => {
    const old = { bytes: Buffer.from('x'), at: new Date(Date.now() - 25 * HOUR) };
    const young = { ...old, at: new Date(Date.now() - 23 * HOUR) };
    const gone = '5f0c6f2a-7d53-4a0f-9b8c-0d5f3a1b2c3d';
    for (let n = 0; n < MANY; n++) {
      await kept(20);
      peer.objects.set(`preau/prod/${school.id}/old-${n}`, old);
      peer.objects.set(`preau/prod/${gone}/old-${n}`, old);
    }
    const left = [
      `preau/prod/${school.id}/young`,
      `preau/prod/${gone}/young`,
      'preau/prod/a/old',
      'preau/prod/z/old',
      'autre/old',
    ];
    for (const name of left) peer.objects.set(name, name.endsWith('young') ? young : old);
    for (const row of await rows()) (peer.objects.get(`preau/prod/${row.key}`) as { at: Date }).at = old.at;
    const half = await house.house.store.arrival('half');
    writeFileSync(half, 'x');
    utimesSync(half, old.at, old.at);
    await school.db((db) => house.house.jobs.later(db, { id: school.id } as never, 'house', 'nightly', null));
    await school.runJobs();
    await sweepHouse(house.house);
    expect(names('')).to.deep.equal([...left, ...(await keysOfRows())].sort());
    expect(arrivals()).to.deep.equal([]);
    for (const name of left) peer.objects.delete(name);
  });

  it('out of reach: a deposit is refused in French with what was typed, a download waits; nothing is lost, and it goes on after', async () => {
    const { bytes, path: address } = await kept();
    const before = await rows();
    const broken: S3Peer['before'] = (request, answer) => {
      request.resume();
      answer.writeHead(500).end('<Error><Code>InternalError</Code></Error>');
      return false;
    };
    for (const fault of [cut, broken]) {
      peer.before = fault;
      const answer = await deposit(bytes);
      expect(answer.status).to.equal(422);
      expect(saidOf(answer.text)).to.include('« attestation.txt » n’a pas pu être gardé');
      expect(answer.text).to.include('Un long texte');
      const page = await direction.get(address);
      expect([page.status, page.text.includes('ne répondent pas en ce moment')]).to.deep.equal([503, true]);
      expect(arrivals()).to.deep.equal([]);
    }
    peer.before = () => true;
    expect(await rows()).to.deep.equal(before);
    expect((await direction.get(address)).bytes.equals(bytes)).to.equal(true);
    const lost = before.at(-1).key;
    peer.objects.delete(`preau/prod/${lost}`);
    const page = await direction.get(address);
    expect([page.status, page.text.includes('n’est plus sur le serveur')]).to.deep.equal([404, true]);
    await school.db((db) => db('files').where({ key: lost }).delete());
  });

  it('a connection that was kept too long costs no deposit; a download that breaks off is no whole file', async () => {
    let puts = 0;
    peer.before = (request, answer) => request.method !== 'PUT' || puts++ > 0 || cut(request, answer);
    const { bytes, path: address } = await kept();
    expect(puts).to.equal(2);
    peer.before = (request, answer) => {
      request.resume();
      answer.writeHead(200, { 'Content-Length': bytes.length });
      answer.write(bytes.subarray(0, 1000), () => answer.destroy());
      return false;
    };
    const half = await fetch(school.url(address), { headers: { Cookie: direction.cookie } });
    expect(await refused(half.arrayBuffer())).to.be.instanceOf(TypeError);
  });

  it('the archive of a school may be larger than a store takes at once: it goes up in parts, all or none', async () => {
    const { store } = house.house;
    const arrival = await store.arrival('archive');
    const file = await open(arrival, 'w');
    await file.truncate(26_000_000);
    await file.write(Buffer.from('la fin'), 0, 6, 25_999_994);
    await file.close();
    const key = `${school.id}/archive`;
    peer.before = (request, answer) => !request.url?.includes('partNumber=1') || cut(request, answer);
    expect(await refused(store.settle(arrival, key))).to.be.instanceOf(StoreDown);
    expect([peer.objects.has(`preau/prod/${key}`), peer.uploads.size]).to.deep.equal([false, 0]);
    peer.before = () => true;
    await store.settle(arrival, key);
    const there = peer.objects.get(`preau/prod/${key}`)?.bytes as Buffer;
    expect([there.length, there.subarray(-6).toString()]).to.deep.equal([26_000_000, 'la fin']);
    rmSync(arrival);
    await store.drop(key);
    expect(names()).to.deep.equal(await keysOfRows());
  });

  it('P13 is saved and comes back in another bucket; while it is out of reach a backup fails instead of missing files', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'preau-seau-'));
    const owner = connect(house.urls.owner, { max: 2 });
    const { secrets } = house.house;
    const there = await openStore(readConfig({ ...peer.env('ailleurs') }));
    const files = await rows();
    try {
      peer.before = cut;
      const down = await refused(backup({ owner, store: house.house.store, secrets }, { to: folder, now: new Date() }));
      expect(down).to.be.instanceOf(StoreDown).and.have.property('why').that.includes('(ECONNRESET)');
      expect(readdirSync(folder)).to.deep.equal([]);
      peer.before = () => true;
      const lost = files.pop();
      peer.objects.delete(`preau/prod/${lost.key}`);
      const made = await backup({ owner, store: house.house.store, secrets }, { to: folder, now: new Date() });
      expect(made.manifest.schools[0]?.lost).to.deep.equal([path.basename(lost.key)]);
      await restore(
        { owner, store: { ...there, arrival: house.house.store.arrival }, secrets },
        { from: made.folder, replace: [school.rne], now: new Date() },
      );
      expect(names('ailleurs')).to.deep.equal(files.map(({ key }) => `ailleurs/${key}`).sort());
      for (const { key, sha256 } of files) {
        const { bytes } = peer.objects.get(`ailleurs/${key}`) as { bytes: Buffer };
        expect(createHash('sha256').update(bytes).digest('hex')).to.equal(sha256);
      }
      const leaving = {
        school: { id: school.id, rne: school.rne, name: '' },
        store: house.house.store,
        now: new Date(),
      };
      const index = await standingStill(house.house.app, school.id, async (db) => {
        const entries = await archiveEntries(db, { ...leaving, installed: [], migrations: [], reached: () => {} });
        const files = entries.filter(({ path: [first] }) => first === 'fichiers');
        return Promise.all(files.map(async ({ body }) => text(await (body as () => Promise<never>)())));
      });
      expect(index.map((one) => createHash('sha256').update(one).digest('hex')).sort()).to.deep.equal(
        files.map(({ sha256 }) => sha256).sort(),
      );
    } finally {
      await owner.destroy();
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it('says what is wrong to whoever runs the house: keys, bucket, address', async () => {
    for (const [changed, why] of [
      [{ AWS_SECRET_ACCESS_KEY: 'x' }, 'SignatureDoesNotMatch'],
      [{ AWS_ACCESS_KEY_ID: 'x' }, 'InvalidAccessKeyId'],
      [{ FILES_URL: peer.env().FILES_URL.replace('seau-ecoles', 'seau-absent') }, 'NoSuchBucket'],
      [{ FILES_URL: peer.env().FILES_URL.replace(/:\d+$/, ':9') }, 'ECONNREFUSED'],
    ] as [Record<string, string>, string][]) {
      const store = await openStore(readConfig({ ...peer.env(), ...changed }));
      expect(await refused(store.folders()))
        .to.have.property('why')
        .that.includes(`(${why})`);
    }
  });
});
