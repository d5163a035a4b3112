import type { Encoding } from '@preau/core';
import { french, type Problem } from '@preau/core';
import type { CheckPerson } from './check-persons.ts';
import type { Separator } from './read.ts';

export type CheckKind = 'eleves' | 'responsables' | 'tableur';

/**
 * What `onde:check` says of a file, in the order it is printed. null where there is nothing to say: a count that this
 * kind of file does not have, or a comparison that was not asked for.
 */
export interface CheckReport {
  /** `reject`: the file as a whole cannot be imported, and `errors` says why. Lines refused one by one leave `accept`. */
  verdict: 'accept' | 'reject';
  /** What the file is, which may not be what it was given as; null when it cannot be told. */
  kind: CheckKind | null;
  /** Name of the layout recognised; `tableur` for columns matched by their headings. */
  layout: string | null;
  encoding: Encoding | null;
  separator: Separator | null;
  /** Lines read, blank ones, header and closing lines put aside. */
  rows: number | null;
  /** Persons the import would take: pupils, guardians, or both for a spreadsheet. */
  people: number | null;
  classes: number | null;
  /** Parts of a class with one level. */
  levelGroups: number | null;
  withoutClass: number | null;
  withoutIne: number | null;
  /** Children named by guardians. */
  links: number | null;
  /** Those whose pupil is certain; with --eleves, --school, or a spreadsheet. */
  linked: number | null;
  /** Those several pupils may be: they wait for the director. */
  pending: number | null;
  /** Persons compared with the school, or pupils with the file of --eleves; those somebody must be asked about are warnings. */
  new: number | null;
  changed: number | null;
  same: number | null;
  /** Pupils to be proposed as left. */
  absent: number | null;
  /** What refuses the file or a line, each with its place. */
  errors: Problem[];
  /** What was read all the same and deserves a look. */
  warnings: Problem[];
  /** With --people only. */
  persons?: CheckPerson[];
}

const NOTHING: Omit<CheckReport, 'verdict' | 'errors' | 'warnings'> = {
  kind: null,
  layout: null,
  encoding: null,
  separator: null,
  rows: null,
  people: null,
  classes: null,
  levelGroups: null,
  withoutClass: null,
  withoutIne: null,
  links: null,
  linked: null,
  pending: null,
  new: null,
  changed: null,
  same: null,
  absent: null,
};

/** A file that cannot be imported, and why. */
export function rejected(why: Problem, known: Partial<CheckReport> = {}): CheckReport {
  return { verdict: 'reject', ...NOTHING, ...known, errors: [placed(why)], warnings: [] };
}

/** A file that can. */
export function accepted(found: Partial<CheckReport> & Pick<CheckReport, 'errors' | 'warnings'>): CheckReport {
  return {
    verdict: 'accept',
    ...NOTHING,
    ...found,
    errors: inOrder(found.errors),
    warnings: inOrder(found.warnings),
  };
}

/** By line; what concerns the whole file first. */
const inOrder = (problems: Problem[]): Problem[] => problems.map(placed).sort((a, b) => (a.line ?? 0) - (b.line ?? 0));

/** Only the four fields of a problem, whatever else it carries. */
const placed = ({ line, column, message, value }: Problem): Problem => ({ line, column, message, value });

const KINDS: Record<CheckKind, string> = {
  eleves: 'extraction des élèves',
  responsables: 'extraction des responsables',
  tableur: 'tableur',
};
const SEPARATORS: Record<Separator, string> = {
  ';': 'point-virgule',
  ',': 'virgule',
  '\t': 'tabulation',
  '|': 'barre « | »',
};
const COUNTS: [keyof CheckReport, string][] = [
  ['rows', 'Lignes lues'],
  ['people', 'Personnes'],
  ['classes', 'Classes'],
  ['levelGroups', 'Niveaux par classe'],
  ['withoutClass', 'Sans classe'],
  ['withoutIne', 'Sans INE'],
  ['links', 'Enfants cités'],
  ['linked', 'rattachés'],
  ['pending', 'à décider'],
  ['new', 'Nouveaux'],
  ['changed', 'Modifiés'],
  ['same', 'Identiques'],
  ['absent', 'Absents du fichier'],
];

/** The report for eyes. */
export function inFrench(report: CheckReport): string {
  const lines = [
    report.verdict === 'accept' ? 'Ce fichier peut être importé.' : 'Ce fichier ne peut pas être importé.',
    ...(report.kind ? [`Nature : ${KINDS[report.kind]}${report.layout ? ` (${report.layout})` : ''}`] : []),
    ...(report.encoding ? [`Codage : ${report.encoding}`] : []),
    ...(report.separator ? [`Séparateur : ${SEPARATORS[report.separator]}`] : []),
    ...COUNTS.filter(([key]) => report[key] !== null).map(([key, words]) => `${words} : ${report[key]}`),
    ...listed('Erreurs', report.errors),
    ...listed('À vérifier', report.warnings),
    ...(report.persons ?? []).map(
      (one) =>
        `Ligne ${one.line} : ${[one.civility, one.usedName ?? one.lastName, one.firstName].filter(Boolean).join(' ')}` +
        (one.kind === 'eleve' ? ` (${[one.birthDate, one.class, one.level].filter(Boolean).join(', ')})` : '') +
        one.children.map((child) => `\n  ${child.lastName ?? ''} ${child.firstName ?? ''} : ${child.outcome}`).join(''),
    ),
  ];
  return french(lines.join('\n'));
}

function listed(title: string, problems: Problem[]): string[] {
  if (problems.length === 0) return [];
  return [`${title} (${problems.length}) :`, ...problems.map((one) => `  ${one.message}`)];
}
