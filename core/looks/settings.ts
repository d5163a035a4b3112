import type { School, Transaction } from '../plugin/contract.ts';
import { keepSettings } from '../settings.ts';

/** What the screens under « Espaces web > Paramètres communs » keep; each writes its own words only. */
const OF = 'espaces-web';

/** The picture a school goes by; `width` and `height` are those of the small one, for pages. */
export interface Logo {
  hash: string;
  alt: string;
  width: number;
  height: number;
}

export interface Looks {
  /** « #1f6148 »; null: the theme's own. */
  colour: string | null;
  logo: Logo | null;
}

/** F11-06: colour and logo of a school, as it chose them. */
export function looksOf(school: Pick<School, 'settings'>): Looks {
  const { colour = null, logo = null } = (school.settings[OF] ?? {}) as Partial<Looks>;
  return { colour, logo };
}

/** Changes one of them and leaves what the other screens keep beside it. */
export const keepLooks = (db: Transaction, changed: Partial<Looks>): Promise<void> => keepSettings(db, OF, changed);
