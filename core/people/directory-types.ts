import type { Actor, Person } from '../plugin/contract.ts';

/** An address as the directory keeps it, in its order. */
export interface PostalAddress {
  lines: string[];
  postcode: string | null;
  city: string | null;
  country: string | null;
}

/** Columns of a person that whoever fills the directory may set. */
export interface PersonFields {
  civility?: string | null;
  /** A staff member's function as his school calls it (F06-03), and the genre that follows from it. */
  jobTitle?: string | null;
  genre?: Person['genre'];
  lastName?: string;
  usedName?: string | null;
  firstName?: string;
  usedFirstName?: string | null;
  birthDate?: string | null;
  sex?: 'F' | 'M' | null;
  ine?: string | null;
  email?: string | null;
  phoneHome?: string | null;
  phoneWork?: string | null;
  phoneMobile?: string | null;
  attestation?: boolean | null;
  associations?: boolean | null;
  photo?: boolean | null;
  /** Day from which the person belongs to the school, when the coming year is being prepared. */
  arrivesOn?: string | null;
  /** Day from which the person is no longer at the school; null while there. */
  leftOn?: string | null;
}
export type NewPerson = PersonFields & { lastName: string; firstName: string };

export interface RegisteredPerson extends Required<PersonFields> {
  id: string;
  addresses: PostalAddress[];
}
export interface RegisteredPupil extends RegisteredPerson {
  classLabel: string | null;
  classOndeId: string | null;
  level: string | null;
}
export interface RegisteredGuardian extends RegisteredPerson {
  pupilIds: string[];
}

/** A pupil's class and level in one school year. */
export interface Place {
  pupilId: string;
  classId: string | null;
  level: string | null;
}

/** What a guardian is to a pupil, and what he may see and receive (DESIGN section 17). */
export interface LinkFields {
  type: string;
  authority: 'oui' | 'non' | 'inconnu';
  access: boolean;
  receives: boolean;
  /** A restriction closes Espace and informations for that child: since when, why, decided by whom. */
  restrictedOn: string | null;
  restrictedReason: string | null;
  restrictedBy: string | null;
}
export interface LinkKey {
  guardianId: string;
  pupilId: string;
}

/** What an undo did. Everything that somebody changed since is kept and named. */
export interface Undone {
  /** Fields that have their earlier value again. */
  restored: number;
  removed: number;
  unlinked: number;
  kept: { who: string; what: string }[];
}

/** In whose name, for what cause and for which school year a register writes. */
export interface Pen {
  cause: string | null;
  year: number;
  by: Actor;
}

/** Filling the directory in bulk: what imports, lists and cards stand on. One statement per table, and a history of every change. */
export interface Register {
  /** The same register for a cause that can be undone as a whole (`onde-import:<batch>`), a school year, a person who acts. */
  of(pen: Partial<Pen>): Register;
  count(kind: Person['kind']): Promise<number>;
  /** All pupils, also those who left, with their place of the year. */
  pupils(): Promise<RegisteredPupil[]>;
  guardians(): Promise<RegisteredGuardian[]>;
  /** Adds people. @returns their ids, in the order given. */
  add(kind: Person['kind'], people: NewPerson[]): Promise<string[]>;
  /** Changes the named fields of each person, and nothing else. */
  change(changes: { id: string; fields: PersonFields }[]): Promise<void>;
  /** Replaces the addresses of each person. */
  setAddresses(lists: { personId: string; addresses: PostalAddress[] }[]): Promise<void>;
  /** The classes of the year by ONDE's number, else by label; those missing are made, one renamed in ONDE is renamed. @returns ids in the order given. */
  classes(wanted: { label: string; ondeId: string | null }[]): Promise<string[]>;
  /** Gives each pupil his class (or none) and level of the year. */
  place(places: Place[]): Promise<void>;
  /** Adds guardian–pupil links; one that exists stays as it is, restricted or not. @returns how many are new. */
  link(links: LinkKey[]): Promise<number>;
  changeLinks(changes: (LinkKey & { fields: Partial<LinkFields> })[]): Promise<void>;
  unlink(links: LinkKey[]): Promise<void>;
  /** Takes back all that a cause did, save what somebody changed since. */
  undo(cause: string): Promise<Undone>;
}

declare module '../plugin/services.ts' {
  interface Services {
    register: Register;
  }
}
