import { allowed, reaches } from '../access/permissions.ts';
import type { House } from '../container.ts';
import type { Account, Espace, Route, School } from '../plugin/contract.ts';
import type { Declared } from '../plugin/registry.ts';
import { pathOf } from '../web/paths.ts';

type Pages = { path: string; route: Declared<Route>; espace?: Espace }[];

/** Pages of a module that open to an account: those of Gestion first for who works there, then those of its Espaces. */
function pagesOf(modules: House['modules'], school: School, account: Account, plugin: string): Pages {
  const on = modules.of(school);
  const routes = modules.routes.filter((route) => route.plugin === plugin && route.method === 'get');
  const pages = (area: Route['area'], espace?: Espace): Pages =>
    routes
      .filter((route) => route.area === area && allowed(route, account, school, on, espace).ok)
      .map((route) => ({ route, espace, path: pathOf(route, espace) }));
  return [...pages('admin'), ...account.espaces.flatMap((espace) => pages('espace', espace))];
}

/**
 * Categories this reader sees: the module is on, and a page of it opens to him (permission given, rubric published). In an
 * Espace that page is of the rubric the category belongs to, and the option it hangs on is ticked (F11-05).
 */
export function categoriesFor(modules: House['modules'], school: School, account: Account): Map<string, string> {
  const on = modules.of(school);
  const known = new Map<string, Pages>();
  const open = (plugin: string): Pages => {
    const pages = known.get(plugin) ?? pagesOf(modules, school, account, plugin);
    known.set(plugin, pages);
    return pages;
  };
  const opens = (key: string) => {
    const home = on.noticeHomes.get(key);
    const pages = open(key.split('.')[0] as string);
    if (!home) return pages.length > 0;
    return pages.some(({ espace }) => !espace) || reaches(on, school, account, home);
  };
  return new Map([...on.noticeCategories].filter(([key]) => opens(key)));
}

/** Where this reader finds `/infos/12`: in Gestion or in his Espace, the first page of that shape that opens to him. */
export function placeOf(modules: House['modules'], school: School, account: Account, path: string): string | null {
  const plugin = path.split('/')[1] ?? '';
  for (const page of pagesOf(modules, school, account, plugin)) {
    const before = page.path.slice(0, page.path.length - page.route.path.length - plugin.length - 1);
    if (sameShape(page.path, before + path)) return before + path;
  }
  return null;
}

function sameShape(pattern: string, path: string): boolean {
  const words = path.split('/');
  const shape = pattern.split('/');
  return words.length === shape.length && shape.every((word, at) => word.startsWith(':') || word === words[at]);
}

/** How many are new behind the bell, of what this reader may open. */
export function bellCount(
  modules: House['modules'],
  school: School,
  account: Account,
  counted: Record<string, number>,
): number {
  const entries = Object.entries(counted);
  if (!entries.length) return 0;
  const open = categoriesFor(modules, school, account);
  return entries.reduce((sum, [category, n]) => sum + (open.has(category) ? n : 0), 0);
}
