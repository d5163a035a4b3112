/** A cell of a table as PostgreSQL writes it in text; null where there is no value. */
export type Cell = string | null;

/** One line of RFC 4180. « Nothing » is an empty cell, an empty text is `""`. */
export const csvLine = (cells: Cell[]): string => `${cells.map(csvCell).join(',')}\r\n`;

const csvCell = (cell: Cell): string => {
  if (cell === null) return '';
  return cell === '' || /[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
};

/** No line of ours is as long: a file whose quote never closes must not fill the memory. */
const LONGEST = 100_000_000;
/** Above this, what waits for its end is looked at again only once it has doubled. */
const LONG = 1_000_000;

/** The lines of such a file, read as they come. @throws Error in French for what `csvLine` does not write. */
export async function* csvLines(chunks: AsyncIterable<Buffer | string>): AsyncGenerator<Cell[]> {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  let text = '';
  let enough = 0;
  for await (const chunk of chunks) {
    text += typeof chunk === 'string' ? chunk : decoder.decode(chunk, { stream: true });
    if (text.length > LONGEST) throw new Error('une ligne n’en finit pas');
    if (text.length < enough) continue;
    const { lines, rest } = wholeLines(text);
    text = rest;
    enough = rest.length > LONG ? rest.length * 2 : 0;
    yield* lines;
  }
  const { lines, rest } = wholeLines(text + decoder.decode());
  yield* lines;
  if (rest) throw new Error('une ligne est coupée ou mal écrite');
}

function wholeLines(text: string): { lines: Cell[][]; rest: string } {
  const lines: Cell[][] = [];
  let cells: Cell[] = [];
  let begin = 0;
  for (let at = 0; at < text.length; ) {
    const cell = text[at] === '"' ? quotedAt(text, at) : bareAt(text, at);
    if (!cell) break;
    cells.push(cell.value);
    if (text[cell.end] === ',') at = cell.end + 1;
    else if (text.startsWith('\r\n', cell.end)) {
      at = cell.end + 2;
      begin = at;
      lines.push(cells);
      cells = [];
    } else break;
  }
  return { lines, rest: text.slice(begin) };
}

const BARE = /[^",\r\n]*/y;

function bareAt(text: string, at: number): { value: Cell; end: number } {
  BARE.lastIndex = at;
  const value = BARE.exec(text)?.[0] ?? '';
  return { value: value || null, end: at + value.length };
}

/** A quote inside quotes is written twice. Null while the closing one has not come. */
function quotedAt(text: string, at: number): { value: Cell; end: number } | null {
  let close = text.indexOf('"', at + 1);
  while (close >= 0 && text[close + 1] === '"') close = text.indexOf('"', close + 2);
  return close < 0 ? null : { value: text.slice(at + 1, close).replaceAll('""', '"'), end: close + 1 };
}
