import type { Account, Espace, Route, RubricHome, School } from '../plugin/contract.ts';
import type { ModulesOfSchool } from '../plugin/modules-of.ts';
import type { Declared } from '../plugin/registry.ts';
import { isMasked } from '../see-as/shut.ts';
import { ESPACE_TITLES, type Refusal } from './espaces.ts';
import { optionsOf } from './options.ts';

/** A refusal says why, to whom it concerns and about him, and which setting decides: « Pourquoi ? » quotes it (C-34). */
export type Allowed = { ok: true } | ({ ok: false; masked?: true } & Refusal);

const yes: Allowed = { ok: true };
const no = (
  reason: string,
  about: string,
  setting: string | null = null,
  closed?: Refusal['closed'],
): Allowed & { ok: false } => ({ ok: false, reason, about, setting, closed });

/**
 * Whether a route opens for an account in a school. Deny by default: only what is named opens.
 * @param espace the Espace of the URL, for routes of the espace area.
 */
export function allowed(
  route: Pick<Declared<Route>, 'area' | 'allow'>,
  account: Account | null,
  school: School,
  modules: ModulesOfSchool,
  espace: Espace | null = null,
): Allowed {
  if (route.allow === 'anyone') return yes;
  if (!account) return no('Connectez-vous pour ouvrir cette page.', 'Il faut un compte.');
  if (route.area === 'admin') {
    if (account.mode === 'espace')
      return no(
        'Vous êtes connecté à votre Espace. Cette page s’ouvre en Gestion quotidienne ou en Administration.',
        'Son compte n’ouvre que son Espace.',
      );
    return route.allow === 'signed-in' ? yes : mayUse(route.allow, account, modules);
  }
  if (route.area === 'espace') return mayBrowse(route.allow, account, school, modules, espace);
  return route.allow === 'signed-in' ? yes : mayUse(route.allow, account, modules);
}

/** F11-05, F11-14: whether one of his Espaces opens this rubric to him, with the option ticked; without one, whether an Espace opens at all. */
export const reaches = (
  modules: ModulesOfSchool,
  school: School,
  account: Account,
  { rubric, option }: RubricHome = { rubric: 'signed-in' },
): boolean =>
  account.espaces.some(
    (espace) =>
      allowed({ area: 'espace', allow: rubric }, account, school, modules, espace).ok &&
      (!option || optionsOf(school, modules, espace, rubric)[option] !== false),
  );

/** Permissions: all of them in Administration, the profile's in Gestion quotidienne, none in an Espace. */
export function mayUse(permission: string, account: Account, modules: ModulesOfSchool): Allowed {
  const label = modules.permissions.get(permission);
  if (!label)
    return no(
      'Ce droit n’existe pas dans votre école.',
      'Ce droit n’existe pas dans cette école.',
      '/gestion/configuration/modules',
    );
  if (account.mode === 'administration') return yes;
  if (account.mode === 'quotidienne' && account.permissions.includes(permission)) return yes;
  if (account.mode === 'quotidienne') {
    const profile = account.profile ? ` « ${account.profile} »` : '';
    return no(
      `Votre profil${profile} n’a pas le droit « ${label} ». La direction peut l’ajouter.`,
      account.profile ? `Le profil${profile} n’a pas ce droit.` : 'Son compte n’a pas de profil.',
      '/gestion/profils/',
    );
  }
  return no(
    `Il faut le droit « ${label} » et une connexion en mode gestion.`,
    'Son compte n’ouvre que son Espace : aucun droit de Gestion.',
  );
}

function mayBrowse(
  allow: string,
  account: Account,
  school: School,
  modules: ModulesOfSchool,
  espace: Espace | null,
): Allowed {
  if (!espace || !account.espaces.includes(espace))
    return no(
      espace ? `L’${ESPACE_TITLES[espace]} n’est pas le vôtre.` : 'Cet Espace n’existe pas.',
      'Cet Espace n’est pas celui de sa fonction.',
    );
  if (!modules.publishes(espace))
    return no(
      `L’${ESPACE_TITLES[espace]} n’est pas publié en ce moment (${school.name}).`,
      'L’école ne publie pas cet Espace en ce moment.',
      `/gestion/espaces-web/${espace}`,
      { title: `L’${ESPACE_TITLES[espace]} n’est pas publié`, whole: true },
    );
  if (allow === 'signed-in') return yes;
  const rubric = modules.rubrics.get(allow);
  if (!rubric?.espaces.includes(espace))
    return no('Cette rubrique n’existe pas dans cet Espace.', 'Cette rubrique n’existe pas dans cet Espace.');
  if (!modules.publishes(espace, allow))
    return no(
      `La rubrique « ${rubric.title} » n’est pas publiée en ce moment (${school.name}).`,
      'L’école ne publie pas cette rubrique en ce moment.',
      `/gestion/espaces-web/${espace}`,
      { title: `« ${rubric.title} » n’est pas publié`, whole: false },
    );
  // P9: published here, and his own; whoever looks as him sees that it is there, and nothing of it.
  return isMasked(account, rubric) ? { ...no(MASKED, MASKED), masked: true } : yes;
}
const MASKED = 'Contenu masqué : ce qui est personnel ne se montre qu’à la personne.';
