import {
  dayIn,
  definePlugin,
  get,
  hidden,
  invalid,
  missing,
  page,
  post,
  type Reply,
  redirect,
  upload,
  type Visit,
} from '@preau/core';
import './contract.ts';
import { type Batch, batchOf, keepPreview, markImported, purgePreviews } from './batch.ts';
import { planGuardians, writeGuardians } from './import-guardians.ts';
import { planPupils, writePupils } from './import-pupils.ts';
import { type Kind, recogniseLayout } from './layouts.ts';
import { previewOf } from './preview.ts';
import { readTable } from './read.ts';
import { readGuardians, readPupils } from './rows.ts';

const accept = '.csv,text/csv,text/plain';
const chosen = {
  file: upload('Choisissez le fichier à importer', {
    accept,
    hint: 'Le fichier .csv tel que ONDE le donne. Son nom n’a pas d’importance.',
  }),
};

/** Imports/Exports > ONDE (fiche 4): upload, preview, « Importer », report. Nothing of the directory is written before. */
export default definePlugin({
  name: 'onde-import',
  title: 'Import ONDE',
  summary: 'Reprendre élèves, classes et responsables depuis ONDE.',
  icon: 'arrow-right-left',
  permissions: { import: 'Élèves > Importer depuis ONDE' },
  privacy: [
    {
      column: 'onde_import_batches.*',
      purpose: 'Montrer un import avant de l’enregistrer, et savoir ensuite ce qu’il a fait',
      retention: 'Aperçu : un jour ; comptes rendus : la fin de l’année scolaire',
      export: 'no',
      erase: 'delete',
    },
    {
      column: 'onde_import_pending.*',
      purpose: 'Garder les liens de parenté que le fichier ne permet pas de trancher',
      retention: 'Jusqu’à la décision de la direction',
      export: 'no',
      erase: 'delete',
    },
  ],
  nav: [
    {
      area: 'admin',
      under: 'Imports/Exports > ONDE',
      title: 'Importer les élèves et les classes',
      path: '/eleves',
      allow: 'onde-import.import',
    },
    {
      area: 'admin',
      under: 'Imports/Exports > ONDE',
      title: 'Importer des responsables',
      path: '/responsables',
      allow: 'onde-import.import',
    },
  ],
  steps: [
    {
      title: 'Récupérer les classes et les élèves de ONDE',
      path: '/eleves',
      allow: 'onde-import.import',
      done: async ({ services }) => (await services.register.count('pupil')) > 0,
    },
    {
      title: 'Récupérer les responsables de ONDE',
      path: '/responsables',
      allow: 'onde-import.import',
      done: async ({ services }) => (await services.register.count('guardian')) > 0,
    },
  ],
  routes: [
    get('admin', '/eleves', 'onde-import.import', () => page('onde-import/eleves')),
    post('admin', '/eleves', 'onde-import.import', chosen, (visit) => receive(visit, 'eleves')),
    get('admin', '/responsables', 'onde-import.import', (visit) => showGuardians(visit)),
    post('admin', '/responsables', 'onde-import.import', chosen, (visit) => receive(visit, 'responsables')),
    get('admin', '/apercu/:id', 'onde-import.import', preview),
    post('admin', '/apercu/:id', 'onde-import.import', { sure: hidden() }, importBatch),
    get('admin', '/rapport/:id', 'onde-import.import', report),
  ],
  nightly: { purge: ({ step, now }) => step(({ db }) => purgePreviews(db, now)) },
});

async function showGuardians({ services }: Visit): Promise<Reply> {
  return page('onde-import/responsables', { pupilsFirst: (await services.register.count('pupil')) === 0 });
}

/** Reads the file and keeps what was read as a preview; a file that cannot be used is told beside the field. */
async function receive(visit: Visit<{ file: { name: string; bytes: Buffer } }>, kind: Kind): Promise<Reply> {
  const { db, input, services, account, now, school } = visit;
  // F04-14: the guardians' file names children by their names only.
  if (kind === 'responsables' && (await services.register.count('pupil')) === 0)
    return invalid({ file: 'Importez d’abord les élèves : les responsables leur sont rattachés par leur nom.' });
  const table = readTable(input.file.bytes);
  if ('refused' in table) return invalid({ file: table.refused.message });
  const found = recogniseLayout(table, kind);
  if ('reason' in found) return invalid({ file: found.message });
  const columns = found.columns;
  const reading =
    found.kind === 'eleves'
      ? readPupils(table, found.columns, dayIn(now, school.timezone))
      : readGuardians(table, found.columns);
  const remarks = [...table.remarks, ...found.remarks];
  const id = await keepPreview(db, {
    kind,
    file_name: input.file.name,
    made_by: account?.id ?? null,
    made_at: now,
    reading: { ...reading, columns, remarks },
  });
  return redirect(`/gestion/onde-import/apercu/${id}`);
}

async function preview(visit: Visit): Promise<Reply> {
  const batch = await batchOf(visit.db, visit.params.id as string);
  if (!batch) return missing();
  if (batch.state === 'imported') return redirect(`/gestion/onde-import/rapport/${batch.id}`);
  const plan =
    batch.kind === 'eleves' ? await planPupils(visit, batch.reading) : await planGuardians(visit, batch.reading);
  return page('onde-import/apercu', previewOf(batch, plan));
}

async function importBatch(visit: Visit<{ sure: string }>): Promise<Reply> {
  const { db, params, emit, now } = visit;
  const batch = await batchOf(db, params.id as string, true);
  if (!batch) return missing();
  if (batch.state === 'imported') return redirect(`/gestion/onde-import/rapport/${batch.id}`);
  const told = batch.kind === 'eleves' ? await writePupils(visit, batch.reading) : await writeGuardians(visit, batch);
  await markImported(db, batch.id, now, told);
  await emit('onde-import.done', { kind: batch.kind, ...told });
  return redirect(`/gestion/onde-import/rapport/${batch.id}`);
}

async function report({ db, params }: Visit): Promise<Reply> {
  const batch: Batch | null = await batchOf(db, params.id as string);
  if (batch?.state !== 'imported' || !batch.report) return missing();
  const pending = await db('onde_import_pending')
    .where({ batch_id: batch.id })
    .orderBy('line')
    .select('line', 'guardian_name', 'child_name', 'message');
  return page('onde-import/rapport', {
    pupils: batch.kind === 'eleves',
    fileName: batch.file_name,
    at: batch.imported_at,
    ...batch.report,
    pendingLinks: pending,
  });
}
