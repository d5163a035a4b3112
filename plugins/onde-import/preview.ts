import { createHash } from 'node:crypto';
import type { Problem } from '@preau/core';
import { addressInWords, FIELD_TITLES, inWords, placeInWords, type RegisteredPerson } from '@preau/core';
import type { Batch } from './batch.ts';
import type { KeptChoices } from './choices.ts';
import { childName, type GuardianPlan, nameOf } from './import-guardians.ts';
import type { PupilPlan } from './import-pupils.ts';
import type { FieldPlan, Twin } from './plan-types.ts';
import type { GuardianRow, PupilRow } from './row-types.ts';

export interface Plans {
  eleves?: PupilPlan;
  responsables?: GuardianPlan;
}

/** Rows shown of each kind; the counts above tell the whole, and a page of 15,000 rows would help nobody. */
const SHOWN = 300;

/** What the preview page shows, in the guide's columns (F04-06); a spreadsheet has a part for pupils and one for guardians. */
export function previewOf(batch: Batch, plans: Plans, typed: KeptChoices | null): object {
  const parts = [
    ...(plans.eleves && batch.reading.eleves ? [pupilPart(plans.eleves, batch.reading.eleves, typed)] : []),
    ...(plans.responsables && batch.reading.responsables
      ? [guardianPart(plans.responsables, batch.reading.responsables, pupilNames(plans), typed)]
      : []),
  ];
  const sum = (name: 'createdCount' | 'changedCount' | 'refusedCount') =>
    parts.reduce((total, part) => total + part[name], 0);
  return {
    kind: batch.kind,
    back: batch.kind,
    title: TITLES[batch.kind],
    fileName: batch.file_name,
    rows: batch.rows,
    // Choices are kept only for a job; here again, they come from one that failed.
    failed: batch.choices !== null,
    year: `${batch.year}-${batch.year + 1}`,
    parts,
    total: { created: sum('createdCount'), changed: sum('changedCount'), refused: sum('refusedCount') },
  };
}

const TITLES: Record<Batch['kind'], string> = {
  eleves: 'Importer les élèves et les classes : aperçu',
  responsables: 'Importer des responsables : aperçu',
  tableur: 'Importer un tableur : aperçu',
};

/** Changes when the directory has, so that what was looked at is what is written. */
export function stampOf({ eleves, responsables }: Plans): string {
  const told = [eleves, responsables].map(
    (plan) =>
      plan && [
        plan.created.map((one) => one.key),
        plan.changed.map((one) => [one.id, one.changes]),
        plan.twins.map((one) => [one.key, one.candidates]),
        plan.kind === 'eleves' ? plan.absences.absent : plan.links.map((link) => link.outcome),
      ],
  );
  return createHash('sha256').update(JSON.stringify(told)).digest('base64url').slice(0, 22);
}

/** Names of pupils, of the school and of the file, for the links of guardians. */
const pupilNames =
  ({ eleves, responsables }: Plans) =>
  (id: string): string => {
    const row = eleves?.created.find((one) => one.key === id)?.row ?? responsables?.pupils.get(id);
    return row ? fullName(row) : '';
  };

interface Kept {
  rows: number;
  warnings: Problem[];
  refused: { line: number; cells: object; problems: Problem[] }[];
  remarks: Omit<Problem, 'column'>[];
}

const common = (reading: Kept, plan: PupilPlan | GuardianPlan) => ({
  shown: SHOWN,
  notes: grouped([...reading.remarks, ...reading.warnings] as Problem[]),
  refusedCount: reading.refused.length,
  refused: reading.refused
    .slice(0, SHOWN)
    .map((one) => ({ line: one.line, cells: one.cells, problems: one.problems.map(toldOf) })),
  createdCount: plan.created.length,
  changedCount: plan.changed.length,
  twinCount: plan.twins.length,
  same: plan.same,
});

const ticked = (typed: KeptChoices | null) => {
  const refused = new Set(typed?.refused);
  return (key: string) => !refused.has(key);
};

function pupilPart(plan: PupilPlan, reading: Kept, typed: KeptChoices | null) {
  const taken = ticked(typed);
  const left = new Set(typed?.left);
  const lines = plan.changed.map((one) => ({ name: fullName(one.row), changes: one.changes }));
  return {
    ...common(reading, plan),
    pupils: true,
    created: plan.created.slice(0, SHOWN).map(({ key, row }) => ({
      key,
      taken: taken(key),
      lastName: row.lastName,
      firstName: row.firstName,
      birthDate: row.birthDate,
      usedFirstName: row.usedFirstName ?? '',
      sex: row.sex === 'M' ? 'G' : (row.sex ?? ''),
      classLabel: row.classLabel ? placeInWords({ label: row.classLabel, level: row.level }) : null,
    })),
    movedCount: plan.changed.filter((one) => one.changes.some(isMove)).length,
    moved: changeLines(lines, isMove, taken),
    changed: changeLines(lines, (change) => !isMove(change), taken),
    twins: plan.twins.slice(0, SHOWN).map((twin) => twinOf(twin, pupilFacts, plan.known, typed)),
    absence: plan.absences.message,
    absentCount: plan.absences.absent.length,
    absent: plan.absences.absent.flatMap((id) => {
      const pupil = plan.known.get(id);
      return pupil
        ? [
            {
              id,
              taken: left.has(id),
              name: fullName(pupil),
              classLabel: placeInWords({ label: pupil.classLabel, level: pupil.level }),
            },
          ]
        : [];
    }),
    pending: [],
    unknown: [],
  };
}
const isMove = (change: FieldPlan) => change.field === 'place';

function changeLines(
  lines: { name: string; changes: FieldPlan[] }[],
  wanted: (change: FieldPlan) => boolean,
  taken: (key: string) => boolean,
  words: (change: FieldPlan, value: unknown) => string = (change, value) => inWords(change.field, value),
) {
  return lines
    .filter((line) => line.changes.some(wanted))
    .slice(0, SHOWN)
    .map(({ name, changes }) => ({
      name,
      changes: changes.filter(wanted).map((change) => ({
        key: change.key,
        taken: taken(change.key),
        what: FIELD_TITLES[change.field],
        before: words(change, change.before),
        after: words(change, change.after),
      })),
    }));
}

function guardianPart(
  plan: GuardianPlan,
  reading: Kept,
  nameOfPupil: (id: string) => string,
  typed: KeptChoices | null,
) {
  const taken = ticked(typed);
  const childrenOf = Map.groupBy(plan.links, (link) => link.row);
  const open = (outcome: 'pending' | 'unknown') =>
    plan.links.flatMap((link) =>
      link.outcome === outcome
        ? [{ line: link.child.line, guardian: nameOf(link.row), child: childName(link.child), message: link.message }]
        : [],
    );
  return {
    ...common(reading, plan),
    pupils: false,
    created: plan.created.slice(0, SHOWN).map(({ key, row }) => ({
      key,
      taken: taken(key),
      name: nameOf(row),
      email: row.email,
      mobile: row.mobile,
      children: (childrenOf.get(row) ?? []).map((link) => ({
        name: childName(link.child),
        linked: link.outcome === 'linked',
      })),
    })),
    movedCount: 0,
    moved: [],
    changed: changeLines(
      plan.changed.map((one) => ({ name: nameOf(one.row), changes: one.changes })),
      () => true,
      taken,
      (change, value) =>
        change.field === 'link'
          ? value
            ? nameOfPupil(value as string)
            : 'pas rattaché'
          : inWords(change.field, value),
    ),
    twins: plan.twins.slice(0, SHOWN).map((twin) => twinOf(twin, guardianFacts, plan.known, typed)),
    absence: null,
    absentCount: 0,
    absent: [],
    pending: open('pending'),
    unknown: open('unknown'),
  };
}

type Facts = { title: string; value: string }[];

/** Two records side by side, differences marked; several people of the school may be meant. */
function twinOf<Row, Known extends RegisteredPerson>(
  twin: Twin<Row>,
  facts: (one: Row | Known) => Facts,
  known: Map<string, Known>,
  typed: KeptChoices | null,
) {
  const own = facts(twin.row);
  const others = [
    ...twin.candidates.flatMap((id) => {
      const person = known.get(id);
      return person ? [{ answer: `same:${id}`, title: 'Dans l’école', facts: facts(person) }] : [];
    }),
    ...(twin.line
      ? [
          {
            answer: twin.unanswered === 'new' ? `merge:${twin.line.key}` : 'skip',
            title: 'Autre ligne du fichier',
            facts: facts(twin.line.row),
          },
        ]
      : []),
  ];
  const answer = typed?.twins[twin.key] ?? twin.unanswered;
  return {
    key: twin.key,
    message: twin.message,
    own: marked(own, others[0]?.facts ?? []),
    others: others.map((other) => ({
      ...other,
      facts: marked(other.facts, own),
      name: other.facts[0]?.value ?? '',
      chosen: answer === other.answer,
    })),
    isNew: answer === 'new',
    skips: !others.some((other) => other.answer === 'skip') && twin.unanswered === 'skip',
    isSkipped: answer === 'skip',
  };
}

const marked = (facts: Facts, others: Facts) =>
  facts.map((fact, at) => ({ ...fact, same: others[at] === undefined || fact.value === others[at]?.value }));

type Named = { lastName: string; usedName?: string | null; firstName?: string | null; usedFirstName?: string | null };
const fullName = (one: Named) =>
  [one.usedName ?? one.lastName, one.usedFirstName ?? one.firstName].filter(Boolean).join(' ');

const pupilFacts = (
  one: Pick<PupilRow, 'lastName' | 'firstName' | 'ine' | 'classLabel' | 'level'> & { birthDate: string | null },
): Facts => [
  { title: 'Nom', value: fullName(one) },
  { title: 'Né(e) le', value: inWords('birthDate', one.birthDate) },
  { title: 'INE', value: inWords('ine', one.ine) },
  { title: 'Classe', value: placeInWords({ label: one.classLabel, level: one.level }) },
];

function guardianFacts(one: GuardianRow | RegisteredPerson): Facts {
  const mobile = 'phoneMobile' in one ? one.phoneMobile : (one as GuardianRow).mobile;
  return [
    { title: 'Nom', value: fullName(one) },
    { title: 'E-mail', value: inWords('email', one.email) },
    { title: 'Mobile', value: inWords('phoneMobile', mobile) },
    { title: 'Adresse', value: one.addresses.map(addressInWords).join(' ; ') || '(vide)' },
  ];
}

const toldOf = ({ column, message, value }: Problem) => ({ column, message, value });

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
