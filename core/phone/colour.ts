import { readFileSync } from 'node:fs';
import path from 'node:path';
import { looksOf } from '../looks/settings.ts';
import type { School } from '../plugin/contract.ts';
import type { Views } from '../views/engine.ts';
import { chainOf, type Theme } from '../views/themes.ts';
import { themeOf } from '../web/answer.ts';

const roofs = new Map<Theme, string>();

/** Colour of the roof a school's pages wear by day: its own, else that of the theme of its sign-in page. */
export function colourOf({ themes }: Views, school: School): string {
  const theme = themes.get(themeOf({ themes } as Views, { school }, null)) as Theme;
  const { colour } = looksOf(school);
  if (colour && theme.takesColour) return colour;
  let roof = roofs.get(theme);
  if (!roof) {
    roof = chainOf(theme, themes).reduce((found, one) => brandIn(one) ?? found, '');
    roofs.set(theme, roof);
  }
  return roof;
}

const brandIn = ({ folder }: Theme): string | undefined =>
  /--brand:\s*(?:light-dark\()?(#[0-9a-f]{6})/i.exec(readFileSync(path.join(folder, 'theme.css'), 'utf8'))?.[1];
