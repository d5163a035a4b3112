import {
  csv,
  definePlugin,
  get,
  invalid,
  listRoutes,
  missing,
  page,
  picked,
  pickForm,
  post,
  redirect,
  text,
  tick,
  type Visit,
} from '@preau/core';
import './contract.ts';
import { mayOpen, noteRoutes } from './notes.ts';
import { Plant } from './plant.ts';
import { plants } from './plant-list.ts';

/** A module of the test house: it uses every word of the contract once. */
export default definePlugin({
  name: 'potager',
  title: 'Potager',
  summary: 'Ce qui pousse derrière l’école.',
  permissions: { plant: 'Demandes > Planter', look: 'Demandes > Regarder le potager' },
  rubrics: { plants: { title: 'Potager', offline: ['/'], espaces: ['parents', 'enseignants'], published: true } },
  noticeCategories: { harvest: 'Récoltes du potager', chores: 'Arrosage' },
  privacy: [],
  places: ['potager/bord'],
  settings: { motto: text('Devise', { optional: true }), open: tick('Ouvert aux familles') },
  services: { potager: ({ db }) => ({ plants: async () => Plant.query(db).select('id', 'name').orderBy('name') }) },
  nav: [
    { area: 'admin', under: 'Demandes > Potager', title: 'Plants', path: '/', allow: 'potager.look' },
    { area: 'espace', under: 'Vie de l’école', title: 'Potager', path: '/', allow: 'potager.plants' },
  ],
  blocks: [
    {
      place: 'espace/accueil',
      title: 'Au potager',
      allow: 'potager.plants',
      view: 'potager/_block',
      data: async ({ db }) => ({ total: await Plant.query(db).resultSize() }),
    },
    {
      place: 'etablissement-page/corps',
      title: 'Le potager de l’école',
      allow: 'anyone',
      view: 'potager/_anyone',
      data: async ({ person, account, can }) => ({ seenBy: person?.lastName ?? account?.login ?? can('potager.look') }),
    },
  ],
  steps: [
    {
      title: 'Planter quelque chose',
      path: '/',
      allow: 'potager.plant',
      done: async ({ db }) => (await Plant.query(db).resultSize()) > 0,
    },
  ],
  routes: [
    get('public', '/', 'anyone', list),
    get('admin', '/', 'potager.look', list),
    get('espace', '/', 'potager.plants', list),
    post(
      'admin',
      '/',
      'potager.plant',
      {
        name: text('Plant', {
          max: 40,
          unique: { constraint: 'potager_plants_school_id_name_unique', message: 'Ce plant est déjà là.' },
        }),
      },
      plant,
    ),
    ...listRoutes(plants),
    ...noteRoutes,
    post(
      'admin',
      '/bottes',
      'potager.plant',
      pickForm,
      async (visit) => {
        const { length } = await picked(visit, 'ressources.pupils');
        return redirect('/gestion/ressources/eleves', `Paires de bottes prêtées : ${length}.`);
      },
      { back: '/', as: 'boots' },
    ),
    get('admin', '/plants/:id', 'potager.look', async ({ db, params }) => {
      const found = await Plant.query(db).findById(params.id as string);
      return found ? page('potager/plant', { name: found.name }) : missing();
    }),
    get('admin', '/carnet', 'potager.look', () => csv('carnet.csv', ['Plant'], [['radis']]), { fresh: true }),
    get('admin', '/panne', 'potager.look', () => {
      throw new Error('la bêche est cassée');
    }),
  ],
  files: mayOpen,
  acts: [
    {
      list: 'ressources.pupils',
      key: 'bottes',
      icon: 'backpack',
      title: 'Prêter {qui}',
      counts: { one: 'paire de bottes', many: 'paires de bottes', some: 'des bottes à la sélection' },
      allow: 'potager.plant',
      path: '/bottes',
    },
  ],
  jobs: {
    water: async (job, data) =>
      job.step(
        async ({ db }) =>
          void (await Plant.query(db)
            .where({ name: data as string })
            .patch({ watered: true })),
      ),
  },
  nightly: { dry: (job) => job.step(async ({ db }) => void (await Plant.query(db).patch({ watered: false }))) },
});

async function list({ db, settings }: Visit) {
  return page(
    'potager/plants',
    { plants: (await Plant.query(db).orderBy('name')).map((one) => one.toJSON()), motto: settings.motto ?? '' },
    'potager/_plants',
  );
}

async function plant({ db, input, emit, later }: Visit<{ name: string }>) {
  await Plant.query(db).insert({ name: input.name });
  // Refused after the write: nothing of it may remain.
  if (input.name === 'cactus') return invalid({ name: 'Pas de cactus : il pique.' });
  await emit('potager.planted', { name: input.name });
  await later('water', input.name);
  return redirect('/gestion/potager/', `${input.name} est planté.`);
}
