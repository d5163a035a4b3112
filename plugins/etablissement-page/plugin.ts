import { definePlugin, get, post, type Reply, redirect, type Visit } from '@preau/core';
import { childrenForm, saveChildren, showChildren } from './children-screen.ts';
import {
  consentForm,
  giveConsent,
  showConsent,
  showConsents,
  withdrawConsent,
  withdrawForm,
} from './consents-screen.ts';
import { contentsVersion } from './contents.ts';
import {
  addLink,
  changeLink,
  documentsForm,
  linkActForm,
  linkForm,
  saveDocuments,
  showDocuments,
} from './documents-screen.ts';
import { elementOf, isShown } from './elements.ts';
import { framesForm, saveFrames, showFrames } from './frames-screen.ts';
import {
  actForm,
  addForm,
  addPhoto,
  changePhoto,
  editForm,
  photoVersion,
  savePhoto,
  showGallery,
  showPhoto,
} from './gallery-screen.ts';
import { drawPhoto, purge } from './photo-job.ts';
import { servePhoto } from './pictures.ts';
import { elementForm, setElement, showPlan, type Tab } from './plan-screen.ts';
import { showcase } from './showcase.ts';
import { saveTexts, showTexts, textsForm } from './texts-screen.ts';
import { EDIT, isPublished, PLACE } from './words.ts';

/** The page as anyone reads it; not published, visitors land on the sign-in (F10-8). */
const showPage = (visit: Visit): Promise<Reply> | Reply =>
  isPublished(visit) ? showcase(visit, false) : redirect('/accueil/');

const TABS: [string, Tab][] = [
  ['/', ''],
  ['/corps', 'corps'],
  ['/pied', 'pied'],
];
const screen = (title: string, path: string, icon: string) => ({
  area: 'admin' as const,
  under: 'Espaces web > Établissement',
  title,
  path,
  allow: EDIT,
  icon,
});
const photo = '/galerie/:id';
const consent = '/autorisations/:pupil';
const text = { version: contentsVersion };
const kept = (table: string, purpose: string, retention = 'Tant que l’école utilise Préau') => ({
  column: `etablissement_page_${table}.*`,
  purpose,
  retention,
  export: 'no' as const,
  erase: 'keep' as const,
});

/** Espaces web > Établissement: the public page of the school (fiche 10). */
export default definePlugin({
  name: 'etablissement-page',
  title: 'Page établissement',
  summary: 'Présenter l’école à tous : adresse, édito, photos, informations, documents, liens.',
  icon: 'landmark',
  publicPage: 'etablissement',
  pageShows: ({ db }, plugin) => isShown(db, elementOf(plugin)),
  publicPlaces: [PLACE],
  permissions: { edit: 'Généralités > Préparer la page établissement' },
  nav: [
    screen('Publication', '/', 'landmark'),
    screen('Textes', '/textes', 'pen-line'),
    screen('Galerie photos', '/galerie', 'camera'),
    screen('Autorisations photo', '/autorisations', 'file-check'),
    screen('Documents et liens', '/documents', 'file-text'),
    screen('Autres sites', '/sites', 'landmark'),
  ],
  routes: [
    get('public', '/', 'anyone', showPage),
    get('public', '/photo/:file', 'anyone', (visit) => servePhoto(visit, false), { page: 'etablissement' }),
    get('admin', '/photo/:file', EDIT, (visit) => servePhoto(visit, true)),
    get('admin', '/apercu', EDIT, (visit) => showcase(visit, true)),
    ...TABS.flatMap(([path, tab]) => [
      get('admin', path, EDIT, (visit) => showPlan(visit, tab)),
      post('admin', `/elements${path}`.replace(/\/$/, ''), EDIT, elementForm, (visit) => setElement(visit, tab), {
        back: path,
        as: 'element',
      }),
    ]),
    get('admin', '/textes', EDIT, showTexts),
    post('admin', '/textes', EDIT, textsForm, saveTexts, text),
    get('admin', '/sites', EDIT, showFrames),
    post('admin', '/sites', EDIT, framesForm, saveFrames, text),
    get('admin', '/documents', EDIT, showDocuments),
    post('admin', '/documents', EDIT, documentsForm, saveDocuments),
    post('admin', '/documents/ajouter', EDIT, linkForm, addLink, { back: '/documents', as: 'linking' }),
    post('admin', '/documents/lien', EDIT, linkActForm, changeLink, { back: '/documents', as: 'moving' }),
    get('admin', '/galerie', EDIT, showGallery),
    post('admin', '/galerie', EDIT, addForm, addPhoto),
    post('admin', '/galerie/ordre', EDIT, actForm, changePhoto, { back: '/galerie', as: 'moving' }),
    get('admin', photo, EDIT, showPhoto),
    post('admin', photo, EDIT, editForm, savePhoto, { version: photoVersion }),
    get('admin', `${photo}/enfants`, EDIT, showChildren),
    post('admin', `${photo}/enfants`, EDIT, childrenForm, saveChildren),
    get('admin', '/autorisations', EDIT, showConsents),
    get('admin', consent, EDIT, showConsent),
    post('admin', consent, EDIT, consentForm, giveConsent),
    post('admin', `${consent}/retirer`, EDIT, withdrawForm, withdrawConsent, { back: consent, as: 'withdrawing' }),
  ],
  files: async (visit) => visit.can(EDIT),
  publicFiles: async ({ db }, subject) => subject === 'documents' && isShown(db, 'documents'),
  jobs: { draw: drawPhoto },
  nightly: { purge },
  steps: [
    {
      title: 'Publier la page établissement',
      fiche: 10,
      path: '/',
      allow: EDIT,
      done: async (work) => isPublished(work),
    },
  ],
  privacy: [
    kept('elements', 'Montrer ce que la direction a choisi'),
    kept('contents', 'Montrer les textes que la direction écrit'),
    kept('links', 'Montrer les liens que la direction choisit'),
    kept('photos', 'Montrer la vie de l’école en photos', 'Jusqu’à leur retrait de la galerie, et un jour de plus'),
    {
      column: 'etablissement_page_children.*',
      purpose: 'Ne montrer une photo qu’avec l’autorisation de chaque enfant que l’on y reconnaît',
      retention: 'Celle de la photo',
      export: 'yes',
      erase: 'keep',
    },
    {
      column: 'etablissement_page_consents.*',
      purpose: 'Savoir qui a autorisé à montrer un enfant, et quand',
      retention: 'Celle de la fiche de l’enfant',
      export: 'yes',
      erase: 'with-person',
    },
  ],
});
