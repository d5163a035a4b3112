import { get, type ListAct, pickForm, post } from '@preau/core';
import { download, eraseNow, generate, printAgain, printJob } from './label-job.ts';
import {
  bringLabelBack,
  contentForm,
  deleteLabel,
  duplicateLabel,
  layoutForm,
  pictureModel,
  resetLabel,
  saveContent,
  saveLayout,
  showContent,
  showLabels,
  showLayout,
} from './label-model-pages.ts';
import { labelVersion, purgeLabels } from './label-models.ts';
import { eraseDue, pickPath, purgePrints, startPrint } from './label-prints.ts';
import { keepChoices, picturePrint, printForm, showPrint } from './label-window.ts';
import { HAND_OUT, MODELS, type Part } from './part.ts';
import { SEND_KINDS } from './send-kinds.ts';

const MODEL = '/etiquettes/modeles/:id';
const PRINT = '/etiquettes/impressions/:id';

/** « Imprimer 3 étiquettes », in the toolbar of each list (F12-04, F12-12). */
const acts: ListAct[] = SEND_KINDS.map((kind) => ({
  list: kind.list,
  path: pickPath(kind),
  key: 'etiquettes',
  icon: 'printer',
  title: 'Imprimer {qui}',
  counts: { one: 'étiquette', many: 'étiquettes', some: 'les étiquettes' },
  allow: HAND_OUT,
}));

/** Labels with QR code (fiche 12): their models, the print window, the file. */
export const labels: Part = {
  nav: [
    {
      area: 'admin',
      under: 'Communication > Courriers et Documents',
      title: 'Étiquettes',
      path: '/etiquettes',
      allow: HAND_OUT,
      icon: 'printer',
    },
  ],
  acts,
  steps: [
    {
      title: 'Imprimer les étiquettes de connexion',
      fiche: 12,
      path: '/etiquettes',
      begin: { list: 'ressources.guardians' },
      allow: HAND_OUT,
      done: async ({ db }) => !!(await db('account_keys').where({ way: 'print' }).first('id')),
    },
  ],
  routes: [
    get('admin', '/etiquettes', HAND_OUT, showLabels),
    ...SEND_KINDS.map((kind) =>
      post('admin', pickPath(kind), HAND_OUT, pickForm, (visit) => startPrint(visit, kind), {
        back: '/etiquettes',
        as: `print_${kind.kind}`,
      }),
    ),
    get('admin', MODEL, MODELS, showContent),
    post('admin', MODEL, MODELS, contentForm, saveContent, { version: labelVersion }),
    get('admin', `${MODEL}/mise-en-page`, MODELS, showLayout),
    post('admin', `${MODEL}/mise-en-page`, MODELS, layoutForm, saveLayout, { version: labelVersion }),
    get('admin', `${MODEL}/apercu`, MODELS, pictureModel, { outside: true }),
    post('admin', `${MODEL}/dupliquer`, MODELS, duplicateLabel),
    post('admin', `${MODEL}/supprimer`, MODELS, deleteLabel),
    post('admin', `${MODEL}/remettre`, MODELS, bringLabelBack),
    post('admin', `${MODEL}/origine`, MODELS, resetLabel),
    get('admin', PRINT, HAND_OUT, showPrint),
    get('admin', `${PRINT}/apercu`, HAND_OUT, picturePrint, { outside: true }),
    get('admin', `${PRINT}/etiquettes.pdf`, HAND_OUT, download, { fresh: true }),
    // Two buttons of one form; the last named is where it goes by itself.
    post('admin', `${PRINT}/choix`, HAND_OUT, printForm, keepChoices, { back: PRINT }),
    post('admin', `${PRINT}/generer`, HAND_OUT, printForm, generate, { back: PRINT, fresh: true }),
    post('admin', `${PRINT}/reprendre`, HAND_OUT, printAgain, { back: PRINT, fresh: true }),
    post('admin', `${PRINT}/effacer`, HAND_OUT, eraseNow, { back: PRINT }),
  ],
  jobs: {
    labels: printJob,
    erase: ({ step }, id) => step((work) => eraseDue(work, id)),
  },
  nightly: {
    labels: ({ step }) => step(purgeLabels),
    prints: ({ step }) => step(purgePrints),
  },
  privacy: [
    {
      column: 'credentials_labels.*',
      purpose: 'Garder les modèles d’étiquettes de l’école, sans donnée d’une personne',
      retention: 'Jusqu’à la fermeture de l’école',
      export: 'no',
      erase: 'keep',
    },
    {
      column: 'credentials_prints.*',
      purpose: 'Préparer les étiquettes que quelqu’un imprime ; identifiants et mots de passe y sont chiffrés',
      retention: 'Le fichier : une heure ; la sélection : un jour',
      export: 'no',
      erase: 'delete',
    },
  ],
};
