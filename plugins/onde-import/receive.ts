import { dayIn, invalid, page, type Reply, redirect, schoolYear, type Visit } from '@preau/core';
import { keepPreview, keptGuardians, type Reading } from './batch.ts';
import { askColumns } from './columns.ts';
import { type Kind, recogniseLayout } from './layouts.ts';
import { readTable } from './read.ts';
import { readGuardians, readPupils } from './rows.ts';

export type Chosen = { file: { name: string; bytes: Buffer }; year: 'current' | 'next' };

export async function showGuardians({ services }: Visit): Promise<Reply> {
  return page('onde-import/responsables', { pupilsFirst: (await services.register.count('pupil')) === 0 });
}

/** Reads the file and keeps what was read as a preview; a file that cannot be used is told beside the field. */
export async function receive(visit: Visit<Chosen>, kind: Kind): Promise<Reply> {
  const { input, services, now, school } = visit;
  // F04-14: the guardians' file names children by their names only.
  if (kind === 'responsables' && (await services.register.count('pupil')) === 0)
    return invalid({ file: 'Importez d’abord les élèves : les responsables leur sont rattachés par leur nom.' });
  const table = readTable(input.file.bytes);
  if ('refused' in table) return invalid({ file: table.refused.message });
  const found = recogniseLayout(table, kind);
  // ONDE changes its headings: the director says what the columns hold.
  if ('reason' in found && found.reason === 'unknown-layout') return askColumns(visit, kind, table);
  if ('reason' in found) return invalid({ file: found.message });
  const remarks = [...table.remarks, ...found.remarks];
  const reading: Reading =
    found.kind === 'eleves'
      ? {
          eleves: { ...readPupils(table, found.columns, dayIn(now, school.timezone)), columns: found.columns, remarks },
        }
      : { responsables: keptGuardians(readGuardians(table, found.columns), found.columns, remarks) };
  return keep(visit, kind, reading);
}

/** Keeps a reading and goes to its preview. */
export async function keep(
  { db, input, account, person, now, school }: Visit<Pick<Chosen, 'year'> & { file: { name: string } }>,
  kind: Kind | 'tableur',
  reading: Reading,
): Promise<Reply> {
  const id = await keepPreview(db, {
    kind,
    file_name: input.file.name,
    year: schoolYear(now, school.timezone) + (input.year === 'next' ? 1 : 0),
    rows: reading.table?.rows.length ?? (reading.eleves ?? reading.responsables)?.rows ?? 0,
    ...(reading.table ? { state: 'columns' } : {}),
    made_by: account?.id ?? null,
    made_by_name: [person?.firstName, person?.lastName].filter(Boolean).join(' '),
    made_at: now,
    reading,
  });
  return redirect(`/gestion/onde-import/${reading.table ? 'colonnes' : 'apercu'}/${id}`);
}
