export interface TableRow {
  line: number;
  cells: string[];
}

/** The rows of a text whose line ends are « \n », or the line of a quote that is not closed where it should be. */
export type Parsed = { rows: TableRow[] } | { openQuote: number };

/**
 * Parts a text into rows and cells, each row with the line it begins on; blank rows are left out. Rows of any length
 * are taken as they are (ONDE facts 14 and 21). A quote inside a cell is a letter like any other (Résidence "Les
 * Lilas"), but in a cell that runs over a line end it shows that the cell was not closed: the lines it would swallow
 * are pupils, so the file is refused and not read askew.
 */
export function parseRows(text: string, separator: string): Parsed {
  const rows: TableRow[] = [];
  const reader = new CellReader(text, separator);
  while (!reader.done) {
    const row: TableRow = { line: reader.line, cells: [] };
    let more = true;
    while (more) {
      const openedAt = reader.line;
      if (reader.atQuote()) {
        const cell = reader.quoted();
        if (cell === null) return { openQuote: openedAt };
        row.cells.push(cell);
      } else row.cells.push(reader.bare());
      more = reader.next();
    }
    if (row.cells.some((cell) => cell.trim() !== '')) rows.push(row);
  }
  return { rows };
}

class CellReader {
  line = 1;
  readonly #text: string;
  readonly #separator: string;
  #at = 0;
  #lineEnd = -1;
  #cellEnd = -1;

  constructor(text: string, separator: string) {
    this.#text = text;
    this.#separator = separator;
  }

  get done(): boolean {
    return this.#at >= this.#text.length;
  }

  /** Whether a quote opens the cell, spaces before it put aside. */
  atQuote(): boolean {
    let at = this.#at;
    while (this.#text[at] === ' ') at++;
    if (this.#text[at] !== '"') return false;
    this.#at = at + 1;
    return true;
  }

  bare(): string {
    const from = this.#at;
    this.#at = Math.min(this.#endOfLine(), this.#endOfCell());
    return this.#text.slice(from, this.#at);
  }

  /** What stands between two quotes; null when the closing one is missing. */
  quoted(): string | null {
    let cell = '';
    let from = this.#at;
    for (;;) {
      const quote = this.#text.indexOf('"', from);
      if (quote < 0) return null;
      cell += this.#text.slice(from, quote);
      from = quote + 1;
      if (this.#text[from] === '"') {
        cell += '"';
        from++;
        continue;
      }
      let end = from;
      while (this.#text[end] === ' ') end++;
      if (end >= this.#text.length || this.#text[end] === this.#separator || this.#text[end] === '\n') {
        this.#at = end;
        this.line += lineEnds(cell);
        return cell;
      }
      if (cell.includes('\n')) return null;
      cell += '"';
    }
  }

  /** Steps over what ends the cell. @returns whether another cell of the row follows. */
  next(): boolean {
    const more = this.#text[this.#at] === this.#separator;
    if (this.#text[this.#at] === '\n') this.line++;
    this.#at++;
    return more;
  }

  // Both are looked for once and kept until passed: a text without separators would be read over and over.
  #endOfLine(): number {
    if (this.#lineEnd < this.#at) this.#lineEnd = this.#find('\n');
    return this.#lineEnd;
  }

  #endOfCell(): number {
    if (this.#cellEnd < this.#at) this.#cellEnd = this.#find(this.#separator);
    return this.#cellEnd;
  }

  #find(sign: string): number {
    const found = this.#text.indexOf(sign, this.#at);
    return found < 0 ? this.#text.length : found;
  }
}

const lineEnds = (cell: string): number => (cell.includes('\n') ? cell.split('\n').length - 1 : 0);
