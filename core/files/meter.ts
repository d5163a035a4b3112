import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

/** Size and fingerprint of what came through. */
export interface Measure {
  size: number;
  sha256: string;
}

/** Writes what comes, measured on its way. */
export async function written(stream: Readable, to: string): Promise<Measure> {
  const meter = metering();
  await pipeline(stream.iterator({ destroyOnReturn: false }), meter.pass, createWriteStream(to, { mode: 0o600 }));
  return meter.told();
}

/** Size and fingerprint of what lies there. */
export async function measured(stream: Readable): Promise<Measure> {
  const meter = metering();
  await pipeline(stream, meter.pass, async (chunks) => {
    for await (const _ of chunks);
  });
  return meter.told();
}

function metering() {
  const hash = createHash('sha256');
  let size = 0;
  return {
    async *pass(chunks: AsyncIterable<Buffer>) {
      for await (const chunk of chunks) {
        hash.update(chunk);
        size += chunk.length;
        yield chunk;
      }
    },
    told: () => ({ size, sha256: hash.digest('hex') }),
  };
}
