import type { Readable } from 'node:stream';
import { ZipFile } from 'yazl';
import { archivePaths } from '../files/archive-paths.ts';
import type { ZipEntry } from '../plugin/contract.ts';

/** What is sent of an archive; its size is known when that of every entry is, and the browser then shows progress. */
export interface Archive {
  stream: Readable;
  size?: number;
}

/**
 * An archive that is made while it leaves: one entry open at a time, names in UTF-8, nothing compressed, since pictures
 * and documents already are (case B41).
 * @param onLost told when an entry cannot be read: half an archive must not look like a whole one.
 */
export function archiveOf(entries: ZipEntry[], onLost: (error: Error, path: string) => void): Archive {
  const archive = new ZipFile();
  const stream = archive.outputStream as Readable;
  const paths = archivePaths(entries.map(({ path }) => path));
  let open: Readable | null = null;
  const fail = (error: Error, path: string) => {
    onLost(error, path);
    stream.destroy();
  };
  archive.on('error', (error: Error) => fail(error, ''));
  // Who stops the download stops the reading.
  stream.once('close', () => open?.destroy());
  for (const [index, { body, size, at }] of entries.entries()) {
    const path = paths[index] as string;
    const options = { compress: false, mtime: at };
    if (typeof body !== 'function') {
      archive.addBuffer(Buffer.from(body), path, options);
      continue;
    }
    archive.addReadStreamLazy(path, { ...options, size }, async (give) => {
      if (stream.destroyed) return;
      try {
        open = await body();
        open.once('error', (error) => fail(error, path));
        if (stream.destroyed) open.destroy();
        else give(null, open);
      } catch (error) {
        fail(error as Error, path);
      }
    });
  }
  let size: number | undefined;
  const counted = (total: number) => {
    if (total >= 0) size = total;
  };
  archive.end({ forceZip64Format: false, comment: '' }, counted as () => void);
  return { stream, size };
}
