import type { GuardianRow, PupilRow } from './row-types.ts';

/** What the school already holds about a pupil. A field left out (undefined) is not compared by diffPupil. */
export interface KnownPupil extends Partial<Omit<PupilRow, 'line' | 'lastName' | 'firstName' | 'birthDate'>> {
  id: string;
  lastName: string;
  firstName: string;
  birthDate: string | null;
}

export interface PupilMatch {
  row: PupilRow;
  match: 'same' | 'new' | 'ask';
  /** With 'same' only. */
  known?: string;
  /** With 'ask' only: at least one. */
  candidates?: string[];
  /** With 'ask': the question in French. */
  message?: string;
}

export interface KnownGuardian extends Partial<Omit<GuardianRow, 'line' | 'lines' | 'children' | 'lastName'>> {
  id: string;
  lastName: string;
  /** Pupils this guardian is linked to already. */
  pupilIds?: string[];
}

export interface GuardianMatch {
  row: GuardianRow;
  match: 'same' | 'new' | 'ask';
  known?: string;
  /** With 'ask', and with 'new' when somebody of the same names is known (possible duplicate). */
  candidates?: string[];
  message?: string;
}

/** A reference to a child on a guardian's line, decided or not. */
export type ChildLink = { row: GuardianRow; child: GuardianRow['children'][number] } & (
  | { outcome: 'linked'; pupilId: string }
  | { outcome: 'pending'; candidates: string[]; message: string }
  | { outcome: 'unknown'; message: string }
);

export type PupilField =
  | 'lastName'
  | 'usedName'
  | 'firstName'
  | 'usedFirstName'
  | 'birthDate'
  | 'sex'
  | 'ine'
  | 'addresses'
  | 'cycle'
  | 'level'
  | 'classLabel'
  | 'classOndeId'
  | 'attestation'
  | 'associations'
  | 'photo';

export interface FieldChange {
  field: PupilField;
  before: unknown;
  after: unknown;
}

export interface Absences {
  /** Known pupils the file does not name: to be proposed as left, never deleted. Empty when the file is partial. */
  absent: string[];
  /** The file covers only some of the classes (ONDE fact 22): nobody is proposed as left. */
  partial: boolean;
  /** Fewer than half of the known pupils or classes recur: perhaps another school's file. */
  otherSchool: boolean;
  /** In French, null when all is well. */
  message: string | null;
}
