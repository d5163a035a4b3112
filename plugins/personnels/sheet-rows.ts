import { counted, email, type Problem, problem, quoted, searchKey, type Table } from '@preau/core';
import type { Places } from './sheet-fields.ts';

/** One person as a line of the file gives it, names as typed. */
export interface SheetRow {
  line: number;
  civility: string | null;
  lastName: string;
  firstName: string;
  job: string | null;
  email: string | null;
  phoneMobile: string | null;
}
export interface SheetReading {
  rows: SheetRow[];
  refused: { line: number; name: string; problems: string[] }[];
  notes: Problem[];
}

const LONGEST = { civility: 30, lastName: 100, firstName: 100, job: 60, phoneMobile: 60 } as const;
const address = email('E-mail').schema;

/** The lines of a table by the columns chosen. A wrong address is left out and told; a line without name is refused. */
export function readSheet(
  table: Table,
  places: Places,
  civilities: { abbreviation: string; label: string }[],
): SheetReading {
  const reading: SheetReading = { rows: [], refused: [], notes: [...table.remarks, ...unread(table, places)] };
  for (const { line, cells } of table.rows) {
    const at = (field: keyof Places) => tidy(places[field] === undefined ? '' : (cells[places[field]] ?? ''));
    const [lastName, firstName] = [at('lastName'), at('firstName')];
    const problems: string[] = [];
    if (!lastName) problems.push('Le nom manque.');
    if (!firstName) problems.push('Le prénom manque.');
    for (const [field, most] of Object.entries(LONGEST))
      if ([...at(field as keyof Places)].length > most)
        problems.push(`Raccourcissez ${quoted(at(field as keyof Places))} : ${most} caractères au plus.`);
    if (problems.length) {
      reading.refused.push({ line, name: `${lastName} ${firstName}`.trim() || '(sans nom)', problems });
      continue;
    }
    reading.rows.push({
      line,
      civility: civilityIn(at('civility'), civilities),
      lastName,
      firstName,
      job: at('job') || null,
      email: addressIn(at('email'), line, reading.notes),
      phoneMobile: phoneIn(at('phoneMobile')),
    });
  }
  return reading;
}

/** What a cell holds beside its letters: no-break spaces, marks nobody sees. */
const tidy = (cell: string): string =>
  cell
    .replace(/[\u200B-\u200D\u2060\uFEFF\u00AD]/g, '')
    .replace(/[\s\u00A0]+/gu, ' ')
    .trim();

function unread(table: Table, places: Places): Problem[] {
  const used = new Set(Object.values(places));
  const names = table.header.filter((heading, at) => heading.trim() && !used.has(at)).map((one) => `« ${one.trim()} »`);
  if (!names.length) return [];
  return [problem(`${counted(names.length, 'colonne non reprise', 'colonnes non reprises')} : ${names.join(', ')}.`)];
}

/** « Madame » and « Mme » are one civility; one the school does not have is kept as typed. */
function civilityIn(typed: string, known: { abbreviation: string; label: string }[]): string | null {
  const key = searchKey(typed);
  if (!key) return null;
  if (['m', 'mr'].includes(key)) return 'M.';
  const found = known.find((one) => [one.abbreviation, one.label].some((words) => searchKey(words) === key));
  return found?.abbreviation ?? typed;
}

function addressIn(typed: string, line: number, notes: Problem[]): string | null {
  if (!typed) return null;
  if (address.safeParse(typed).success) return typed;
  const message = `Ligne ${line}, lu ${quoted(typed)} : ce n’est pas une adresse e-mail complète. Elle n’est pas reprise.`;
  notes.push(problem(message, { line, value: typed }));
  return null;
}

/** A French number as its ten digits; any other as typed. */
function phoneIn(typed: string): string | null {
  const digits = typed.replace(/[\s.\-/()]/g, '').replace(/^(?:\+33|0033)0?/, '0');
  if (/^0\d{9}$/.test(digits)) return digits;
  // A spreadsheet took the number for a quantity.
  if (/^[1-9]\d{8}$/.test(digits)) return `0${digits}`;
  return typed || null;
}
