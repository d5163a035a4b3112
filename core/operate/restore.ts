import { createReadStream, existsSync } from 'node:fs';
import path from 'node:path';
import type { Knex } from 'knex';
import { audit } from '../audit.ts';
import { enterSchool } from '../tenancy/in-school.ts';
import { type HouseToSave, houseTables, secretMark } from './backup.ts';
import { bringFiles, type Coming } from './bring-files.ts';
import { type Table, tablesOf } from './catalogue.ts';
import { giveBackGrants, heldGrants } from './grants.ts';
import { refuseLiving, refuseNeighbours, removeSchool } from './living.ts';
import { filesOf, type Manifest, PLACES, readManifest, type SavedSchool } from './manifest.ts';
import { OPERATOR } from './operator.ts';
import { housePart, isOfSchool, type Part, schoolPart } from './part.ts';
import { renewSecrets } from './renew.ts';
import { Damaged, moveCounters, sameWords, type Tally, tallyOf, writeLines } from './rows.ts';
import { migrationsDone, refuseOtherVersion } from './version.ts';

export interface Restored {
  made: string;
  schools: (Pick<SavedSchool, 'rne' | 'name' | 'lost'> & { rows: number; files: number; renewed: number })[];
  /** Schools of this house whose town hall sees them no more: their profile came back wider, or not at all. */
  shut: string[];
  /** True when this house has another PREAU_SECRET than the one that was saved. */
  otherSecret: boolean;
}

interface Order {
  from: string;
  /** One school of the backup; the whole house without it. */
  rne?: string;
  /** RNE of schools that live here and may give way. */
  replace?: string[];
  now: Date;
}

/**
 * Brings a backup back: files first, which nobody sees without their rows, then every row in one transaction, read again
 * and compared before it ends. Stopped anywhere, it has changed nothing.
 * @throws Error in French.
 */
export async function restore(house: HouseToSave, { from, rne, replace = [], now }: Order): Promise<Restored> {
  const manifest = await readManifest(from);
  const schools = manifest.schools.filter((one) => !rne || one.rne === rne);
  if (rne && !schools.length) throw new Error(`L’école ${rne} n’est pas dans cette sauvegarde.`);
  if (!rne && !manifest.house)
    throw new Error(`Cette sauvegarde n’est pas celle de toute la maison : dites quelle école (${listOf(manifest)}).`);
  refuseOtherVersion(manifest.migrations, await migrationsDone(house.owner));
  await refuseLiving(house.owner, schools, replace);
  if (!rne) await refuseNeighbours(house.owner, schools);
  const brought: string[] = [];
  try {
    const files = new Map<string, number>();
    for (const school of schools) {
      const coming = await filesIn(path.join(from, school.rne), school);
      await bringFiles(house.store, coming, brought);
      files.set(school.id, coming.length);
    }
    const { renewed, shut } = await house.owner.transaction((db) =>
      writeAll(db, house, { manifest, schools, from, rne, now }),
    );
    return {
      shut,
      made: manifest.made,
      otherSecret: manifest.secret !== secretMark(house.secrets),
      schools: schools.map(({ id, rne, name, lost, tables }) => ({
        ...{ rne, name, lost },
        rows: Object.values(tables).reduce((sum, one) => sum + one.rows, 0),
        files: files.get(id) ?? 0,
        renewed: renewed.get(id) ?? 0,
      })),
    };
  } catch (error) {
    for (const key of brought) await house.store.drop(key).catch(() => {});
    throw error;
  }
}

const listOf = ({ schools }: Manifest) => schools.map(({ rne }) => rne).join(', ');

async function filesIn(folder: string, school: SavedSchool): Promise<Coming[]> {
  const files = await filesOf(folder);
  if (files.length !== school.files.rows) throw new Damaged(`La liste des fichiers de ${school.rne} est abîmée.`);
  return files
    .filter(({ name }) => !school.lost.includes(name))
    .map((file) => ({
      ...file,
      key: `${school.id}/${file.name}`,
      open: async () => createReadStream(path.join(folder, PLACES.files, file.name)),
    }));
}

interface Writing {
  manifest: Manifest;
  schools: SavedSchool[];
  from: string;
  rne?: string;
  now: Date;
}

const MOMENT = { dateStyle: 'long', timeStyle: 'short', timeZone: 'UTC' } as const;

interface Written {
  /** How many provisional passwords of each school had to be drawn anew. */
  renewed: Map<string, number>;
  shut: string[];
}

async function writeAll(db: Knex.Transaction, { secrets }: HouseToSave, work: Writing): Promise<Written> {
  const { manifest, schools, rne, now } = work;
  await sameWords(db);
  const tables = await tablesOf(db);
  const parts = partsOf(tables, work);
  // Those of a whole house come back with it.
  const grants = rne ? await heldGrants(db, idsOf(schools)) : [];
  await clear(db, schools, rne ? [] : houseTables(tables));
  for (const { part, folder, school } of parts) {
    if (school) await enterSchool(db, school.id);
    await writeLines(db, part, createReadStream(path.join(folder, PLACES.table(part.table.name))));
  }
  for (const { part, tally, school } of parts) {
    if (school) await enterSchool(db, school.id);
    await compare(db, part, tally, school?.rne ?? 'la maison');
    await moveCounters(db, part);
  }
  for (const school of schools) await refuseStranger(db, school);
  const shut = await giveBackGrants(db, grants);
  const otherSecret = manifest.secret !== secretMark(secrets);
  const renewed = new Map<string, number>();
  const made = new Intl.DateTimeFormat('fr-FR', MOMENT).format(new Date(manifest.made));
  for (const { id } of schools) {
    await enterSchool(db, id);
    if (otherSecret) renewed.set(id, (await renewSecrets(db, secrets, now, ['provisional'])).length);
    await audit(db, now, OPERATOR, 'École restaurée', `sauvegarde du ${made} (UTC)`);
  }
  return { renewed, shut };
}

const idsOf = (schools: SavedSchool[]): string[] => schools.map(({ id }) => id);

interface SavedPart {
  part: Part;
  folder: string;
  tally: Tally;
  /** Null for a table of no school. */
  school: SavedSchool | null;
}

/** Table after table: a row never comes before the one it points to. @throws Damaged when one is not told of. */
function partsOf(tables: Table[], { manifest, schools, from, rne }: Writing): SavedPart[] {
  const parts: SavedPart[] = [];
  for (const table of tables)
    for (const school of isOfSchool(table) ? schools : rne ? [] : [null]) {
      const tally = (school ? school.tables : manifest.house)?.[table.name];
      const folder = path.join(from, school?.rne ?? PLACES.house);
      if (tally) parts.push({ part: school ? schoolPart(table, school.id) : housePart(table), folder, tally, school });
      // None of both: a table of a module the saved house did not have.
      else if (existsSync(path.join(folder, PLACES.table(table.name))))
        throw new Damaged(`Le fichier ${PLACES.manifest} ne dit rien de la table ${table.name}, qui est là.`);
    }
  return parts;
}

/** What a file says of itself is not believed: another address, or the files of another school. */
async function refuseStranger(db: Knex.Transaction, { id, rne }: SavedSchool): Promise<void> {
  await enterSchool(db, id);
  const row = await db('schools').where({ id }).first('rne');
  if (row?.rne !== rne) throw new Damaged(`La table schools n’est pas celle de l’école ${rne}.`);
  if (await db('files').whereRaw('key !~ ?', `^${id}/[\\w-]+$`).first('id'))
    throw new Damaged(`La table files de ${rne} nomme les fichiers d’une autre école.`);
}

/** What is to come takes the place of what is there. */
async function clear(db: Knex.Transaction, schools: SavedSchool[], house: Table[]): Promise<void> {
  for (const school of schools) await removeSchool(db, school);
  for (const table of house.toReversed()) await db(table.name).delete();
}

/** @throws Damaged, which undoes all, when what is read is not what was saved. */
export async function compare(db: Knex.Transaction, part: Part, saved: Tally, of: string): Promise<void> {
  const told = await tallyOf(db, part);
  if (told.rows !== saved.rows || told.sha256 !== saved.sha256)
    throw new Damaged(
      `La table ${part.table.name} (${of}) ne relit pas ce qui a été sauvé : ${told.rows} lignes pour ${saved.rows}.`,
    );
}
