import { counted, normaliseHeading, type Problem, problem, quoted, type Remark } from '@preau/core';
import { type ChildGroup, childGroups, missingInGroups, wider } from './child-groups.ts';
import { cutLine } from './cut-line.ts';
import {
  GUARDIAN_LAYOUTS,
  type GuardianColumn,
  type Kind,
  type Layout,
  PUPIL_LAYOUTS,
  type PupilColumn,
} from './layout-tables.ts';
import type { Table } from './read.ts';

export type { ChildColumn, GuardianColumn, Kind, PupilColumn } from './layout-tables.ts';

/** Where each field stands in the table's header. */
export interface Columns<Column extends string> {
  fields: Partial<Record<Column, number>>;
  /** One entry per repeated group of child columns, left to right. */
  children: ChildGroup[];
}

export type Recognised =
  | { kind: 'eleves'; layout: string; columns: Columns<PupilColumn>; remarks: Remark[] }
  | { kind: 'responsables'; layout: string; columns: Columns<GuardianColumn>; remarks: Remark[] };

/** Why a table is not the file that was expected. */
export interface Unrecognised extends Problem {
  /** 'wrong-kind': offer the other import; 'unknown-layout': offer the column matching. */
  reason: 'wrong-kind' | 'missing-column' | 'unknown-layout' | 'cut';
  /** What the file looks like. */
  kind: Kind | null;
}

const OTHER_KIND: Record<Kind, string> = {
  eleves:
    'Ce fichier ressemble à l’extraction des élèves. Importez-le par « Importer les élèves et les classes ». Rien n’est importé.',
  responsables:
    'Ce fichier ressemble à l’extraction des responsables. Importez-le par « Importer des responsables ». Rien n’est importé.',
};

/**
 * Finds which extraction a table is, by the names in its header and never by their place (ONDE section 0, point 3).
 * With `wanted`, a file of the other kind is a problem that says which import takes it (F04-08).
 */
export function recogniseLayout(table: Table, wanted?: Kind): Recognised | Unrecognised {
  const header = table.header.map(normaliseHeading);
  const widest = table.rows.reduce((most, row) => Math.max(most, row.cells.length), header.length);
  // Both files speak of « Prénom élève », only one of responsables: these are looked for first.
  const guardian = bestFit(header, GUARDIAN_LAYOUTS, widest);
  if (guardian) {
    if (wanted === 'eleves') return unrecognised('wrong-kind', 'responsables', OTHER_KIND.responsables);
    return (
      missingColumn(guardian) ??
      missingChild(guardian) ??
      cut(table, guardian) ?? {
        kind: 'responsables',
        layout: guardian.layout.name,
        columns: guardian.columns,
        remarks: unreadColumns(table.header, header, guardian),
      }
    );
  }
  const pupil = bestFit(header, PUPIL_LAYOUTS, widest);
  if (pupil) {
    if (wanted === 'responsables') return unrecognised('wrong-kind', 'eleves', OTHER_KIND.eleves);
    return (
      missingColumn(pupil) ??
      cut(table, pupil) ?? {
        kind: 'eleves',
        layout: pupil.layout.name,
        columns: pupil.columns,
        remarks: unreadColumns(table.header, header, pupil),
      }
    );
  }
  const read = table.header.map((cell) => cell.trim()).filter(Boolean);
  return unrecognised(
    'unknown-layout',
    null,
    `Les colonnes de ce fichier ne sont pas celles d’une extraction ONDE (lu : ${quoted(read.join(', '))}). Indiquez à quoi correspond chaque colonne, ou refaites l’extraction dans ONDE.`,
  );
}

interface Fit<Column extends string> {
  layout: Layout<Column>;
  columns: Columns<Column>;
  missing: Column[];
  used: Set<number>;
}

function bestFit<Column extends string>(
  header: string[],
  layouts: Layout<Column>[],
  widest: number,
): Fit<Column> | null {
  let best: Fit<Column> | null = null;
  for (const layout of layouts) {
    const fit = fitTo(header, layout, widest);
    if (!layout.signature.some((column) => fit.columns.fields[column] !== undefined)) continue;
    if (
      !best ||
      fit.missing.length < best.missing.length ||
      (fit.missing.length === best.missing.length && fit.used.size > best.used.size)
    ) {
      best = fit;
    }
  }
  return best;
}

function fitTo<Column extends string>(header: string[], layout: Layout<Column>, widest: number): Fit<Column> {
  const byHeading = new Map<string, Column>();
  for (const column of Object.keys(layout.headings) as Column[]) {
    for (const heading of layout.headings[column] ?? []) byHeading.set(normaliseHeading(heading), column);
  }
  const fields: Partial<Record<Column, number>> = {};
  const used = new Set<number>();
  header.forEach((heading, index) => {
    const column = byHeading.get(heading);
    if (column === undefined || fields[column] !== undefined) return;
    fields[column] = index;
    used.add(index);
  });
  const children = wider(childGroups(header, layout.children, used), header, widest);
  return {
    layout,
    columns: { fields, children },
    missing: layout.required.filter((column) => fields[column] === undefined),
    used,
  };
}

function missingColumn<Column extends string>(fit: Fit<Column>): Unrecognised | null {
  if (fit.missing.length === 0) return null;
  return lacking(
    fit.layout.kind,
    fit.missing.map((column) => fit.layout.headings[column]?.[0] ?? column),
  );
}

/** Guardians whose children cannot be told would be linked to nobody, ever. */
function missingChild({ layout, columns }: Fit<GuardianColumn>): Unrecognised | null {
  const missing = missingInGroups(columns.children).map((column) => layout.children[column]?.[0] ?? column);
  return missing.length === 0 ? null : lacking('responsables', missing);
}

function cut(table: Table, fit: Fit<string>): Unrecognised | null {
  const found = cutLine(table, fit.columns);
  return found && { ...found, reason: 'cut', kind: fit.layout.kind };
}

function lacking(kind: Kind, headings: string[]): Unrecognised {
  const names = headings.map((heading) => `« ${heading} »`);
  const words = names.length > 1 ? `les colonnes ${names.join(', ')} manquent` : `la colonne ${names[0]} manque`;
  const found = unrecognised(
    'missing-column',
    kind,
    `Dans ce fichier, ${words}. Rien n’est importé. Refaites l’extraction dans ONDE sans retirer de colonne.`,
  );
  return { ...found, column: headings.join(', ') };
}

/** ONDE fact 17: ONDE adds columns every year or so; they are left aside, and named in case one mattered. */
function unreadColumns<Column extends string>(shown: string[], header: string[], fit: Fit<Column>): Remark[] {
  const ignored = new Set(fit.layout.ignored.map(normaliseHeading));
  const names = shown.filter(
    (_, index) => header[index] !== '' && !fit.used.has(index) && !ignored.has(header[index] ?? ''),
  );
  if (names.length === 0) return [];
  const list = names.map((name) => `« ${name.trim()} »`).join(', ');
  return [problem(`${counted(names.length, 'colonne non reprise', 'colonnes non reprises')} : ${list}.`)];
}

function unrecognised(reason: Unrecognised['reason'], kind: Kind | null, message: string): Unrecognised {
  return { ...problem(message), reason, kind };
}
