import {
  definePlugin,
  forbidden,
  get,
  hidden,
  listRoutes,
  pickerRoutes,
  post,
  type Route,
  type Visit,
} from '@preau/core';
import { actRoutes, acts } from './acts.ts';
import { approve, sendBack, showApproval, wordForm } from './approve.ts';
import { SIDES, type Side, showDiffusion } from './diffusion.ts';
import { create, draftForm, draftPicker, saveDraft, showDraft, showNew } from './draft.ts';
import { followCsv, remind, showFollow } from './follow.ts';
import { approvalBlock, newBlock, newsBlock, returnedBlock } from './home.ts';
import { archive, showLocker } from './locker.ts';
import { natures, preloadNatures } from './natures.ts';
import { purge } from './nightly.ts';
import { mayOpenFile, showOne } from './reading.ts';
import { callBack, withdraw } from './send.ts';
import { toFeed } from './to-feed.ts';
import { APPROVE, DEPOSIT, depositForm, FOLLOW, RUBRIC } from './words.ts';
import { bringBack, putAway } from './year.ts';

const UNDER = 'Communication > Casier numérique';

/** Everybody’s own locker, in his Espace and, for who works there, in Gestion: a person has one. */
function screens(area: 'admin' | 'espace'): Route[] {
  const [mine, deposit] = area === 'admin' ? ['signed-in', DEPOSIT] : [RUBRIC, RUBRIC];
  return [
    get(area, '/', mine, showLocker),
    ...depositing([
      get(area, '/deposer', deposit, showNew),
      post(area, '/deposer', deposit, draftForm, create) as Route,
    ]),
    get(area, '/:id', mine, showOne),
    post(area, '/:id/archiver', mine, { back: hidden() }, archive, { back: '/:id', as: 'archiving' }),
    ...depositing([
      get(area, '/:id/brouillon', deposit, showDraft),
      post(area, '/:id/brouillon', deposit, draftForm, saveDraft) as Route,
      ...pickerRoutes(draftPicker(area)),
    ]),
    post(area, '/:id/annuler', mine, callBack),
    post(area, '/:id/retirer', mine, withdraw),
    post(area, '/:id/relancer', mine, { after: hidden() }, remind, { back: '/:id', as: 'reminding' }),
  ];
}

/** Where the school lets nobody deposit, these pages say so, whoever knows their address (F11-14). */
const depositing = (routes: Route[]): Route[] =>
  routes.map((route) => ({
    ...route,
    handle: (visit: Visit<never>) =>
      visit.options.deposit === false
        ? forbidden('Dans cet Espace, l’école laisse lire les documents, mais pas en déposer.')
        : route.handle(visit),
  }));

/** The school's own list is filled the first time somebody opens it. */
const filled = (routes: Route[]): Route[] =>
  routes.map((route) => ({
    ...route,
    async handle(visit: Visit<never>) {
      await preloadNatures(visit.db);
      return route.handle(visit);
    },
  }));

const kept = (table: string, purpose: string, erase: 'with-person' | 'keep') => ({
  column: `casier_${table}.*`,
  purpose,
  retention: 'L’année scolaire du document et la suivante',
  export: 'yes' as const,
  erase,
});

const side = (key: Side) => ({
  area: 'admin' as const,
  under: UNDER,
  title: `Diffusion : ${SIDES[key].title}`,
  path: SIDES[key].path,
  allow: FOLLOW,
  icon: key === 'equipe' ? 'graduation-cap' : 'users',
});

/** Communication > Casier numérique (fiches 16 and 17): documents that reach a person and nobody else. */
export default definePlugin({
  name: 'casier',
  title: 'Casier numérique',
  summary: 'Déposer des documents dans le casier des familles et de l’équipe, savoir qui les a ouverts.',
  icon: 'inbox',
  permissions: {
    deposit: 'Communication > Déposer des documents dans les casiers',
    follow: 'Communication > Voir qui a ouvert les documents déposés',
    approve: 'Communication > Approuver les documents des professeurs pour les familles',
  },
  rubrics: {
    'mon-casier': {
      title: 'Mon casier',
      under: 'Communication',
      espaces: ['direction', 'enseignants', 'parents', 'accompagnants', 'periscolaire', 'mairie'],
      published: true,
      options: depositForm,
      defaults: { deposit: true },
    },
  },
  noticeCategories: {
    document: { title: 'Documents dans mon casier', rubric: 'mon-casier' },
    suivi: { title: 'Suite donnée à ce que j’ai déposé', rubric: 'mon-casier' },
  },
  nav: [
    { area: 'admin', under: UNDER, title: 'Mon casier', path: '/', allow: 'signed-in', icon: 'inbox' },
    side('equipe'),
    side('familles'),
    { area: 'admin', under: UNDER, title: 'Natures de document', path: '/natures', allow: DEPOSIT, icon: 'list' },
    { area: 'espace', under: 'Communication', title: 'Mon casier', path: '/', allow: RUBRIC, icon: 'inbox' },
  ],
  on: { 'house.year-turned': putAway, 'house.year-turn-undone': bringBack },
  acts,
  routes: [
    ...filled(listRoutes(natures)),
    get('admin', SIDES.equipe.path, FOLLOW, (visit) => showDiffusion(visit, 'equipe')),
    get('admin', SIDES.familles.path, FOLLOW, (visit) => showDiffusion(visit, 'familles')),
    ...actRoutes,
    ...screens('admin'),
    ...screens('espace'),
    get('admin', '/:id/suivi', FOLLOW, showFollow),
    get('admin', '/:id/tableur', FOLLOW, followCsv, { fresh: true }),
    get('admin', '/:id/accord', APPROVE, showApproval),
    post('admin', '/:id/approuver', APPROVE, approve),
    post('admin', '/:id/renvoyer', APPROVE, wordForm, sendBack, { back: '/:id/accord' }),
  ],
  blocks: [
    { place: 'espace/accueil', title: 'Nouveau dans mon casier', allow: RUBRIC, view: 'casier/_bloc', data: newsBlock },
    { place: 'espace/a-faire', title: 'À approuver', allow: 'signed-in', view: 'casier/_depots', data: approvalBlock },
    { place: 'espace/a-faire', title: 'À reprendre', allow: RUBRIC, view: 'casier/_depots', data: returnedBlock },
    {
      place: 'gestion/accueil',
      title: 'Nouveau dans mon casier',
      allow: 'signed-in',
      view: 'casier/_bloc',
      data: newBlock,
    },
    {
      place: 'annee/ce-qui-change',
      title: 'Casiers',
      allow: 'signed-in',
      view: 'casier/_annee',
      data: async () => ({}),
    },
  ],
  steps: [
    {
      title: 'Déposer un premier document dans un casier',
      fiche: 16,
      path: '/deposer',
      begin: { list: 'personnels.teachers' },
      allow: DEPOSIT,
      done: async ({ db }) => !!(await db('casier_documents').where({ state: 'sent', by_school: true }).first('id')),
    },
  ],
  feed: { allow: RUBRIC, items: toFeed },
  files: mayOpenFile,
  nightly: { purge },
  privacy: [
    kept('documents', 'Remettre un document à qui il est destiné ; le nom de qui le dépose y reste', 'keep'),
    kept('recipients', 'Montrer à chacun ce qui lui est remis, savoir qui l’a ouvert et quand', 'with-person'),
    kept('children', 'Nommer les enfants dont il est question', 'with-person'),
    {
      ...kept('natures', 'Classer les documents', 'keep'),
      retention: 'Jusqu’à la fermeture de l’école',
      export: 'no',
    },
  ],
});
