import { type Job, schoolYear } from '@preau/core';
import { aboutOf, followUpOf } from './words.ts';

const DAY = 86_400_000;

/** A document is kept during its school year and the next one, then goes with its files, openings and notices. */
export const purge = ({ step }: Job): Promise<void> =>
  step(async ({ db, now, school, services }) => {
    const year = schoolYear(now, school.timezone);
    const rows: { id: string; made_at: Date }[] = await db('casier_documents')
      .where('made_at', '<', new Date(now.getTime() - 365 * DAY))
      .select('id', 'made_at');
    const old = rows.filter((row) => schoolYear(row.made_at, school.timezone) < year - 1);
    for (const one of old) for (const about of [aboutOf(one), followUpOf(one)]) await services.notices.forget(about);
    await services.files.remove(old.map(aboutOf));
    await db('casier_documents')
      .whereIn(
        'id',
        old.map((one) => one.id),
      )
      .delete();
  });
