import { dayIn, invalid, page, type Reply, type Visit } from '@preau/core';
import { keptGuardians, type Reading } from './batch.ts';
import { askColumns, type Chosen, keep } from './keep.ts';
import { type Kind, recogniseLayout } from './layouts.ts';
import { readTable } from './read.ts';
import { readGuardians, readPupils } from './rows.ts';

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
