import {
  type Job,
  type Json,
  missing,
  page,
  type Register,
  type Reply,
  redirect,
  schoolYear,
  type Visit,
  type Work,
} from '@preau/core';
import { type Batch, batchOf, causeOf, factsOf, markImported, type Reports } from './batch.ts';
import { type Choices, choicesOf, chosen, type KeptChoices } from './choices.ts';
import { planGuardians, writeGuardians } from './import-guardians.ts';
import { planPupils, writePupils } from './import-pupils.ts';
import { type Plans, previewOf, stampOf } from './preview.ts';

/** Above this many lines an import runs as a job, with a progress bar; below it is done before one looks up. */
const AT_ONCE = 1500;

export interface PreviewInput {
  offered: string[];
  take: string[];
  left: string[];
  twins: Record<string, string>;
}

const reportOf = (batch: Pick<Batch, 'id'>) => `/gestion/onde-import/rapport/${batch.id}`;
const isOpen = (batch: Batch) => batch.state === 'preview';

/** The register in the name of a batch: its year, and a cause by which all can be undone. */
const registerOf = ({ services }: Pick<Work, 'services'>, batch: Batch): Register =>
  services.register.of({
    cause: causeOf(batch),
    year: batch.year,
    by: { accountId: batch.made_by, name: batch.made_by_name },
  });

interface Looked {
  batch: Batch | null;
  plans: Plans;
}
const lookedAt = new WeakMap<object, Promise<Looked>>();

/** What the import would do now; the preview and its check of age ask within one visit. */
function look(visit: Visit): Promise<Looked> {
  let found = lookedAt.get(visit.db);
  if (!found) {
    found = (async () => {
      const batch = await batchOf(visit.db, visit.params.id as string);
      return { batch, plans: batch && isOpen(batch) ? await makePlans(visit, batch) : {} };
    })();
    lookedAt.set(visit.db, found);
  }
  return found;
}

async function makePlans(work: Pick<Work, 'services'>, batch: Batch): Promise<Plans> {
  const register = registerOf(work, batch);
  const { eleves, responsables } = batch.reading;
  const plans: Plans = {};
  if (eleves) plans.eleves = await planPupils(work, eleves, undefined, register);
  if (responsables) {
    // Children of the same spreadsheet are not in the directory yet.
    const newcomers = plans.eleves?.created.map(({ key, row }) => ({ ...row, id: key })) ?? [];
    plans.responsables = await planGuardians(work, responsables, undefined, register, newcomers);
  }
  return plans;
}

export async function showPreview(visit: Visit): Promise<Reply> {
  const { batch, plans } = await look(visit);
  if (!batch) return missing();
  if (!isOpen(batch))
    return redirect(batch.state === 'columns' ? `/gestion/onde-import/colonnes/${batch.id}` : reportOf(batch));
  return page('onde-import/apercu', previewOf(batch, plans, typedIn(visit) ?? batch.choices));
}

/** A form that comes back shows the ticks as they were. */
function typedIn({ input }: Visit): KeptChoices | null {
  const typed = input as Record<string, string | string[]> | null;
  if (!typed?.offered) return null;
  const list = (name: string) => [typed[name] ?? []].flat();
  const twins = Object.entries(typed).flatMap(([name, value]) =>
    name.startsWith('twins.') ? [[name.slice(6), String(value)]] : [],
  );
  return chosen({
    offered: list('offered'),
    take: list('take'),
    left: list('left'),
    twins: Object.fromEntries(twins),
  });
}

/**
 * One import at a time in a school: the second waits, and is then compared with what the first has written. Not a lock
 * on the batch's row, which carries the progress.
 */
const alone = ({ db, school }: Pick<Work, 'db' | 'school'>) =>
  db.raw('select pg_advisory_xact_lock(hashtext(?))', [`onde-import ${school.id}`]);

/** A preview is as old as the directory it was made from: what changed since must be looked at again. */
export async function previewVersion(visit: Visit, hold: boolean): Promise<string | null> {
  if (hold) await alone(visit);
  const { batch, plans } = await look(visit);
  return batch && isOpen(batch) ? stampOf(plans) : null;
}

/** « Importer »: at once, or as a job when the file is large. */
export async function importBatch(visit: Visit<PreviewInput>): Promise<Reply> {
  const { db, params, now, later } = visit;
  const id = params.id as string;
  await alone(visit);
  const batch = await factsOf(db, id, true);
  if (!batch) return missing();
  if (batch.state !== 'preview') return redirect(reportOf(batch));
  const choices = chosen(visit.input);
  if (batch.rows > AT_ONCE) {
    await db('onde_import_batches')
      .where({ id })
      .update({ state: 'running', choices: JSON.stringify(choices), progress: 0, progress_at: now });
    await later('import', id);
  } else await run(visit, (await batchOf(db, id)) as Batch, choicesOf(choices), async () => {});
  return redirect(reportOf(batch));
}

/** The whole import, in the transaction it is given: all of it or nothing. */
async function run(
  work: Work,
  batch: Batch,
  choices: Choices,
  reached: (percent: number) => Promise<void>,
): Promise<void> {
  const register = registerOf(work, batch);
  const { eleves, responsables } = batch.reading;
  const reports: Reports = {};
  if (eleves) {
    const current = schoolYear(work.now, work.school.timezone);
    const year = { current: batch.year === current, first: `${batch.year}-08-01` };
    reports.eleves = await writePupils(work, register, eleves, choices, year, reached);
  }
  if (responsables)
    reports.responsables = await writeGuardians(work, register, batch.id, responsables, choices, reached);
  await reached(95);
  await markImported(work.db, batch.id, work.now, reports);
  for (const [kind, report] of Object.entries(reports))
    await work.emit('onde-import.done', { kind: kind as keyof Reports, ...report });
}

/** A large import: one transaction for the work; how far it is, told beside it so that others can see. */
export async function importJob(job: Job, data: Json): Promise<void> {
  const id = data as string;
  const tell = (changes: object) =>
    job.step(async ({ db, now }) => {
      await db('onde_import_batches')
        .where({ id, state: 'running' })
        .update({ ...changes, progress_at: now });
    });
  try {
    await job.step(async (work) => {
      await alone(work);
      const batch = await batchOf(work.db, id);
      if (batch?.state !== 'running') return;
      await run(work, batch, choicesOf(batch.choices), (progress) => tell({ progress }));
    });
  } catch (error) {
    await tell({ state: 'preview' });
    throw error;
  }
}
