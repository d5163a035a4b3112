import type { School } from '../plugin/contract.ts';
import { looksOf } from './settings.ts';

/** Height of the picture for pages, and sides of the two square ones for the icon of a phone. */
export const LOGO_SIZES = [96, 192, 512] as const;
export type LogoSize = (typeof LOGO_SIZES)[number];

/**
 * Address of the school's logo inside the school (`/looks/logo/<hash>-192.png`), for `url()`; null without a logo.
 * 96 keeps its proportions, for pages; 192 and 512 are square.
 */
export function logoPath(school: Pick<School, 'settings'>, size: LogoSize): string | null {
  const { logo } = looksOf(school);
  return logo && `/looks/logo/${logo.hash}-${size}.png`;
}
