import { dayIn, type PersonFields, type Register, type RegisteredPupil, type Work } from '@preau/core';
import type { KeptPupils } from './batch.ts';
import { type Choices, EVERYTHING } from './choices.ts';
import { classKey } from './class-key.ts';
import type { ImportReport } from './contract.ts';
import {
  type Absences,
  absentPupils,
  diffPupil,
  type FieldChange,
  type KnownPupil,
  matchPupils,
  type PupilMatch,
} from './match.ts';
import type { FieldPlan, Reached, Twin } from './plan-types.ts';
import type { PupilRow } from './row-types.ts';

export interface PupilChange {
  id: string;
  row: PupilRow;
  changes: FieldPlan[];
}

/** What an import of pupils would do, person by person; made anew from the directory each time it is asked. */
export interface PupilPlan {
  kind: 'eleves';
  created: { key: string; row: PupilRow }[];
  changed: PupilChange[];
  same: number;
  twins: Twin<PupilRow>[];
  /** Known pupils whom the file does not name, and what is to be thought of it. */
  absences: Absences;
  known: Map<string, RegisteredPupil>;
}

export const pupilKey = (row: PupilRow) => `e${row.line}`;

/** Compares what was read with the directory; writes nothing. */
export async function planPupils(
  { services }: Pick<Work, 'services'>,
  reading: KeptPupils,
  { twins }: Pick<Choices, 'twins'> = EVERYTHING,
  register: Register = services.register,
): Promise<PupilPlan> {
  const registered = await register.pupils();
  const known = new Map(registered.map((one) => [one.id, one]));
  const plan: PupilPlan = {
    kind: 'eleves',
    created: [],
    changed: [],
    same: 0,
    twins: [],
    absences: { absent: [], partial: false, otherSchool: false, message: null },
    known,
  };
  for (const { row, sameAs, problem } of reading.doubtful)
    if (twins[pupilKey(row)] !== 'new')
      plan.twins.push({
        key: pupilKey(row),
        row,
        message: problem.message,
        candidates: [],
        line: { key: pupilKey(sameAs), row: sameAs },
        unanswered: 'skip',
      });
  const rows = [
    ...reading.pupils,
    ...reading.doubtful.map((one) => one.row).filter((row) => twins[pupilKey(row)] === 'new'),
  ];
  const matches = matchPupils(rows, registered.map(asKnown));
  for (const match of matches) {
    const key = pupilKey(match.row);
    const who = answered(match, twins[key]);
    if (who === 'ask')
      plan.twins.push({
        key,
        row: match.row,
        message: match.message ?? '',
        candidates: match.candidates ?? [],
        line: null,
        unanswered: 'skip',
      });
    else if (who === 'new') plan.created.push({ key, row: match.row });
    else {
      const changes = changesOf(key, match.row, known.get(who) as RegisteredPupil, reading);
      if (changes.length) plan.changed.push({ id: who, row: match.row, changes });
      else plan.same += 1;
    }
  }
  const present = registered.filter((one) => one.leftOn === null).map(asKnown);
  plan.absences = absentPupils(matches, present, reading);
  return plan;
}

/** The director's answer where the file leaves a question open. */
function answered(match: PupilMatch, answer: string | undefined): 'ask' | 'new' | (string & {}) {
  if (match.match === 'same') return match.known as string;
  if (match.match === 'new') return 'new';
  if (answer === 'new') return 'new';
  const id = answer?.startsWith('same:') ? answer.slice(5) : '';
  return match.candidates?.includes(id) ? id : 'ask';
}

const PLACED = ['classLabel', 'classOndeId', 'level', 'cycle'];

/** Class and level are one change; a pupil who had left and is in the file again comes back. */
function changesOf(key: string, row: PupilRow, pupil: RegisteredPupil, reading: KeptPupils): FieldPlan[] {
  const known = asKnown(pupil);
  // A label spelled otherwise is the same class, unless ONDE's number says that the class has a new name.
  if (!row.classOndeId && row.classLabel && classKey({ classLabel: pupil.classLabel }) === classKey(row))
    known.classLabel = row.classLabel;
  const changes: FieldPlan[] = [];
  if (pupil.leftOn) changes.push({ key: `${key}.leftOn`, field: 'leftOn', before: pupil.leftOn, after: null });
  const found = diffPupil(row, known, reading.columns);
  if (found.some(isPlace))
    changes.push({
      key: `${key}.place`,
      field: 'place',
      before: { label: pupil.classLabel, level: pupil.level },
      after: { label: row.classLabel, level: row.level ?? pupil.level },
    });
  for (const { field, before, after } of found.filter((change) => !isPlace(change)))
    changes.push({ key: `${key}.${field}`, field: field as FieldPlan['field'], before, after });
  return changes;
}
const isPlace = (change: FieldChange) => PLACED.includes(change.field);

/** Writes what was chosen of the plan: new pupils with class, addresses and account; the changed fields of the others; those who left. A file already imported writes nothing. */
export async function writePupils(
  work: Pick<Work, 'services' | 'now' | 'school'>,
  register: Register,
  reading: KeptPupils,
  choices: Choices,
  year: { current: boolean; first: string },
  reached: Reached,
): Promise<ImportReport> {
  const plan = await planPupils(work, reading, choices, register);
  const created = plan.created.filter((one) => !choices.refused.has(one.key)).map((one) => one.row);
  const changed = plan.changed
    .map((one) => ({ ...one, changes: one.changes.filter((change) => !choices.refused.has(change.key)) }))
    .filter((one) => one.changes.length > 0);
  const moved = changed.filter((one) => one.changes.some((change) => change.field === 'place'));
  const left = plan.absences.absent.filter((id) => choices.left.has(id));

  const placed = [...created, ...moved.map((one) => one.row)].filter((row) => row.classLabel !== null);
  const keys = [...new Map(placed.map((row) => [classKey(row), row])).entries()];
  const ids = await register.classes(
    keys.map(([, row]) => ({ label: row.classLabel as string, ondeId: row.classOndeId })),
  );
  const classIds = new Map(keys.map(([key], at) => [key, ids[at] as string]));
  const placeOf = (pupilId: string, row: PupilRow) => ({
    pupilId,
    classId: row.classLabel ? (classIds.get(classKey(row)) ?? null) : null,
    level: row.level ?? plan.known.get(pupilId)?.level ?? null,
  });

  await reached(20);
  const made = await register.add(
    'pupil',
    created.map((row) => ({
      ...fieldsOf(row),
      lastName: row.lastName,
      firstName: row.firstName,
      arrivesOn: year.current ? null : year.first,
    })),
  );
  await register.place([
    ...created.map((row, at) => placeOf(made[at] as string, row)),
    ...moved.map((one) => placeOf(one.id, one.row)),
  ]);
  // Who leaves before a year that is being prepared leaves on its first day.
  const leaving = year.current ? dayIn(work.now, work.school.timezone) : year.first;
  await register.change([
    ...changed.map((one) => ({ id: one.id, fields: personFields(one.changes) })),
    ...left.map((id) => ({ id, fields: { leftOn: leaving } })),
  ]);
  await reached(40);
  await register.setAddresses([
    ...created
      .map((row, at) => ({ personId: made[at] as string, addresses: row.addresses }))
      .filter((one) => one.addresses.length > 0),
    ...changed
      .filter((one) => one.changes.some((change) => change.field === 'addresses'))
      .map((one) => ({ personId: one.id, addresses: one.row.addresses })),
  ]);
  await reached(55);
  await work.services.accounts.create(
    created.map((row, at) => ({
      personId: made[at] as string,
      kind: 'pupil',
      firstName: row.firstName,
      lastName: row.usedName ?? row.lastName,
    })),
  );
  return {
    rows: reading.rows,
    created: created.length,
    changed: changed.length,
    moved: moved.length,
    same: plan.same,
    gone: left.length,
    left:
      reading.refused.length +
      plan.twins.length +
      (plan.created.length - created.length) +
      (plan.changed.length - changed.length),
    classes: keys.length,
    links: 0,
    pending: 0,
    unknown: 0,
  };
}

/** The directory does not keep the cycle: it follows from the level. */
const asKnown = (pupil: RegisteredPupil): KnownPupil => ({ ...pupil, cycle: undefined });

const fieldsOf = (row: PupilRow): PersonFields => ({
  lastName: row.lastName,
  usedName: row.usedName,
  firstName: row.firstName,
  usedFirstName: row.usedFirstName,
  birthDate: row.birthDate,
  sex: row.sex,
  ine: row.ine,
  attestation: row.attestation,
  associations: row.associations,
  photo: row.photo,
});

/** The accepted changes that are columns of a person. */
export const personFields = (changes: FieldPlan[]): PersonFields =>
  Object.fromEntries(
    changes
      .filter(({ field }) => field !== 'place' && field !== 'addresses' && field !== 'link')
      .map(({ field, after }) => [field, after]),
  ) as PersonFields;
