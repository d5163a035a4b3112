import { type Problem, problem } from '@preau/core';
import {
  type FreeField,
  type FreeGuardianField,
  GUARDIAN_FIELDS,
  meaningOf,
  SLOTS,
  type Slot,
} from './free-headings.ts';
import { splitByCapitals, splitFullName } from './full-name.ts';
import { type GuardianLine, gatherGuardians } from './guardian-rows.ts';
import type { Columns, GuardianColumn, PupilColumn } from './layouts.ts';
import { readPupils } from './pupil-rows.ts';
import type { Refusal, Table, TableRow } from './read.ts';
import type { GuardianReading, PupilReading } from './row-types.ts';

export type { FreeField } from './free-headings.ts';

/** Which column of the spreadsheet holds which field; what is not there is not read. */
export type Mapping = Partial<Record<FreeField, number>>;

const REQUIRED = { lastName: 'le nom', firstName: 'le prénom', birthDate: 'la date de naissance' } as const;

/**
 * Proposes a matching of a spreadsheet's columns by their headings, for the director to correct (F04-16). The first
 * column that seems to hold a field wins.
 */
export function proposeColumns(header: string[]): Mapping {
  const mapping: Mapping = {};
  header.forEach((heading, index) => {
    const field = meaningOf(heading);
    if (field !== null && mapping[field] === undefined) mapping[field] = index;
  });
  return mapping;
}

/** Reads a spreadsheet by the matching the director accepted: the pupils, and the guardians named on their lines. */
export function readFree(
  typed: Table,
  chosen: Mapping,
  today: string,
): { pupils: PupilReading; guardians: GuardianReading } | Refusal {
  const { table, mapping } = withPupilNames(typed, chosen);
  const missing = (Object.keys(REQUIRED) as (keyof typeof REQUIRED)[]).filter((field) => mapping[field] === undefined);
  if (missing.length > 0) {
    const words = missing.map((field) => REQUIRED[field]).join(', ');
    return { refused: problem(`Indiquez quelle colonne donne ${words} de l’élève. Rien n’est importé.`) };
  }
  const pupils = readPupils(table, pupilColumns(mapping), today, { levelOptional: true });
  // A guardian of a refused line would have no child, and the line comes back once corrected.
  const taken = new Set([...pupils.pupils, ...pupils.doubtful.map((doubt) => doubt.row)].map((row) => row.line));
  const rows = table.rows.filter((row) => taken.has(row.line));
  const notes: Problem[] = [];
  const lines = SLOTS.flatMap((slot) => guardianLines(table, rows, mapping, slot, notes));
  const guardians = gatherGuardians(lines.sort((a, b) => a.row.line - b.row.line));
  return { pupils, guardians: { ...guardians, warnings: [...notes, ...guardians.warnings] } };
}

/** « ABADIE Élodie » in one column: both names in columns of their own. Where nothing tells them apart no name is guessed. */
function withPupilNames(table: Table, mapping: Mapping): { table: Table; mapping: Mapping } {
  const { name } = mapping;
  if (name === undefined || mapping.lastName !== undefined || mapping.firstName !== undefined)
    return { table, mapping };
  const width = table.header.length;
  const heading = table.header[name] ?? '';
  const rows = table.rows.map(({ line, cells }) => {
    const whole = (cells[name] ?? '').trim();
    const { lastName, firstName } = splitByCapitals(whole) ?? { lastName: whole, firstName: '' };
    return { line, cells: [...padded(cells, width), lastName, firstName] };
  });
  const wide = { ...table, header: [...table.header, heading, heading], rows };
  return { table: wide, mapping: { ...mapping, lastName: width, firstName: width + 1 } };
}

const padded = (cells: string[], width: number) => Array.from({ length: width }, (_, index) => cells[index] ?? '');

/** The columns of the pupil himself. */
export function pupilColumns(mapping: Mapping): Columns<PupilColumn> {
  const { address: address1, postcode: postcode1, city: city1, country: country1 } = mapping;
  const { lastName, firstName, usedName, usedFirstName, birthDate, sex, ine, level, classLabel } = mapping;
  const own = { lastName, firstName, usedName, usedFirstName, birthDate, sex, ine, level, classLabel };
  return { fields: { ...own, address1, postcode1, city1, country1 }, children: [] };
}

function guardianLines(table: Table, rows: TableRow[], mapping: Mapping, slot: Slot, notes: Problem[]): GuardianLine[] {
  const at = (field: FreeGuardianField) => mapping[`guardian${slot}.${field}`];
  const used = GUARDIAN_FIELDS.map(at).filter((index) => index !== undefined);
  if (used.length === 0) return [];
  // « Parent 1 » may come as « Nom parent 1 » with both names in it.
  const whole = at('name') ?? (at('firstName') === undefined ? at('lastName') : undefined);
  if (whole === undefined && at('lastName') === undefined) {
    notes.push(
      problem(`Aucune colonne ne donne le nom du responsable ${slot} : ses coordonnées ne sont pas reprises.`),
    );
    return [];
  }
  const width = table.header.length;
  const fields: Partial<Record<GuardianColumn, number>> = {
    title: at('title') ?? (whole === undefined ? undefined : width),
    lastName: whole === undefined ? at('lastName') : width + 1,
    firstName: whole === undefined ? at('firstName') : width + 2,
    email: at('email'),
    mobile: at('mobile'),
    homePhone: at('homePhone'),
    workPhone: at('workPhone'),
    address: at('address'),
    postcode: at('postcode'),
    city: at('city'),
    country: at('country'),
  };
  const { lastName, firstName, usedName, birthDate, classLabel } = mapping;
  const columns: Columns<GuardianColumn> = {
    fields,
    children: [{ lastName, firstName, usedName, birthDate, classLabel }],
  };
  const heading = whole === undefined ? '' : (table.header[whole] ?? '');
  const wide: Table = { ...table, header: [...table.header, heading, heading, heading] };
  return rows
    .filter((row) => used.some((index) => (row.cells[index] ?? '').trim() !== ''))
    .map((row) => ({
      table: wide,
      columns,
      row: whole === undefined ? row : withSplitName(row, whole, width, heading, notes),
    }));
}

function withSplitName(row: TableRow, whole: number, width: number, heading: string, notes: Problem[]): TableRow {
  const text = (row.cells[whole] ?? '').trim();
  const { title, lastName, firstName, fault } = splitFullName(text);
  if (fault)
    notes.push(
      problem(`Ligne ${row.line}, colonne « ${heading} » : ${fault}`, { line: row.line, column: heading, value: text }),
    );
  return { line: row.line, cells: [...padded(row.cells, width), title, lastName, firstName] };
}
