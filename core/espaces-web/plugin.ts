import { familiesRoutes } from '../access/families.ts';
import type { House } from '../container.ts';
import { definePlugin, ESPACES, type Espace, type NavEntry, type Plugin } from '../plugin/contract.ts';
import type { Loaded } from '../plugin/load.ts';
import { commonRoutes } from './common.ts';
import { espaceRoutes } from './espace-screen.ts';

/** Names of the sub-tabs (F11-02). */
const SUBS: Record<Espace, string> = {
  direction: 'Direction',
  enseignants: 'Enseignants',
  parents: 'Parents',
  accompagnants: 'Accompagnants',
  eleves: 'Élèves',
  periscolaire: 'Périscolaire',
  mairie: 'Mairie',
};

const screen = (sub: string, title: string, path: string, allow = 'espaces-web.publish'): NavEntry => ({
  area: 'admin',
  under: `Espaces web > ${sub}`,
  title,
  path,
  allow,
  icon: 'layout-panel-top',
});

/** Espaces web: what the school publishes, to whom, in which look (fiche 11). */
export const espacesWeb = (house: House, outer: Loaded[]): Plugin =>
  definePlugin({
    name: 'espaces-web',
    title: 'Espaces web',
    permissions: { publish: 'Généralités > Choisir ce que publient les Espaces' },
    privacy: [],
    nav: [
      screen('Paramètres communs', 'Paramètres communs', '/'),
      ...ESPACES.map((espace) => screen(SUBS[espace], 'Publication', `/${espace}`)),
      screen('Enseignants', 'Ce qu’ils voient des familles', '/enseignants/familles', 'profils.families'),
    ],
    routes: [
      ...commonRoutes(house),
      ...ESPACES.flatMap((espace) => espaceRoutes(house, outer, espace)),
      ...familiesRoutes,
    ],
  });
