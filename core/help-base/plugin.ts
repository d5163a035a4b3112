import { stationOf } from '../auth/first-steps.ts';
import type { House } from '../container.ts';
import { definePlugin, get, missing, type Page, type Plugin, page, redirect, type Visit } from '../plugin/contract.ts';
import type { Loaded } from '../plugin/load.ts';
import { type HelpBase, helpBase } from './base.ts';
import { guideRoutes } from './guide.ts';
import { openEspaces, people, screens } from './loupe.ts';

/** Help of core and modules (F18-1, F18-2), the loupe over people, screens and help (F03-5, F18-3), the guide (F18-4). */
export function help(house: House, loaded: Loaded[]): Plugin {
  const base = helpBase(house, loaded);
  const contents = (visit: Visit) => page('aide/sommaire', { shelves: base.shelves(visit), signedIn: !!visit.account });
  return definePlugin({
    name: 'aide',
    title: 'Aide',
    privacy: [],
    nav: [{ area: 'admin', under: 'Assistance', title: 'Aide', path: '/', allow: 'signed-in' }],
    routes: [
      get('public', '/', 'anyone', (visit) => dressed(visit, contents(visit)), { beforeFirst: true }),
      get('admin', '/', 'signed-in', contents),
      get('public', '/recherche', 'signed-in', (visit) => search(house, base, visit)),
      get('public', '/assistance', 'anyone', () => redirect('/assistance/'), { beforeFirst: true }),
      ...guideRoutes(house, base, dressed),
      get('public', '/:plugin/:page', 'anyone', (visit) => one(base, visit), { beforeFirst: true }),
    ],
  });
}

/** A page of help, and those to read next. */
function one(base: HelpBase, visit: Visit) {
  const { plugin, page: name } = visit.params;
  const found = base.shown(visit).find((help) => help.plugin === plugin && help.page === name);
  if (!found) return missing();
  return dressed(
    visit,
    page('aide/page', {
      body: base.render(found, visit),
      fiche: found.fiche,
      related: base.related(found, visit),
      signedIn: !!visit.account,
    }),
  );
}

/** Help is read in the dress of where one is. */
function dressed({ account }: Visit, reply: Page): Page {
  if (!account || stationOf(account)) return { ...reply, layout: 'door' };
  return { ...reply, layout: account.mode === 'espace' ? 'espace' : 'admin' };
}

const SHOWN = 12;

async function search(house: House, base: HelpBase, visit: Visit): Promise<Page> {
  const typed = visit.query.get('q')?.slice(0, 100) ?? '';
  const espaces = await openEspaces(house, visit);
  const pages = base.find(typed, visit).slice(0, SHOWN);
  const groups = [
    { title: 'Personnes', icon: 'users', items: await people(visit, typed, espaces) },
    { title: 'Écrans', icon: 'layout-panel-top', items: screens(house, visit, espaces, typed) },
    {
      title: 'Aide',
      icon: 'life-buoy',
      items: pages.map(({ one: help, sentence }) => ({ title: help.title, url: help.url, note: sentence })),
    },
  ].filter((group) => group.items.length);
  const found = groups.reduce((sum, group) => sum + group.items.length, 0);
  return dressed(visit, page('aide/recherche', { typed, groups, found }));
}
