import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import type { Knex } from 'knex';
import { archivePaths } from '../files/archive-paths.ts';
import type { Store } from '../files/store.ts';
import type { ZipEntry } from '../plugin/contract.ts';
import type { Loaded } from '../plugin/load.ts';
import { enterSchool } from '../tenancy/in-school.ts';
import { type ArchiveManifest, INSIDE } from './archive.ts';
import { tablesOf } from './catalogue.ts';
import { csvLine } from './csv.ts';
import { leavingParts } from './leaving.ts';
import type { Part } from './part.ts';
import { readmeText } from './readme-text.ts';
import { linesOf, sameWords } from './rows.ts';
import { schemaOf } from './schema.ts';

export interface Leaving {
  school: { id: string; rne: string; name: string };
  store: Store;
  installed: readonly Loaded[];
  /** Names of the migrations this server has. */
  migrations: string[];
  now: Date;
  /** Told how much of it has left, from 0 to 1. */
  reached(part: number): void;
}

/** One transaction in which the school does not move, as any role that may read it. */
export const standingStill = <T>(
  knex: Knex,
  schoolId: string,
  work: (db: Knex.Transaction) => Promise<T>,
): Promise<T> =>
  knex.transaction(
    async (db) => {
      await enterSchool(db, schoolId);
      await sameWords(db);
      return work(db);
    },
    { isolationLevel: 'repeatable read', readOnly: true },
  );

/** What an archive of the school holds, each thing read when its turn comes. */
export async function archiveEntries(db: Knex.Transaction, leaving: Leaving): Promise<ZipEntry[]> {
  const { school, installed, migrations, now, reached } = leaving;
  const parts = leavingParts(await tablesOf(db), school.id);
  const files = await filesLeaving(db, leaving);
  const made = new Intl.DateTimeFormat('fr-FR', { dateStyle: 'long', timeStyle: 'short', timeZone: 'UTC' }).format(now);
  const manifest: ArchiveManifest = {
    format: 'preau-ecole',
    version: 1,
    made: now.toISOString(),
    school,
    migrations,
    tables: {},
    files: files.map(({ id, path, size, sha256 }) => ({ id, path, size, sha256 })),
  };
  const counts = { tables: parts.length, files: files.length };
  // Tables are small beside photographs, and take as long: each counts for one file.
  const all = parts.length + files.length;
  let left = 0;
  const step = () => reached(++left / all);
  const entry = (path: string, body: ZipEntry['body'], size?: number): ZipEntry => ({
    path: path.split('/'),
    body,
    size,
    at: now,
  });
  return [
    entry(INSIDE.readme, readmeText(school, `${made} (UTC)`, counts)),
    entry(INSIDE.schema, JSON.stringify(schemaOf(parts, installed), null, 2)),
    entry(INSIDE.index, indexOf(files)),
    ...parts.map((part) =>
      entry(INSIDE.table(part.table.name), async () => Readable.from(tableText(db, part, manifest, step))),
    ),
    ...files.map(({ key, path, size }) =>
      entry(
        path,
        async () => {
          step();
          return leaving.store.read(key);
        },
        size,
      ),
    ),
    entry(INSIDE.manifest, async () => Readable.from([Buffer.from(JSON.stringify(manifest, null, 1))])),
  ];
}

async function* tableText(db: Knex.Transaction, part: Part, manifest: ArchiveManifest, step: () => void) {
  const hash = createHash('sha256');
  let count = 0;
  for await (const { rows, text } of linesOf(db, part)) {
    hash.update(text);
    count += rows;
    yield Buffer.from(text);
  }
  const columns = part.columns.map(({ name }) => name);
  manifest.tables[part.table.name] = { rows: count, sha256: hash.digest('hex'), columns };
  step();
}

interface LeavingFile {
  id: string;
  key: string;
  path: string;
  about: string;
  size: number;
  sha256: string;
}

/** Under the title of its module and its own name, twice given where two share one. */
async function filesLeaving(db: Knex.Transaction, { school, store, installed }: Leaving): Promise<LeavingFile[]> {
  const rows: (Omit<LeavingFile, 'path'> & { name: string })[] = await db('files')
    .orderBy(['about', 'position', 'id'])
    .select('id', 'key', 'name', 'about', 'size', 'sha256');
  const keys = new Set<string>();
  for await (const { key } of store.list(school.id)) keys.add(key);
  // A file that is no longer on the server leaves its line, not half an archive.
  const there = rows.filter(({ key }) => keys.has(key));
  const titleOf = (about: string) => {
    const module = about.split(':')[0];
    return installed.find(({ plugin }) => plugin.name === module)?.plugin.title ?? module ?? '';
  };
  const paths = archivePaths(there.map(({ about, name }) => ['fichiers', titleOf(about), name]));
  return there.map(({ name: _, ...row }, at) => ({ ...row, path: paths[at] as string }));
}

const indexOf = (files: LeavingFile[]): string =>
  [
    csvLine(['id', 'path', 'about', 'size', 'sha256']),
    ...files.map(({ id, path, about, size, sha256 }) => csvLine([id, path, about, String(size), sha256])),
  ].join('');
