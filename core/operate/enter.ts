import { randomUUID } from 'node:crypto';
import type { Knex } from 'knex';
import { audit } from '../audit.ts';
import { enterSchool } from '../tenancy/in-school.ts';
import { wrongRne } from '../tenancy/rne.ts';
import { type ArchiveManifest, INSIDE } from './archive.ts';
import { openArchive, type SoundArchive } from './archive-reader.ts';
import type { HouseToSave } from './backup.ts';
import { bringFiles } from './bring-files.ts';
import { tablesOf } from './catalogue.ts';
import { fileLines, refuseAccounts, refuseFile, refuseOtherSchool } from './entering.ts';
import { leavingParts } from './leaving.ts';
import { refuseLiving } from './living.ts';
import { OPERATOR } from './operator.ts';
import type { Part } from './part.ts';
import { type Renewed, renewSecrets } from './renew.ts';
import { compare } from './restore.ts';
import { Damaged, moveCounters, sameWords, writeLines } from './rows.ts';
import { migrationsDone, refuseOtherVersion } from './version.ts';

export interface Entered {
  rne: string;
  name: string;
  tables: number;
  rows: number;
  files: number;
  accounts: number;
  /** Who can open the school again, with the secret that lets them in. */
  administrators: Renewed[];
}

/**
 * Lets a school from another server live here: the archive is read through first, then its files and rows come, all or
 * nothing. Its accounts keep their logins and receive provisional passwords.
 * @throws Error in French, having written nothing.
 */
export async function enterHouse(house: HouseToSave, place: string, now: Date): Promise<Entered> {
  const archive = await openArchive(place);
  const brought: string[] = [];
  try {
    const { manifest } = archive;
    await refuseUnfit(house.owner, manifest);
    const keys = new Map(manifest.files.map(({ id }) => [id, `${manifest.school.id}/${randomUUID()}`]));
    const lines = await fileLines(archive);
    const coming = manifest.files.map((told) => ({
      ...{ name: told.path, size: told.size, sha256: told.sha256, key: keys.get(told.id) as string },
      open: () => archive.open(told.path),
      check: (arrival: string) => refuseFile(arrival, told, lines.get(told.id)),
    }));
    await bringFiles(house.store, coming, brought);
    const renewed = await house.owner.transaction((db) => writeSchool(db, house, archive, keys, now));
    const tables = Object.values(manifest.tables);
    return {
      rne: manifest.school.rne,
      name: manifest.school.name,
      tables: tables.length,
      rows: tables.reduce((sum, { rows }) => sum + rows, 0),
      files: brought.length,
      accounts: renewed.length,
      administrators: renewed.filter(({ mode }) => mode === 'administration'),
    };
  } catch (error) {
    for (const key of brought) await house.store.drop(key).catch(() => {});
    throw error;
  } finally {
    archive.close();
  }
}

/** Ten times what a person may send: pictures drawn again are larger than they came. */
const LARGEST = 200_000_000;

async function refuseUnfit(owner: Knex, { school, migrations, files }: ArchiveManifest): Promise<void> {
  const wrong = wrongRne(school.rne);
  if (wrong) throw new Damaged(wrong);
  const large = files.find(({ size }) => size > LARGEST);
  if (large) throw new Damaged(`« ${large.path} » est plus gros que ce qu’une école peut garder.`);
  refuseOtherVersion(migrations, await migrationsDone(owner));
  await refuseLiving(owner, [school], []);
}

async function writeSchool(
  db: Knex.Transaction,
  { secrets }: HouseToSave,
  archive: SoundArchive,
  keys: Map<string, string>,
  now: Date,
): Promise<Renewed[]> {
  const { school, tables } = archive.manifest;
  await sameWords(db);
  await enterSchool(db, school.id);
  const parts = leavingParts(await tablesOf(db), school.id);
  refuseOtherTables(parts, tables);
  const coming = parts.filter(({ table }) => table.name in tables);
  for (const part of coming) {
    await writeLines(db, part, await archive.open(INSIDE.table(part.table.name)), extraOf(part, school.id, keys));
  }
  for (const part of coming)
    await compare(db, part, tables[part.table.name] as ArchiveManifest['tables'][string], school.rne);
  await refuseOtherSchool(db, school);
  await refuseAccounts(db);
  // Last: what a counter has given out comes back with no rollback.
  for (const part of coming) await moveCounters(db, part);
  const renewed = await renewSecrets(db, secrets, now, ['provisional', 'active']);
  await audit(db, now, OPERATOR, 'École arrivée d’un autre serveur');
  return renewed;
}

/** Only tables and columns that leave here may come in: nothing else is told to PostgreSQL. */
function refuseOtherTables(parts: Part[], tables: ArchiveManifest['tables']): void {
  const here = new Map(parts.map((part) => [part.table.name, part.columns.map(({ name }) => name).join()]));
  for (const [name, { columns }] of Object.entries(tables))
    if (here.get(name) !== columns.join())
      throw new Damaged(
        here.has(name)
          ? `La table ${name} de cette archive n’a pas les colonnes d’ici.`
          : `Cette archive apporte une table ${name} qu’aucun module installé ici ne connaît.`,
      );
}

/** Bytes have new places here: a line cannot name those of another school. */
const extraOf = ({ table }: Part, schoolId: string, keys: Map<string, string>) =>
  table.name === 'files'
    ? {
        names: ['key'],
        of: (row: Map<string, string | null>) => [keys.get(row.get('id') ?? '') ?? `${schoolId}/${randomUUID()}`],
      }
    : undefined;
