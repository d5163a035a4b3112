import { z } from 'zod';
import { readJson } from './manifest.ts';

/** Names inside the archive of a school. */
export const INSIDE = {
  readme: 'LISEZMOI.txt',
  schema: 'schema.json',
  manifest: 'manifest.json',
  index: 'fichiers.csv',
  table: (name: string) => `tables/${name}.csv`,
};

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const size = z.int().min(0);

const manifest = z.object({
  format: z.literal('preau-ecole'),
  version: z.literal(1),
  made: z.iso.datetime(),
  school: z.object({ id: z.guid(), rne: z.string().max(20), name: z.string().max(500) }),
  migrations: z.array(z.string().max(200)).max(5000),
  tables: z.record(
    z.string().regex(/^[a-z][a-z0-9_]*$/),
    z.object({ rows: size, sha256, columns: z.array(z.string()) }),
  ),
  /** Where the bytes of each line of the table `files` lie in the archive. */
  files: z.array(z.object({ id: z.guid(), path: z.string().startsWith('fichiers/'), size, sha256 })),
});

/** What an archive says of itself: its last entry, since counts and hashes are known once all has left. */
export type ArchiveManifest = z.infer<typeof manifest>;

/** @returns null for what is no manifest of ours. */
export function readArchiveManifest(text: string): ArchiveManifest | null {
  const told = manifest.safeParse(readJson(text));
  return told.success ? told.data : null;
}
