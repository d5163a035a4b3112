import { readFileSync } from 'node:fs';
import { join } from 'node:path';
// What the tests of this folder share. It ends in .test.ts since only tests may read files.
import { type Kind, type Recognised, recogniseLayout } from './layouts.ts';
import type { KnownPupil } from './match.ts';
import { readTable, type Table } from './read.ts';
import { type GuardianReading, type PupilReading, readGuardians, readPupils } from './rows.ts';

/** The day the samples are read on, so that ages do not move. */
export const TODAY = '2025-11-25';

interface Expected {
  import: string;
  verdict: string;
  outcome: string;
  counts?: { pupils: number; classes: number; levelGroups: number; withoutClass: number; withoutIne: number };
  links?: { rows: number; links: number; linked: number; pending: number; unknown: number };
  /** What `onde:check` says that is not null, pupils being compared with eleves.csv where that comes first; lines only of errors and warnings. */
  check: Record<string, unknown>;
  matches?: { rows: number; new: number; changed: number; same: number; absent: number };
}

export const FOLDER = join(import.meta.dirname, 'samples');

/** What each sample must give. */
export const expected: Record<string, Expected> = JSON.parse(readFileSync(join(FOLDER, 'expected.json'), 'utf8'));

/** The full name of a sample from its number, « v05 ». */
export function sample(number: string): string {
  const name = Object.keys(expected).find((file) => file === number || file.startsWith(`${number}_`));
  if (!name) throw new Error(`no sample ${number}`);
  return name;
}

/** The bytes of a sample. */
export function bytesOf(number: string): Uint8Array {
  return readFileSync(join(FOLDER, sample(number)));
}

/** A sample that must be readable as a table. */
export function tableOf(number: string): Table {
  const table = readTable(bytesOf(number));
  if ('refused' in table) throw new Error(table.refused.message);
  return table;
}

function recognised(table: Table, wanted: Kind): Recognised {
  const found = recogniseLayout(table, wanted);
  if ('reason' in found) throw new Error(found.message);
  return found;
}

/** The pupils of a sample. */
export function pupilsOf(number: string): PupilReading {
  const table = tableOf(number);
  const found = recognised(table, 'eleves');
  if (found.kind !== 'eleves') throw new Error('guardians');
  return readPupils(table, found.columns, TODAY);
}

/** The guardians of a sample. */
export function guardiansOf(number: string): GuardianReading {
  const table = tableOf(number);
  const found = recognised(table, 'responsables');
  if (found.kind !== 'responsables') throw new Error('pupils');
  return readGuardians(table, found.columns);
}

/** The school once eleves.csv has been imported. */
export function schoolOf(number: string): KnownPupil[] {
  return pupilsOf(number).pupils.map((pupil) => ({
    ...pupil,
    id: `${pupil.lastName} ${pupil.firstName} ${pupil.birthDate}`,
  }));
}

/** A table written by hand: one line per row. */
export function tableFrom(...lines: string[]): Table {
  const table = readTable(new TextEncoder().encode(`${lines.join('\r\n')}\r\n`));
  if ('refused' in table) throw new Error(table.refused.message);
  return table;
}
