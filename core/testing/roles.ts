import type { Espace, Mode } from '../plugin/contract.ts';

/** One person per kind, as a school has them; `direction` is in Administration, `quotidienne` has the profile « Vie scolaire ». */
export const ROLES = [
  'direction',
  'quotidienne',
  'enseignants',
  'accompagnants',
  'parents',
  'eleves',
  'periscolaire',
  'mairie',
] as const;
export type Role = (typeof ROLES)[number];

export const modeOf = (role: Role): Mode =>
  role === 'direction' ? 'administration' : role === 'quotidienne' || role === 'mairie' ? 'quotidienne' : 'espace';
export const espaceOf = (role: Role): Espace => (role === 'quotidienne' ? 'direction' : role);
