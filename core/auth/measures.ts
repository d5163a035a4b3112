import { espacesOf } from '../access/espaces.ts';
import { espaceOptions } from '../access/options.ts';
import type { Espace, Mode, Person, School } from '../plugin/contract.ts';

/** The three measures of the guide (F02-14 to F02-16), the weakest first. */
export const MEASURES = {
  none: 'Aucune mesure supplémentaire',
  notice: 'Notification uniquement',
  pin: 'Définir un code PIN',
};
export type Measure = keyof typeof MEASURES;
const STRENGTH = Object.keys(MEASURES) as Measure[];

/** The same once chosen, and for the school that offers them. */
export const MEASURE_NAMES: Record<Measure, string> = { ...MEASURES, pin: 'Code PIN' };

/** What each measure means, said beside it. */
export const MEASURE_NOTES: Record<Measure, string> = {
  none: 'Votre mot de passe suffit, sur tous les appareils.',
  notice:
    'Vous êtes prévenu, par e-mail si l’école connaît votre adresse et dans Préau, quand un nouvel appareil se connecte.',
  pin: 'Il sera demandé sur chaque nouvel appareil, et vous serez prévenu.',
};

/** Those a school decides for together: kinds of people, and whoever opens Gestion by its mode. */
export const GROUPS = {
  guardian: 'Responsables',
  pupil: 'Élèves',
  teacher: 'Professeurs',
  staff: 'Personnels, « Mon Espace »',
  quotidienne: 'Gestion quotidienne',
  administration: 'Administration école/mairie',
};
export type Group = keyof typeof GROUPS;

/** @param grants highest mode of the account. */
export const groupOf = (kind: Person['kind'], grants: Mode): Group => (grants === 'espace' ? kind : grants);

export interface Policy {
  /** Measures offered to each group; without `none`, one of the others is forced. */
  offered: Record<Group, Measure[]>;
}

/** What the school offers or forces (F02-25): until it decides, everything to adults and nothing more to pupils. */
export function policyOf({ settings }: Pick<School, 'settings'>): Policy {
  const kept = (settings.securite ?? {}) as Partial<Record<Group, Measure[]>>;
  const groups = Object.keys(GROUPS) as Group[];
  const offered = groups.map((group) => [group, kept[group] ?? (group === 'pupil' ? ['none'] : STRENGTH)]);
  return { offered: Object.fromEntries(offered) };
}

/**
 * Whether a forgotten password is chosen anew from a link sent by e-mail: as the Espace of the person says (F11-10). Whoever
 * opens Gestion, or has no Espace, goes by the Espace Direction too.
 */
export function mayRecoverByMail(school: School, person: Pick<Person, 'kind' | 'genre'>, grants: Mode): boolean {
  const own = espacesOf(person);
  const asked: Espace[] = grants === 'espace' && own.length ? own : [...own, 'direction'];
  return asked.every((espace) => espaceOptions(school, espace).mail);
}

/** Measures a person may choose in this school. */
export const offeredTo = (school: School, kind: Person['kind'], grants: Mode): Measure[] =>
  policyOf(school).offered[groupOf(kind, grants)];

/** Whether there is something to choose, or something forced. */
export const asksForMeasure = (offered: Measure[]): boolean => offered.some((one) => one !== 'none');

/** A measure weaker than all those offered: another is chosen at the next sign-in. */
export const tooWeak = (measure: Measure, offered: Measure[]): boolean =>
  offered.every((one) => STRENGTH.indexOf(one) > STRENGTH.indexOf(measure));
