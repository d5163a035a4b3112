/** A file that came with a form: checked, and stored under a random key which no row knows yet. */
export interface Arrival {
  key: string;
  name: string;
  type: string;
  size: number;
  sha256: string;
}

/** What an `attachments` field gives its handler; `files.keep` takes it as it is. */
export interface Attached {
  arrived: Arrival[];
  /** Files kept earlier that the person took away; those of another subject are left alone. */
  removed: string[];
}

export interface KeptFile {
  id: string;
  /** `infos:<uuid>` */
  about: string;
  name: string;
  /** « PDF, 184 Ko » */
  words: string;
  type: string;
  size: number;
  sha256: string;
  /** For {{url}}: the file opens there for whom the module says (S18-11). */
  path: string;
  /** Null when the account is gone, or the house itself kept it. */
  accountId: string | null;
  at: Date;
}

/**
 * The scoped service `files`. A file belongs to a subject of a module, `infos:<uuid>`, and that module's `files` says
 * who may open it; a module that is off, or that says nothing, opens none.
 */
export interface Files {
  /** Writes the rows, takes away what was removed. @returns what the subject has now. @throws Refusal when the school's room is used up. */
  keep(attached: Attached, to: { about: string }): Promise<KeptFile[]>;
  /** Files of one or several subjects, in the order they came. */
  of(about: string | string[]): Promise<KeptFile[]>;
  /** Takes away all files of subjects that go. Their bytes leave with the next night. */
  remove(about: string | string[]): Promise<void>;
}

declare module '../plugin/services.ts' {
  interface Services {
    files: Files;
  }
}
