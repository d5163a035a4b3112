import { ESPACE_TITLES } from '../access/espaces.ts';
import { familiesRoutes } from '../access/families.ts';
import type { House } from '../container.ts';
import {
  definePlugin,
  ESPACES,
  type Espace,
  type NavEntry,
  type Plugin,
  PUBLIC_PAGES,
  type Work,
} from '../plugin/contract.ts';
import type { Loaded } from '../plugin/load.ts';
import { commonRoutes } from './common.ts';
import { publicationRoutes } from './espace-screen.ts';

/** Name of the sub-tab: « Parents » (F11-02). */
const subOf = (espace: Espace) => ESPACE_TITLES[espace].replace(/^Espace /, '');

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
    steps: [
      {
        title: 'Choisir ce que publient les Espaces web',
        fiche: 11,
        path: '/',
        allow: 'espaces-web.publish',
        done: chosen,
      },
    ],
    nav: [
      screen('Paramètres communs', 'Paramètres communs', '/'),
      ...ESPACES.map((espace) => screen(subOf(espace), 'Publication', `/${espace}`)),
      screen('Enseignants', 'Ce qu’ils voient des familles', '/enseignants/familles', 'profils.families'),
    ],
    routes: [
      ...commonRoutes(house),
      ...ESPACES.flatMap((espace) => publicationRoutes(house, outer, espace)),
      ...familiesRoutes,
    ],
  });

/**
 * All is published by default: somebody has chosen once he has changed a publication, a Visuel or an option. Pages for
 * whoever comes are another step.
 */
async function chosen({ db }: Work): Promise<boolean> {
  for (const [table, name] of [
    ['published', 'name'],
    ['espace_themes', 'espace'],
  ] as const)
    if (await db(table).whereNotIn(name, PUBLIC_PAGES).first('id')) return true;
  const own = db('plugin_settings').where({ plugin: 'espaces-web' }).orWhereLike('plugin', 'espace:%');
  return (await own.first('id')) !== undefined;
}
