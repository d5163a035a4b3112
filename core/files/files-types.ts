import type { Readable } from 'node:stream';

/** A file that came with a form: checked, and stored under a random key which no row knows yet. */
export interface Arrival {
  key: string;
  name: string;
  type: string;
  size: number;
  sha256: string;
  /** Pages of a PDF, 1 for a picture; null when it cannot be told. */
  pages: number | null;
  /** What whoever sends it should know: « protégé par mot de passe », « photo très sombre ». */
  remark: string | null;
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
  pages: number | null;
  remark: string | null;
  /** For {{url}}: a picture of its first page (`?page=2` of the second), by the same right as the file; null when it has none. */
  preview: string | null;
  /** For {{url}}: the file opens there for whom the module says (S18-11). */
  path: string;
  /** Null when the account is gone, or the house itself kept it. */
  accountId: string | null;
  at: Date;
  /** Its bytes, for an archive. @throws when they are lost. */
  open(): Promise<Readable>;
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
