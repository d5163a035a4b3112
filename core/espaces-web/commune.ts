import { ESPACE_TITLES } from '../access/espaces.ts';
import type { House } from '../container.ts';
import { ESPACES, type Page, page, type Visit } from '../plugin/contract.ts';
import { pathOf } from '../web/paths.ts';
import { ICONS } from './rows.ts';

/** The Page commune: one door per published Espace, for whoever comes to the school's own address (F11-03). */
export function communePage({ modules }: House, { school, url }: Pick<Visit, 'school' | 'url'>): Page {
  const on = modules.of(school);
  const door = (path: string) => `/connexion/?vers=${encodeURIComponent(url(path))}`;
  const doors = ESPACES.filter((espace) => on.publishes(espace)).map((espace) => ({
    title: ESPACE_TITLES[espace],
    icon: ICONS[espace],
    url: door(`/espace/${espace}/accueil/`),
  }));
  const brings = modules.installed.find(({ plugin }) => plugin.publicPage === 'inscription' && on.has(plugin.name));
  const enrols =
    brings && on.opens('inscription') ? pathOf({ area: 'public', plugin: brings.plugin.name, path: '/' }) : null;
  const gestion = door('/gestion/accueil/');
  return { ...page('espaces-web/commune', { doors, enrols, gestion }), layout: 'door', wears: 'commune' };
}
