import { ESPACE_TITLES } from '../access/espaces.ts';
import { type Allowed, allowed } from '../access/permissions.ts';
import type { Account, Espace, NavEntry, School } from '../plugin/contract.ts';
import type { Modules, ModulesOfSchool } from '../plugin/modules-of.ts';
import type { Declared } from '../plugin/registry.ts';
import { isCommune } from '../tenancy/communes.ts';
import type { Hat } from '../tenancy/schools.ts';
import { pathOf } from '../web/paths.ts';

export interface NavLink {
  title: string;
  url: string;
  current: boolean;
  icon: string;
  key?: string;
}

/** The three levels of Gestion: onglets, sous-onglets, affichages (F03-1), and the menus beside them (F03-5). */
export interface AdminNav {
  tabs: NavLink[];
  menus: NavLink[];
  subs: NavLink[];
  views: NavLink[];
}

/** F03-4: the order of the top tabs, each shown when something stands behind it. */
const TABS = [
  // The console of a town hall, which has none of the others.
  ...['Écoles', 'Informations', 'Agents'],
  'Ressources',
  'Évaluation',
  'Apprentissages',
  'QCM',
  'Forums',
  'Absences',
  'Périscolaire',
  'Incidents',
  'Décrochage',
  'Demandes',
  'Communication',
  'Espaces web',
];
/** Affichages in the guide's order, whichever module brings them. */
const VIEWS = [
  ...['Liste', 'Fiches professeurs', 'Fiche', 'Profils d’autorisations'],
  ...['Paramètres communs', 'Couleur et logo', 'Voir comme'],
];
/** Sous-onglets in the guide's order (F11-02, N-01). */
const SUBS: Record<string, string[]> = {
  Ressources: ['Classes', 'Élèves', 'Responsables', 'Professeurs', 'Personnels'],
  Communication: [
    ...['Discussions', 'Infos/sondages', 'Casier numérique', 'Agenda', 'Courriers et Documents', 'E-mails'],
  ],
  'Imports/Exports': ['ONDE', 'Tableur'],
  'Espaces web': [
    ...['Paramètres communs', 'Établissement', 'Direction', 'Enseignants', 'Parents'],
    ...['Accompagnants', 'Élèves', 'Périscolaire', 'Mairie', 'Inscription'],
  ],
};
/** Rubrics of an Espace, the most used first: a phone's bar has room for three. */
const RUBRICS = [
  ...['Informations', 'Discussions', 'Écrire aux familles'],
  ...['Documents à fournir', 'Documents à collecter', 'Mon casier'],
];
/** What they are called where five words share 360 pixels. */
const SHORT: Record<string, string> = {
  Informations: 'Infos',
  'Écrire aux familles': 'Écrire',
  'Documents à fournir': 'Documents',
  'Documents à collecter': 'Documents',
  'Mon casier': 'Casier',
};
const MENUS: Record<string, string> = {
  'Imports/Exports': 'arrow-right-left',
  Configuration: 'settings-2',
  Assistance: 'life-buoy',
};

interface Entry {
  top: string;
  sub: string;
  view: string;
  url: string;
  icon: string;
}

/** Every screen of Gestion this account may open, in the order of the tabs. */
export function adminScreens(school: School, account: Account, modules: ModulesOfSchool): Entry[] {
  const screens = modules
    .nav('admin')
    .filter((entry) => allowed(entry, account, school, modules).ok)
    .map((entry) => {
      const [top, sub] = entry.under.split(' > ') as [string, string?];
      return { top, sub: sub ?? entry.title, view: entry.title, url: pathOf(entry), icon: entry.icon ?? 'list' };
    })
    // A screen that either of two permissions opens is named once.
    .filter((one, at, all) => all.findIndex((other) => other.url === one.url) === at);
  const begins = (one: Entry) => screens.findIndex((other) => other.top === one.top && other.sub === one.sub);
  const place = (one: Entry) => {
    const known = SUBS[one.top] ?? [];
    return known.includes(one.sub) ? known.indexOf(one.sub) : known.length + begins(one);
  };
  return screens.toSorted((a, b) => place(a) - place(b) || turn(a.view, VIEWS) - turn(b.view, VIEWS));
}

export function adminNav(school: School, account: Account, modules: ModulesOfSchool, path: string): AdminNav {
  const screens = adminScreens(school, account, modules);
  // The screen whose address begins the current one, the longest first; else the first of the same module (a preview, a report).
  const under = (one: Entry) => path === one.url || path.startsWith(one.url.endsWith('/') ? one.url : `${one.url}/`);
  const exact = screens.filter(under).sort((a, b) => b.url.length - a.url.length)[0];
  const here = exact ?? screens.find((one) => one.url.split('/')[2] === path.split('/')[2]);
  const firsts = (list: Entry[], by: 'top' | 'sub') =>
    [...new Map(list.toReversed().map((one) => [one[by], one])).values()].toReversed();
  const tops = firsts(screens, 'top');
  const link = (one: Entry, title: string, current: boolean, icon = one.icon, key?: string): NavLink => ({
    title,
    url: one.url,
    current,
    icon,
    key,
  });
  const inTop = screens.filter((one) => one.top === here?.top);
  const inSub = inTop.filter((one) => one.sub === here?.sub);
  return {
    tabs: tops
      .filter((one) => !(one.top in MENUS))
      .sort((a, b) => turn(a.top, TABS) - turn(b.top, TABS))
      .map((one, at) => link(one, one.top, one.top === here?.top, one.icon, String(at + 1))),
    menus: Object.entries(MENUS).flatMap(([top, icon]) =>
      tops.filter((one) => one.top === top).map((one) => link(one, top, top === here?.top, icon)),
    ),
    subs: firsts(inTop, 'sub').map((one) => link(one, one.sub, one.sub === here?.sub)),
    views: inSub.length > 1 ? inSub.map((one) => link(one, one.view, one === exact)) : [],
  };
}

/** Whether a screen offers « Étape suivante » (I-06). It asks no query: the door has told. */
export const offersNextStep = (school: School, account: Account, modules: ModulesOfSchool): boolean =>
  account.startsUp === true &&
  !isCommune(school) &&
  modules.steps.some(
    (step) => !step.toRead && allowed({ area: 'admin', allow: step.allow }, account, school, modules).ok,
  );

/** Rubrics in the order in which every Espace shows them. */
export const inRubricOrder = (a: { title: string }, b: { title: string }): number =>
  turn(a.title, RUBRICS) - turn(b.title, RUBRICS);

/** Place in the guide's order; what it does not know comes last, as it stands. */
const turn = (title: string, order: string[]) => (order.includes(title) ? order.indexOf(title) : order.length);

/** What is masked from a look stands in the menu as its person sees it (P9). */
const stands = (may: Allowed) => may.ok || may.masked === true;

/** Rubrics of an Espace that stand in its menu: published, and declared by a module that is on. */
export function espaceNav(
  school: School,
  account: Account,
  modules: ModulesOfSchool,
  espace: Espace,
  path: string,
): NavLink[] {
  const home = `/espace/${espace}/accueil/`;
  const entries = modules
    .nav('espace')
    .filter((entry: Declared<NavEntry>) => stands(allowed(entry, account, school, modules, espace)))
    .toSorted(inRubricOrder);
  return [
    { title: 'Accueil', url: home, current: path === home, icon: 'house' },
    ...entries
      .filter((entry) => entry.plugin !== 'accueil')
      .map((entry) => {
        const url = pathOf(entry, espace);
        return { title: entry.title, url, current: path.startsWith(url), icon: entry.icon ?? 'list' };
      }),
  ];
}

/** The five items at the foot of a phone, the last one « Plus » (LOOKS 4): the other rubrics, the account, the help. */
export function phoneBar(rubrics: NavLink[], home: string, path: string): NavLink[] {
  const plain = (title: string, url: string, icon: string) => ({ title, url, icon, current: path.startsWith(url) });
  const rooms = [
    ...rubrics,
    plain('Chercher', '/aide/recherche', 'search'),
    plain('Compte', '/compte/', 'circle-user-round'),
    plain('Notifications', '/notifications/', 'bell-ring'),
  ];
  const shown = rooms.slice(0, BAR - 1).map((one) => ({ ...one, title: SHORT[one.title] ?? one.title }));
  const more = plain('Plus', `${home}plus`, 'menu');
  return [...shown, { ...more, current: more.current || rooms.slice(BAR - 1).some((one) => one.current) }];
}
const BAR = 5;

/** Rubrics that have no room in the bar of a phone: « Plus » lists them. */
export const beyondBar = (rubrics: NavLink[]): NavLink[] => rubrics.slice(BAR - 1);

/** A door of the switcher: a page of this account, or a hat to change to. */
export interface Place {
  title: string;
  url: string;
  /** The other account of the same human; null for one's own pages. */
  hat: { accountId: string; login: string; place: string; act: string; rne: string; school: string } | null;
}

/**
 * Where this account's Espaces and Gestion are, then those of the same human's other accounts, in this school and in
 * others (C-21): the switcher of the account menu.
 */
export function placesOf(account: Account, modules: Modules, here: School, hats: Hat[]): Place[] {
  const espacesIn = (school: School, espaces: Espace[]) =>
    espaces.filter((espace) => modules.of(school).publishes(espace));
  const own = [
    ...(account.mode === 'espace' ? [] : [{ title: 'Gestion', url: '/gestion/accueil/' }]),
    ...espacesIn(here, account.espaces).map((espace) => ({
      title: ESPACE_TITLES[espace],
      url: `/espace/${espace}/accueil/`,
    })),
  ];
  const others = hats.flatMap(({ accountId, login, mode, espaces, school }) => {
    const whose = { accountId, login, rne: school?.rne ?? '', school: school?.name ?? '' };
    return [
      ...(mode === 'espace' ? [] : [{ title: 'Gestion', hat: { ...whose, place: 'gestion', act: 'gestion' } }]),
      ...espacesIn(school ?? here, espaces).map((espace) => ({
        title: ESPACE_TITLES[espace],
        hat: { ...whose, place: espace as string, act: 'ouvrir' },
      })),
    ];
  });
  return [...own.map((one) => ({ ...one, hat: null })), ...others.map((one) => ({ ...one, url: '' }))];
}
