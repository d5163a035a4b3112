import { spawn } from 'node:child_process';
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { type Manifest, readManifest } from '../../operate/manifest.ts';
import { inSchool } from '../../tenancy/in-school.ts';
import { schoolOf } from './fill.ts';
import { type Row, seconds } from './row.ts';
import { type BenchSchool, makeSchool } from './school.ts';
import { ROOT, type Stage, temporaryFolder } from './stage.ts';

const FILES = 300;
const BYTES = 200_000;
const LINES = 50_000;
/** A restore the director waits for, and what a command may hold beyond what it holds for a school of one person. */
const MOST = { ms: 5 * 60_000, memory: 120_000_000 };

/** Row 10: a school of 300 pupils and 600 guardians with its files and its journal is saved, lost, restored, and leaves. */
export async function measureOperating(stage: Stage): Promise<Row[]> {
  const { school } = await schoolOf(stage, 300, 600);
  await addFiles(stage, school);
  await inSchool(stage.admin, school.id, (db) => db.raw(JOURNAL, [school.id, LINES]));
  const to = temporaryFolder(stage.closing);
  const { rne } = school;
  const empty = await makeSchool(stage);
  const rest = {
    backup: (await command(stage, 'backup', empty.rne, '--to', path.join(to, 'vide'))).memory,
    leave: (await command(stage, 'school:leave', empty.rne, '--to', path.join(to, 'vide.zip'))).memory,
  };
  const saved = await command(stage, 'backup', rne, '--to', to);
  const before = await lastOf(to);
  await rm(path.join(stage.files, school.id), { recursive: true });
  const restored = await command(stage, 'restore', '--from', before.from, rne, '--replace', rne);
  await command(stage, 'backup', rne, '--to', to);
  const same = equal(before.manifest, (await lastOf(to)).manifest);
  const zip = path.join(to, 'ecole.zip');
  const left = await command(stage, 'school:leave', rne, '--to', zip);
  const row = (name: string, told: Told, held: number, more = ''): Row => ({
    name: `300 élèves, ${FILES} fichiers : ${name}`,
    figure: `${seconds(told.ms)}, mémoire ${megabytes(told.memory)} (école vide : ${megabytes(held)})${more}`,
    target: '≤ 5 min, + 120 Mo',
    ok: told.ms <= MOST.ms && told.memory - held <= MOST.memory,
  });
  const back = row('restauration', restored, rest.backup, same ? ', tout égal' : ', différent');
  return [
    row('sauvegarde', saved, rest.backup),
    { ...back, ok: back.ok && same },
    row('archive de départ', left, rest.leave, `, ${megabytes(statSync(zip).size)}`),
  ];
}

const megabytes = (bytes: number) => `${Math.round(bytes / 1_000_000)} Mo`;

const JOURNAL = `insert into audit_log (school_id, at, who, act, about)
  select ?, now() - n * interval '1 minute', 'Karine BRAUD', 'Réglage changé', 'ligne ' || n from generate_series(1, ?) n`;

async function addFiles({ app, files }: Stage, { id }: BenchSchool): Promise<void> {
  await mkdir(path.join(files, id), { recursive: true });
  const about = `infos:${randomUUID()}`;
  const rows: object[] = [];
  for (let n = 0; n < FILES; n++) {
    const bytes = Buffer.concat([Buffer.from('%PDF-1.7 '), randomBytes(BYTES)]);
    const key = `${id}/${randomUUID()}`;
    await writeFile(path.join(files, key), bytes);
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    const kept = { name: `document-${n}.pdf`, type: 'application/pdf', size: bytes.length, sha256 };
    rows.push({ about, key, position: n, at: new Date(), ...kept });
  }
  await inSchool(app, id, (db) => db('files').insert(rows));
}

interface Told {
  ms: number;
  /** The most the process ever held. */
  memory: number;
}

/** A command as the operator types it, in a process of its own. @throws when it fails. */
async function command({ environment }: Stage, ...words: string[]): Promise<Told> {
  const began = performance.now();
  const child = spawn(process.execPath, ['--no-warnings', 'core/scripts/cli.ts', ...words], {
    cwd: ROOT,
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  let memory = 0;
  const look = setInterval(() => {
    memory = Math.max(memory, peakOf(child.pid as number));
  }, 20);
  const [code] = await once(child, 'exit');
  clearInterval(look);
  if (code !== 0) throw new Error(`${words[0]} s’est arrêté (${code}).`);
  return { ms: performance.now() - began, memory };
}

function peakOf(pid: number): number {
  try {
    return Number(/^VmHWM:\s*(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) * 1024;
  } catch {
    // It has just gone.
    return 0;
  }
}

async function lastOf(folder: string): Promise<{ from: string; manifest: Manifest }> {
  const name = readdirSync(folder)
    .filter((one) => one.startsWith('preau-'))
    .sort()
    .at(-1) as string;
  const from = path.join(folder, name);
  return { from, manifest: await readManifest(from) };
}

/** Every count and hash, but for the line of the journal that says it was restored. */
function equal(before: Manifest, after: Manifest): boolean {
  const told = ({ schools }: Manifest) =>
    JSON.stringify(schools.map(({ tables: { audit_log: _, ...tables }, files, lost }) => ({ tables, files, lost })));
  const lines = ({ schools }: Manifest) => schools[0]?.tables.audit_log?.rows ?? 0;
  return told(before) === told(after) && lines(after) === lines(before) + 1;
}
