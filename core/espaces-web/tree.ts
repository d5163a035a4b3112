import type { Espace, Rubric, School } from '../plugin/contract.ts';
import type { ModulesOfSchool } from '../plugin/modules-of.ts';
import { inRubricOrder } from '../views/chrome.ts';

/** Groups of the guide in its order (F11-13); one shows when a leaf of a module that is on stands in it. */
const GROUPS = [
  ...['Cahier de textes', 'Apprentissages', 'Évaluation', 'Emploi du temps', 'Carnet de liaison'],
  'Communication',
];

export interface Leaf {
  key: string;
  title: string;
  on: boolean;
  hasOptions: boolean;
  chosen: boolean;
}

/** The rubrics that may stand in an Espace, by group: what the director ticks (F11-12). */
export function treeOf(
  school: School,
  modules: ModulesOfSchool,
  espace: Espace,
  chosen: string | null,
): { title: string; leaves: Leaf[]; on: number }[] {
  const rubrics = [...modules.rubrics].filter(([, one]) => one.espaces.includes(espace));
  const groups = Map.groupBy(rubrics, ([, { under }]) => under ?? 'Autres rubriques');
  const rank = (title: string) => (GROUPS.includes(title) ? GROUPS.indexOf(title) : GROUPS.length);
  return [...groups]
    .toSorted(([a], [b]) => rank(a) - rank(b))
    .map(([title, list]) => {
      const leaves = list
        .toSorted(([, a], [, b]) => inRubricOrder(a, b))
        .map(([key, rubric]) => ({
          key,
          title: rubric.title,
          on: isOn(school, espace, key, rubric),
          hasOptions: Object.keys(rubric.options ?? {}).length > 0,
          chosen: key === chosen,
        }));
      return { title, leaves, on: leaves.filter((one) => one.on).length };
    });
}

/** The tick of a rubric, whether or not its Espace is published. */
export const isOn = ({ published }: School, espace: Espace, key: string, rubric: Rubric): boolean =>
  published[`${espace}:${key}`] ?? rubric.published;
