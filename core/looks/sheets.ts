import { readFileSync } from 'node:fs';
import path from 'node:path';
import { chainOf, type Theme } from '../views/themes.ts';
import { roofOf } from './colour.ts';

/** The blocks of a theme and of those it stands on (`base` apart), each under the selector given. */
export const themeCss = (theme: Theme, themes: Map<string, Theme>, selector: string): string =>
  chainOf(theme, themes)
    .filter(({ name }) => name !== 'base')
    .map(({ name, folder }) =>
      readFileSync(path.join(folder, 'theme.css'), 'utf8').replaceAll(`[data-theme="${name}"]`, selector),
    )
    .join('\n');

const sampleOf = ({ name }: Theme) => `:is(.specimen, .visuel)[data-theme="${name}"]`;

/** Every theme at once, for its samples and tiles in Gestion only, which so can never lie (F11-06): the page itself wears the base. */
export const sampleSheet = (themes: Map<string, Theme>): string =>
  [...themes.values()].map((theme) => themeCss(theme, themes, sampleOf(theme))).join('\n');

/** Name of the sheet that gives samples and tiles the colour of a school. */
export const sampleColourSheet = (colour: string | null): string | null => colour && `couleur-${colour.slice(1)}`;

/**
 * What a school's colour adds: `vert-1f6148` to the sheet of a theme that takes it, `couleur-1f6148` to the samples of
 * all that do. Six figures and nothing else.
 * @returns null for any other name.
 */
export function colouredSheet(name: string, themes: Map<string, Theme>): { over: string | null; block: string } | null {
  const [, of = '', digits] = /^([a-z0-9-]+)-([0-9a-f]{6})$/.exec(name) ?? [];
  const takers = [...themes.values()].filter(({ takesColour }) => takesColour);
  const theme = takers.find((one) => one.name === of);
  const selectors = of === 'couleur' ? takers.map(sampleOf) : theme ? [`[data-theme="${of}"]`] : [];
  if (!digits || !selectors.length) return null;
  const tokens = Object.entries(roofOf(`#${digits}`)).map(([token, value]) => `--${token}:${value}`);
  return { over: theme?.name ?? null, block: `@layer tokens{${selectors.join()}{${tokens.join(';')}}}` };
}
