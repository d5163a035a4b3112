import { mkdir, open, rename } from 'node:fs/promises';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { Disk } from 'flydrive';
import { FSDriver } from 'flydrive/drivers/fs';

/** Where the bytes of files lie: outside of the web root, each under a random key. */
export interface Store {
  /** A place on this machine for a file that is still coming. */
  arrival(name: string): Promise<string>;
  /** Gives a file that has come its key; nothing is ever half there. */
  settle(arrival: string, key: string): Promise<void>;
  /** @throws when there is no such file. */
  read(key: string): Promise<Readable>;
  drop(key: string): Promise<void>;
  /** Folders that hold files: one a school, and that of arrivals. */
  folders(): Promise<string[]>;
  /** Keys that begin with this folder, with the moment they were written. */
  list(folder: string): AsyncIterable<{ key: string; at: Date }>;
}

/** Folder of what is still coming; its files leave by themselves after a day (see sweep.ts). */
export const ARRIVALS = 'arrivals';

export function storeIn(folder: string): Store {
  const disk = new Disk(new FSDriver({ location: folder, visibility: 'private' }));
  return {
    async arrival(name) {
      await mkdir(path.join(folder, ARRIVALS), { recursive: true, mode: 0o700 });
      return path.join(folder, ARRIVALS, name);
    },
    async settle(arrival, key) {
      // Not flydrive's move, which copies: that needs room twice, and may leave half a file under its key.
      const place = path.join(folder, key);
      await mkdir(path.dirname(place), { recursive: true, mode: 0o700 });
      const file = await open(arrival);
      // What the database will say is there must outlive a power cut, as the row does.
      await file.sync().finally(() => file.close());
      await rename(arrival, place);
    },
    async read(key) {
      await disk.getMetaData(key);
      return disk.getStream(key);
    },
    drop: (key) => disk.delete(key),
    async folders() {
      const { objects } = await disk.listAll('', { recursive: false }).catch(() => ({ objects: [] }));
      return [...objects].filter((one) => one.isDirectory).map((one) => one.name);
    },
    async *list(prefix) {
      const { objects } = await disk.listAll(prefix, { recursive: true }).catch(() => ({ objects: [] }));
      for (const one of objects)
        if (one.isFile) {
          const told = await disk.getMetaData(one.key).catch(() => null);
          if (told) yield { key: one.key, at: told.lastModified };
        }
    },
  };
}
