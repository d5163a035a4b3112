import { missing, page, type Reply, redirect, type Visit, type Work } from '@preau/core';
import { type Batch, batchOf, causeOf, stepOf } from './batch.ts';
import { unused } from './functions.ts';

export async function showReport({ db, params }: Visit): Promise<Reply> {
  const batch = await batchOf(db, params.id);
  if (!batch) return missing();
  if (!batch.report) return redirect(stepOf(batch));
  const { report, undone } = batch;
  return page('personnels/rapport', {
    ...report,
    functions: report.functions.join(', '),
    // A green « done » while nothing was written helps nobody (case B01).
    nothing: report.created + report.changed === 0,
    rows: batch.rows,
    fileName: batch.file_name,
    at: batch.imported_at,
    by: batch.made_by_name,
    undone: undone && { ...undone, keptCount: undone.kept.length },
    undoneAt: batch.undone_at,
  });
}

/** « Annuler cet import »: prior values come back, whom it created goes; what somebody touched since stays, and is named. */
export async function undoBatch({ db, params, services, now }: Visit): Promise<Reply> {
  const batch = await batchOf(db, params.id, true);
  if (!batch) return missing();
  if (batch.state !== 'imported') return redirect(stepOf(batch));
  const cause = causeOf(batch);
  const undone = await services.register.undo(cause);
  await unused(db).where({ origin: cause }).delete();
  await db('personnels_batches')
    .where({ id: batch.id })
    .update({ state: 'undone', undone_at: now, undone: JSON.stringify(undone) });
  return redirect(stepOf({ ...batch, state: 'undone' }), `L’import de « ${batch.file_name} » est annulé.`);
}

export async function showUpload({ db }: Visit): Promise<Reply> {
  const rows: Batch[] = await db('personnels_batches')
    .whereIn('state', ['imported', 'undone'])
    .orderBy('made_at', 'desc')
    .limit(20);
  return page('personnels/importer', {
    imports: rows.map((one) => ({
      href: stepOf(one),
      fileName: one.file_name,
      at: one.imported_at,
      by: one.made_by_name,
      created: one.report?.created ?? 0,
      changed: one.report?.changed ?? 0,
      undone: one.state === 'undone',
    })),
  });
}

const DAY = 86_400_000;

/** A preview nobody imported within a day is forgotten, a report after a year. */
export async function purgeBatches({ db, now }: Pick<Work, 'db' | 'now'>): Promise<void> {
  await db('personnels_batches')
    .whereIn('state', ['columns', 'preview'])
    .where('made_at', '<', new Date(now.getTime() - DAY))
    .delete();
  await db('personnels_batches')
    .where('made_at', '<', new Date(now.getTime() - 365 * DAY))
    .delete();
}
