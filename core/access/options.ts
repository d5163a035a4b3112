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
