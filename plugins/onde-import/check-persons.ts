import type { ChildLink } from './match.ts';
import type { Address, GuardianRow, PupilRow, Sex } from './row-types.ts';

/** One person as the import would take it, with --people. What a guardian or a pupil does not have is null or empty. */
export interface CheckPerson {
  kind: 'eleve' | 'responsable';
  line: number;
  lastName: string;
  usedName: string | null;
  firstName: string | null;
  usedFirstName: string | null;
  /** AAAA-MM-JJ. */
  birthDate: string | null;
  sex: Sex | null;
  ine: string | null;
  class: string | null;
  level: string | null;
  civility: string | null;
  email: string | null;
  phones: { home: string | null; work: string | null; mobile: string | null };
  addresses: Address[];
  children: CheckChild[];
}

export interface CheckChild {
  lastName: string | null;
  usedName: string | null;
  firstName: string | null;
  birthDate: string | null;
  class: string | null;
  /** null when nothing was given to look for the child in. */
  outcome: ChildLink['outcome'] | null;
}

export const pupilPerson = (row: PupilRow): CheckPerson => ({
  kind: 'eleve',
  line: row.line,
  lastName: row.lastName,
  usedName: row.usedName,
  firstName: row.firstName,
  usedFirstName: row.usedFirstName,
  birthDate: row.birthDate,
  sex: row.sex,
  ine: row.ine,
  class: row.classLabel,
  level: row.level,
  civility: null,
  email: null,
  phones: { home: null, work: null, mobile: null },
  addresses: row.addresses,
  children: [],
});

export function guardianPerson(row: GuardianRow, links: ChildLink[]): CheckPerson {
  const outcomes = new Map(links.map((link) => [link.child, link.outcome]));
  return {
    kind: 'responsable',
    line: row.line,
    lastName: row.lastName,
    usedName: row.usedName,
    firstName: row.firstName,
    usedFirstName: null,
    birthDate: null,
    sex: null,
    ine: null,
    class: null,
    level: null,
    civility: row.title,
    email: row.email,
    phones: { home: row.homePhone, work: row.workPhone, mobile: row.mobile },
    addresses: row.addresses,
    children: row.children.map((child) => ({
      lastName: child.lastName,
      usedName: child.usedName,
      firstName: child.firstName,
      birthDate: child.birthDate,
      class: child.classLabel,
      outcome: outcomes.get(child) ?? null,
    })),
  };
}
