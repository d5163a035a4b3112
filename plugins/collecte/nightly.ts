import type { Job } from '@preau/core';
import { forgetDocument } from './notify.ts';
import { preload } from './preload.ts';
import { aboutOf } from './words.ts';

/**
 * What was collected is kept until the end of its school year, then leaves with its files and reminders; how the
 * documents were set goes on into the new year first.
 */
export const purge = (job: Job) =>
  job.step(async (work) => {
    const { db, services } = work;
    const old: string[] = await db('collecte_documents').where('year', '<', services.people.year).pluck('id');
    if (!old.length) return;
    await preload(work);
    const sendings: { id: string }[] = await db('collecte_sendings').whereIn('document_id', old).select('id');
    if (sendings.length) await services.files.remove(sendings.map(aboutOf));
    for (const id of old) await forgetDocument(work, { id });
    for (const table of ['told', 'reminders', 'deposits', 'sendings', 'readers', 'classes'])
      await db(`collecte_${table}`).whereIn('document_id', old).delete();
    await db('collecte_documents').whereIn('id', old).delete();
  });
