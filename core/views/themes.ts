import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** A look of Espaces and public pages: a folder with `theme.json`, `theme.css` and, rarely, `views/`. */
export interface Theme {
  name: string;
  title: string;
  extends: string | null;
  folder: string;
  /** False where the colours are the point of the theme: the school's own does not go over them. */
  takesColour: boolean;
}

/** Every theme of a folder, by name. @throws Error in one French sentence for a folder that is no theme. */
export function readThemes(folder: string): Map<string, Theme> {
  const homes = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  const themes = new Map(homes.map(({ name }) => [name, readTheme(name, path.join(folder, name))]));
  for (const theme of themes.values()) {
    const chain = chainOf(theme, themes);
    theme.takesColour = chain.every((one) => one.takesColour);
  }
  return themes;
}

/** A theme and those it stands on, the first parent first. @throws Error when one is missing, or they go in a circle. */
export function chainOf(theme: Theme, themes: Map<string, Theme>): Theme[] {
  const chain = [theme];
  for (let { extends: parent } = theme; parent; parent = (chain[0] as Theme).extends) {
    const found = themes.get(parent);
    if (!found) throw refused(theme.name, `il prolonge « ${parent} », qui n’existe pas`);
    if (chain.includes(found))
      throw refused(theme.name, `il se prolonge lui-même, par « ${(chain[0] as Theme).name} »`);
    chain.unshift(found);
  }
  return chain;
}

/** Stylesheets of the core beside those of the themes. */
const SHEETS = ['couleur', 'themes'];

/** @throws Error in one French sentence for a name no theme may have. */
export function checkThemeName(name: string): void {
  if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name))
    throw refused(name, 'son nom s’écrit en minuscules sans accent, par exemple « vert-pomme »');
  if (SHEETS.includes(name)) throw refused(name, 'ce nom est réservé au socle');
}

function readTheme(name: string, folder: string): Theme {
  checkThemeName(name);
  for (const file of ['theme.json', 'theme.css'])
    if (!existsSync(path.join(folder, file))) throw refused(name, `il lui manque ${file}`);
  const { title, extends: parent = null, takesColour = true } = readJson(name, path.join(folder, 'theme.json'));
  if (typeof title !== 'string' || !title.trim()) throw refused(name, 'son theme.json n’a pas de titre (« title »)');
  if (parent !== null && typeof parent !== 'string') throw refused(name, 'son « extends » n’est pas le nom d’un thème');
  return { name, title, extends: parent, folder, takesColour: takesColour !== false };
}

function readJson(name: string, file: string): Record<string, unknown> {
  try {
    return Object(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    throw refused(name, 'son theme.json ne peut pas être lu');
  }
}

const refused = (name: string, reason: string) => new Error(`Thème « ${name} » refusé : ${reason}.`);
