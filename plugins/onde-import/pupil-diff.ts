import type { Columns, PupilColumn } from './layouts.ts';
import type { FieldChange, KnownPupil, PupilField } from './match-types.ts';
import type { PupilRow } from './row-types.ts';

const COLUMN_OF: Record<PupilField, PupilColumn> = {
  lastName: 'lastName',
  usedName: 'usedName',
  firstName: 'firstName',
  usedFirstName: 'usedFirstName',
  birthDate: 'birthDate',
  sex: 'sex',
  ine: 'ine',
  addresses: 'address1',
  cycle: 'cycle',
  level: 'level',
  classLabel: 'classLabel',
  classOndeId: 'classOndeId',
  attestation: 'attestation',
  associations: 'associations',
  photo: 'photo',
};

// A pupil may leave a class or give up a used name. An INE or a sex once known does not go away with an empty cell.
const ERASABLE: PupilField[] = ['usedName', 'usedFirstName', 'classLabel'];

/**
 * What a line changes in a known pupil; empty when nothing does. An empty cell changes nothing, except those a register
 * may truly empty, and then only if `columns` (when given) has them. Fields `known` leaves undefined are not compared.
 */
export function diffPupil(row: PupilRow, known: KnownPupil, columns?: Columns<PupilColumn>): FieldChange[] {
  const changes: FieldChange[] = [];
  for (const field of Object.keys(COLUMN_OF) as PupilField[]) {
    const before = known[field];
    const after = row[field];
    if (before === undefined || same(before, after)) continue;
    if (empty(after) && !(ERASABLE.includes(field) && hasColumn(columns, field))) continue;
    changes.push({ field, before, after });
  }
  // A pupil without class has no class number either.
  if (row.classLabel === null && known.classOndeId && changes.some((change) => change.field === 'classLabel')) {
    changes.push({ field: 'classOndeId', before: known.classOndeId, after: null });
  }
  return changes;
}

function hasColumn(columns: Columns<PupilColumn> | undefined, field: PupilField): boolean {
  return columns === undefined || columns.fields[COLUMN_OF[field]] !== undefined;
}

function empty(value: unknown): boolean {
  return value === null || value === '' || (Array.isArray(value) && value.length === 0);
}

function same(before: unknown, after: unknown): boolean {
  return before === after || (empty(before) && empty(after)) || spelled(before) === spelled(after);
}

/** Addresses are compared by what they say, whatever order a database gives their keys in. */
function spelled(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(spelled).join()}]`;
  if (value !== null && typeof value === 'object') {
    const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
    return `{${entries.map(([key, inner]) => `${key}:${spelled(inner)}`).join()}}`;
  }
  return JSON.stringify(value) ?? '';
}
