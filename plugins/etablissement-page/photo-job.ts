import type { Job, Json } from '@preau/core';
import { photoAbout } from './contents.ts';

/** As wide as the widest telephone shows it, two photos a line. */
const SMALL = 640;
const LARGE = 1280;
/** Ten minutes: a HEIC that was not made a JPEG by then never will be. */
const MOST = 60;

/** Draws the two sizes pages show; a telephone’s HEIC is first made a JPEG by the house, which takes a moment. */
export async function drawPhoto(job: Job, data: Json): Promise<void> {
  const { id, tries } = data as { id: string; tries: number };
  const [file] = await job.step(({ services }) => services.files.of(photoAbout(id)));
  if (!file || tries > MOST) return;
  if (/hei[cf]$/.test(file.type))
    return job.step((work) => work.later('draw', { id, tries: tries + 1 }, new Date(job.now.getTime() + 10_000)));
  const photo = Buffer.concat(await (await file.open()).toArray());
  const large = await job.slow.reduce(photo, LARGE);
  const small = await job.slow.reduce(photo, SMALL);
  await job.step(async ({ db }) => {
    const { width, height } = large;
    await db('etablissement_page_photos').where({ id }).update({ small: small.jpeg, large: large.jpeg, width, height });
  });
}

/** What was removed yesterday or before goes for good. */
export const purge = (job: Job): Promise<void> =>
  job.step(async ({ db, services }) => {
    const gone: string[] = await db('etablissement_page_photos')
      .where('removed_at', '<', new Date(job.now.getTime() - 86_400_000))
      .pluck('id');
    if (!gone.length) return;
    await services.files.remove(gone.map(photoAbout));
    await db('etablissement_page_photos').whereIn('id', gone).delete();
  });
