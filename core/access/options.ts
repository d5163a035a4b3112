import { LEVELS } from '../directory/list-words.ts';
import type { Espace, School } from '../plugin/contract.ts';
import type { ModulesOfSchool } from '../plugin/modules-of.ts';

/** Where the values of a rubric's options in one Espace are kept among the school's settings. */
export const optionsKey = (espace: Espace, rubric: string) => `${espace}:${rubric}`;

/** F11-14: what the director chose for a rubric in this Espace, over what its module says. */
export function optionsOf(
  school: School,
  modules: ModulesOfSchool,
  espace: Espace | null,
  rubric: string,
): Record<string, unknown> {
  const declared = espace && modules.rubrics.get(rubric);
  return declared ? { ...declared.defaults, ...school.settings[optionsKey(espace, rubric)] } : {};
}

/** Options générales of an Espace (F11-10, F11-11). */
export interface EspaceOptions {
  /** A forgotten password may be chosen anew from a link sent by e-mail. */
  mail: boolean;
  /** The school's address, telephone and e-mail stand on the home page. */
  contacts: boolean;
  /** Espace Parents: the names of a child's teachers. */
  teachers: boolean;
  /** Espace Élèves: the first level it opens to (DESIGN 17). */
  level: string;
}

/** Where they are kept among the school's settings. */
export const espaceKey = (espace: Espace) => `espace:${espace}`;

/** What the director chose for an Espace as a whole; until then everything but mails to pupils, and the Élèves from the CP on. */
export const espaceOptions = ({ settings }: Pick<School, 'settings'>, espace: Espace): EspaceOptions => ({
  mail: espace !== 'eleves',
  contacts: true,
  teachers: true,
  level: 'CP',
  ...settings[espaceKey(espace)],
});

const ORDER = LEVELS.map((one) => one.value);

/** Whether a level comes before the one an Espace opens from; a level nobody has told does not. */
export const isBelow = (level: string | null, from: string): boolean =>
  level !== null && ORDER.includes(level) && ORDER.indexOf(level) < ORDER.indexOf(from);
