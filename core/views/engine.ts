import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import Handlebars from 'handlebars';
import type { Loaded } from '../plugin/load.ts';
import { HELPERS, type Partial, type Seen } from './helpers.ts';
import { chainOf, readThemes, type Theme } from './themes.ts';

export interface Views {
  themes: Map<string, Theme>;
  /** @throws Error when no template of this name exists. */
  render(theme: string, name: string, data: object, seen: Seen): string;
  has(name: string): boolean;
  /** Names of the places (`{{blocks "…"}}`) in a template and its partials. */
  placesOf(name: string): string[];
  names(): string[];
  fileOf(name: string): string;
}

type Template = Handlebars.TemplateDelegate;

/**
 * Every template of the house, each file compiled once and shared by all themes; only the lookup differs per theme:
 * the theme's own views, its parents', the plugin's, the core's. A theme overrides `infos/_card` by owning the file.
 */
export function loadViews(root: string, loaded: Loaded[], themesFolder = path.join(root, 'themes')): Views {
  const themes = readThemes(themesFolder);
  const files = new Map<string, string>();
  for (const [name, file] of scan(path.join(root, 'views'))) files.set(name, file);
  // core/help/ressources/eleves.hbs helps on the screen /gestion/ressources/eleves.
  for (const [name, file] of scan(path.join(root, 'core/help'))) files.set(name.replace('/', '/help/'), file);
  for (const { plugin, folder } of loaded) {
    if (!folder) continue;
    for (const [name, file] of scan(path.join(folder, 'views'))) files.set(`${plugin.name}/${name}`, file);
    for (const [name, file] of scan(path.join(folder, 'help'))) files.set(`${plugin.name}/help/${name}`, file);
  }
  const engine = Handlebars.create();
  const compiled = new Map<string, Template>();
  const compile = (file: string): Template => {
    let template = compiled.get(file);
    if (!template) {
      template = engine.compile(readFileSync(file, 'utf8'), { strict: true, preventIndent: true });
      compiled.set(file, template);
    }
    return template;
  };
  const tables = new Map([...themes.values()].map((theme) => [theme.name, lookup(theme, themes, files, compile)]));
  const tableOf = (theme: string) => (tables.get(theme) ?? tables.get('base')) as Record<string, Template>;

  const views: Views = {
    themes,
    has: (name) => files.has(name),
    names: () => [...files.keys()],
    fileOf: (name) => files.get(name) as string,
    render(theme, name, data, seen) {
      const table = tableOf(theme);
      const template = table[name];
      if (!template) throw new Error(`Vue inconnue : ${name}`);
      const partial: Partial = (other, context) => views.render(theme, other, context, seen);
      return template(data, { partials: table, helpers: HELPERS, data: { seen, partial } });
    },
    placesOf(name) {
      const places = new Set<string>();
      const read = (one: string, from: Set<string>) => {
        const file = files.get(one);
        if (!file || from.has(one)) return;
        from.add(one);
        const source = readFileSync(file, 'utf8');
        for (const [, place] of source.matchAll(/\{\{\{?blocks\s+"([^"]+)"/g)) places.add(place as string);
        for (const [, partial] of source.matchAll(/\{\{>\s*([\w/-]+)/g)) read(partial as string, from);
      };
      read(name, new Set());
      return [...places];
    },
  };
  const placesOf = views.placesOf;
  const remembered = new Map<string, string[]>();
  views.placesOf = (name) => {
    const places = remembered.get(name) ?? placesOf(name);
    remembered.set(name, places);
    return places;
  };
  return views;
}

/** First found wins: the chain of themes, then plugins and core. A prototype-free object, as Handlebars reads partials. */
function lookup(
  theme: Theme,
  themes: Map<string, Theme>,
  files: Map<string, string>,
  compile: (file: string) => Template,
): Record<string, Template> {
  const chosen = new Map(files);
  for (const one of chainOf(theme, themes))
    for (const [name, file] of scan(path.join(one.folder, 'views'))) chosen.set(name, file);
  const table: Record<string, Template> = Object.create(null);
  // Compiled on first use: a start does not pay for pages nobody asks for.
  for (const [name, file] of chosen)
    table[name] = ((context: unknown, options?: Handlebars.RuntimeOptions) =>
      compile(file)(context, options)) as Template;
  return table;
}

function scan(folder: string, prefix = ''): [string, string][] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry): [string, string][] => {
    const file = path.join(folder, entry.name);
    if (entry.isDirectory()) return scan(file, `${prefix}${entry.name}/`);
    return entry.name.endsWith('.hbs') ? [[prefix + entry.name.slice(0, -4), file]] : [];
  });
}
