import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

/** What opens sealed bytes beside the key: first number and closing tag of AES-256-GCM. */
const IV = 12;

/** Writes a stream sealed, as it comes: what lies on the disk tells nothing. @returns its seal and its size. */
export async function writeSealed(stream: Readable, key: Buffer, to: string): Promise<{ seal: Buffer; size: number }> {
  const iv = randomBytes(IV);
  const cipher = createCipheriv('aes-256-gcm', key, iv);
  await pipeline(stream, cipher, createWriteStream(to, { mode: 0o600 }));
  return { seal: Buffer.concat([iv, cipher.getAuthTag()]), size: (await stat(to)).size };
}

/** The same bytes opened, as they leave. A byte that was changed ends the download. */
export function openSealed(stream: Readable, key: Buffer, seal: Buffer): Readable {
  const decipher = createDecipheriv('aes-256-gcm', key, seal.subarray(0, IV));
  decipher.setAuthTag(seal.subarray(IV));
  stream.on('error', (error) => decipher.destroy(error));
  decipher.on('close', () => stream.destroy());
  return stream.pipe(decipher);
}
