import { stat } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { type Entry, open, type ZipFile } from 'yauzl';
import { measured } from '../files/meter.ts';
import { type ArchiveManifest, INSIDE, readArchiveManifest } from './archive.ts';
import { Damaged } from './rows.ts';

/** An archive whose every entry has been read once, and is what its manifest says. */
export interface SoundArchive {
  manifest: ArchiveManifest;
  open(path: string): Promise<Readable>;
  close(): void;
}

const ENTRIES = 300_000;
const MANIFEST_BYTES = 100_000_000;
/** Ours are not packed at all; one that was packed again still does not swell a hundredfold. */
const SWELLS = 100;
const SMALL = 50_000_000;

/** @throws Damaged in one French sentence, having written nothing: what comes from elsewhere is not believed. */
export async function openArchive(place: string): Promise<SoundArchive> {
  const zip = await opened(place);
  try {
    const entries = await entriesOf(zip, place);
    const read = (path: string) => streamOf(zip, entries.get(path) as Entry);
    const manifest = await manifestOf(entries, read);
    await refuseOthers(manifest, entries, read);
    return { manifest, open: read, close: () => zip.close() };
  } catch (error) {
    zip.close();
    throw error instanceof Damaged
      ? error
      : new Damaged(`Cette archive ne se lit pas jusqu’au bout (${(error as Error).message}).`);
  }
}

// yauzl because it reads the directory at the end of a ZIP first, refuses names that lead out of it, and stops an entry
// that is longer than it said.
const opened = (place: string): Promise<ZipFile> =>
  new Promise((resolve, reject) =>
    open(
      place,
      { lazyEntries: true, autoClose: false, strictFileNames: true, validateEntrySizes: true },
      (error, zip) =>
        error ? reject(new Damaged(`${place} n’est pas une archive entière (${error.message}).`)) : resolve(zip),
    ),
  );

async function entriesOf(zip: ZipFile, place: string): Promise<Map<string, Entry>> {
  if (zip.entryCount > ENTRIES) throw new Damaged(`Cette archive a trop d’entrées (${zip.entryCount}).`);
  const room = Math.max(SMALL, (await stat(place)).size * SWELLS);
  const entries = new Map<string, Entry>();
  let bytes = 0;
  await new Promise<void>((resolve, reject) => {
    zip.on('error', reject);
    zip.on('end', resolve);
    zip.on('entry', (entry: Entry) => {
      bytes += entry.uncompressedSize;
      if (entries.has(entry.fileName)) reject(new Damaged(`Cette archive a deux fois « ${entry.fileName} ».`));
      else if (bytes > room) reject(new Damaged('Cette archive devient bien trop grosse une fois ouverte.'));
      else {
        // A folder some programs write when they pack again.
        if (!entry.fileName.endsWith('/')) entries.set(entry.fileName, entry);
        zip.readEntry();
      }
    });
    zip.readEntry();
  });
  return entries;
}

const streamOf = (zip: ZipFile, entry: Entry): Promise<Readable> =>
  new Promise((resolve, reject) =>
    zip.openReadStream(entry, (error, stream) => (error ? reject(error) : resolve(stream as Readable))),
  );

type Read = SoundArchive['open'];

async function manifestOf(entries: Map<string, Entry>, read: Read): Promise<ArchiveManifest> {
  const entry = entries.get(INSIDE.manifest);
  if (!entry || entry.uncompressedSize > MANIFEST_BYTES)
    throw new Damaged(`Cette archive n’est pas celle d’une école : elle n’a pas de ${INSIDE.manifest}.`);
  const chunks: Buffer[] = [];
  for await (const chunk of await read(INSIDE.manifest)) chunks.push(chunk);
  const manifest = readArchiveManifest(Buffer.concat(chunks).toString('utf8'));
  if (!manifest) throw new Damaged(`Le fichier ${INSIDE.manifest} est abîmé, ou d’un autre format.`);
  return manifest;
}

/** Every entry is one the manifest names, and the bytes it names. */
async function refuseOthers(manifest: ArchiveManifest, entries: Map<string, Entry>, read: Read): Promise<void> {
  const known = new Set([INSIDE.readme, INSIDE.schema, INSIDE.index, INSIDE.manifest]);
  const told = [
    ...Object.entries(manifest.tables).map(([name, { sha256 }]) => ({ path: INSIDE.table(name), sha256, size: null })),
    ...manifest.files,
  ];
  for (const { path, sha256, size } of told) {
    const entry = entries.get(path);
    if (!entry) throw new Damaged(`Il manque « ${path} » dans cette archive.`);
    if (size !== null && entry.uncompressedSize !== size) throw new Damaged(`« ${path} » n’a pas la taille annoncée.`);
    const found = await measured(await read(path));
    if (found.sha256 !== sha256) throw new Damaged(`« ${path} » n’est pas ce qui est parti : son empreinte diffère.`);
    known.add(path);
  }
  const other = [...entries.keys()].find((path) => !known.has(path) && !/(^|\/)(\.DS_Store|__MACOSX\/.*)$/.test(path));
  if (other) throw new Damaged(`« ${other} » n’a rien à faire dans cette archive.`);
}
