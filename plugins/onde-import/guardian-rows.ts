import { normaliseHeading, type Problem, problem } from '@preau/core';
import { calendarDate } from './birth-date.ts';
import { bodyRows } from './body-rows.ts';
import { readEmail, readPhone } from './contact.ts';
import { isCouple, splitByCapitals, withoutTitle } from './full-name.ts';
import { GuardianMerge } from './guardian-merge.ts';
import type { Columns, GuardianColumn } from './layouts.ts';
import { LineCells } from './line-cells.ts';
import type { Table, TableRow } from './read.ts';
import type { ChildRef, GuardianReading, GuardianRow, RefusedGuardian } from './row-types.ts';

/** A line and the way to read it. A spreadsheet gives several guardians on one line, each by columns of its own. */
export interface GuardianLine {
  table: Table;
  columns: Columns<GuardianColumn>;
  row: TableRow;
}

/**
 * Reads the lines of a guardians' extraction, one person each, with the children each line names. Nothing is said of
 * custody, kinship or legal rank: no column of ONDE tells them (ONDE section 0, point 5). Never throws.
 */
export function readGuardians(table: Table, columns: Columns<GuardianColumn>): GuardianReading {
  const { rows, organisationsFrom, notes } = bodyRows(table, [columns.fields.lastName]);
  if (columns.fields.firstName === undefined) {
    notes.push(problem('Ce fichier ne contient pas le prénom des responsables : ils sont repris par leur seul nom.'));
  }
  const reading = gatherGuardians(rows.map((row) => ({ table, columns, row })));
  return { ...reading, warnings: [...notes, ...reading.warnings], organisationsFrom };
}

/** Reads guardians from lines already chosen, and makes one person of those named twice. */
export function gatherGuardians(lines: GuardianLine[]): GuardianReading {
  const warnings: Problem[] = [];
  const refused: RefusedGuardian[] = [];
  const merge = new GuardianMerge();
  for (const { table, columns, row } of lines) {
    const cells = new LineCells<GuardianColumn>(table, columns, row);
    const guardian = readGuardian(cells, columns);
    warnings.push(...cells.warnings);
    if (cells.errors.length === 0) merge.add(guardian);
    else refused.push({ line: row.line, cells: previewCells(cells, guardian.children), problems: cells.errors });
  }
  return {
    guardians: merge.guardians,
    refused,
    doubtful: merge.doubtful,
    errors: refused.flatMap((line) => line.problems),
    warnings: [...warnings, ...merge.notes],
    rows: lines.length,
    links: merge.guardians.reduce((sum, one) => sum + one.children.length, 0),
    organisationsFrom: null,
  };
}

function readGuardian(cells: LineCells<GuardianColumn>, columns: Columns<GuardianColumn>): GuardianRow {
  const { title, lastName, usedName, firstName } = readNames(cells);
  cells.surplus();
  const address = cells.address({ street: 'address', postcode: 'postcode', city: 'city', country: 'country' });
  const children = columns.children
    .map((group, index) => readChild(cells, group, index + 1))
    .filter((child) => child !== null);
  if (children.length === 0) cells.warnAt(undefined, 'ce responsable n’a aucun élève dans le fichier.');
  return {
    line: cells.row.line,
    lines: [cells.row.line],
    title,
    lastName,
    usedName,
    firstName,
    addresses: address ? [address] : [],
    email: cells.kept('email', readEmail),
    homePhone: cells.kept('homePhone', readPhone),
    workPhone: cells.kept('workPhone', readPhone),
    workExtension: cells.textOrNull('workExtension'),
    mobile: cells.kept('mobile', readPhone),
    addressSharing: cells.yesNo('addressSharing'),
    children,
  };
}

/** Some exports give « Mme Claire ABADIE » or « M. et Mme ABADIE » in the cell of the name; no first name is invented. */
function readNames(
  cells: LineCells<GuardianColumn>,
): Pick<GuardianRow, 'title' | 'lastName' | 'usedName' | 'firstName'> {
  const usedName = cells.textOrNull('usedName');
  const whole = withoutTitle(cells.text('lastName'));
  const given = cells.textOrNull('firstName');
  const split = given === null ? splitByCapitals(whole.name) : null;
  const familyName = split?.lastName ?? whole.name;
  const firstName = given ?? split?.firstName ?? null;
  const title = cells.text('title') || whole.title;
  if (familyName === '' && usedName === null)
    cells.refuse('lastName', 'le nom du responsable manque. Complétez-le dans ONDE.');
  if (isCouple(title) || isCouple(whole.title))
    cells.warn(
      'lastName',
      'la ligne nomme deux personnes. Une seule fiche est faite, sans civilité : séparez-les dans ONDE.',
    );
  if (firstName === null && cells.has('firstName')) cells.warn('firstName', 'le prénom du responsable manque.');
  for (const column of ['lastName', 'firstName'] as const) cells.doubtName(column);
  return {
    title: titleOf(title),
    lastName: familyName || (usedName ?? ''),
    usedName: familyName ? usedName : null,
    firstName,
  };
}

function titleOf(text: string): GuardianRow['title'] {
  const word = normaliseHeading(text).replace(/\./g, '');
  if (['m', 'mr', 'monsieur'].includes(word)) return 'M.';
  return ['mme', 'mlle', 'madame', 'mademoiselle'].includes(word) ? 'Mme' : null;
}

/** A row padded to the header's length names no child there (ONDE fact 14): a class alone is not one. */
function readChild(
  cells: LineCells<GuardianColumn>,
  group: Columns<GuardianColumn>['children'][number],
  position: number,
): ChildRef | null {
  const whole = cells.at(group.fullName);
  const split = splitByCapitals(whole);
  const lastName = cells.at(group.lastName) || (split?.lastName ?? whole) || null;
  const usedName = cells.at(group.usedName) || null;
  const firstName = cells.at(group.firstName) || split?.firstName || null;
  if (!lastName && !usedName && !firstName) return null;
  if (!firstName || !(lastName || usedName))
    cells.warnAt(
      group.fullName ?? group[firstName ? 'lastName' : 'firstName'],
      `le nom de l’enfant ${position} est incomplet.`,
    );
  let birthDate: string | null = null;
  const typed = cells.at(group.birthDate);
  if (typed !== '') {
    const date = calendarDate(typed);
    // ONDE fact 18: a wrong date costs the help it would have given, not the link.
    if ('fault' in date) cells.warnAt(group.birthDate, date.fault);
    else birthDate = date.value;
  }
  return {
    position,
    line: cells.row.line,
    lastName,
    usedName,
    firstName,
    birthDate,
    classLabel: cells.at(group.classLabel) || null,
  };
}

function previewCells(cells: LineCells<GuardianColumn>, children: ChildRef[]): RefusedGuardian['cells'] {
  return {
    title: cells.text('title'),
    lastName: cells.text('lastName'),
    firstName: cells.text('firstName'),
    children: children
      .map((child) => `${child.lastName ?? child.usedName ?? ''} ${child.firstName ?? ''}`.trim())
      .join(', '),
  };
}
