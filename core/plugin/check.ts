import { existsSync } from 'node:fs';
import path from 'node:path';
import { ESPACES, type Plugin, type Route } from './contract.ts';
import type { Loaded } from './load.ts';

/** A module the house will not open with: a school must never open with half a module. */
export class Refused extends Error {
  override name = 'Refused';
  constructor(plugin: string, reason: string) {
    super(`Module « ${plugin} » refusé : ${reason}.`);
  }
}

/** First words of a school's URLs that are the core's (DESIGN section 4). */
const RESERVED = [
  'gestion',
  'espace',
  'connexion',
  'deconnexion',
  'compte',
  'fichiers',
  'c',
  'ouverture',
  'sante',
  'commune',
  'assets',
  'core',
  'layouts',
  'partials',
  'errors',
  'list',
];

const AREAS = ['admin', 'espace', 'public', 'site'];

/** Places the core opens to blocks. */
export const CORE_PLACES = ['gestion/accueil', 'espace/a-faire', 'espace/accueil'];
/** Lists of the core to which modules add acts. */
export const CORE_LISTS = ['ressources.classes', 'ressources.pupils', 'ressources.guardians'];

/** Every refusal at load, one sentence each. @throws Refused at the first plugin that cannot be used. */
export function checkPlugins(loaded: Loaded[]): void {
  const names = new Set<string>();
  for (const { plugin, folder, core } of loaded) {
    const refuse = (reason: string) => {
      throw new Refused(folder ? path.basename(folder) : plugin.name, reason);
    };
    if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(plugin.name))
      refuse(`son nom « ${plugin.name} » n’est pas en kebab-case`);
    if (folder && !folder.includes('node_modules') && path.basename(folder) !== plugin.name)
      refuse(`son nom « ${plugin.name} » n’est pas celui de son dossier`);
    if (!core && RESERVED.includes(plugin.name)) refuse('ce nom est réservé au socle');
    if (names.has(plugin.name)) refuse('ce nom est déjà pris par un autre module');
    names.add(plugin.name);
  }
  const known = knownWords(loaded);
  for (const one of loaded) checkWords(one, known);
}

interface Known {
  names: Set<string>;
  allows: Set<string>;
  places: Set<string>;
  publicPlaces: Set<string>;
  lists: Set<string>;
  routes: Map<string, string>;
}

function knownWords(loaded: Loaded[]): Known {
  const known: Known = {
    names: new Set(loaded.map((one) => one.plugin.name)),
    allows: new Set(['signed-in', 'anyone']),
    places: new Set(CORE_PLACES),
    publicPlaces: new Set(),
    lists: new Set(CORE_LISTS),
    routes: new Map(),
  };
  for (const { plugin } of loaded) {
    for (const key of [...Object.keys(plugin.permissions ?? {}), ...Object.keys(plugin.rubrics ?? {})])
      known.allows.add(`${plugin.name}.${key}`);
    for (const place of plugin.places ?? []) known.places.add(place);
    for (const place of plugin.publicPlaces ?? []) known.publicPlaces.add(place);
    for (const { list } of plugin.routes ?? []) if (list) known.lists.add(list.name);
  }
  return known;
}

function checkWords({ plugin, core, folder }: Loaded, known: Known): void {
  const refuse = (reason: string): never => {
    throw new Refused(plugin.name, reason);
  };
  for (const wanted of plugin.dependsOn ?? [])
    if (!known.names.has(wanted)) refuse(`il a besoin du module « ${wanted} », qui n’est pas installé`);
  if (!Array.isArray(plugin.privacy))
    refuse('il ne déclare pas ses données personnelles (privacy: [] s’il n’en a pas)');
  for (const key of Object.keys(plugin.permissions ?? {}))
    if (plugin.rubrics?.[key]) refuse(`« ${key} » est à la fois une permission et une rubrique`);
  for (const [key, label] of Object.entries(plugin.permissions ?? {}))
    if (!label.includes(' > ')) refuse(`la permission « ${key} » n’a pas la forme « Catégorie > Libellé »`);
  for (const [key, rubric] of Object.entries(plugin.rubrics ?? {}))
    for (const espace of rubric.espaces)
      if (!ESPACES.includes(espace)) refuse(`la rubrique « ${key} » cite un Espace inconnu, « ${espace} »`);

  for (const [key, category] of Object.entries(plugin.noticeCategories ?? {})) {
    if (typeof category === 'string') continue;
    const { rubric, option } = category;
    if (!plugin.rubrics?.[rubric]) refuse(`les notifications « ${key} » citent une rubrique inconnue, « ${rubric} »`);
    if (option && !plugin.rubrics?.[rubric]?.options?.[option])
      refuse(`les notifications « ${key} » citent une option inconnue, « ${option} »`);
  }

  for (const route of plugin.routes ?? []) checkRoute(plugin, route, core, known, refuse);
  for (const entry of plugin.nav ?? []) {
    allowExists(entry.allow, `le menu « ${entry.title} »`, known, refuse);
    const target = (plugin.routes ?? []).some(
      (route) => route.method === 'get' && route.area === entry.area && route.path === entry.path,
    );
    if (!target) refuse(`le menu « ${entry.title} » mène à ${entry.path}, qui n’est pas une de ses pages`);
  }
  for (const block of plugin.blocks ?? []) {
    allowExists(block.allow, `le bloc « ${block.title} »`, known, refuse);
    const open = known.publicPlaces.has(block.place);
    // A module may have something for a place of another that this house has not installed.
    const home = block.place.split('/')[0] as string;
    if (!known.names.has(home) && !CORE_PLACES.some((place) => place.startsWith(`${home}/`))) continue;
    if (!open && !known.places.has(block.place))
      refuse(`le bloc « ${block.title} » vise une place inconnue, « ${block.place} »`);
    if (open !== (block.allow === 'anyone'))
      refuse(
        open
          ? `le bloc « ${block.title} » se montre à tous : il doit le dire (allow: 'anyone')`
          : `le bloc « ${block.title} » serait ouvert à tous hors d’une place publique`,
      );
    const [owner, ...rest] = block.view.split('/');
    if (owner !== plugin.name || (folder && !existsSync(path.join(folder, 'views', `${rest.join('/')}.hbs`))))
      refuse(`le bloc « ${block.title} » montre une vue qui n’existe pas, « ${block.view} »`);
  }
  for (const act of plugin.acts ?? []) {
    allowExists(act.allow, `l’acte « ${act.title} »`, known, refuse);
    if (!known.lists.has(act.list)) refuse(`l’acte « ${act.title} » vise une liste inconnue, « ${act.list} »`);
    const target = (plugin.routes ?? []).some(
      (route) => route.method === 'post' && route.area === 'admin' && route.path === act.path,
    );
    if (!target) refuse(`l’acte « ${act.title} » mène à ${act.path}, qui n’est pas une de ses routes`);
  }
  if (plugin.feed) allowExists(plugin.feed.allow, 'le fil', known, refuse);
  for (const step of plugin.steps ?? []) allowExists(step.allow, `l’étape « ${step.title} »`, known, refuse);
}

function checkRoute(
  plugin: Plugin,
  route: Route,
  core: boolean,
  known: Known,
  refuse: (reason: string) => never,
): void {
  const spoken = `${route.method.toUpperCase()} ${route.area} ${route.path}`;
  if (!AREAS.includes(route.area)) refuse(`la route ${spoken} est dans une zone inconnue`);
  if (!route.path?.startsWith('/')) refuse(`la route ${spoken} n’a pas de chemin qui commence par /`);
  if (!route.allow) refuse(`la route ${spoken} ne dit pas qui peut l’ouvrir (allow)`);
  if (route.area === 'site' && !core) refuse(`la route ${spoken} est hors d’une école, ce qui est réservé au socle`);
  if (route.allow === 'anyone' && route.area !== 'public' && route.area !== 'site')
    refuse(`la route ${spoken} est ouverte à tous hors de la zone publique`);
  allowExists(route.allow, `la route ${spoken}`, known, refuse);
  const rubric = plugin.rubrics?.[route.allow.slice(plugin.name.length + 1)];
  if (route.area === 'espace' && !rubric && route.allow !== 'signed-in')
    refuse(`la route ${spoken} d’un Espace ne cite pas une de ses rubriques`);
  if (route.area !== 'espace' && rubric && route.allow.startsWith(`${plugin.name}.`))
    refuse(`la route ${spoken} cite une rubrique hors d’un Espace`);

  const key = `${route.method} ${route.area} ${plugin.name} ${route.path.replace(/:\w+/g, ':')}`;
  const twin = known.routes.get(key);
  if (twin) refuse(`deux de ses routes sont pareilles, ${spoken}`);
  known.routes.set(key, spoken);

  if (route.method === 'post' && route.form) {
    const home = (plugin.routes ?? []).find(
      (other) => other.method === 'get' && other.area === route.area && other.path === route.back,
    );
    if (!home) refuse(`le formulaire de ${spoken} n’a pas de page où revenir (${route.back})`);
  }
}

function allowExists(allow: string, what: string, known: Known, refuse: (reason: string) => never): void {
  if (!known.allows.has(allow)) refuse(`${what} cite une permission ou rubrique inconnue, « ${allow} »`);
}
