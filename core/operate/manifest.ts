import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { csvLines } from './csv.ts';

const tally = z.object({ rows: z.int().min(0), sha256: z.string().regex(/^[0-9a-f]{64}$/) });
const tallies = z.record(z.string().regex(/^[a-z0-9_]+$/), tally);
/** Of a school, or of a town hall (see core/tenancy/communes.ts): it names a folder. */
const rne = z.string().regex(/^(\d{7}[A-Z]|commune\/[\dAB]{5})$/);

const school = z.object({
  id: z.guid(),
  rne,
  name: z.string(),
  tables: tallies,
  /** Of the list of its files. */
  files: tally,
  /** Files the table knows and the store does not hold any more. */
  lost: z.array(z.string()),
});

const manifest = z.object({
  format: z.literal('preau-sauvegarde'),
  version: z.literal(1),
  made: z.iso.datetime(),
  /** Tells whether PREAU_SECRET is still the one that sealed what is in here; from it nobody finds the secret. */
  secret: z.string(),
  migrations: z.array(z.string()),
  /** Tables of no school; null in the backup of one school. */
  house: tallies.nullable(),
  schools: z.array(school),
});

/** What a backup says of itself: written last, so that a folder without it is no backup. */
export type Manifest = z.infer<typeof manifest>;
export type SavedSchool = z.infer<typeof school>;

/** Names of files inside a backup; each school has a folder of its own. */
export const PLACES = {
  manifest: 'manifest.json',
  house: 'maison',
  table: (table: string) => path.join('tables', `${table}.csv`),
  fileList: 'fichiers.csv',
  files: 'fichiers',
};

/** @throws Error in French when this folder is no backup. */
export async function readManifest(folder: string): Promise<Manifest> {
  const text = await readFile(path.join(folder, PLACES.manifest), 'utf8').catch(() => null);
  if (text === null)
    throw new Error(
      `${folder} n’est pas une sauvegarde : il n’y a pas de ${PLACES.manifest}. Donnez un dossier preau-….`,
    );
  const told = manifest.safeParse(readJson(text));
  if (!told.success) throw new Error(`Le fichier ${PLACES.manifest} de ${folder} est abîmé, ou d’un autre format.`);
  return told.data;
}

/** Bytes a school keeps, under the last part of their key. */
export interface SavedFile {
  name: string;
  size: number;
  sha256: string;
}

/** The list of files of a school's folder. */
export async function filesOf(folder: string): Promise<SavedFile[]> {
  const files: SavedFile[] = [];
  const list = createReadStream(path.join(folder, PLACES.fileList));
  // A name is never a way out of the folder.
  for await (const [name, size, sha256] of csvLines(list))
    if (name && /^[\w-]+$/.test(name) && name !== 'name')
      files.push({ name, size: Number(size), sha256: sha256 ?? '' });
  return files;
}

/** @returns null for what is no JSON. */
export function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
