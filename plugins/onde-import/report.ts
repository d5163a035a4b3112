import { missing, page, type Reply, redirect, type Undone, type Visit } from '@preau/core';
import { type BatchFacts, causeOf, factsOf } from './batch.ts';
import { openPending } from './pending.ts';

/** A job that has not moved for this long (in milliseconds) has probably been stopped with its server. */
const STALLED = 60_000;

/** « Rapport d'import » (F04-09); while a large import runs, its progress. */
export async function showReport({ db, params, now }: Visit): Promise<Reply> {
  const batch = await factsOf(db, params.id as string);
  if (!batch || batch.state === 'columns') return missing();
  if (batch.state === 'preview') return redirect(`/gestion/onde-import/apercu/${batch.id}`);
  if (batch.state === 'running') {
    const stalled = now.getTime() - (batch.progress_at ?? batch.made_at).getTime() > STALLED;
    const data = { fileName: batch.file_name, rows: batch.rows, progress: batch.progress, stalled, id: batch.id };
    return page('onde-import/en-cours', data);
  }
  const pending = (await openPending(db)).filter((one) => one.batch_id === batch.id);
  return page('onde-import/rapport', {
    id: batch.id,
    fileName: batch.file_name,
    at: batch.imported_at,
    by: batch.made_by_name,
    year: `${batch.year}-${batch.year + 1}`,
    parts: partsOf(batch),
    pendingCount: pending.length,
    undone: batch.undone && undoneWords(batch.undone),
    undoneAt: batch.undone_at,
    undoneBy: batch.undone_by,
  });
}

const partsOf = ({ report }: Pick<BatchFacts, 'report'>) =>
  (['eleves', 'responsables'] as const).flatMap((kind) => {
    const told = report?.[kind];
    return told ? [{ pupils: kind === 'eleves', ...told }] : [];
  });

const undoneWords = (undone: Undone) => ({ ...undone, keptCount: undone.kept.length });

/** An import whose job was lost begins again; it had written nothing. */
export async function restart({ db, params, later, now }: Visit): Promise<Reply> {
  const id = params.id as string;
  const begun = await db('onde_import_batches')
    .where({ id, state: 'running' })
    .where('progress_at', '<', new Date(now.getTime() - STALLED))
    .update({ progress: 0, progress_at: now });
  if (begun) await later('import', id);
  return redirect(`/gestion/onde-import/rapport/${id}`);
}

/** « Annuler cet import »: what it changed comes back, what it created goes; whatever somebody touched since stays, and is named. */
export async function undoBatch({ db, params, services, now, person }: Visit): Promise<Reply> {
  const batch = await factsOf(db, params.id as string, true);
  if (!batch) return missing();
  const to = `/gestion/onde-import/rapport/${batch.id}`;
  if (batch.state !== 'imported') return redirect(to);
  // Links that wait are part of the import, and must not hold the people it made.
  await db('onde_import_pending').where({ batch_id: batch.id }).delete();
  const undone = await services.register.undo(causeOf(batch));
  await db('onde_import_batches')
    .where({ id: batch.id })
    .update({
      state: 'undone',
      undone_at: now,
      undone_by: [person?.firstName, person?.lastName].filter(Boolean).join(' '),
      undone: JSON.stringify(undone),
    });
  return redirect(to, `L’import de « ${batch.file_name} » est annulé.`);
}

/** All imports of the school, the latest first. */
export async function showImports({ db }: Visit): Promise<Reply> {
  const rows: BatchFacts[] = await db('onde_import_batches')
    .whereIn('state', ['imported', 'undone', 'running'])
    .orderBy('made_at', 'desc')
    .limit(200)
    .select('id', 'kind', 'file_name', 'state', 'year', 'rows', 'report', 'made_by_name', 'made_at', 'imported_at');
  return page('onde-import/imports', {
    imports: rows.map((one) => ({
      id: one.id,
      kind: KINDS[one.kind],
      fileName: one.file_name,
      at: one.imported_at ?? one.made_at,
      by: one.made_by_name,
      undone: one.state === 'undone',
      running: one.state === 'running',
      created: total(one, 'created'),
      changed: total(one, 'changed'),
    })),
  });
}
const KINDS: Record<BatchFacts['kind'], string> = {
  eleves: 'Élèves',
  responsables: 'Responsables',
  tableur: 'Tableur',
};
const total = ({ report }: BatchFacts, field: 'created' | 'changed') =>
  Object.values(report ?? {}).reduce((sum, one) => sum + one[field], 0);
