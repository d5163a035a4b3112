import { CsvError, parse } from 'csv-parse/sync';
import { damagedAccents, lineAt } from './damage.ts';
import { decodeText, type Encoding } from './decoding.ts';
import { notTable } from './file-kind.ts';
import { counted, type Problem, problem, type Remark } from './problem.ts';

export type Separator = ';' | ',' | '\t' | '|';

export interface TableRow {
  line: number;
  cells: string[];
}

export interface Table {
  encoding: Encoding;
  separator: Separator;
  header: string[];
  rows: TableRow[];
  remarks: Remark[];
}

export interface Refusal {
  refused: Problem;
}

const AGAIN = 'Refaites l’extraction dans ONDE.';

/**
 * Reads the bytes of an extraction (or of a spreadsheet saved as CSV) into a table, or says in French why not.
 * Cells are as typed; blank lines are left out. Never throws, whatever the bytes.
 */
export function readTable(bytes: Uint8Array): Table | Refusal {
  if (bytes.length === 0) return refusal(`Ce fichier est vide. ${AGAIN}`);
  const otherKind = notTable(bytes);
  if (otherKind) return refusal(otherKind);
  const decoded = decodeText(bytes);
  if (decoded === 'cut') {
    return refusal(
      `Ce fichier est coupé : il s’arrête au milieu d’une lettre. Le téléchargement n’est pas allé au bout. ${AGAIN}`,
    );
  }
  const remarks: Remark[] = [];
  const text = cleaned(decoded.text.replace(/\r\n?/g, '\n'), remarks);
  if (typeof text !== 'string') return text;
  if (text.trim() === '') return refusal(`Ce fichier est vide : il ne contient que des lignes blanches. ${AGAIN}`);
  const damage = damagedAccents(text);
  if (damage) return { refused: damage };
  return toTable(text, decoded.encoding, remarks);
}

function toTable(text: string, encoding: Encoding, remarks: Remark[]): Table | Refusal {
  const separator = separatorOf(headerText(text));
  const parsed = parseRows(text, separator);
  if ('refused' in parsed) return parsed;
  const [head, ...rows] = parsed.rows;
  if (!head) return refusal(`Ce fichier est vide : il ne contient que des séparateurs. ${AGAIN}`);
  if (rows.length === 0) {
    return refusal(
      `Ce fichier ne contient que sa ligne d’en-tête : aucun élève, aucun responsable. Rien n’est changé dans l’école. ${AGAIN}`,
    );
  }
  const last = rows.at(-1);
  if (
    last &&
    rows.length > 1 &&
    !text.endsWith('\n') &&
    rows.every((row) => row === last || row.cells.length > last.cells.length)
  ) {
    remarks.push(
      problem(
        `La dernière ligne (${last.line}) est plus courte que les autres : vérifiez que le fichier n’est pas coupé.`,
        { line: last.line },
      ),
    );
  }
  if (separator === ',' || separator === '|') {
    remarks.push(
      problem(
        `Les colonnes de ce fichier sont séparées par ${separator === ',' ? 'des virgules' : 'des barres « | »'} : elles ont été lues ainsi.`,
      ),
    );
  }
  if (encoding === 'macintosh') {
    remarks.push(
      problem('Ce fichier a été enregistré sur un Mac dans un ancien format : vérifiez les accents dans l’aperçu.'),
    );
  }
  return { encoding, separator, header: head.cells, rows, remarks };
}

/** NUL and other control characters come from binary files; a stray one in a name is taken out, and said. */
function cleaned(text: string, remarks: Remark[]): string | Refusal {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters to find
  const control = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F-\u009F]/g;
  const first = text.search(control);
  if (first < 0) return text;
  const count = text.match(control)?.length ?? 0;
  if (count > 20 && count * 200 > text.length) {
    return refusal('Ce fichier n’est pas un fichier texte. Choisissez le fichier CSV de l’extraction ONDE.');
  }
  const line = lineAt(text, first);
  const signs = counted(count, 'caractère illisible retiré', 'caractères illisibles retirés');
  remarks.push(problem(`${signs}, le premier ligne ${line} : vérifiez cette ligne dans l’aperçu.`, { line }));
  return text.replace(control, '');
}

/** The first line that says something, up to a line end outside quotes. */
function headerText(text: string): string {
  const start = text.search(/\S/);
  let inQuotes = false;
  for (let i = start; i < text.length && i - start < 20_000; i++) {
    const sign = text[i];
    if (sign === '"') inQuotes = !inQuotes;
    else if (sign === '\n' && !inQuotes) return text.slice(start, i);
  }
  return text.slice(start, start + 20_000);
}

/** ONDE fact 28: Excel writes commas or tabs as well; the separator is the sign most used outside quotes in the header. */
function separatorOf(header: string): Separator {
  const bare = header.replace(/"[^"]*"/g, '');
  let best: Separator = ';';
  let most = 0;
  for (const sign of [';', '\t', ',', '|'] as const) {
    const count = bare.split(sign).length - 1;
    if (count > most) {
      best = sign;
      most = count;
    }
  }
  return best;
}

function parseRows(text: string, separator: Separator): { rows: TableRow[] } | Refusal {
  const rows: TableRow[] = [];
  let lastLine = 0;
  try {
    parse(text, {
      delimiter: separator,
      record_delimiter: '\n',
      // ONDE facts 14 and 21: guardians' rows are shorter than the header, others longer.
      relax_column_count: true,
      // A hand-made file may hold Résidence "Les Lilas" without doubling its quotes.
      relax_quotes: true,
      on_record: (cells: string[], context: { lines: number }) => {
        const line =
          context.lines -
          cells.reduce((ends, cell) => ends + (cell.includes('\n') ? cell.split('\n').length - 1 : 0), 0);
        lastLine = context.lines;
        if (cells.some((cell) => cell.trim() !== '')) rows.push({ line, cells });
        return null;
      },
    });
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    return cutFile(lastLine + 1);
  }
  // Excel writes « sep=; » above the header of some files.
  if (/^sep=.?$/i.test((rows[0]?.cells[0] ?? '').trim())) rows.shift();
  return { rows };
}

function cutFile(line: number): Refusal {
  return {
    refused: problem(
      `Ce fichier est coupé : un guillemet ouvert ligne ${line} n’est jamais refermé. Le téléchargement n’est sans doute pas allé au bout. Rien n’est importé. ${AGAIN}`,
      { line },
    ),
  };
}

function refusal(message: string): Refusal {
  return { refused: problem(message) };
}
