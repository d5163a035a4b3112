import type { Account, Espace, Route, School } from '../plugin/contract.ts';
import type { ModulesOfSchool } from '../plugin/modules-of.ts';
import type { Declared } from '../plugin/registry.ts';
import { ESPACE_TITLES } from './espaces.ts';

/** A refusal says why and which setting decides, so that « Pourquoi ? » can quote it (C-34). */
export type Allowed = { ok: true } | { ok: false; reason: string; setting: string | null };

const yes: Allowed = { ok: true };
const no = (reason: string, setting: string | null = null): Allowed => ({ ok: false, reason, setting });

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
  if (!account) return no('Connectez-vous pour ouvrir cette page.');
  if (route.area === 'admin') {
    if (account.mode === 'espace')
      return no('Vous êtes connecté à votre Espace. Cette page s’ouvre en Gestion quotidienne ou en Administration.');
    return route.allow === 'signed-in' ? yes : mayUse(route.allow, account, modules);
  }
  if (route.area === 'espace') return mayBrowse(route.allow, account, school, modules, espace);
  return route.allow === 'signed-in' ? yes : mayUse(route.allow, account, modules);
}

/** Permissions: all of them in Administration, the profile's in Gestion quotidienne, none in an Espace. */
export function mayUse(permission: string, account: Account, modules: ModulesOfSchool): Allowed {
  const label = modules.permissions.get(permission);
  if (!label) return no('Ce droit n’existe pas dans votre école.', '/gestion/configuration/modules');
  if (account.mode === 'administration') return yes;
  if (account.mode === 'quotidienne' && account.permissions.includes(permission)) return yes;
  if (account.mode === 'quotidienne')
    return no(
      `Votre profil${account.profile ? ` « ${account.profile} »` : ''} n’a pas le droit « ${label} ». La direction peut l’ajouter.`,
      '/gestion/ressources/personnels',
    );
  return no(`Il faut le droit « ${label} » et une connexion en mode gestion.`);
}

function mayBrowse(
  allow: string,
  account: Account,
  school: School,
  modules: ModulesOfSchool,
  espace: Espace | null,
): Allowed {
  if (!espace || !account.espaces.includes(espace))
    return no(espace ? `L’${ESPACE_TITLES[espace]} n’est pas le vôtre.` : 'Cet Espace n’existe pas.');
  if (!modules.publishes(espace))
    return no(`L’${ESPACE_TITLES[espace]} n’est pas publié en ce moment par ${school.name}.`, '/gestion/espaces-web');
  if (allow === 'signed-in') return yes;
  const rubric = modules.rubrics.get(allow);
  if (!rubric?.espaces.includes(espace)) return no('Cette rubrique n’existe pas dans cet Espace.');
  if (!modules.publishes(espace, allow))
    return no(
      `La rubrique « ${rubric.title} » n’est pas publiée en ce moment par ${school.name}.`,
      '/gestion/espaces-web',
    );
  return yes;
}
