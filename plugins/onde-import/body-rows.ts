import { normaliseHeading, type Problem, problem } from '@preau/core';
import type { Table, TableRow } from './read.ts';

export interface Body {
  rows: TableRow[];
  /** First line of the block of organisations, if the file has one. */
  organisationsFrom: number | null;
  notes: Problem[];
}

const CLOSING =
  /^(?:total|totaux|sous-total|nombre|nb|effectif|fin|extraction|extrait|edite|edition|imprime|genere|exporte|source|page|date d)/;

/**
 * The lines that are persons. Left out, and told: the block of organisations below (ONDE fact 16), the closing lines
 * (« Total », « Extraction du… ») and a header that comes again in the middle.
 * @param name columns that only a person fills: with one of them a line is no closing line.
 */
export function bodyRows(table: Table, name: (number | undefined)[]): Body {
  const notes: Problem[] = [];
  const at = table.rows.findIndex(opensOrganisations);
  const organisationsFrom = table.rows[at]?.line ?? null;
  const rows = at < 0 ? [...table.rows] : table.rows.slice(0, at);
  if (organisationsFrom !== null) {
    const what = 'le fichier donne une liste d’organismes et non de personnes. Ces lignes ne sont pas importées.';
    notes.push(problem(`À partir de la ligne ${organisationsFrom}, ${what}`, { line: organisationsFrom }));
  }
  for (let last = rows.at(-1); last && isClosing(last, name); last = rows.at(-1)) {
    rows.pop();
    const text = 'la ligne de fin du fichier n’est pas une personne, elle n’est pas importée.';
    notes.push(problem(`Ligne ${last.line} : ${text}`, { line: last.line, value: filledCells(last).join(' ') }));
  }
  const header = spelled(table.header);
  const again = rows.filter((row) => spelled(row.cells) === header);
  for (const row of again)
    notes.push(problem(`Ligne ${row.line} : l’en-tête est répété, cette ligne n’est pas lue.`, { line: row.line }));
  return { rows: again.length > 0 ? rows.filter((row) => !again.includes(row)) : rows, organisationsFrom, notes };
}

const filledCells = (row: TableRow): string[] => row.cells.map((cell) => cell.trim()).filter(Boolean);

function opensOrganisations(row: TableRow): boolean {
  return filledCells(row)
    .map(normaliseHeading)
    .some((cell) => cell === 'intitule' || /^\S+(?: de l'| de| )?organisme$/.test(cell));
}

function isClosing(row: TableRow, name: (number | undefined)[]): boolean {
  const filled = filledCells(row);
  if (filled.length === 0 || filled.length > 3) return false;
  if (CLOSING.test(normaliseHeading(filled[0] ?? ''))) return true;
  const named = name.some((index) => index !== undefined && (row.cells[index] ?? '').trim() !== '');
  return filled.length === 1 && !named;
}

function spelled(cells: string[]): string {
  const last = cells.findLastIndex((cell) => cell.trim() !== '');
  return cells
    .slice(0, last + 1)
    .map(normaliseHeading)
    .join('\u0001');
}
