import type { Account, School } from '../plugin/contract.ts';
import type { Theme } from '../views/themes.ts';
import { logoPath } from './logo.ts';
import { looksOf } from './settings.ts';

/** How a page is dressed; every layout takes it. */
export interface Dress {
  theme: string;
  /** Name of the stylesheet: that of the theme, with the school's colour where it stands (« vert-1f6148 »). */
  sheet: string;
  /** Light or dark, by hand, or as the device has it. */
  appearance: Account['appearance'];
  scheme: string;
  /** The school's picture, at half its size: twice the points for a fine screen. */
  logo: { path: string; alt: string; width: number; height: number } | null;
}

/** Gestion keeps the colours of the house and its mark (DESIGN section 1, 9); light or dark goes everywhere. */
export function dressOf(
  school: Pick<School, 'settings'>,
  theme: Theme,
  gestion: boolean,
  account: Pick<Account, 'appearance'> | null,
): Dress {
  const { colour, logo } = looksOf(school);
  const appearance = account?.appearance ?? 'auto';
  const path = gestion ? null : logoPath(school, 96);
  const half = (points: number) => Math.round(points / 2);
  return {
    theme: theme.name,
    sheet: colour && !gestion && theme.takesColour ? `${theme.name}-${colour.slice(1)}` : theme.name,
    appearance,
    scheme: appearance === 'auto' ? 'light dark' : appearance,
    logo: logo && path ? { path, alt: logo.alt, width: half(logo.width), height: half(logo.height) } : null,
  };
}
