import { parseRows, type TableRow } from './csv-rows.ts';
import { damagedAccents, lineAt } from './damage.ts';
import { decodeText, type Encoding } from './decoding.ts';
import { notTable } from './file-kind.ts';
import { counted, type Problem, problem, type Remark } from './problem.ts';

export type Separator = ';' | ',' | '\t' | '|';

export type { TableRow } from './csv-rows.ts';

export interface Table {
  encoding: Encoding;
  separator: Separator;
  header: string[];
  rows: TableRow[];
  /** The text ends in the middle of a line. */
  endsInLine: boolean;
  remarks: Remark[];
}

export interface Refusal {
  refused: Problem;
}

const SEPARATORS: Separator[] = [';', '\t', ',', '|'];
/** Lines a title may take above the header. */
const MOST_TITLES = 8;

/** What whoever chose a file is told of it, by where it comes from. */
export interface TableWords {
  /** « Refaites l’extraction dans ONDE » */
  again: string;
  /** « aucun élève, aucun responsable » */
  nobody: string;
  /** « le fichier CSV de l’extraction ONDE » */
  what: string;
  /** Why a web page may have come instead; said before `again`. */
  webPage?: string;
}

/**
 * Reads the bytes of a spreadsheet saved as CSV (or of an extraction) into a table, or says in French why not.
 * Cells are as typed; blank lines are left out. Never throws, whatever the bytes.
 */
export function readTable(bytes: Uint8Array, words: TableWords): Table | Refusal {
  const again = `${words.again}.`;
  if (bytes.length === 0) return refusal(`Ce fichier est vide. ${again}`);
  const otherKind = notTable(bytes, words);
  if (otherKind) return refusal(otherKind);
  const decoded = decodeText(bytes);
  if (decoded === 'cut') {
    return refusal(
      `Ce fichier est coupé : il s’arrête au milieu d’une lettre. Le téléchargement n’est pas allé au bout. ${again}`,
    );
  }
  const remarks: Remark[] = [];
  const text = cleaned(decoded.text.replace(/\r\n?/g, '\n').normalize('NFC'), remarks, words);
  if (typeof text !== 'string') return text;
  if (text.trim() === '') return refusal(`Ce fichier est vide : il ne contient que des lignes blanches. ${again}`);
  const damage = damagedAccents(text, words.again);
  if (damage) return { refused: damage };
  return toTable(text, decoded.encoding, remarks, words);
}

function toTable(text: string, encoding: Encoding, remarks: Remark[], words: TableWords): Table | Refusal {
  const again = `${words.again}.`;
  const separator = separatorOf(text);
  const parsed = parseRows(text, separator);
  if ('openQuote' in parsed) return cutFile(parsed.openQuote, again);
  const all = withoutTitles(parsed.rows, remarks);
  const [head, ...rows] = all;
  if (!head) return refusal(`Ce fichier est vide : il ne contient que des séparateurs. ${again}`);
  if (rows.length === 0) {
    return refusal(
      `Ce fichier ne contient que sa ligne d’en-tête : ${words.nobody}. Rien n’est changé dans l’école. ${again}`,
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
  return { encoding, separator, header: head.cells, rows, endsInLine: !text.endsWith('\n'), remarks };
}

const filled = (row: TableRow): number => row.cells.filter((cell) => cell.trim() !== '').length;

/** Excel writes « sep=; » above the header, and people a title: one cell alone, above a line of several. */
function withoutTitles(rows: TableRow[], remarks: Remark[]): TableRow[] {
  const marked = /^sep=.?$/i.test((rows[0]?.cells[0] ?? '').trim()) ? rows.slice(1) : rows;
  const at = marked.slice(0, MOST_TITLES + 1).findIndex((row) => filled(row) >= 3);
  const titles = marked.slice(0, at);
  if (at < 1 || titles.some((row) => filled(row) > 1)) return marked;
  const which = titles.map((row) => row.line).join(', ');
  remarks.push(
    problem(`${titles.length > 1 ? 'Lignes' : 'Ligne'} ${which} : un titre au-dessus de l’en-tête, il n’est pas lu.`, {
      line: titles[0]?.line ?? null,
    }),
  );
  return marked.slice(at);
}

/** NUL and other control characters come from binary files; a stray one in a name is taken out, and said. */
function cleaned(text: string, remarks: Remark[], words: TableWords): string | Refusal {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters to find
  const control = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F-\u009F]/g;
  const first = text.search(control);
  if (first < 0) return text;
  const count = text.match(control)?.length ?? 0;
  if (count > 20 && count * 200 > text.length) {
    return refusal(`Ce fichier n’est pas un fichier texte. Choisissez ${words.what}.`);
  }
  const line = lineAt(text, first);
  const signs = counted(count, 'caractère illisible retiré', 'caractères illisibles retirés');
  remarks.push(problem(`${signs}, le premier ligne ${line} : vérifiez cette ligne dans l’aperçu.`, { line }));
  return text.replace(control, '');
}

/** ONDE fact 28: Excel writes commas or tabs as well; the separator is the sign most used outside quotes in the header. */
function separatorOf(text: string): Separator {
  const start = Math.max(0, text.search(/\S/));
  const lines = text
    .slice(start, start + 20_000)
    .replace(/"[^"]*"/g, '')
    .split('\n', MOST_TITLES + 1);
  // Titles above the header have no separator, or one by chance.
  const header = lines.find((line) => most(line).count > 1) ?? lines.find((line) => most(line).count > 0);
  return header === undefined ? ';' : most(header).sign;
}

function most(line: string): { sign: Separator; count: number } {
  const counts = SEPARATORS.map((sign) => ({ sign, count: line.split(sign).length - 1 }));
  return counts.reduce((best, one) => (one.count > best.count ? one : best));
}

function cutFile(line: number, again: string): Refusal {
  return {
    refused: problem(
      `Ce fichier est coupé : un guillemet ouvert ligne ${line} n’est jamais refermé, ou l’est trop tard. Le téléchargement n’est sans doute pas allé au bout. Rien n’est importé. ${again}`,
      { line },
    ),
  };
}

function refusal(message: string): Refusal {
  return { refused: problem(message) };
}
