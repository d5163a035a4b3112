import { normaliseHeading, type Problem, problem, quoted } from '@preau/core';
import { readBirthDate, yearsBefore } from './birth-date.ts';
import { bodyRows } from './body-rows.ts';
import { classKey } from './class-key.ts';
import { readIne } from './ine.ts';
import type { Columns, PupilColumn } from './layouts.ts';
import { readLevel } from './levels.ts';
import { LineCells } from './line-cells.ts';
import { nameKey } from './names.ts';
import { completeClasses, namesNoClass } from './pupil-classes.ts';
import { type PupilDraft, settleDuplicates } from './pupil-duplicates.ts';
import type { Table } from './read.ts';
import type { Address, PupilReading, PupilRow } from './row-types.ts';

export interface PupilOptions {
  /** A spreadsheet of a school without ONDE may have no levels: the lack is told and not refused. */
  levelOptional?: boolean;
}

/**
 * Reads the lines of a pupils' extraction. A line with something wrong goes to `refused`, in words; all the others are
 * in `pupils`, once each. `today` is YYYY-MM-DD. Writes nothing, never throws.
 */
export function readPupils(
  table: Table,
  columns: Columns<PupilColumn>,
  today: string,
  options: PupilOptions = {},
): PupilReading {
  const warnings: Problem[] = [];
  if (columns.fields.ine === undefined && !options.levelOptional) {
    warnings.push(
      problem(
        'Ce fichier ne contient pas l’INE : les élèves sont reconnus par leur nom, leur prénom et leur date de naissance.',
      ),
    );
  }
  const { firstName, birthDate } = columns.fields;
  const { rows, notes: outside } = bodyRows(table, [firstName, birthDate, columns.fields.lastName]);
  warnings.push(...outside);
  const repeated: number[] = [];
  const firstLines = new Map<string, number>();
  const drafts: PupilDraft[] = [];
  for (const row of rows) {
    const words = wordsOf(row.cells);
    const first = firstLines.get(words);
    if (first !== undefined) {
      repeated.push(row.line);
      warnings.push(
        problem(`Ligne ${row.line} : identique à la ligne ${first}, comptée une seule fois.`, { line: row.line }),
      );
      continue;
    }
    firstLines.set(words, row.line);
    const cells = new LineCells<PupilColumn>(table, columns, row);
    drafts.push({ row: readPupil(cells, today, options), cells });
  }
  completeClasses(drafts, ({ cells }) => cells.text('classOndeId'));
  const { pupils, refused, doubtful, notes } = settleDuplicates(drafts);
  for (const draft of drafts) warnings.push(...draft.cells.warnings);
  warnings.push(...notes);
  return {
    pupils,
    refused,
    doubtful,
    repeated,
    errors: refused.flatMap((line) => line.problems),
    warnings,
    rows: rows.length,
  };
}

/** A line's cells as one text; the empty ones at its end count for nothing (ONDE fact 14). */
function wordsOf(cells: string[]): string {
  const last = cells.findLastIndex((cell) => cell.trim() !== '');
  return cells
    .slice(0, last + 1)
    .map((cell) => cell.trim())
    .join('\u0001');
}

function readPupil(cells: LineCells<PupilColumn>, today: string, options: PupilOptions): PupilRow {
  const lastName = cells.text('lastName');
  const firstName = cells.text('firstName');
  if (nameless(lastName)) cells.refuse('lastName', 'le nom de famille manque. Complétez-le dans ONDE.');
  if (nameless(firstName)) cells.refuse('firstName', 'le prénom manque. Complétez-le dans ONDE.');
  for (const column of ['lastName', 'firstName'] as const) cells.doubtName(column);
  cells.surplus();
  if (normaliseHeading(cells.text('state')).startsWith('radie'))
    cells.warn(
      'state',
      `lu ${quoted(cells.text('state'))} : cet élève a peut-être quitté l’école. Vérifiez dans ONDE.`,
    );
  const label = cells.text('classLabel');
  const classLabel = namesNoClass(label) ? null : label;
  return {
    line: cells.row.line,
    lastName,
    usedName: cells.textOrNull('usedName'),
    firstName,
    usedFirstName: cells.textOrNull('usedFirstName'),
    birthDate: birthDateOf(cells, today),
    sex: cells.sex('sex'),
    ine: cells.kept('ine', readIne),
    addresses: addressesOf(cells),
    cycle: cells.textOrNull('cycle'),
    ...levelOf(cells, options),
    classLabel,
    classOndeId: classLabel ? cells.textOrNull('classOndeId') : null,
    attestation: cells.yesNo('attestation'),
    associations: cells.yesNo('associations'),
    photo: cells.yesNo('photo'),
  };
}

const nameless = (name: string): boolean => !/[\p{L}\p{N}]/u.test(name);

function birthDateOf(cells: LineCells<PupilColumn>, today: string): string {
  const date = readBirthDate(cells.text('birthDate'), today);
  if ('fault' in date) {
    cells.refuse('birthDate', date.fault);
    return '';
  }
  if (date.value > yearsBefore(today, 1)) {
    cells.warn(
      'birthDate',
      `lu ${quoted(cells.text('birthDate'))}, cet élève aurait moins d’un an. Vérifiez la date de naissance.`,
    );
  }
  return date.value;
}

function addressesOf(cells: LineCells<PupilColumn>): Address[] {
  const first = cells.address({ street: 'address1', postcode: 'postcode1', city: 'city1', country: 'country1' });
  const second = cells.address({ street: 'address2', postcode: 'postcode2', city: 'city2', country: 'country2' });
  return [first, second].filter((address) => address !== null);
}

function levelOf(cells: LineCells<PupilColumn>, options: PupilOptions): { level: string | null; levelKnown: boolean } {
  const text = cells.text('level');
  if (text === '' && options.levelOptional) {
    if (cells.has('level')) cells.warn('level', 'le niveau manque. Vous pourrez l’indiquer sur la fiche de l’élève.');
    return { level: null, levelKnown: false };
  }
  const read = readLevel(text);
  if ('fault' in read) {
    cells.refuse('level', read.fault);
    return { level: null, levelKnown: false };
  }
  if (!read.value.known) {
    cells.warn(
      'level',
      `lu ${quoted(text)}, c’est un dispositif et non un niveau : il est gardé tel quel. Indiquez le niveau de l’élève dans ONDE.`,
    );
  }
  return { level: read.value.level, levelKnown: read.value.known };
}

export interface PupilCounts {
  pupils: number;
  classes: number;
  /** Parts of a class with one level: a class of CE2 and CM1 counts two (F04-10). */
  levelGroups: number;
  withoutClass: number;
  withoutIne: number;
}

/** Counts for the preview and the report. */
export function summarisePupils(pupils: PupilRow[]): PupilCounts {
  const classes = new Set<string>();
  const groups = new Set<string>();
  let withoutClass = 0;
  let withoutIne = 0;
  for (const pupil of pupils) {
    const key = classKey(pupil);
    if (key === null) withoutClass++;
    else {
      classes.add(key);
      if (pupil.level) groups.add(`${key}|${nameKey(pupil.level)}`);
    }
    if (pupil.ine === null) withoutIne++;
  }
  return { pupils: pupils.length, classes: classes.size, levelGroups: groups.size, withoutClass, withoutIne };
}
