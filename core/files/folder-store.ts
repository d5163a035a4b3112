import { mkdir, open, rename } from 'node:fs/promises';
import path from 'node:path';
import { Disk } from 'flydrive';
import { FSDriver } from 'flydrive/drivers/fs';
import { ARRIVALS, NoSuchFile, type Store, StoreDown } from './store.ts';

/** Files in a folder of this machine. */
export function folderStore(folder: string): Store {
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
      try {
        await disk.getMetaData(key);
        return await disk.getStream(key);
      } catch (error) {
        throw isAbsent(error) ? new NoSuchFile(key) : new StoreDown(error);
      }
    },
    drop: (key) => disk.delete(key),
    async folders() {
      const { objects } = await disk.listAll('', { recursive: false }).catch(nothingYet);
      return [...objects].filter((one) => one.isDirectory).map((one) => one.name);
    },
    async *list(prefix) {
      const { objects } = await disk.listAll(prefix, { recursive: true }).catch(nothingYet);
      for (const one of objects)
        if (one.isFile) {
          const told = await disk.getMetaData(one.key).catch(() => null);
          if (told) yield { key: one.key, at: told.lastModified };
        }
    },
  };
}

/** flydrive wraps some of what the system says. */
const isAbsent = (error: unknown): boolean =>
  [error, (error as Error).cause].some((one) => (one as NodeJS.ErrnoException | undefined)?.code === 'ENOENT');

/** A folder nobody has written to. */
function nothingYet(error: unknown): { objects: [] } {
  if (isAbsent(error)) return { objects: [] };
  throw new StoreDown(error);
}
