import type { TownHall } from '../commune/town-hall-types.ts';
import type { List, ListAct } from '../list/declare.ts';
import type { Senders } from '../outbox/outbox-types.ts';
import { isCommune } from '../tenancy/communes.ts';
import {
  type Block,
  type Espace,
  type Events,
  type NavEntry,
  type Plugin,
  PUBLIC_PAGES,
  type PublicPage,
  type Route,
  type Rubric,
  type RubricHome,
  type School,
  type Services,
  type Step,
  type Work,
} from './contract.ts';
import type { Loaded } from './load.ts';
import { buildRegistry, type Declared, declaredBy, type Registry } from './registry.ts';

/** What is on in one school. A module that is off, or whose dependency is off, has left every list. */
export interface ModulesOfSchool {
  has(plugin: string): boolean;
  nav(area: NavEntry['area']): Declared<NavEntry>[];
  rubrics: Map<string, Rubric & { plugin: string }>;
  blocks(place: string): Declared<Block>[];
  listeners<E extends keyof Events>(
    event: E,
  ): { plugin: string; listen: (event: Events[E], work: Work) => Promise<void> }[];
  steps: Declared<Step>[];
  lists: Map<string, List>;
  /** What modules add to the lists of others. */
  acts: (ListAct & { plugin: string })[];
  /** Modules that keep mail accounts. */
  senders: { plugin: string; senders: Senders }[];
  /** `<plugin>.<key>` -> title, of the modules that give notices. */
  noticeCategories: Map<string, string>;
  /** The rubric (and option) without which a category is silent in an Espace. */
  noticeHomes: Map<string, RubricHome>;
  /** permission -> « Catégorie > Libellé ». */
  permissions: Map<string, string>;
  /** Rubric default, then the school's own choice. */
  publishes(espace: Espace, rubric?: string): boolean;
  /** Whether an Espace is also an application on a phone (F11-07); follows its publication until the director decides. */
  mobile(espace: Espace): boolean;
  /** Pages for whoever comes wait for the director's word. */
  opens(page: PublicPage): boolean;
  /** Those there are: the Page commune, and those modules bring. */
  pages: PublicPage[];
  /** What modules have for a town hall. */
  townHalls: { plugin: string; townHall: TownHall }[];
  /** Who has something for the feed over all schools. */
  feeds: { plugin: string; feed: NonNullable<Plugin['feed']> }[];
}

/** A line of Configuration > Modules. */
export interface ModuleState {
  name: string;
  title: string;
  summary: string;
  icon: string;
  on: boolean;
  /** Titles of the modules that need this one and are on. */
  neededBy: string[];
  /** Titles of the modules it needs that are off. */
  waitsFor: string[];
  hasSettings: boolean;
}

export type ServiceFactory = Plugin['services'];

/** The one place that knows what is installed; everything else asks it for a school, or for the house as a whole. */
export interface Modules {
  /** The switch: routes, menus, rubrics, blocks, listeners, jobs and steps of a school all come out of here. */
  of(school: School): ModulesOfSchool;
  states(school: School): ModuleState[];
  /** Names that leave with it when it is switched off: itself and all that need it. */
  leaveWith(school: School, name: string): { name: string; title: string }[];
  installed: readonly Loaded[];
  routes: readonly Declared<Route>[];
  plugin(name: string): Plugin | undefined;
  services(): {
    name: keyof Services;
    plugin: string;
    make: NonNullable<NonNullable<ServiceFactory>[keyof Services]>;
  }[];
}

/** Builds the switch of a house from its loaded plugins. */
export function modulesFrom(loaded: Loaded[]): Modules {
  const registry = buildRegistry(loaded);
  const remembered = new Map<string, ModulesOfSchool>();
  return {
    // Pure in (kind of tenant, plugins, published): remembered by their value, so there is nothing to empty when a director switches.
    of(school) {
      const key = JSON.stringify([isCommune(school), school.plugins, school.published]);
      let modules = remembered.get(key);
      if (!modules) {
        if (remembered.size > 500) remembered.clear();
        modules = switched(registry, school);
        remembered.set(key, modules);
      }
      return modules;
    },
    states: (school) => states(registry, school),
    leaveWith: (school, name) => leaveWith(registry, school, name),
    installed: registry.loaded,
    routes: registry.routes,
    plugin: (name) => registry.byName.get(name)?.plugin,
    services: () =>
      registry.loaded.flatMap(({ plugin }) =>
        Object.entries(plugin.services ?? {}).map(([name, make]) => ({
          name: name as keyof Services,
          plugin: plugin.name,
          make: make as never,
        })),
      ),
  };
}

const CONSOLE = 'console';
/** All a town hall has: the way in, its own account, the help, the journal of its mails, and the console (F07-5). */
export const IN_COMMUNE = [
  'accessibilite',
  'accueil',
  'aide',
  'assistance',
  'compte',
  'confirmation',
  'connexion',
  'envois',
  'ouverture',
  CONSOLE,
];

function isOn(registry: Registry, school: School, name: string): boolean {
  const one = registry.byName.get(name);
  if (!one) return false;
  if (isCommune(school)) return one.core && IN_COMMUNE.includes(name);
  if (one.core) return name !== CONSOLE;
  if (!(school.plugins[name] ?? one.plugin.startsOn ?? true)) return false;
  return (one.plugin.dependsOn ?? []).every((wanted) => isOn(registry, school, wanted));
}

function switched(registry: Registry, school: School): ModulesOfSchool {
  const on = registry.loaded.filter(({ plugin }) => isOn(registry, school, plugin.name)).map(({ plugin }) => plugin);
  const names = new Set(on.map((plugin) => plugin.name));
  const rubrics = new Map(
    on.flatMap((plugin) =>
      Object.entries(plugin.rubrics ?? {}).map(([key, rubric]): [string, Rubric & { plugin: string }] => [
        `${plugin.name}.${key}`,
        { ...rubric, plugin: plugin.name },
      ]),
    ),
  );
  const pages = PUBLIC_PAGES.filter((name) => name === 'commune' || on.some((plugin) => plugin.publicPage === name));
  return {
    has: (name) => names.has(name),
    nav: (area) => on.flatMap((plugin) => declaredBy(plugin, plugin.nav)).filter((entry) => entry.area === area),
    rubrics,
    blocks: (place) =>
      on
        .flatMap((plugin) => declaredBy(plugin, plugin.blocks))
        .filter((block) => block.place === place)
        .toSorted((a, b) => Number(a.last ?? false) - Number(b.last ?? false)),
    listeners: (event) =>
      on.flatMap((plugin) => {
        const listen = plugin.on?.[event];
        return listen ? [{ plugin: plugin.name, listen: listen as never }] : [];
      }),
    steps: on.flatMap((plugin) => declaredBy(plugin, plugin.steps)),
    lists: new Map(
      on.flatMap((plugin) =>
        (plugin.routes ?? []).flatMap(({ list }): [string, List][] => (list ? [[list.name, list]] : [])),
      ),
    ),
    acts: on.flatMap((plugin) => (plugin.acts ?? []).map((act) => ({ ...act, plugin: plugin.name }))),
    senders: on.flatMap(({ name, senders }) => (senders ? [{ plugin: name, senders }] : [])),
    noticeCategories: named(on, ({ noticeCategories = {} }) =>
      Object.entries(noticeCategories).map(([key, one]) => [key, typeof one === 'string' ? one : one.title]),
    ),
    noticeHomes: named(on, ({ name, noticeCategories = {} }) =>
      Object.entries(noticeCategories).flatMap(([key, one]) =>
        typeof one === 'string' ? [] : [[key, { rubric: `${name}.${one.rubric}`, option: one.option }]],
      ),
    ),
    permissions: named(on, ({ permissions = {} }) => Object.entries(permissions)),
    publishes,
    mobile: (espace) => publishes(espace) && (school.published[`mobile:${espace}`] ?? true),
    opens: (name) => pages.includes(name) && (school.published[name] ?? false),
    pages,
    townHalls: on.flatMap(({ name, townHall }) => (townHall ? [{ plugin: name, townHall }] : [])),
    feeds: on.flatMap(({ name, feed }) => (feed ? [{ plugin: name, feed }] : [])),
  };

  function publishes(espace: Espace, rubric?: string): boolean {
    // F11-04: all Espaces are published by default. A town hall has none.
    if (isCommune(school)) return false;
    if (!(school.published[espace] ?? true)) return false;
    if (rubric === undefined) return true;
    const declared = rubrics.get(rubric);
    return !!declared?.espaces.includes(espace) && (school.published[`${espace}:${rubric}`] ?? declared.published);
  }
}

/** What plugins say of their own keys, under `<plugin>.<key>`. */
const named = <T>(plugins: Plugin[], said: (plugin: Plugin) => [string, T][]): Map<string, T> =>
  new Map(plugins.flatMap((plugin) => said(plugin).map(([key, one]): [string, T] => [`${plugin.name}.${key}`, one])));

function states(registry: Registry, school: School): ModuleState[] {
  const titles = (names: string[]) => names.map((name) => registry.byName.get(name)?.plugin.title ?? name);
  return registry.loaded
    .filter((one) => !one.core)
    .map(({ plugin }) => ({
      name: plugin.name,
      title: plugin.title,
      summary: plugin.summary ?? '',
      icon: plugin.icon ?? 'module',
      on: isOn(registry, school, plugin.name),
      neededBy: leaveWith(registry, school, plugin.name)
        .slice(1)
        .map((other) => other.title),
      waitsFor: titles((plugin.dependsOn ?? []).filter((wanted) => !isOn(registry, school, wanted))),
      hasSettings: plugin.settings !== undefined,
    }));
}

function leaveWith(registry: Registry, school: School, name: string): { name: string; title: string }[] {
  const leaving = new Set([name]);
  // Loaded in order of dependency: one pass reaches those who need it through another.
  for (const { plugin } of registry.loaded)
    if (isOn(registry, school, plugin.name) && plugin.dependsOn?.some((wanted) => leaving.has(wanted)))
      leaving.add(plugin.name);
  return [...leaving].map((one) => ({ name: one, title: registry.byName.get(one)?.plugin.title ?? one }));
}
