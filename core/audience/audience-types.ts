/** Kinds of people somebody may write to (F14-03, F15-3). */
export type RecipientKind = 'guardians' | 'teachers' | 'staff' | 'pupils';

/** As what somebody writes: from Gestion and the direction, or as one of the other kinds of people. */
export type WriterKind = 'school' | 'teacher' | 'carer' | 'afterschool' | 'townhall' | 'guardian' | 'pupil';

/** Who may write to whom: everybody, those of his own classes, pupils or children, or nobody. */
export type Reach = 'all' | 'own' | 'none';

/** Somebody who can be written to, once however many children he has (case B24). */
export interface Recipient {
  personId: string;
  kind: RecipientKind;
  civility: string | null;
  lastName: string;
  firstName: string;
  /** Null: he reads it in his Espace only. */
  email: string | null;
  /** A guardian's children he may know of: a restricted link is not among them. A pupil is his own only child. */
  children: Child[];
  /** A teacher's classes. */
  classes: { id: string; label: string }[];
  /** A staff member's function. */
  job: string | null;
}
export interface Child {
  pupilId: string;
  firstName: string;
  lastName: string;
  classId: string | null;
  className: string | null;
  level: string | null;
  /** Autorité parentale of the guardian is not recorded as « non » (ONDE does not tell it). */
  legal: boolean;
}

/** The scoped service `audience`: who can be written to, by whom. Restricted guardians and people who have left are in none. */
export interface Audience {
  /** Everybody who acts may write to, of these kinds, by name. */
  reachable(kinds: RecipientKind[]): Promise<Recipient[]>;
  /** Those of these people who acts may write to; what a form names is always asked here. */
  only(personIds: string[]): Promise<Recipient[]>;
  /** The same people whoever acts: for what was already sent, and for jobs. Those who can no longer be written to are left out. */
  members(personIds: string[]): Promise<Recipient[]>;
  /** Everybody of these kinds the school itself may write to, whoever acts: for what a town hall publishes in it. */
  ofSchool(kinds: RecipientKind[]): Promise<Recipient[]>;
  /** Why what a town hall says may not be published now: the messaging is cut for all, or for the town hall. */
  cutTownHall(): Promise<string | null>;
  /** Why who acts may not write at all, in French: the messaging is cut for him, his kind or all; null when he may. */
  cut(): Promise<string | null>;
  /** What who acts may reach, per kind, with the reason when it is not everybody. */
  rules(): Record<RecipientKind, { reach: Reach; reason: string | null }>;
  /** What this teacher sends to families waits for the director's approval. */
  needsApproval(): boolean;
}

declare module '../plugin/services.ts' {
  interface Services {
    audience: Audience;
  }
}
