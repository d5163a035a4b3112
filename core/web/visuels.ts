import { readFileSync } from 'node:fs';
import path from 'node:path';
import { chainOf, type Theme } from '../views/themes.ts';

/** What a preview tile is drawn from (`.visuel`). */
const TOKENS = ['ground', 'surface', 'line-strong', 'ink-2', 'brand', 'action', 'margin', 'roof-image'];

/**
 * A page wears one theme; the tiles of the others carry their own colours, taken from their stylesheets, so that a tile
 * can never lie (F11-06).
 */
export const visuels = (themes: Map<string, Theme>): string =>
  [...themes.values()]
    .map((theme) => {
      const own = Object.assign({}, ...chainOf(theme, themes).map(tokensOf)) as Record<string, string>;
      const lines = Object.entries(own).map(([name, value]) => `--${name}: ${value};`);
      return `.visuel[data-theme="${theme.name}"] { ${lines.join(' ')} }`;
    })
    .join('\n');

/** The first value a theme gives to each token: those that follow are for special conditions. */
function tokensOf({ folder }: Theme): Record<string, string> {
  const css = readFileSync(path.join(folder, 'theme.css'), 'utf8').replace(/\/\*.*?\*\//gs, '');
  return Object.fromEntries(
    TOKENS.flatMap((name) => {
      const found = new RegExp(`--${name}:\\s*((?:'[^']*'|"[^"]*"|[^;'"}])+)`).exec(css);
      return found ? [[name, (found[1] as string).trim()]] : [];
    }),
  );
}
