import { createHash, randomBytes } from 'node:crypto';
import { createReadStream, readFileSync } from 'node:fs';
import { type IncomingMessage, request } from 'node:http';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import sharp from 'sharp';
import { searchKey } from '../../people/names.ts';
import { inSchool } from '../../tenancy/in-school.ts';
import { keepAlive, submit } from './load.ts';
import { kilobytes, type Row, seconds } from './row.ts';
import { type BenchSchool, makeSchool, signIn } from './school.ts';
import type { Stage } from './stage.ts';

const DEPOSITS = 300;
const HANDS = 20;
const SIZE = 4_000_000;
const MB = 1_000_000;

/** Row 9: files by the form of the test house's module: what comes in is all there, and what leaves is never held whole. */
export async function measureFiles(stage: Stage): Promise<Row[]> {
  const school = await makeSchool(stage, true);
  const cookies = await hands(stage, school);
  const photo = await noisyPhoto();
  // What the first ones load stays: it is no growth.
  await deposit(stage, school, cookies, photo, HANDS);
  const began = performance.now();
  const coming = await watched(stage, () => deposit(stage, school, cookies, photo, DEPOSITS));
  const took = performance.now() - began;
  const lost = await lostOf(stage, school, DEPOSITS + HANDS);
  const leaving = await watched(stage, () => archive(stage, school));
  return [
    {
      name: `${DEPOSITS} dépôts de 4 Mo, ${HANDS} connexions`,
      figure: `perdus : ${lost}, mémoire + ${kilobytes(coming.grown)}, en ${seconds(took)}`,
      target: '0 perdu, ≤ 150 Mo',
      ok: lost === 0 && coming.grown <= 150 * MB,
    },
    {
      name: `— le ZIP de ces ${DEPOSITS + HANDS} fichiers`,
      figure: `${kilobytes(leaving.result)}, mémoire + ${kilobytes(leaving.grown)}`,
      target: '≤ 100 Mo',
      ok: leaving.result > DEPOSITS * MB && leaving.grown <= 100 * MB,
    },
  ];
}

/** Several accounts: one alone may not send so many. */
const hands = ({ app }: Stage, { id }: BenchSchool): Promise<string[]> =>
  inSchool(app, id, async (db) => {
    const cookies: string[] = [];
    for (let n = 0; n < HANDS; n++) {
      const name = { last_name: `MAIN ${n}`, first_name: 'Anne', search: searchKey(`MAIN ${n}`, 'Anne') };
      const [{ id: person_id }] = await db('people')
        .insert({ kind: 'staff', genre: 'direction', ...name })
        .returning('id');
      const account = { person_id, login: `AMAIN${n}`, mode: 'administration', state: 'active' };
      const [one] = await db('accounts').insert(account).returning('id');
      cookies.push(await signIn(db, one.id, 'administration'));
    }
    return cookies;
  });

/** One in ten is a photo, which is drawn again; the others are kept as they are. */
async function deposit({ origin }: Stage, { rne }: BenchSchool, cookies: string[], photo: Buffer, count: number) {
  const agent = keepAlive(HANDS);
  let left = count;
  await Promise.all(
    cookies.map(async (cookie) => {
      for (let n = left--; n > 0; n = left--) {
        const form = new FormData();
        for (const [name, value] of [
          ['class', 'CE1'],
          ['body', 'Bonjour'],
        ] as const)
          form.append(name, value);
        form.append('files', n % 10 ? scan(n) : new File([photo as BlobPart], `photo-${n}.jpg`));
        await submit({ origin, path: `/${rne}/gestion/potager/notes`, cookie }, agent, form);
      }
    }),
  );
  agent.destroy();
}

/** A text of 4 MB, which no other is like. */
const scan = (n: number) => new File([randomBytes(SIZE * 0.75).toString('base64')], `document-${n}.txt`);

/** Grain does not shrink: about 4 MB, as a telephone makes them. */
const noisyPhoto = () =>
  sharp({
    create: {
      width: 2800,
      height: 2100,
      channels: 3,
      background: '#888',
      noise: { type: 'gaussian', mean: 128, sigma: 30 },
    },
  })
    .jpeg({ quality: 88 })
    .toBuffer();

/** Rows that are not there, and rows whose bytes are not those that came. */
async function lostOf({ app, files }: Stage, { id }: BenchSchool, sent: number): Promise<number> {
  const rows: { key: string; sha256: string }[] = await inSchool(app, id, (db) => db('files').select('key', 'sha256'));
  let right = 0;
  for (const { key, sha256 } of rows) {
    const hash = createHash('sha256');
    await pipeline(createReadStream(path.join(files, key)), hash).catch(() => {});
    if (hash.digest('hex') === sha256) right += 1;
  }
  return sent - right;
}

/** Read as a slow disk would, and never held. @returns its bytes. @throws when it is not whole. */
async function archive({ origin }: Stage, { rne, cookie }: BenchSchool): Promise<number> {
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    request(`${origin}/${rne}/gestion/potager/archive`, { headers: { Cookie: cookie } }, resolve)
      .on('error', reject)
      .end();
  });
  let bytes = 0;
  for await (const chunk of answer) bytes += (chunk as Buffer).length;
  if (answer.statusCode !== 200 || Number(answer.headers['content-length'] ?? bytes) !== bytes)
    throw new Error(`L’archive répond ${answer.statusCode}, ${bytes} octets.`);
  return bytes;
}

/** The most memory the server holds while this runs, beyond what it held before. */
async function watched<T>({ pid }: Stage, work: () => Promise<T>): Promise<{ result: T; grown: number }> {
  const rest = residentOf(pid);
  let most = rest;
  const look = setInterval(() => {
    most = Math.max(most, residentOf(pid));
  }, 20);
  try {
    return { result: await work(), grown: most - rest };
  } finally {
    clearInterval(look);
  }
}

const residentOf = (pid: number): number =>
  Number(/^VmRSS:\s*(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) * 1024;
