import type { Knex } from 'knex';
import { isKind, kindOf } from '../files/kinds.ts';
import { Refusal } from '../files/refusal.ts';
import { isTimezone } from '../tenancy/prepare-school.ts';
import { type ArchiveManifest, INSIDE } from './archive.ts';
import type { SoundArchive } from './archive-reader.ts';
import { csvLines } from './csv.ts';
import { Damaged } from './rows.ts';

type Told = ArchiveManifest['files'][number];
/** What a line of the table `files` says of its bytes. */
type FileLine = Record<'name' | 'type' | 'size' | 'sha256', string>;

/** Lines of the table `files`, by their id. @throws Damaged for a kind of file no school may keep. */
export async function fileLines({ manifest, open }: SoundArchive): Promise<Map<string, FileLine>> {
  const lines = new Map<string, FileLine>();
  if (!manifest.tables.files) return lines;
  let head: string[] | null = null;
  for await (const cells of csvLines(await open(INSIDE.table('files')))) {
    if (!head) {
      head = cells.map(String);
      continue;
    }
    const line = Object.fromEntries(head.map((name, at) => [name, cells[at] ?? ''])) as FileLine & { id: string };
    if (!isKind(line.type)) throw new Damaged(`« ${line.name} » n’est pas d’une sorte qu’une école garde.`);
    lines.set(line.id, line);
  }
  return lines;
}

/** The bytes are what their line says, and of a kind a person could have sent (case B46). */
export async function refuseFile(place: string, { path, size, sha256 }: Told, line: FileLine | undefined) {
  if (!line) throw new Damaged(`Aucune ligne de la table files ne parle de « ${path} ».`);
  if (line.size !== String(size) || line.sha256 !== sha256)
    throw new Damaged(`« ${path} » n’est pas ce que dit la table files.`);
  const kind = await kindOf(place, line.name).catch((error) => {
    if (error instanceof Refusal) throw new Damaged(error.message);
    throw error;
  });
  if (kind.type !== line.type) throw new Damaged(`« ${path} » n’est pas de la sorte que dit la table files.`);
}

/** The line of the school is the one the archive announced, and one we can live with. */
export async function refuseOtherSchool(db: Knex.Transaction, school: ArchiveManifest['school']): Promise<void> {
  const row = await db('schools').where({ id: school.id }).first('rne', 'timezone', 'state');
  if (row?.rne !== school.rne) throw new Damaged('La table schools n’est pas celle de l’école annoncée.');
  if (row.state !== 'open') throw new Damaged('Cette école n’a jamais été ouverte : préparez-la ici par school:open.');
  if (!isTimezone(row.timezone)) throw new Damaged(`« ${row.timezone} » n’est pas un fuseau horaire.`);
}

/** What no screen could have given: a family that opens Gestion; and a school nobody could open (F06). */
export async function refuseAccounts(db: Knex.Transaction): Promise<void> {
  const family = await db('accounts')
    .join('people', (join) =>
      join.on('people.school_id', 'accounts.school_id').andOn('people.id', 'accounts.person_id'),
    )
    .whereNot('accounts.mode', 'espace')
    .whereIn('people.kind', ['pupil', 'guardian'])
    .first('accounts.login');
  if (family)
    throw new Damaged(`Le compte ${family.login}, d’un élève ou d’un responsable, ouvrirait la Gestion de l’école.`);
  const administrator = await db('accounts')
    .where({ mode: 'administration', valid_until: null })
    .whereNot('state', 'suspended')
    .first('id');
  if (!administrator) throw new Damaged('Personne ne pourrait ouvrir cette école : aucun compte ne l’administre.');
}
