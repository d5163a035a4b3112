import { readFileSync } from 'node:fs';
import { readyEspaces } from '../access/espaces.ts';
import { stationOf } from '../auth/first-steps.ts';
import type { House } from '../container.ts';
import { likePattern, searchKey } from '../people/names.ts';
import {
  definePlugin,
  type Espace,
  get,
  missing,
  type Page,
  type Person,
  type Plugin,
  page,
  type Reply,
  type Visit,
} from '../plugin/contract.ts';
import { adminScreens, espaceNav } from '../views/chrome.ts';

interface HelpPage {
  name: string;
  plugin: string;
  title: string;
  text: string;
  url: string;
}

/** Help pages of core and modules (F18-1, F18-2), and the loupe: screens, help, and the people one may see (F03-5, F18-3). */
export function help(house: House): Plugin {
  const pages: HelpPage[] = house.views
    .names()
    .filter((name) => name.includes('/help/'))
    .map((name) => {
      const source = readFileSync(house.views.fileOf(name), 'utf8');
      const [plugin, , page] = name.split('/') as [string, string, string];
      const title = /<h1[^>]*>(.*?)<\/h1>/s.exec(source)?.[1] ?? page;
      return {
        name,
        plugin,
        title,
        text: searchKey(source.replace(/<[^>]+>|\{\{[^}]*\}\}/g, ' ')),
        url: `/aide/${plugin}/${page}`,
      };
    });
  const shown = (visit: Visit) => pages.filter((one) => house.modules.of(visit.school).has(one.plugin));
  return definePlugin({
    name: 'aide',
    title: 'Aide',
    privacy: [],
    nav: [{ area: 'admin', under: 'Assistance', title: 'Aide', path: '/', allow: 'signed-in' }],
    routes: [
      get('public', '/', 'anyone', (visit) => dressed(visit, page('aide/sommaire', { pages: shown(visit) })), {
        beforeFirst: true,
      }),
      get('admin', '/', 'signed-in', (visit) => page('aide/sommaire', { pages: shown(visit) })),
      get('public', '/recherche', 'signed-in', (visit) => search(house, visit, shown(visit))),
      get(
        'public',
        '/:plugin/:page',
        'anyone',
        (visit) => {
          const found = shown(visit).find((one) => one.name === `${visit.params.plugin}/help/${visit.params.page}`);
          return found ? dressed(visit, page(found.name)) : missing();
        },
        { beforeFirst: true },
      ),
    ],
  });
}

/** Help is read in the dress of where one is. */
function dressed({ account }: Visit, reply: Page): Page {
  if (!account || stationOf(account)) return { ...reply, layout: 'door' };
  return { ...reply, layout: account.mode === 'espace' ? 'espace' : 'admin' };
}

async function search(house: House, visit: Visit, pages: HelpPage[]): Promise<Reply> {
  const typed = visit.query.get('q')?.slice(0, 100) ?? '';
  const words = searchKey(typed).split(' ').filter(Boolean);
  const matches = (text: string) => words.length > 0 && words.every((word) => searchKey(text).includes(word));
  const espaces = await openEspaces(house, visit);
  const screens = screensOf(house, visit, espaces);
  const groups = [
    { title: 'Personnes', icon: 'users', items: words.length ? await people(visit, typed, espaces) : [] },
    {
      title: 'Écrans',
      icon: 'layout-panel-top',
      items: screens.filter((one) => matches(one.title)).map((one) => ({ ...one, note: '' })),
    },
    {
      title: 'Aide',
      icon: 'life-buoy',
      items: pages
        .filter((one) => words.length && words.every((word) => one.text.includes(word)))
        .map((one) => ({ title: one.title, url: one.url, note: '' })),
    },
  ].filter((group) => group.items.length);
  return dressed(
    visit,
    page('aide/recherche', { typed, groups, found: groups.reduce((sum, group) => sum + group.items.length, 0) }),
  );
}

/** F11-04, F11-11: the Espaces that are published and open to who is signed in to his. */
async function openEspaces({ modules }: House, { account, person, school, services }: Visit): Promise<Espace[]> {
  if (account?.mode !== 'espace') return [];
  const published = account.espaces.filter((espace) => modules.of(school).publishes(espace));
  return readyEspaces(services.people, person as Person, published, school);
}

/** Screens of Gestion by their three levels; in an Espace its rubrics that are published. */
function screensOf(
  { modules }: House,
  { account, school }: Visit,
  espaces: Espace[],
): { title: string; url: string }[] {
  if (!account) return [];
  const on = modules.of(school);
  if (account.mode === 'espace') return espaces.flatMap((espace) => espaceNav(school, account, on, espace, ''));
  return adminScreens(school, account, on).map(({ top, sub, view, url }) => ({
    title: [top, sub, view].join(' > '),
    url,
  }));
}

/** In Gestion those the profile shows; in an Espace those who concern the person. */
async function people(
  visit: Visit,
  typed: string,
  [espace]: Espace[],
): Promise<{ title: string; url: string; note: string }[]> {
  const { db, account, services } = visit;
  if (account?.mode === 'espace') {
    if (!espace) return [];
    const key = searchKey(typed);
    const mine = await services.people.concerning(visit.person as Person);
    return mine
      .filter((one) => searchKey(one.lastName, one.firstName).includes(key))
      .map((one) => ({
        title: `${one.lastName} ${one.firstName}`,
        url: `/espace/${espace}/accueil/enfants/${one.id}`,
        note: one.classLabel ?? 'Sans classe',
      }));
  }
  const kinds = [
    ...(visit.can('ressources.pupils-read') ? ['pupil'] : []),
    ...(visit.can('ressources.guardians-read') ? ['guardian'] : []),
  ];
  const rows = await db('people')
    .whereIn('kind', kinds)
    .whereLike('search', likePattern(typed))
    .orderBy('search')
    .limit(20)
    .select('id', 'kind', 'first_name', db.raw('coalesce(used_name, last_name) as last_name'));
  return rows.map((row) => ({
    title: `${row.last_name} ${row.first_name}`,
    url: `/gestion/ressources/${row.kind === 'pupil' ? 'eleves' : 'responsables'}/${row.id}`,
    note: row.kind === 'pupil' ? 'élève' : 'responsable',
  }));
}
