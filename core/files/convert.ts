import { randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import type { House } from '../container.ts';
import type { Job } from '../plugin/contract.ts';
import type { Row } from './files.ts';
import { isHeic } from './kinds.ts';
import { measured } from './meter.ts';
import { fileName } from './names.ts';
import { redraw } from './picture.ts';
import { bytesOf } from './preview.ts';
import { photoReader } from './reader.ts';
import { Refusal } from './refusal.ts';
import { UNCONVERTIBLE } from './remarks.ts';

/**
 * A telephone's photo (HEIC) becomes a JPEG that every computer shows (case B44). Until then it opens as it came, and it
 * stays so when it cannot be converted. Its old bytes leave with the night.
 */
export async function convert(house: House, { school, step }: Job, id: string): Promise<void> {
  const row: Row | undefined = await step(({ db }) => db('files').where({ id }).first());
  if (!row || !isHeic(row.type)) return;
  const jpeg = await house.store.arrival(randomUUID());
  try {
    const remark = await drawn(house, row, jpeg);
    if (remark === false) {
      await step(({ db }) => db('files').where({ id, key: row.key }).update({ remark: UNCONVERTIBLE }));
      return;
    }
    const told = await measured(createReadStream(jpeg));
    const key = `${school.id}/${randomUUID()}`;
    await house.store.settle(jpeg, key);
    // Gone meanwhile, or converted by another: what was drawn has no row and leaves with the night too.
    await step(({ db }) =>
      db('files')
        .where({ id, key: row.key })
        .update({ ...told, key, remark, type: 'image/jpeg', name: fileName(row.name, ['jpg']), pages: 1 }),
    );
  } finally {
    await rm(jpeg, { force: true });
  }
}

/** @returns its remark, or false when it cannot be read. @throws when the fault is ours: the job comes again. */
async function drawn(house: House, row: Row, to: string): Promise<string | null | false> {
  const bytes = await bytesOf(house.store, row.key);
  const told = await photoReader
    .ask({ work: 'heic' }, async () => bytes)
    .catch((error) => house.log.warn({ err: error, file: row.id }, 'photo not converted'));
  if (told?.state !== 'unpacked') return false;
  return redraw(told, to, 'image/jpeg', row.name).catch((error) => {
    if (error instanceof Refusal) return false;
    throw error;
  });
}
