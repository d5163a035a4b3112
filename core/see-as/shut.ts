import type { Account, Route } from '../plugin/contract.ts';
import type { Declared } from '../plugin/registry.ts';

/** Name of the core plugin « Voir comme ». */
export const SEE_AS = 'voir-comme';

const NOTHING_SENT =
  'Vous regardez seulement : rien n’est envoyé, rien n’est enregistré. Revenez à Gestion pour agir en votre nom.';
const NOT_GESTION = 'Vous regardez seulement un Espace. Revenez à Gestion pour ouvrir cette page.';
const HIS_OWN =
  'Vous regardez seulement : le compte, les notifications et les fichiers de cette personne restent fermés.';

/**
 * Why a route stays closed to a look, whatever it is (P9); null when it opens. Nothing but leaving is posted; of what
 * stands outside of the Espace, only what anyone may see and the search open.
 */
export function shutToLook({
  method,
  area,
  plugin,
  allow,
}: Pick<Declared<Route>, 'method' | 'area' | 'plugin' | 'allow'>): string | null {
  if (method === 'post') return plugin === SEE_AS && area === 'public' ? null : NOTHING_SENT;
  if (area === 'admin') return NOT_GESTION;
  return area === 'espace' || allow === 'anyone' || plugin === 'aide' ? null : HIS_OWN;
}

/** Whether a look reads « Contenu masqué » in the place of this route. */
export const masksFrom = (
  account: Account | null,
  { area, plugin, allow }: Pick<Declared<Route>, 'area' | 'plugin' | 'allow'>,
  may: { ok: boolean; masked?: true },
): boolean =>
  may.masked === true || (area === 'espace' && allow === 'signed-in' && plugin !== HOME && isMasked(account, null));
/** The core's own pages of an Espace: its home, a pupil, a class. */
const HOME = 'accueil';

/**
 * Whether what stands behind this word is a real person's own, and therefore masked: every rubric that does not say it is
 * `common`, and what a module opens without naming one.
 */
export const isMasked = (account: Account | null, rubric: { common?: boolean } | null): boolean =>
  !!account?.viewing && !account.viewing.model && !rubric?.common;
