import { definePlugin, get, post, type Route } from '@preau/core';
import { download, showDownload } from './archive.ts';
import { deskBlock, directionBlock, missingBlock, reviewBlock, showDesk } from './desk.ts';
import { documentVersion, onHeld, onManaged, showDocument } from './document.ts';
import { archive, askArchive, bringBack, sureForm } from './document-archive.ts';
import { chooseClasses, classesForm, showClasses } from './document-classes.ts';
import { depositForm, saveDeposit, showDeposit } from './document-deposit.ts';
import { noticeForm, saveNotice, showNotice } from './document-notice.ts';
import { chooseReaders, readersForm, showReaders } from './document-readers.ts';
import { create, newForm, saveSettings, settingsForm, showNew, showSettings } from './document-settings.ts';
import { mayOpenFile } from './files.ts';
import { acceptedBlock, givenBlock, showGiven } from './give.ts';
import { give, giveForm, noteSeen, withdraw, withdrawForm } from './give-deposit.ts';
import { showGive } from './give-sendings.ts';
import { purge } from './nightly.ts';
import { tellFamilies } from './notify-night.ts';
import { paperForm, takeBack, takeBackForm, takeIn } from './paper.ts';
import { showPupil } from './pupil-page.ts';
import { recapCsv, showPupilRecap, showRecap } from './recap-page.ts';
import { askRemind, remind } from './remind.ts';
import { showReview } from './review.ts';
import { decide, decideForm, undoDecision, undoForm } from './review-decide.ts';
import { toFeed } from './to-feed.ts';
import { GATHER, GIVE, MANAGE, READ } from './words.ts';

/** What is asked of whom, and how it stands (F17-01 to F17-11): Gestion for the school, the Espace Enseignants for a teacher’s own classes. */
function asking(area: 'admin' | 'espace', read: string, manage: string): Route[] {
  const one = '/:id';
  const version = { version: documentVersion };
  return [
    get(area, area === 'admin' ? '/' : '/a-collecter', read, showDesk),
    get(area, '/nouveau', manage, showNew),
    post(area, '/nouveau', manage, newForm, create),
    get(area, one, read, showDocument),
    get(area, `${one}/modifier`, manage, onManaged(showSettings)),
    post(area, `${one}/modifier`, manage, settingsForm, onHeld(saveSettings), version),
    get(area, `${one}/classes`, manage, onManaged(showClasses)),
    post(area, `${one}/classes`, manage, classesForm, onHeld(chooseClasses), version),
    get(area, `${one}/depot`, manage, onManaged(showDeposit)),
    post(area, `${one}/depot`, manage, depositForm, onHeld(saveDeposit), version),
    get(area, `${one}/notifier`, manage, onManaged(showNotice)),
    post(area, `${one}/notifier`, manage, noticeForm, onHeld(saveNotice), version),
    get(area, `${one}/lecteurs`, manage, onManaged(showReaders)),
    post(area, `${one}/lecteurs`, manage, readersForm, onHeld(chooseReaders), version),
    get(area, `${one}/relancer`, manage, onManaged(askRemind)),
    post(area, `${one}/relancer`, manage, sureForm, onHeld(remind)),
    get(area, `${one}/archiver`, manage, onManaged(askArchive)),
    post(area, `${one}/archiver`, manage, sureForm, onHeld(archive)),
    post(area, `${one}/remettre`, manage, sureForm, bringBack, { back: `${one}/archiver`, as: 'restoring' }),
  ];
}

/** Looking through what came, deciding, fetching it all (F17-11, F17-12, F17-15). */
function reviewing(area: 'admin' | 'espace', read: string): Route[] {
  const one = '/:id';
  const pupil = `${one}/eleves/:pupil`;
  return [
    get(area, '/recapitulatif', read, showRecap),
    get(area, '/recapitulatif/tableur', read, recapCsv, { fresh: true }),
    get(area, '/recapitulatif/:pupil', read, showPupilRecap),
    get(area, '/archive', read, showDownload),
    get(area, '/archive/zip', read, download, { fresh: true }),
    get(area, `${one}/archive`, read, showDownload),
    get(area, `${one}/archive/zip`, read, download, { fresh: true }),
    get(area, `${one}/revoir`, read, showReview),
    post(area, `${one}/revoir/decider`, read, decideForm, decide, { back: `${one}/revoir`, as: 'deciding' }),
    post(area, `${one}/revoir/annuler`, read, undoForm, undoDecision, { back: `${one}/revoir`, as: 'undoing' }),
    get(area, pupil, read, showPupil),
    post(area, `${pupil}/papier`, read, paperForm, takeIn, { back: pupil, as: 'paper' }),
    post(area, `${pupil}/papier/annuler`, read, takeBackForm, takeBack, { back: pupil, as: 'takingBack' }),
  ];
}

/** Families deposit, child by child (F17-13). */
function giving(): Route[] {
  const one = '/a-fournir/:pupil/:documentId';
  return [
    get('espace', '/a-fournir', GIVE, showGiven),
    get('espace', one, GIVE, showGive),
    post('espace', one, GIVE, giveForm, give),
    post('espace', `${one}/retirer`, GIVE, withdrawForm, withdraw, { back: one, as: 'withdrawing' }),
    post('espace', `${one}/vu`, GIVE, noteSeen, { back: one, as: 'seeing' }),
  ];
}

const kept = (table: string, purpose: string, erase: 'delete' | 'with-person' | 'keep' = 'with-person') => ({
  column: `collecte_${table}.*`,
  purpose,
  retention: 'Jusqu’à la fin de l’année scolaire',
  export: 'yes' as const,
  erase,
});

/** Communication > Casier numérique: documents asked of families, child by child (fiche 17). */
export default definePlugin({
  name: 'collecte',
  title: 'Collecte de documents',
  summary: 'Demander des documents aux familles, savoir ce qui manque, relancer, tout télécharger.',
  icon: 'folder-down',
  permissions: {
    read: 'Communication > Voir les documents à collecter',
    manage: 'Communication > Demander des documents aux familles',
  },
  rubrics: {
    fournir: { title: 'Documents à fournir', under: 'Communication', espaces: ['parents'], published: true },
    collecter: { title: 'Documents à collecter', under: 'Communication', espaces: ['enseignants'], published: true },
  },
  noticeCategories: {
    demandes: { title: 'Documents demandés', rubric: 'fournir' },
    suivi: { title: 'Documents déposés par les familles', rubric: 'collecter' },
  },
  nav: [
    {
      area: 'admin',
      under: 'Communication > Casier numérique',
      title: 'Documents à collecter',
      path: '/',
      allow: READ,
      icon: 'files',
    },
    {
      area: 'admin',
      under: 'Communication > Casier numérique',
      title: 'Récapitulatif par élève',
      path: '/recapitulatif',
      allow: READ,
      icon: 'users',
    },
    {
      area: 'espace',
      under: 'Communication',
      title: 'Documents à fournir',
      path: '/a-fournir',
      allow: GIVE,
      icon: 'files',
    },
    {
      area: 'espace',
      under: 'Communication',
      title: 'Documents à collecter',
      path: '/a-collecter',
      allow: GATHER,
      icon: 'files',
    },
  ],
  routes: [
    ...giving(),
    ...reviewing('espace', GATHER),
    ...asking('espace', GATHER, GATHER),
    ...reviewing('admin', READ),
    ...asking('admin', READ, MANAGE),
  ],
  blocks: [
    { place: 'espace/a-faire', title: 'À fournir', allow: GIVE, view: 'collecte/_a-fournir', data: givenBlock },
    {
      place: 'espace/accueil',
      title: 'Documents acceptés',
      allow: GIVE,
      view: 'collecte/_acceptes',
      data: acceptedBlock,
    },
    { place: 'gestion/accueil', title: 'Documents à collecter', allow: READ, view: 'collecte/_bloc', data: deskBlock },
    { place: 'espace/a-faire', title: 'À revoir', allow: GATHER, view: 'collecte/_a-revoir', data: reviewBlock },
    {
      place: 'espace/a-faire',
      title: 'À revoir en Gestion',
      allow: 'signed-in',
      view: 'collecte/_a-revoir',
      data: directionBlock,
    },
    {
      place: 'espace/accueil',
      title: 'Documents à collecter',
      allow: GATHER,
      view: 'collecte/_bloc',
      data: missingBlock,
    },
    {
      place: 'annee/ce-qui-change',
      title: 'Documents à collecter',
      allow: 'signed-in',
      view: 'collecte/_annee',
      data: async (visit) => ({ mayRead: visit.can(READ) }),
    },
  ],
  steps: [
    {
      title: 'Demander un document aux familles',
      fiche: 17,
      path: '/',
      allow: MANAGE,
      done: async ({ db }) =>
        (await db('collecte_documents as d')
          .whereRaw('(d.all_classes or exists (select 1 from collecte_classes c where c.document_id = d.id))')
          .first('d.id')) !== undefined,
    },
  ],
  feed: { allow: GIVE, items: toFeed },
  files: mayOpenFile,
  nightly: { purge, families: tellFamilies },
  privacy: [
    kept('documents', 'Demander un document aux familles', 'keep'),
    kept('classes', 'Savoir à quelles classes un document est demandé', 'keep'),
    kept('readers', 'Réserver les documents déposés aux personnes choisies'),
    kept('sendings', 'Savoir qui a déposé un document et quand'),
    kept('deposits', 'Savoir pour quel enfant, et ce que l’école en a décidé'),
    kept('told', 'Ne pas prévenir deux fois la même famille'),
    kept('reminders', 'Ne pas relancer deux fois la même famille'),
  ],
});
