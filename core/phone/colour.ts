import { tokensOf } from '../looks/pairs.ts';
import { looksOf } from '../looks/settings.ts';
import type { School } from '../plugin/contract.ts';
import type { Views } from '../views/engine.ts';
import type { Theme } from '../views/themes.ts';
import { themeOf } from '../web/answer.ts';

const roofs = new Map<Theme, string>();

/** Colour of the roof a school's pages wear by day: its own, else that of the theme of its sign-in page. */
export function colourOf(views: Views, school: School): string {
  const theme = views.themes.get(themeOf(views, { school }, null)) as Theme;
  const { colour } = looksOf(school);
  if (colour && theme.takesColour) return colour;
  const roof = roofs.get(theme) ?? tokensOf(theme, views.themes).brand?.[0] ?? '';
  roofs.set(theme, roof);
  return roof;
}
