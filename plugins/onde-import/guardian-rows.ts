import { calendarDate } from './birth-date.ts';
import { readEmail, readPhone } from './contact.ts';
import { GuardianMerge } from './guardian-merge.ts';
import { normaliseHeading } from './headings.ts';
import type { Columns, GuardianColumn } from './layouts.ts';
import { LineCells } from './line-cells.ts';
import { type Problem, problem } from './problem.ts';
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
  const { rows, organisationsFrom, notes } = personLines(table, columns);
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
  let links = 0;
  for (const { table, columns, row } of lines) {
    const cells = new LineCells<GuardianColumn>(table, columns, row);
    const guardian = readGuardian(cells, columns);
    links += guardian.children.length;
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
    links,
    organisationsFrom: null,
  };
}

/** Leaves out what is below the persons: the block of organisations (ONDE fact 16) and a closing line of one cell. */
function personLines(
  table: Table,
  columns: Columns<GuardianColumn>,
): { rows: TableRow[]; organisationsFrom: number | null; notes: Problem[] } {
  const notes: Problem[] = [];
  const at = table.rows.findIndex(
    (row) => normaliseHeading(row.cells.find((cell) => cell.trim() !== '') ?? '') === 'intitule',
  );
  const organisationsFrom = table.rows[at]?.line ?? null;
  const rows = at < 0 ? [...table.rows] : table.rows.slice(0, at);
  if (organisationsFrom !== null) {
    const what = 'le fichier donne une liste d’organismes et non de responsables. Ces lignes ne sont pas importées.';
    notes.push(problem(`À partir de la ligne ${organisationsFrom}, ${what}`, { line: organisationsFrom }));
  }
  const last = rows.at(-1);
  const filled =
    last?.cells.map((cell, index) => (cell.trim() === '' ? -1 : index)).filter((index) => index >= 0) ?? [];
  if (last && rows.length > 1 && filled.length === 1 && filled[0] !== columns.fields.lastName) {
    rows.pop();
    const value = last.cells[filled[0] ?? 0]?.trim() ?? null;
    notes.push(
      problem(`Ligne ${last.line} : la ligne de fin du fichier n’est pas un responsable, elle n’est pas importée.`, {
        line: last.line,
        value,
      }),
    );
  }
  return { rows, organisationsFrom, notes };
}

function readGuardian(cells: LineCells<GuardianColumn>, columns: Columns<GuardianColumn>): GuardianRow {
  const usedName = cells.textOrNull('usedName');
  const familyName = cells.text('lastName');
  if (familyName === '' && usedName === null)
    cells.refuse('lastName', 'le nom du responsable manque. Complétez-le dans ONDE.');
  const firstName = cells.textOrNull('firstName');
  if (firstName === null && cells.has('firstName')) cells.warn('firstName', 'le prénom du responsable manque.');
  const address = cells.address({ street: 'address', postcode: 'postcode', city: 'city', country: 'country' });
  const children = columns.children
    .map((group, index) => readChild(cells, group, index + 1))
    .filter((child) => child !== null);
  if (children.length === 0) cells.warnAt(undefined, 'ce responsable n’a aucun élève dans le fichier.');
  return {
    line: cells.row.line,
    lines: [cells.row.line],
    title: titleOf(cells.text('title')),
    lastName: familyName || (usedName ?? ''),
    usedName: familyName ? usedName : null,
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
  const lastName = cells.at(group.lastName) || null;
  const usedName = cells.at(group.usedName) || null;
  const firstName = cells.at(group.firstName) || null;
  if (!lastName && !usedName && !firstName) return null;
  if (!firstName || !(lastName || usedName))
    cells.warnAt(group[firstName ? 'lastName' : 'firstName'], `le nom de l’enfant ${position} est incomplet.`);
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
