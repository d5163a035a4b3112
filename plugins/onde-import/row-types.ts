import type { Problem } from '@preau/core';

export interface Address {
  lines: string[];
  postcode: string | null;
  city: string | null;
  country: string | null;
}

export type Sex = 'F' | 'M';

/** One pupil as a line of the file gives it. */
export interface PupilRow {
  line: number;
  lastName: string;
  usedName: string | null;
  firstName: string;
  usedFirstName: string | null;
  /** YYYY-MM-DD */
  birthDate: string;
  sex: Sex | null;
  ine: string | null;
  addresses: Address[];
  cycle: string | null;
  /** TPS … CM2, or a dispositif (ULIS, UPE2A, CLIS); null when the file has no level column. */
  level: string | null;
  /** True for TPS … CM2 only. */
  levelKnown: boolean;
  classLabel: string | null;
  classOndeId: string | null;
  attestation: boolean | null;
  associations: boolean | null;
  photo: boolean | null;
}

/** The preview's columns of a line, as read, for a line that cannot become a pupil (F04-06, F04-08). */
export interface PreviewCells {
  lastName: string;
  firstName: string;
  birthDate: string;
  usedFirstName: string;
  sex: string;
  classLabel: string;
}

export interface RefusedPupil {
  line: number;
  cells: PreviewCells;
  problems: Problem[];
}

/** A line that names the same person as an earlier one without proof: the director says whether they are one. */
export interface Doubtful<Row> {
  row: Row;
  sameAs: Row;
  problem: Problem;
}

export interface PupilReading {
  pupils: PupilRow[];
  refused: RefusedPupil[];
  /** Not in `pupils`: the earlier line is, this one waits for an answer. */
  doubtful: Doubtful<PupilRow>[];
  /** Lines that repeat an earlier line word for word and were counted once. */
  repeated: number[];
  errors: Problem[];
  warnings: Problem[];
  /** Lines read, all kinds together. */
  rows: number;
}

/** A child as a guardian's line names it: no INE, no id (ONDE section 1). */
export interface ChildRef {
  /** 1 for the first child of the line. */
  position: number;
  line: number;
  lastName: string | null;
  usedName: string | null;
  firstName: string | null;
  birthDate: string | null;
  classLabel: string | null;
}

export interface GuardianRow {
  line: number;
  /** All the lines that name this person, the first included (ONDE fact 20). */
  lines: number[];
  title: 'M.' | 'Mme' | null;
  lastName: string;
  usedName: string | null;
  firstName: string | null;
  addresses: Address[];
  email: string | null;
  homePhone: string | null;
  workPhone: string | null;
  workExtension: string | null;
  mobile: string | null;
  /** « Communication adresses »: the guardian lets the school pass on the address. */
  addressSharing: boolean | null;
  children: ChildRef[];
}

export interface RefusedGuardian {
  line: number;
  cells: { title: string; lastName: string; firstName: string; children: string };
  problems: Problem[];
}

export interface GuardianReading {
  guardians: GuardianRow[];
  refused: RefusedGuardian[];
  /** Both rows are in `guardians`: two persons until somebody says otherwise. */
  doubtful: Doubtful<GuardianRow>[];
  errors: Problem[];
  warnings: Problem[];
  rows: number;
  /** Children named, each once for a guardian written on two lines. */
  links: number;
  /** First line of the block of organisations, if the file has one. */
  organisationsFrom: number | null;
}
