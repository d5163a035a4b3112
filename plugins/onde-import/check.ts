import type { Work } from '@preau/core';
import { type Problem, problem } from '@preau/core';
import { type KeptGuardians, type KeptPupils, keptGuardians } from './batch.ts';
import {
  type Compared,
  type ComparedPupil,
  compareGuardians,
  comparePupils,
  NOT_COMPARED,
  pupilsAfter,
} from './check-compare.ts';
import { guardianPerson, pupilPerson } from './check-persons.ts';
import { accepted, type CheckKind, type CheckReport, rejected } from './check-report.ts';
import { recogniseLayout } from './layouts.ts';
import { proposeColumns, pupilColumns, readFree } from './mapping.ts';
import { type ChildLink, linkChildren } from './match.ts';
import { readTable, type Table } from './read.ts';
import type { GuardianReading, PupilReading } from './row-types.ts';
import { readGuardians, readPupils, summarisePupils } from './rows.ts';

export interface CheckOptions {
  kind: CheckKind;
  file: Uint8Array;
  /** The pupils' extraction imported before. */
  eleves: Uint8Array | null;
  /** AAAA-MM-JJ */
  today: string;
  /** Adds `persons`. */
  people: boolean;
  /** The school to compare with. */
  school: Pick<Work, 'services'> | null;
}

type Base = Pick<CheckReport, 'kind' | 'layout' | 'encoding' | 'separator'>;

/** Reads a file as the upload does and says what an import of it would do; writes nothing. */
export async function checkFile(options: CheckOptions): Promise<CheckReport> {
  const known = await knownPupils(options);
  const table = readTable(options.file);
  if ('refused' in table) return rejected(table.refused);
  if (options.kind === 'tableur') return checkSpreadsheet(options, table, known);
  const { encoding, separator } = table;
  const found = recogniseLayout(table, options.kind);
  if ('reason' in found) return rejected(found, { kind: found.kind, encoding, separator });
  const base: Base = { kind: found.kind, layout: found.layout, encoding, separator };
  const remarks = [...table.remarks, ...found.remarks];
  if (found.kind === 'eleves') {
    const kept = { ...readPupils(table, found.columns, options.today), columns: found.columns, remarks };
    return checkPupils(options, base, kept, known);
  }
  const kept = keptGuardians(readGuardians(table, found.columns), found.columns, remarks);
  return checkGuardians(options, base, kept, known);
}

/** The pupils a file is looked at with: those of --eleves, of the school, or of the school once --eleves is imported. */
async function knownPupils({ eleves, school, today }: CheckOptions): Promise<ComparedPupil[] | null> {
  if (!eleves && !school) return null;
  const registered = school ? await school.services.register.pupils() : [];
  // The directory does not keep the cycle.
  const known = registered.map((one) => ({ ...one, cycle: undefined }));
  if (!eleves) return known;
  const table = readTable(eleves);
  const found = 'refused' in table ? table.refused : recogniseLayout(table, 'eleves');
  if ('refused' in table || !('columns' in found) || found.kind !== 'eleves')
    throw new Error(`Le fichier donné par --eleves ne peut pas servir. ${'message' in found ? found.message : ''}`);
  return pupilsAfter(readPupils(table, found.columns, today).pupils, known);
}

async function checkPupils(
  { people }: CheckOptions,
  base: Base,
  kept: KeptPupils,
  known: ComparedPupil[] | null,
): Promise<CheckReport> {
  if (kept.rows === 0) return rejected(nobody('élève'), base);
  const compared = known ? await comparePupils(kept, known) : NOT_COMPARED;
  return accepted({
    ...base,
    ...pupilCounts(kept),
    ...compared.counts,
    errors: kept.errors,
    warnings: [...kept.remarks, ...pupilWarnings(kept), ...compared.warnings],
    ...(people && { persons: kept.pupils.map(pupilPerson) }),
  });
}

async function checkGuardians(
  { school, people }: CheckOptions,
  base: Base,
  kept: KeptGuardians,
  known: ComparedPupil[] | null,
): Promise<CheckReport> {
  if (kept.rows === 0) return rejected(nobody('responsable'), base);
  const compared = known && school ? await compareGuardians(kept, known, school) : NOT_COMPARED;
  const links = compared.links ?? (known ? linkChildren(kept.guardians, known) : []);
  return accepted({
    ...base,
    rows: kept.rows,
    people: kept.guardians.length,
    links: kept.links,
    ...(known && linkCounts(links)),
    ...compared.counts,
    errors: kept.errors,
    warnings: [...kept.remarks, ...kept.warnings, ...openLinks(links), ...compared.warnings],
    ...(people && { persons: guardiansWith(kept, links) }),
  });
}

/** Columns are matched by their headings, as the matching screen proposes them. */
async function checkSpreadsheet(
  { school, people, today }: CheckOptions,
  table: Table,
  known: ComparedPupil[] | null,
): Promise<CheckReport> {
  const base: Base = { kind: 'tableur', layout: 'tableur', encoding: table.encoding, separator: table.separator };
  const mapping = proposeColumns(table.header);
  const reading = readFree(table, mapping, today);
  if ('refused' in reading) {
    // The guardians of ONDE are no spreadsheet of pupils: the other import takes them.
    const onde = recogniseLayout(table, 'eleves');
    const wrongKind = 'reason' in onde && onde.reason === 'wrong-kind' ? onde : null;
    return rejected(wrongKind ?? reading.refused, { ...base, kind: wrongKind?.kind ?? 'tableur', layout: null });
  }
  const { remarks } = table;
  const pupils = { ...reading.pupils, columns: pupilColumns(mapping), remarks };
  const guardians = keptGuardians(reading.guardians, { fields: {}, children: [] }, remarks);
  if (pupils.rows === 0) return rejected(nobody('élève'), base);
  const after = pupilsAfter(pupils.pupils, known ?? []);
  const ofPupils = known ? await comparePupils(pupils, known) : NOT_COMPARED;
  const ofGuardians = school ? await compareGuardians(guardians, after, school) : NOT_COMPARED;
  const links = ofGuardians.links ?? linkChildren(guardians.guardians, after);
  return accepted({
    ...base,
    ...pupilCounts(pupils),
    people: pupils.pupils.length + guardians.guardians.length,
    links: guardians.links,
    ...linkCounts(links),
    ...together(ofPupils, ofGuardians),
    errors: [...pupils.errors, ...guardians.errors],
    warnings: [
      ...remarks,
      ...pupilWarnings(pupils),
      ...guardians.warnings,
      ...openLinks(links),
      ...ofPupils.warnings,
      ...ofGuardians.warnings,
    ],
    ...(people && { persons: [...pupils.pupils.map(pupilPerson), ...guardiansWith(guardians, links)] }),
  });
}

/** Pupils and guardians of a spreadsheet are counted as one; only pupils can be absent. */
function together({ counts: pupils }: Compared, { counts: guardians }: Compared): Compared['counts'] {
  const sum = (key: 'new' | 'changed' | 'same') =>
    pupils[key] === undefined ? null : (pupils[key] ?? 0) + (guardians[key] ?? 0);
  return { new: sum('new'), changed: sum('changed'), same: sum('same'), absent: pupils.absent ?? null };
}

const nobody = (who: string): Problem =>
  problem(`Ce fichier ne contient aucun ${who}. Rien n’est changé dans l’école. Refaites l’extraction dans ONDE.`);

function pupilCounts(reading: PupilReading): Partial<CheckReport> {
  const { pupils, ...counts } = summarisePupils(reading.pupils);
  return { rows: reading.rows, people: pupils, ...counts };
}

const pupilWarnings = (reading: PupilReading): Problem[] => [
  ...reading.warnings,
  ...reading.doubtful.map((doubt) => doubt.problem),
];

const linkCounts = (links: ChildLink[]) => ({
  linked: links.filter((link) => link.outcome === 'linked').length,
  pending: links.filter((link) => link.outcome === 'pending').length,
});

const openLinks = (links: ChildLink[]): Problem[] =>
  links.flatMap((link) =>
    link.outcome === 'linked'
      ? []
      : [
          problem(link.message, {
            line: link.child.line,
            value: [link.child.lastName ?? link.child.usedName, link.child.firstName].filter(Boolean).join(' '),
          }),
        ],
  );

function guardiansWith(reading: Pick<GuardianReading, 'guardians'>, links: ChildLink[]) {
  const of = Map.groupBy(links, (link) => link.row);
  return reading.guardians.map((row) => guardianPerson(row, of.get(row) ?? []));
}
