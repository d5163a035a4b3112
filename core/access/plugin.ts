import type { House } from '../container.ts';
import { definePlugin, type Plugin } from '../plugin/contract.ts';
import { profileRoutes } from './profiles.ts';
import { whyRoutes } from './why-page.ts';

/** Profiles of Gestion quotidienne and « Pourquoi ? ». */
export const profiles = (house: House): Plugin =>
  definePlugin({
    name: 'profils',
    title: 'Profils d’autorisations',
    permissions: {
      edit: 'Généralités > Modifier les profils d’autorisations',
      why: 'Généralités > Voir ce que chacun peut ouvrir, et pourquoi',
      families: 'Généralités > Régler ce que les professeurs voient des familles',
    },
    nav: [
      {
        area: 'admin',
        under: 'Ressources > Personnels',
        title: 'Profils d’autorisations',
        path: '/',
        allow: 'profils.edit',
      },
    ],
    privacy: [],
    routes: [...profileRoutes(house), ...whyRoutes(house)],
  });
