import type { House } from '../container.ts';
import { definePlugin, get, type Plugin, post } from '../plugin/contract.ts';
import { begin, erase, eraseNow, fetchArchive, pack, purge, show } from './departures.ts';

const TAKE = 'emporter.take';

/** Imports/Exports > Emporter toute l’école: a school leaves whenever it wants, with all that is its own (C-48, P13). */
export const departures = (house: House): Plugin =>
  definePlugin({
    name: 'emporter',
    title: 'Emporter toute l’école',
    permissions: { take: 'Généralités > Emporter toute l’école' },
    nav: [
      {
        area: 'admin',
        under: 'Imports/Exports > Emporter',
        title: 'Emporter toute l’école',
        path: '/',
        allow: TAKE,
        icon: 'folder-down',
      },
    ],
    privacy: [
      {
        column: 'departures.*',
        purpose: 'Dire qui a emporté toutes les données de l’école, et quand',
        retention: 'Un an ; l’archive elle-même, un jour',
        export: 'yes',
        erase: 'keep',
      },
    ],
    routes: [
      get('admin', '/', TAKE, show),
      post('admin', '/', TAKE, {}, (visit) => begin(house, visit), { fresh: 'always' }),
      post('admin', '/effacer', TAKE, {}, (visit) => eraseNow(house, visit), { back: '/', as: 'erasing' }),
      get('admin', '/archive/:id', TAKE, (visit) => fetchArchive(house, visit), { fresh: true }),
    ],
    jobs: { pack: (job, id) => pack(house, job, id), erase: (job, id) => erase(house, job, id) },
    nightly: { purge },
  });
