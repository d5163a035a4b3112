import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { checkPlugins, Refused } from './check.ts';
import type { Plugin } from './contract.ts';

/** A plugin with the folder its views, migrations, public files and help come from; null for the core's own. */
export interface Loaded {
  plugin: Plugin;
  folder: string | null;
  /** The core's own screens: always on, never listed as a module. */
  core: boolean;
}

/**
 * Loads every module of the house: `plugins/*`, then each folder of PLUGIN_FOLDERS, then each package of
 * PLUGIN_PACKAGES, sorted so that a plugin comes after those it depends on.
 * @throws Refused naming the folder and, in one sentence, what is wrong with it.
 */
export async function loadPlugins(options: {
  folders: string[];
  packages?: string[];
  /** The core's own screens; some are made from what the modules declare. */
  own?: (outer: Loaded[]) => Plugin[];
}): Promise<Loaded[]> {
  const outer: Loaded[] = [];
  for (const folder of options.folders) outer.push(await loadFolder(folder));
  for (const name of options.packages ?? []) outer.push(await loadPackage(name));
  const own = (options.own?.(outer) ?? []).map((plugin) => ({ plugin, folder: null, core: true }));
  const loaded = [...own, ...outer];
  checkPlugins(loaded);
  return sortByDependency(loaded);
}

/** The folders of `plugins/` that hold a plugin. */
export function pluginFolders(root: string): string[] {
  const home = path.join(root, 'plugins');
  if (!existsSync(home)) return [];
  return readdirSync(home, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
    .map((entry) => path.join(home, entry.name))
    .sort();
}

async function loadFolder(folder: string): Promise<Loaded> {
  const name = path.basename(folder);
  const declaration = path.join(folder, 'plugin.ts');
  if (!existsSync(declaration)) throw new Refused(name, 'il n’y a pas de fichier plugin.ts dans ce dossier');
  return { plugin: await declared(name, pathToFileURL(declaration).href), folder, core: false };
}

async function loadPackage(name: string): Promise<Loaded> {
  let entry: string;
  try {
    entry = import.meta.resolve(name);
  } catch {
    throw new Refused(name, 'ce paquet n’est pas installé (npm install)');
  }
  return { plugin: await declared(name, entry), folder: path.dirname(new URL(entry).pathname), core: false };
}

async function declared(name: string, url: string): Promise<Plugin> {
  let module: { default?: Plugin };
  try {
    module = await import(url);
  } catch (error) {
    throw new Refused(name, `plugin.ts ne se charge pas (${error instanceof Error ? error.message : String(error)})`);
  }
  if (!module.default?.name)
    throw new Refused(name, 'plugin.ts n’exporte pas de déclaration (export default definePlugin({ … }))');
  return module.default;
}

function sortByDependency(loaded: Loaded[]): Loaded[] {
  const sorted: Loaded[] = [];
  const visiting = new Set<string>();
  const add = (one: Loaded) => {
    if (sorted.includes(one)) return;
    const { name } = one.plugin;
    if (visiting.has(name)) throw new Refused(name, `il dépend de lui-même en passant par ${[...visiting].join(', ')}`);
    visiting.add(name);
    for (const wanted of one.plugin.dependsOn ?? []) {
      const other = loaded.find((candidate) => candidate.plugin.name === wanted);
      if (other) add(other);
    }
    visiting.delete(name);
    sorted.push(one);
  };
  for (const one of loaded) add(one);
  return sorted;
}
