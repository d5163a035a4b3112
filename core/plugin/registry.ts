import type { Block, NavEntry, Plugin, Route, Step } from './contract.ts';
import type { Loaded } from './load.ts';

/** A thing a plugin declared, with the plugin it came from. */
export type Declared<T> = T & { plugin: string };

/** All that is installed, on or off. Only modules-of.ts may read it (import rule): what a school sees comes from there. */
export interface Registry {
  loaded: Loaded[];
  byName: Map<string, Loaded>;
  routes: Declared<Route>[];
}

export function buildRegistry(loaded: Loaded[]): Registry {
  return {
    loaded,
    byName: new Map(loaded.map((one) => [one.plugin.name, one])),
    routes: loaded.flatMap(({ plugin }) => declaredBy(plugin, plugin.routes)),
  };
}

/** Marks the items a plugin declares with its name. */
export const declaredBy = <T extends Route | NavEntry | Block | Step>(
  plugin: Plugin,
  items: T[] | undefined,
): Declared<T>[] => (items ?? []).map((item) => ({ ...item, plugin: plugin.name }));
