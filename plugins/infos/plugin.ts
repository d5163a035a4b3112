import { definePlugin, get, listRoutes, pickerRoutes, post, type Route, type Visit } from '@preau/core';
import { answer, answerForm } from './answering.ts';
import { approve, sendBack, wordForm } from './approve.ts';
import { categories, preloadCategories } from './categories.ts';
import {
  create,
  infoForm,
  keepChosen,
  picking,
  removeDraft,
  saveDraft,
  showNew,
  sureForm,
  surveyForm,
} from './compose.ts';
import { showDesk, showItem } from './desk.ts';
import { feedBlock, showFeed } from './feed.ts';
import { mayOpenFile } from './files.ts';
import { approvalBlock, dueBlock, newsBlock, returnedBlock } from './home.ts';
import { itemVersion } from './items.ts';
import { keepAsModel, modelForm, removeModel, showModels } from './models.ts';
import { closeSurveys, purge, remindByItself } from './nightly.ts';
import { isPublicFile, publicBlock, showPublic } from './public.ts';
import { askPublish, askWithdraw, callBack, publish, withdraw } from './publish.ts';
import { addQuestion, questionForm, removeForm, removeQuestion, showQuestions } from './questions.ts';
import { markRead, sharedReturns, showOne, sign, signForm } from './reading.ts';
import { close, resultsCsv, showResults } from './results.ts';
import { paperBack, paperForm, printSlips, remind, returnsCsv, share, shareForm, showReturns } from './returns.ts';
import { toFeed } from './to-feed.ts';
import { townHall } from './town-hall.ts';
import { saveVersion, showVersion, versionForm } from './versions.ts';
import { APPROVE, FEED, READ, SEND, shownForm, WRITE } from './words.ts';
import { bringBack, putAway } from './year.ts';

/** Whoever writes: Gestion for the school, the Espace Enseignants for a teacher’s own classes; the same pages. */
function writing(area: 'admin' | 'espace', list: string, read: string, write: string): Route[] {
  const one = '/:id';
  const on = (path: string, as: string) => ({ back: `${one}${path}`, as });
  return [
    get(area, list, read, showDesk),
    get(area, '/nouvelle', write, (visit) => showNew(visit, 'information')),
    post(area, '/nouvelle', write, infoForm, (visit) => create(visit, 'information')),
    get(area, '/nouveau-sondage', write, (visit) => showNew(visit, 'survey')),
    post(area, '/nouveau-sondage', write, surveyForm, (visit) => create(visit, 'survey')),
    get(area, '/modeles', write, showModels),
    ...(area === 'admin' ? [post(area, '/modeles', write, modelForm, removeModel)] : []),
    get(area, one, read, showItem),
    post(area, one, write, infoForm, saveDraft, { version: itemVersion }),
    post(area, `${one}/sondage`, write, surveyForm, saveDraft, { ...on('', 'survey'), version: itemVersion }),
    post(area, `${one}/supprimer`, write, sureForm, removeDraft, on('', 'removing')),
    post(area, `${one}/modele`, write, sureForm, keepAsModel, on('', 'modelling')),
    post(area, `${one}/annuler`, write, sureForm, callBack, on('', 'calling')),
    post(area, `${one}/clore`, write, sureForm, close, on('', 'closing')),
    ...pickerRoutes({
      plugin: 'infos',
      area,
      path: `${one}/destinataires`,
      allow: write,
      kinds: ['guardians', 'teachers', 'staff', 'pupils'],
      load: picking,
      keep: keepChosen,
    }),
    get(area, `${one}/questions`, write, showQuestions),
    post(area, `${one}/questions`, write, questionForm, addQuestion),
    post(area, `${one}/questions/retirer`, write, removeForm, removeQuestion, on('/questions', 'removing')),
    get(area, `${one}/publier`, write, askPublish),
    post(area, `${one}/publier`, write, sureForm, publish),
    get(area, `${one}/modifier`, write, showVersion),
    post(area, `${one}/modifier`, write, versionForm, saveVersion, { version: itemVersion }),
    get(area, `${one}/retirer`, write, askWithdraw),
    post(area, `${one}/retirer`, write, sureForm, withdraw),
    get(area, `${one}/retours`, read, showReturns),
    post(area, `${one}/relancer`, write, sureForm, remind, on('/retours', 'reminding')),
    post(area, `${one}/papier`, write, paperForm, paperBack, on('/retours', 'paper')),
    post(area, `${one}/partager`, write, shareForm, share, on('/retours', 'sharing')),
    get(area, `${one}/retours/tableur`, read, returnsCsv, { fresh: true }),
    get(area, `${one}/retours/mots`, read, printSlips),
    get(area, `${one}/resultats`, read, showResults),
    get(area, `${one}/resultats/tableur`, read, resultsCsv, { fresh: true }),
  ];
}

/** Whoever receives, in his Espace; in Gestion those who have none. */
function reading(area: 'admin' | 'espace', home: string, allow: string): Route[] {
  const one = '/lire/:id';
  return [
    get(area, home, allow, showFeed),
    get(area, one, allow, showOne),
    post(area, `${one}/lu`, allow, markRead, { back: one }),
    post(area, `${one}/signer`, allow, signForm, sign, { back: one, as: 'signing' }),
    post(area, `${one}/repondre`, allow, answerForm, answer, { back: one, as: 'answering' }),
    get(area, `${one}/retours`, allow, sharedReturns),
  ];
}

/** The school's own list is filled the first time somebody opens it. */
const filled = (routes: Route[]): Route[] =>
  routes.map((route) => ({
    ...route,
    async handle(visit: Visit<never>) {
      await preloadCategories(visit.db);
      return route.handle(visit);
    },
  }));

const kept = (table: string, purpose: string, erase: 'delete' | 'with-person' | 'keep' = 'with-person') => ({
  column: `infos_${table}.*`,
  purpose,
  retention: 'L’année scolaire de l’information et la suivante',
  export: 'yes' as const,
  erase,
});

/** Communication > Infos/sondages: what the school says to families and staff, and who has read it (fiche 14). */
export default definePlugin({
  name: 'infos',
  title: 'Informations et sondages',
  summary: 'Informer les familles et l’équipe, savoir qui a lu, faire signer, demander un avis.',
  icon: 'megaphone',
  permissions: {
    read: 'Communication > Voir les informations, les sondages et leurs retours',
    send: 'Communication > Publier des informations et des sondages',
    approve: 'Communication > Approuver les informations des professeurs',
  },
  rubrics: {
    informations: {
      title: 'Informations',
      under: 'Communication',
      common: true,
      offline: ['/', '/lire/:id'],
      espaces: ['direction', 'enseignants', 'parents', 'accompagnants', 'eleves', 'periscolaire', 'mairie'],
      published: true,
      options: shownForm,
      defaults: { surveys: true, home: true },
    },
    ecrire: { title: 'Écrire aux familles', under: 'Communication', espaces: ['enseignants'], published: true },
  },
  noticeCategories: {
    information: { title: 'Informations de l’école', rubric: 'informations' },
    sondage: { title: 'Sondages', rubric: 'informations', option: 'surveys' },
    suivi: { title: 'Suite donnée à ce que j’ai écrit', rubric: 'ecrire' },
  },
  nav: [
    {
      area: 'admin',
      under: 'Communication > Infos/sondages',
      title: 'Informations et sondages',
      path: '/',
      allow: READ,
      icon: 'megaphone',
    },
    { area: 'admin', under: 'Communication > Infos/sondages', title: 'Catégories', path: '/categories', allow: READ },
    { area: 'espace', under: 'Communication', title: 'Informations', path: '/', allow: FEED, icon: 'megaphone' },
    {
      area: 'espace',
      under: 'Communication',
      title: 'Écrire aux familles',
      path: '/mes-envois',
      allow: WRITE,
      icon: 'pen-line',
    },
  ],
  routes: [
    ...filled(listRoutes(categories)),
    ...reading('admin', '/recues', 'signed-in'),
    ...reading('espace', '/', FEED),
    ...writing('espace', '/mes-envois', WRITE, WRITE),
    ...writing('admin', '/', READ, SEND),
    get('public', '/publiques/:id', 'anyone', showPublic, { page: 'etablissement' }),
    post('admin', '/:id/approuver', APPROVE, sureForm, approve, { back: '/:id', as: 'approving' }),
    post('admin', '/:id/renvoyer', APPROVE, wordForm, sendBack, { back: '/:id', as: 'sendingBack' }),
  ],
  blocks: [
    { place: 'espace/a-faire', title: 'À lire et signer', allow: FEED, view: 'infos/_a-faire', data: dueBlock },
    { place: 'espace/accueil', title: 'Informations', allow: FEED, view: 'infos/_nouvelles', data: newsBlock },
    { place: 'espace/a-faire', title: 'À approuver', allow: 'signed-in', view: 'infos/_textes', data: approvalBlock },
    { place: 'espace/a-faire', title: 'À reprendre', allow: WRITE, view: 'infos/_textes', data: returnedBlock },
    {
      place: 'etablissement-page/corps',
      title: 'Informations',
      allow: 'anyone',
      view: 'infos/_publiques',
      data: publicBlock,
    },
    { place: 'gestion/accueil', title: 'Informations', allow: 'signed-in', view: 'infos/_bloc', data: feedBlock },
    {
      place: 'annee/ce-qui-change',
      title: 'Informations',
      allow: 'signed-in',
      view: 'infos/_annee',
      data: async () => ({}),
    },
  ],
  steps: [
    {
      title: 'Publier une première information',
      fiche: 14,
      path: '/',
      begin: { path: '/nouvelle' },
      allow: SEND,
      done: async ({ db }) => (await db('infos_items').whereNotNull('published_at').first('id')) !== undefined,
    },
  ],
  on: { 'house.year-turned': putAway, 'house.year-turn-undone': bringBack },
  feed: { allow: FEED, items: toFeed },
  townHall,
  files: mayOpenFile,
  publicFiles: isPublicFile,
  nightly: { close: closeSurveys, remind: remindByItself, purge },
  privacy: [
    kept('items', 'Informer les familles et l’équipe ; le nom de l’auteur y reste', 'keep'),
    kept('versions', 'Pouvoir montrer le texte que chacun a lu ou signé', 'keep'),
    kept('audience', 'Préparer un envoi'),
    kept('recipients', 'Montrer à chacun ce qui lui est adressé'),
    kept('children', 'Nommer les enfants dont il est question'),
    kept('receipts', 'Savoir qui a lu et signé, quel texte et quand'),
    kept('shares', 'Montrer les retours aux collègues choisis'),
    kept('answers', 'Savoir qui a répondu à un sondage et, s’il n’est pas anonyme, quoi'),
    kept('boxes', 'Compter les réponses anonymes, sans personne ni heure', 'keep'),
    kept('questions', 'Poser les questions d’un sondage', 'keep'),
    {
      ...kept('categories', 'Classer les informations', 'keep'),
      retention: 'Jusqu’à la fermeture de l’école',
      export: 'no',
    },
    { ...kept('models', 'Réutiliser un texte', 'keep'), retention: 'Jusqu’à la fermeture de l’école', export: 'no' },
  ],
});
