import type { PersonFields, RegisteredPupil, Work } from '@preau/core';
import type { KeptPupils } from './batch.ts';
import { classKey } from './class-key.ts';
import type { ImportReport } from './contract.ts';
import { diffPupil, type FieldChange, type KnownPupil, matchPupils, type PupilMatch } from './match.ts';
import type { PupilRow } from './row-types.ts';

export interface PupilChange {
  id: string;
  row: PupilRow;
  changes: FieldChange[];
}

/** What an import of pupils would do, person by person; made anew from the directory each time it is asked. */
export interface PupilPlan {
  kind: 'eleves';
  created: PupilRow[];
  changed: PupilChange[];
  same: number;
  asked: PupilMatch[];
}

/** Compares what was read with the directory; writes nothing. */
export async function planPupils({ services }: Pick<Work, 'services'>, reading: KeptPupils): Promise<PupilPlan> {
  const known = (await services.register.pupils()).map(asKnown);
  const byId = new Map(known.map((one) => [one.id, one]));
  const plan: PupilPlan = { kind: 'eleves', created: [], changed: [], same: 0, asked: [] };
  for (const match of matchPupils(reading.pupils, known)) {
    if (match.match === 'ask') plan.asked.push(match);
    else if (match.match === 'new') plan.created.push(match.row);
    else {
      const pupil = byId.get(match.known as string) as KnownPupil;
      const changes = diffPupil(match.row, pupil, reading.columns);
      if (changes.length) plan.changed.push({ id: pupil.id, row: match.row, changes });
      else plan.same += 1;
    }
  }
  return plan;
}

/** Writes the plan: new pupils with class, addresses and account; the changed fields of the others. A file already imported writes nothing. */
export async function writePupils(work: Pick<Work, 'services'>, reading: KeptPupils): Promise<ImportReport> {
  const { register, accounts } = work.services;
  const plan = await planPupils(work, reading);
  const moved = plan.changed.filter((one) =>
    one.changes.some((change) => ['classLabel', 'classOndeId', 'level'].includes(change.field)),
  );
  const rows = [...plan.created, ...moved.map((one) => one.row)];
  const placed = rows.filter((row) => row.classLabel !== null);
  const keys = [...new Map(placed.map((row) => [classKey(row), row])).entries()];
  const ids = await register.classes(
    keys.map(([, row]) => ({ label: row.classLabel as string, ondeId: row.classOndeId })),
  );
  const classIds = new Map(keys.map(([key], at) => [key, ids[at] as string]));
  const placeOf = (pupilId: string, row: PupilRow) => ({
    pupilId,
    classId: row.classLabel ? (classIds.get(classKey(row)) ?? null) : null,
    level: row.level,
  });

  const made = await register.add(
    'pupil',
    plan.created.map((row) => ({ ...fieldsOf(row), lastName: row.lastName, firstName: row.firstName })),
  );
  await register.place([
    ...plan.created.map((row, at) => placeOf(made[at] as string, row)),
    ...moved.map((one) => placeOf(one.id, one.row)),
  ]);
  await register.change(
    plan.changed
      .map((one) => ({ id: one.id, fields: changedFields(one.changes) }))
      .filter((one) => Object.keys(one.fields).length > 0),
  );
  await register.setAddresses([
    ...plan.created
      .map((row, at) => ({ personId: made[at] as string, addresses: row.addresses }))
      .filter((one) => one.addresses.length > 0),
    ...plan.changed
      .filter((one) => one.changes.some((change) => change.field === 'addresses'))
      .map((one) => ({ personId: one.id, addresses: one.row.addresses })),
  ]);
  await accounts.create(
    plan.created.map((row, at) => ({
      personId: made[at] as string,
      kind: 'pupil',
      firstName: row.firstName,
      lastName: row.usedName ?? row.lastName,
    })),
  );
  return {
    rows: reading.rows,
    created: plan.created.length,
    changed: plan.changed.length,
    same: plan.same,
    left: reading.refused.length + reading.doubtful.length + plan.asked.length,
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

const PLACED = ['classLabel', 'classOndeId', 'level', 'addresses', 'cycle'];
const changedFields = (changes: FieldChange[]): PersonFields =>
  Object.fromEntries(
    changes.filter((change) => !PLACED.includes(change.field)).map((change) => [change.field, change.after]),
  ) as PersonFields;
