import type { Batch } from './batch.ts';
import { type GuardianPlan, nameOf } from './import-guardians.ts';
import type { PupilPlan } from './import-pupils.ts';
import type { PupilField } from './match.ts';
import type { Problem } from './problem.ts';
import type { Address, PupilRow } from './row-types.ts';

const FIELDS: Record<PupilField, string> = {
  lastName: 'Nom',
  usedName: 'Nom d’usage',
  firstName: 'Prénom',
  usedFirstName: 'Prénom d’usage',
  birthDate: 'Né(e) le',
  sex: 'Sexe',
  ine: 'INE',
  addresses: 'Adresses',
  cycle: 'Cycle',
  level: 'Niveau',
  classLabel: 'Classe',
  classOndeId: 'Numéro de classe ONDE',
  attestation: 'Attestation fournie',
  associations: 'Autorisation associations',
  photo: 'Autorisation photo',
};

/** Rows shown of each kind; the counts above tell the whole, and a page of 15,000 rows would help nobody. */
const SHOWN = 200;

/** What the preview page shows, in the guide's columns (F04-06). */
export function previewOf(batch: Batch, plan: PupilPlan | GuardianPlan): object {
  const { reading } = batch;
  const common = {
    pupils: batch.kind === 'eleves',
    shown: SHOWN,
    fileName: batch.file_name,
    rows: reading.rows,
    notes: grouped([...reading.remarks, ...reading.warnings]),
    refusedCount: reading.refused.length,
    refused: reading.refused
      .slice(0, SHOWN)
      .map((one) => ({ line: one.line, cells: one.cells, problems: one.problems.map(told) })),
    same: plan.same,
  };
  return plan.kind === 'eleves'
    ? { ...common, ...pupilPreview(plan, batch as Extract<Batch, { kind: 'eleves' }>) }
    : { ...common, ...guardianPreview(plan) };
}

function pupilPreview(plan: PupilPlan, batch: Extract<Batch, { kind: 'eleves' }>) {
  const unsure = [
    ...plan.asked.map((one) => ({ row: cells(one.row), message: one.message ?? '' })),
    ...batch.reading.doubtful.map((one) => ({ row: cells(one.row), message: one.problem.message })),
  ];
  return {
    createdCount: plan.created.length,
    created: plan.created.slice(0, SHOWN).map(cells),
    changedCount: plan.changed.length,
    changed: plan.changed.slice(0, SHOWN).map((one) => ({
      name: `${one.row.lastName} ${one.row.firstName}`,
      changes: one.changes.map((change) => ({
        field: FIELDS[change.field],
        before: words(change.before),
        after: words(change.after),
      })),
    })),
    unsure,
    pending: [],
    unknown: [],
  };
}

function guardianPreview(plan: GuardianPlan) {
  const childrenOf = Map.groupBy(plan.links, (link) => link.row);
  const line = (row: GuardianPlan['created'][number]) => ({
    line: row.line,
    name: nameOf(row),
    email: row.email,
    mobile: row.mobile,
    children: (childrenOf.get(row) ?? []).map((link) => ({
      name: childName(link.child),
      linked: link.outcome === 'linked',
    })),
  });
  const open = (outcome: 'pending' | 'unknown') =>
    plan.links.flatMap((link) =>
      link.outcome === outcome
        ? [{ line: link.child.line, guardian: nameOf(link.row), child: childName(link.child), message: link.message }]
        : [],
    );
  return {
    createdCount: plan.created.length,
    created: plan.created.slice(0, SHOWN).map(line),
    changedCount: plan.changed.length,
    changed: plan.changed.slice(0, SHOWN).map((one) => line(one.row)),
    unsure: plan.asked.map((one) => ({ row: line(one.row), message: one.message ?? '' })),
    pending: open('pending'),
    unknown: open('unknown'),
  };
}

const childName = (child: { lastName: string | null; usedName: string | null; firstName: string | null }) =>
  [child.usedName ?? child.lastName, child.firstName].filter(Boolean).join(' ');

const cells = (row: PupilRow) => ({
  line: row.line,
  lastName: row.lastName,
  firstName: row.firstName,
  birthDate: row.birthDate,
  usedFirstName: row.usedFirstName ?? '',
  sex: row.sex === 'M' ? 'G' : (row.sex ?? ''),
  // « 3 Cours Élémentaire 2 - Cours moyen 1 (Niveau CE2) » (F04-10).
  classLabel: row.classLabel ? `${row.classLabel}${row.level ? ` (Niveau ${row.level})` : ''}` : null,
});

const told = ({ column, message, value }: Problem) => ({ column, message, value });

/** A file re-saved by a spreadsheet gives the same warning on every line: said once, with its lines. */
function grouped(problems: Problem[]): { message: string; lines: string; more: number }[] {
  const groups = Map.groupBy(problems, (one) =>
    `${one.column ?? ''} ${one.value === null ? one.message : one.message.replaceAll(one.value, '')}`.replace(
      /\d+/g,
      '#',
    ),
  );
  return [...groups.values()].map((group) => {
    const lines = group.flatMap((one) => (one.line === null ? [] : [one.line]));
    return {
      message: group[0]?.message ?? '',
      lines: lines.slice(0, 10).join(', '),
      more: Math.max(0, lines.length - 10),
    };
  });
}

function words(value: unknown): string {
  if (value === null || value === undefined || value === '') return '(vide)';
  if (value === true) return 'Oui';
  if (value === false) return 'Non';
  if (Array.isArray(value))
    return value.length
      ? (value as Address[])
          .map((one) => [...one.lines, [one.postcode, one.city].filter(Boolean).join(' ')].filter(Boolean).join(', '))
          .join(' ; ')
      : '(vide)';
  const day = /^(\d{4})-(\d\d)-(\d\d)$/.exec(String(value));
  return day ? `${day[3]}/${day[2]}/${day[1]}` : String(value);
}
