import type { Espace, NavEntry, Route } from '../plugin/contract.ts';
import type { Declared } from '../plugin/registry.ts';

/** Path of a screen inside its school: /gestion/infos/, /espace/parents/infos/, /infos/. */
export function pathOf(what: Pick<Declared<Route | NavEntry>, 'area' | 'path' | 'plugin'>, espace?: Espace): string {
  if (what.area === 'admin') return `/gestion/${what.plugin}${what.path}`;
  if (what.area === 'espace') return `/espace/${espace ?? ':espace'}/${what.plugin}${what.path}`;
  if (what.area === 'public') return `/${what.plugin}${what.path}`;
  return what.path;
}

/** Path of a route as the router takes it, with the school in front. */
export const routerPath = (route: Declared<Route>): string =>
  route.area === 'site' ? route.path : `/:rne${pathOf(route)}`;

/** The same below a commune. */
export const communePath = (route: Declared<Route>): string => `/commune/:insee${pathOf(route)}`;

/** Fills :words of a path from the visit's own parameters. */
export const fillPath = (path: string, params: Record<string, string>): string =>
  path.replace(/:(\w+)/g, (_, name: string) => encodeURIComponent(params[name] ?? ''));
