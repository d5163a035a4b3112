import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { link, mkdir, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { Knex } from 'knex';
import { written } from '../files/meter.ts';
import { NoSuchFile, type Store } from '../files/store.ts';
import type { Secrets } from '../secret.ts';
import { enterSchool } from '../tenancy/in-school.ts';
import { type Table, tablesOf } from './catalogue.ts';
import { csvLine } from './csv.ts';
import { filesOf, type Manifest, PLACES, type SavedSchool } from './manifest.ts';
import { housePart, isOfSchool, type Part, schoolPart } from './part.ts';
import { linesOf, sameWords, type Tally } from './rows.ts';
import { migrationsDone } from './version.ts';

export interface HouseToSave {
  /** The tables' owner, whom the wall binds too: each school is read inside it. */
  owner: Knex;
  store: Store;
  secrets: Secrets;
}

/** Tells one PREAU_SECRET from another without telling it. */
export const secretMark = (secrets: Secrets): string => secrets.hmac('backup', 'preau').toString('hex').slice(0, 32);

/**
 * Saves one school, or the whole house without `rne`: tables as they stood at one moment, then files.
 * @returns the folder, which has its name only once all of it is there.
 */
export async function backup(
  house: HouseToSave,
  { to, rne, now }: { to: string; rne?: string; now: Date },
): Promise<{ folder: string; manifest: Manifest }> {
  await mkdir(to, { recursive: true, mode: 0o700 });
  const name = `preau-${now.toISOString().slice(0, 19).replaceAll(':', '-')}${rne ? `-${rne.replace('/', '-')}` : ''}`;
  const before = (await backupsIn(to)).at(-1);
  const work = await mkdtemp(path.join(to, '.en-cours-'));
  try {
    const manifest = await saveTables(house, work, rne, now);
    for (const school of manifest.schools)
      await saveFiles(house.store, school, path.join(work, school.rne), before && path.join(to, before, school.rne));
    await writeFile(path.join(work, PLACES.manifest), JSON.stringify(manifest, null, 1), { mode: 0o600 });
    const folder = path.join(to, name);
    await rename(work, folder);
    return { folder, manifest };
  } catch (error) {
    await rm(work, { recursive: true, force: true });
    throw error;
  }
}

const DATED = /^preau-(\d{4}-\d\d-\d\d)T\d\d-\d\d-\d\d(-\d{7}[A-Z]|-commune-[\dAB]{5})?$/;

/** Names of the backups of a folder, the oldest first. */
export async function backupsIn(folder: string): Promise<string[]> {
  return (await readdir(folder).catch(() => [])).filter((name) => DATED.test(name)).sort();
}

/** Removes the backups older than so many days. @returns how many. */
export async function dropOld(folder: string, days: number, now: Date): Promise<number> {
  const first = new Date(now.getTime() - days * 86_400_000).toISOString().slice(0, 10);
  const old = (await backupsIn(folder)).filter((name) => (DATED.exec(name)?.[1] as string) < first);
  for (const name of old) await rm(path.join(folder, name), { recursive: true });
  return old.length;
}

/** One transaction over all schools: no row of one moment beside a row of the next. */
function saveTables(
  { owner, secrets }: HouseToSave,
  work: string,
  rne: string | undefined,
  now: Date,
): Promise<Manifest> {
  return owner.transaction(
    async (db) => {
      await sameWords(db);
      const tables = await tablesOf(db);
      const found: { id: string; rne: string; name: string }[] = await db('schools')
        .where(rne ? { rne } : {})
        .orderBy('rne')
        .select('id', 'rne', 'name');
      if (rne && !found.length) throw new Error(`Aucune école ${rne} n’est connue ici.`);
      const schools: SavedSchool[] = [];
      for (const school of found) {
        await enterSchool(db, school.id);
        const parts = tables.filter(isOfSchool).map((table) => schoolPart(table, school.id));
        const saved = await saveParts(db, parts, path.join(work, school.rne));
        const files = await saveFileList(db, path.join(work, school.rne));
        schools.push({ ...school, tables: saved, files, lost: [] });
      }
      return {
        format: 'preau-sauvegarde',
        version: 1,
        made: now.toISOString(),
        secret: secretMark(secrets),
        migrations: await migrationsDone(db),
        house: rne ? null : await saveParts(db, houseTables(tables).map(housePart), path.join(work, PLACES.house)),
        schools,
      };
    },
    { isolationLevel: 'repeatable read', readOnly: true },
  );
}

export const houseTables = (tables: Table[]): Table[] => tables.filter((table) => !isOfSchool(table));

async function saveParts(db: Knex.Transaction, parts: Part[], folder: string): Promise<Record<string, Tally>> {
  await mkdir(path.join(folder, 'tables'), { recursive: true, mode: 0o700 });
  const tallies: Record<string, Tally> = {};
  for (const part of parts) tallies[part.table.name] = await savePart(db, part, folder);
  return tallies;
}

async function savePart(db: Knex.Transaction, part: Part, folder: string): Promise<Tally> {
  const hash = createHash('sha256');
  let count = 0;
  const lines = async function* () {
    for await (const { rows, text } of linesOf(db, part)) {
      hash.update(text);
      count += rows;
      yield text;
    }
  };
  const file = createWriteStream(path.join(folder, PLACES.table(part.table.name)), { mode: 0o600 });
  await pipeline(lines, file);
  return { rows: count, sha256: hash.digest('hex') };
}

/** What the table `files` knows of the bytes of a school, one line a key. */
async function saveFileList(db: Knex.Transaction, folder: string): Promise<Tally> {
  const rows: { key: string; size: number; sha256: string }[] = await db('files')
    .distinct('key', 'size', 'sha256')
    .orderBy('key');
  const text = [
    csvLine(['name', 'size', 'sha256']),
    ...rows.map(({ key, size, sha256 }) => csvLine([path.basename(key), String(size), sha256])),
  ].join('');
  await writeFile(path.join(folder, PLACES.fileList), text, { mode: 0o600 });
  return { rows: rows.length, sha256: createHash('sha256').update(text).digest('hex') };
}

/** A file never changes under its key: what the last backup holds already is named once more instead of copied. */
async function saveFiles(store: Store, school: SavedSchool, folder: string, before?: string): Promise<void> {
  await mkdir(path.join(folder, PLACES.files), { recursive: true, mode: 0o700 });
  for (const { name, size, sha256 } of await filesOf(folder)) {
    const place = path.join(folder, PLACES.files, name);
    if (before && (await linked(path.join(before, PLACES.files, name), place))) continue;
    const copied = await store.read(`${school.id}/${name}`).then((bytes) => written(bytes, place), absent);
    if (copied?.size === size && copied.sha256 === sha256) continue;
    await rm(place, { force: true });
    school.lost.push(name);
  }
}

/** A store that is out of reach is no lost file: the backup fails, and is made later. */
function absent(error: unknown): null {
  if (error instanceof NoSuchFile) return null;
  throw error;
}

const linked = (from: string, to: string): Promise<boolean> =>
  link(from, to).then(
    () => true,
    () => false,
  );
