import { createHash, randomBytes, randomInt } from 'node:crypto';
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { expect } from 'chai';
import { openSchool, type SpawnedHouse, spawnHouse, type TestSchool } from '../testing.ts';
import { sweepHouse } from './sweep.ts';

/** PREAU_KILLS=50 for more. */
const KILLS = Number(process.env.PREAU_KILLS ?? 2);
const HANDS = 4;
const NOTES = '/gestion/potager/notes';
const ARCHIVE = '/gestion/potager/archive';

describe('files, when the server is killed', function () {
  this.timeout(900_000);
  let school: TestSchool;
  let cookie: string;
  /** What the server said it had: what belongs to which note. */
  const acknowledged = new Map<string, string>();
  /** Files it said it had taken, which no form has brought yet. */
  const waiting = new Map<string, string>();
  let answers = 0;
  let heard: (() => void) | null = null;

  before(async () => {
    school = await openSchool();
    await school.as('direction').get('/compte/');
    cookie = school.as('direction').cookie;
  });
  after(() => school.close());

  const random = (size: number) => Buffer.from(randomBytes(Math.ceil(size * 0.75)).toString('base64'));
  const print = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
  const post = (origin: string, address: string, fields: Record<string, string | File>) => {
    const body = new FormData();
    for (const [name, value] of Object.entries(fields)) body.append(name, value);
    const headers = { Cookie: cookie, 'Sec-Fetch-Site': 'same-origin' };
    return fetch(`${origin}/${school.rne}${address}`, { method: 'POST', redirect: 'manual', body, headers });
  };
  async function keep(origin: string, fields: Record<string, string | File>, sum: string) {
    const answer = await post(origin, NOTES, { class: 'CE1 Jonquilles', body: 'Bonjour', ...fields });
    expect(answer.status, await answer.text()).to.equal(303);
    acknowledged.set(answer.headers.get('location')?.split('/').pop() as string, sum);
    answers += 1;
    heard?.();
  }
  /** With its form, or ahead of it. */
  async function deposit(origin: string, ahead: boolean) {
    const bytes = random(100_000 + randomInt(200_000));
    const sum = print(bytes);
    const file = new File([bytes], 'attestation.txt');
    if (!ahead) return keep(origin, { files: file }, sum);
    const { token } = (await (await post(origin, '/fichiers/arrivee', { file })).json()) as { token: string };
    waiting.set(token, sum);
    await keep(origin, { 'files.kept': token }, sum);
    waiting.delete(token);
  }
  /** Until the server is no longer there; what it answers wrongly is thrown. */
  async function work(origin: string, ahead: boolean) {
    for (;;) {
      try {
        await deposit(origin, ahead);
      } catch (error) {
        if (error instanceof TypeError) return;
        throw error;
      }
    }
  }
  const until = (n: number) =>
    new Promise<void>((resolve) => {
      heard = () => answers >= n && resolve();
      heard();
    });
  const onDisk = () => readdirSync(path.join(school.house.house.config.filesFolder, school.id)).sort();
  const coming = () => readdirSync(path.join(school.house.house.config.filesFolder, 'arrivals'));
  const rows = () => school.db((db) => db('files').select('about', 'key', 'sha256', 'size'));
  const bytesOf = async (key: string) => Buffer.concat(await (await school.house.house.store.read(key)).toArray());

  /** Reads the beginning of an archive, then no more. @returns what the rest of it says once the server is gone. */
  async function halfOf(origin: string) {
    const answer = await fetch(`${origin}/${school.rne}${ARCHIVE}`, { headers: { Cookie: cookie } });
    expect(answer.status).to.equal(200);
    const reader = (answer.body as ReadableStream<Uint8Array>).getReader();
    await reader.read();
    return async () => {
      for (let { done } = await reader.read(); !done; { done } = await reader.read());
    };
  }

  it(`${KILLS} kills while files come in and an archive leaves: all that was acknowledged is there byte for byte, and after the sweep nothing else`, async () => {
    // More than a connection holds by itself.
    for (let n = 0; n < 3; n++) {
      const bytes = random(8_000_000);
      await keep(school.house.origin, { files: new File([bytes], `film-${n}.txt`) }, print(bytes));
    }
    for (let kill = 0; kill < KILLS; kill++) {
      const server: SpawnedHouse = await spawnHouse(school.house);
      const rest = await halfOf(server.origin);
      for (const [token, sum] of [...waiting].slice(0, 1)) {
        await keep(server.origin, { 'files.kept': token }, sum);
        waiting.delete(token);
      }
      const hands = Array.from({ length: HANDS }, (_, at) => work(server.origin, at % 2 === 0));
      await Promise.race([until(answers + 4 + randomInt(6)), Promise.all(hands)]);
      await new Promise((resolve) => setTimeout(resolve, randomInt(30)));
      await server.kill();
      await Promise.all(hands);
      expect(await rest().catch((error: Error) => error), 'a cut archive is no whole one').to.be.instanceOf(Error);
    }
    const { origin } = school.house;
    for (const [token, sum] of waiting) await keep(origin, { 'files.kept': token }, sum);
    expect(acknowledged.size).to.be.greaterThan(4 * KILLS);

    school.house.setNow(new Date(Date.now() + 25 * 3_600_000));
    await school.house.house.modules.plugin('fichiers')?.nightly?.sweep?.({
      school: { id: school.id },
      now: school.house.house.clock(),
      step: (act: (one: object) => unknown) => school.db(async (db) => act({ db })),
    } as never);
    await sweepHouse(school.house.house);
    school.house.setNow(null);

    const kept = await rows();
    for (const { key, sha256, size } of kept) {
      const bytes = await bytesOf(key);
      expect([bytes.length, print(bytes)]).to.deep.equal([size, sha256]);
    }
    const sums = new Map(kept.map(({ about, sha256 }) => [about.replace('potager:', ''), sha256]));
    for (const [note, sum] of acknowledged) expect(sums.get(note), 'acknowledged').to.equal(sum);
    expect(onDisk(), 'no orphan').to.deep.equal([...new Set(kept.map(({ key }) => key.split('/')[1]))].sort());
    expect(coming()).to.deep.equal([]);

    const whole = await school.as('direction').get(ARCHIVE);
    expect(whole.headers.get('content-length')).to.equal(String(whole.bytes.length));
    expect(whole.bytes.readUInt32LE(whole.bytes.length - 22), 'the end of a ZIP').to.equal(0x06054b50);
  });
});
