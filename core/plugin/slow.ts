import type { SmtpServer } from '../outbox/outbox-types.ts';
import type { Work } from './contract.ts';

/** What takes its time: called between steps, never inside a transaction. */
export interface Slow {
  /**
   * A designed page of this module printed to PDF (A4, tagged, French).
   * @param view template of the module; its first h1 gives the title. @param css page geometry the module computed, no user text in it.
   */
  print(view: string, data: object, css?: string): Promise<Buffer>;
  /** The first sheet of the same page as a PNG, for a preview that is what will be printed. */
  picture(view: string, data: object, css?: string): Promise<Buffer>;
  /** A photo as a JPEG whose long side has at most `side` points, upright, without place, date and camera. @throws when it cannot be read. */
  reduce(photo: Uint8Array, side: number): Promise<{ jpeg: Buffer; width: number; height: number }>;
  /** Connects to a mail server and signs in. @returns null when it works, else which field is wrong and why, in French. */
  trySmtp(
    server: SmtpServer,
  ): Promise<{ field: 'host' | 'port' | 'encryption' | 'user' | 'password'; reason: string } | null>;
}

/** Work that goes outside between short transactions: a job, or a visit whose route says `outside`. */
export interface Outside {
  slow: Slow;
  /** Each step is one short transaction; mail, PDF and network happen between steps. */
  step<T>(work: (work: Work) => Promise<T>): Promise<T>;
}
