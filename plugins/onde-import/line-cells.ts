import { normaliseHeading, type Problem, problem, quoted } from '@preau/core';
import type { Kept } from './contact.ts';
import type { Columns } from './layouts.ts';
import type { Table, TableRow } from './read.ts';
import type { Address, Sex } from './row-types.ts';

/** One line of a table, its cells found by field, and what there is to say about them. */
export class LineCells<Column extends string> {
  readonly errors: Problem[] = [];
  readonly warnings: Problem[] = [];
  readonly row: TableRow;
  readonly #table: Table;
  readonly #columns: Columns<Column>;

  constructor(table: Table, columns: Columns<Column>, row: TableRow) {
    this.#table = table;
    this.#columns = columns;
    this.row = row;
  }

  /** The cell without spaces around or doubled; empty when the column or the cell is not there. */
  text(column: Column): string {
    return this.at(this.#columns.fields[column]);
  }

  textOrNull(column: Column): string | null {
    return this.text(column) || null;
  }

  at(index: number | undefined): string {
    if (index === undefined) return '';
    const cell = this.row.cells[index];
    return cell === undefined ? '' : cell.replace(/\s+/g, ' ').trim();
  }

  has(column: Column): boolean {
    return this.#columns.fields[column] !== undefined;
  }

  /** The line will be refused. */
  refuse(column: Column, sentence: string): void {
    this.errors.push(this.#problem(this.#columns.fields[column], sentence));
  }

  /** The line is taken, and somebody should look at it. */
  warn(column: Column, sentence: string): void {
    this.warnings.push(this.#problem(this.#columns.fields[column], sentence));
  }

  warnAt(index: number | undefined, sentence: string): void {
    this.warnings.push(this.#problem(index, sentence));
  }

  /** Keeps a value that may deserve a look. */
  kept(column: Column, read: (text: string) => Kept): string | null {
    const { value, fault } = read(this.text(column));
    if (fault) this.warn(column, fault);
    return value;
  }

  /** A question mark in a name is mostly an accent that a tool could not write. */
  doubtName(column: Column): void {
    if (/\p{L}\?|\?\p{L}/u.test(this.text(column)))
      this.warn(
        column,
        `lu ${quoted(this.text(column))}, une lettre accentuée semble perdue. Vérifiez le nom dans ONDE.`,
      );
  }

  /** Cells with no heading above come from a separator that stood inside a value. */
  surplus(): void {
    const children = this.#columns.children.flatMap((group) => Object.values(group));
    const width = Math.max(this.#table.header.length, ...children.map((index) => index + 1));
    const first = this.row.cells.findIndex((cell, index) => index >= width && cell.trim() !== '');
    if (first >= 0)
      this.warnAt(
        first,
        `la ligne a plus de cellules que l’en-tête (lu ${quoted(this.at(first))}). Vérifiez qu’aucune valeur n’est décalée.`,
      );
  }

  /** « Oui », « Non »; null for anything else. */
  yesNo(column: Column): boolean | null {
    const word = normaliseHeading(this.text(column));
    if (['oui', 'o', '1', 'vrai', 'x'].includes(word)) return true;
    if (['non', 'n', '0', 'faux'].includes(word)) return false;
    return null;
  }

  /** F and M; older files write H, others G, 1 or 2 (ONDE section 1). */
  sex(column: Column): Sex | null {
    const word = normaliseHeading(this.text(column)).replace(/\.$/, '');
    if (word === '') return null;
    if (['f', '2', 'fille', 'feminin', 'fem', 'femme'].includes(word)) return 'F';
    if (['m', 'h', 'g', '1', 'garcon', 'masculin', 'masc', 'homme'].includes(word)) return 'M';
    this.warn(column, `lu ${quoted(this.text(column))}, attendu F ou M : laissé vide.`);
    return null;
  }

  address(columns: { street: Column; postcode: Column; city: Column; country: Column }): Address | null {
    const index = this.#columns.fields[columns.street];
    const lines = (index === undefined ? '' : (this.row.cells[index] ?? ''))
      .split('\n')
      .map((line) => line.replace(/\s+/g, ' ').trim())
      .filter(Boolean);
    const city = this.textOrNull(columns.city);
    const country = this.textOrNull(columns.country);
    const typed = this.text(columns.postcode);
    if (lines.length === 0 && !city && !typed) return null;
    return { lines, postcode: this.#postcode(columns.postcode, typed, country), city, country };
  }

  /** ONDE fact 30: Excel takes the zero from 01000. It comes back in France only: 1200 is a postcode in Geneva. */
  #postcode(column: Column, typed: string, country: string | null): string | null {
    if (typed === '') return null;
    if (country === null || normaliseHeading(country) !== 'france') return typed;
    const digits = typed
      .replace(/\s/g, '')
      .replace(/^F-(?=\d)/i, '')
      .replace(/[.,]0$/, '');
    if (/^\d{5}$/.test(digits)) return digits;
    if (/^[1-9]\d{3}$/.test(digits)) {
      this.warn(column, `lu ${quoted(typed)}, le zéro de tête était perdu : 0${digits} est rétabli.`);
      return `0${digits}`;
    }
    this.warn(column, `lu ${quoted(typed)}, attendu cinq chiffres. Vérifiez l’adresse.`);
    return typed;
  }

  #problem(index: number | undefined, sentence: string): Problem {
    const column =
      index === undefined || index >= this.#table.header.length
        ? null
        : (this.#table.header[index] ?? '').replace(/\uFEFF/g, '').trim();
    const place = column ? `Ligne ${this.row.line}, colonne « ${column} »` : `Ligne ${this.row.line}`;
    const value = index === undefined ? null : this.at(index);
    return problem(`${place} : ${sentence}`, { line: this.row.line, column, value });
  }
}
