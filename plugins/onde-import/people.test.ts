import type { KnownPupil } from './match.ts';
import type { GuardianRow, PupilRow } from './rows.ts';

/** A pupil as a line gives him. */
export const LUCAS: PupilRow = {
  line: 2,
  lastName: 'MARTIN',
  usedName: null,
  firstName: 'Lucas',
  usedFirstName: null,
  birthDate: '2018-03-12',
  sex: 'M',
  ine: null,
  addresses: [],
  cycle: null,
  level: 'CP',
  levelKnown: true,
  classLabel: 'A',
  classOndeId: null,
  attestation: null,
  associations: null,
  photo: null,
};

/** A guardian as a line gives her. */
export const CLAIRE: GuardianRow = {
  line: 2,
  lines: [2],
  title: 'Mme',
  lastName: 'ABADIE',
  usedName: null,
  firstName: 'Claire',
  addresses: [],
  email: null,
  homePhone: null,
  workPhone: null,
  workExtension: null,
  mobile: null,
  addressSharing: null,
  children: [],
};

/** LUCAS with changes. */
export function row(changes: Partial<PupilRow> = {}): PupilRow {
  return { ...LUCAS, ...changes };
}

/** LUCAS as the school knows him, with changes. */
export function known(id: string, changes: Partial<KnownPupil> = {}): KnownPupil {
  return { ...LUCAS, ...changes, id };
}
