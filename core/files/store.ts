import type { Readable } from 'node:stream';
import { Stop } from '../web/stop.ts';

/** Where the bytes of files lie: outside of the web root, each under a random key. */
export interface Store {
  /** A place on this machine for a file that is still coming; who asked for it removes what is left there. */
  arrival(name: string): Promise<string>;
  /** Gives a file that has come its key; nothing is ever half there. */
  settle(arrival: string, key: string): Promise<void>;
  /** @throws NoSuchFile for what is not there, StoreDown while nobody can tell. */
  read(key: string): Promise<Readable>;
  drop(key: string): Promise<void>;
  /** Folders that hold files: one a school, and that of arrivals. */
  folders(): Promise<string[]>;
  /** Keys that begin with this folder, with the moment they were written. */
  list(folder: string): AsyncIterable<{ key: string; at: Date }>;
}

/** Folder of what is still coming; its files leave by themselves after a day (see sweep.ts). */
export const ARRIVALS = 'arrivals';

/** The file is lost: waiting does not bring it back. */
export class NoSuchFile extends Error {
  override name = 'NoSuchFile';
}

/** Files are out of reach for now; in a visit it ends on a page that says so, and the house goes on without them. */
export class StoreDown extends Stop {
  override name = 'StoreDown';
  constructor(cause: unknown) {
    super(503, 'Les fichiers de l’école ne répondent pas en ce moment. Recommencez dans quelques minutes.');
    this.cause = cause;
  }
  /** For whoever runs the house: `NoSuchBucket`, `ECONNREFUSED`. */
  get why(): string {
    let first = this.cause;
    while (first instanceof Error && first.cause) first = first.cause;
    const { code, name } = first as NodeJS.ErrnoException;
    return `Les fichiers ne répondent pas (${code ?? name}) : vérifiez FILES_URL et ses clés.`;
  }
}
