import { choice, definePlugin, get, hidden, longText, page, post, record, strings, upload } from '@preau/core';
import './contract.ts';
import { purgeBatches } from './batch.ts';
import { checkCommand } from './check-command.ts';
import { chooseColumns, receiveSheet, showColumns } from './columns.ts';
import { importBatch, importJob, previewVersion, showPreview } from './import.ts';
import { decidePending, showPending } from './pending.ts';
import { receive, showGuardians } from './receive.ts';
import { restart, showImports, showReport, undoBatch } from './report.ts';

const accept = '.csv,text/csv,text/plain';
const year = choice(
  'Année scolaire',
  { current: 'Cette année scolaire', next: 'L’année scolaire prochaine, pour préparer la rentrée' },
  { hint: 'Celle des classes du fichier.' },
);
const file = {
  file: upload('Choisissez le fichier à importer', {
    accept,
    hint: 'Le fichier .csv tel que ONDE le donne. Son nom n’a pas d’importance.',
  }),
  year: { ...year, schema: year.schema.default('current') },
};
const sheet = {
  file: upload('Choisissez le fichier à importer', {
    accept,
    optional: true,
    hint: 'Un fichier .csv : dans le tableur, Fichier > Enregistrer sous > CSV.',
  }),
  pasted: longText('Ou collez ici les cellules copiées du tableur', {
    max: 1_000_000,
    optional: true,
    hint: 'Avec la ligne des titres en premier.',
  }),
  year: file.year,
};
const decisions = { offered: strings(), take: strings(), left: strings(), twins: record() };
const RIGHT = 'onde-import.import';

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
      column: 'onde_import_columns.*',
      purpose: 'Se souvenir de ce que contient chaque colonne d’un fichier',
      retention: 'Jusqu’à la fermeture de l’école',
      export: 'no',
      erase: 'keep',
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
      allow: RIGHT,
    },
    {
      area: 'admin',
      under: 'Imports/Exports > ONDE',
      title: 'Importer des responsables',
      path: '/responsables',
      allow: RIGHT,
    },
    {
      area: 'admin',
      under: 'Imports/Exports > ONDE',
      title: 'Liens en attente',
      path: '/attente',
      allow: RIGHT,
    },
    {
      area: 'admin',
      under: 'Imports/Exports > Tableur',
      title: 'Importer un tableur',
      path: '/tableur',
      allow: RIGHT,
    },
    {
      area: 'admin',
      under: 'Imports/Exports > Journal des imports',
      title: 'Imports passés',
      path: '/imports',
      allow: RIGHT,
    },
  ],
  steps: [
    {
      title: 'Récupérer les classes et les élèves de ONDE',
      fiche: 4,
      path: '/eleves',
      allow: RIGHT,
      done: async ({ services }) => (await services.register.count('pupil')) > 0,
    },
    {
      title: 'Récupérer les responsables de ONDE',
      fiche: 4,
      path: '/responsables',
      allow: RIGHT,
      done: async ({ services }) => (await services.register.count('guardian')) > 0,
    },
  ],
  routes: [
    get('admin', '/eleves', RIGHT, () => page('onde-import/eleves')),
    post('admin', '/eleves', RIGHT, file, (visit) => receive(visit, 'eleves')),
    get('admin', '/responsables', RIGHT, showGuardians),
    post('admin', '/responsables', RIGHT, file, (visit) => receive(visit, 'responsables')),
    get('admin', '/tableur', RIGHT, () => page('onde-import/tableur')),
    post('admin', '/tableur', RIGHT, sheet, receiveSheet),
    get('admin', '/colonnes/:id', RIGHT, showColumns),
    post('admin', '/colonnes/:id', RIGHT, { columns: record() }, chooseColumns),
    get('admin', '/apercu/:id', RIGHT, showPreview),
    post('admin', '/apercu/:id', RIGHT, decisions, importBatch, { version: previewVersion }),
    get('admin', '/rapport/:id', RIGHT, showReport),
    post('admin', '/rapport/:id/annuler', RIGHT, { sure: hidden() }, undoBatch, {
      back: '/rapport/:id',
      as: 'undoing',
    }),
    post('admin', '/rapport/:id/reprendre', RIGHT, { sure: hidden() }, restart, {
      back: '/rapport/:id',
      as: 'restarting',
    }),
    get('admin', '/attente', RIGHT, showPending),
    post('admin', '/attente', RIGHT, { link: record() }, decidePending),
    get('admin', '/imports', RIGHT, showImports),
  ],
  jobs: { import: importJob },
  commands: { 'onde:check': checkCommand },
  nightly: { purge: ({ step }) => step(purgeBatches) },
});
