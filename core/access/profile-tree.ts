import { searchKey } from '../people/names.ts';
import { treeWords } from '../public/tree-words.ts';

/** F06-10: the order of the categories; those a module adds come after. */
const ORDER = [
  'Généralités',
  'Élèves',
  'Absences et retards',
  'Punitions / Incidents',
  'Communication',
  'Évaluation',
  'Trombinoscope',
  'Travaux d’entretien',
  'Maintenance informatique',
  'Commande',
  'Services périscolaires',
];

export interface Leaf {
  key: string;
  label: string;
  on: boolean;
  /** What stands in the database differs from what the page shows. */
  changed: boolean;
  /** Who edits has it himself, so that he may give or take it. */
  mine: boolean;
}
export interface Branch {
  title: string;
  leaves: Leaf[];
  /** Leaves the search leaves out; those ticked travel with the form. */
  aside: Leaf[];
  /** Ticked among those aside. */
  kept: number;
  total: number;
  words: string;
}

/**
 * The permissions of the modules that are on, by category (F06-10).
 * @param shown what the page ticks; `saved` what the database holds.
 * @param q words of « Rechercher une autorisation »; empty shows all.
 */
export function permissionTree(
  permissions: Map<string, string>,
  shown: Set<string>,
  saved: Set<string>,
  mine: (permission: string) => boolean,
  q = '',
): Branch[] {
  const wanted = searchKey(q);
  const leaves = [...permissions].map(([key, title]) => {
    const [category = '', ...rest] = title.split(' > ');
    const leaf = {
      key,
      label: rest.join(' > '),
      on: shown.has(key),
      changed: shown.has(key) !== saved.has(key),
      mine: mine(key),
    };
    return { category, leaf, found: searchKey(title).includes(wanted) };
  });
  return [...Map.groupBy(leaves, (one) => one.category)]
    .sort(([a], [b]) => rank(a) - rank(b) || a.localeCompare(b, 'fr'))
    .map(([title, all]) => {
      const aside = all.filter((one) => !one.found).map((one) => one.leaf);
      return {
        title,
        leaves: all.filter((one) => one.found).map((one) => one.leaf),
        aside,
        kept: aside.filter((leaf) => leaf.on).length,
        total: all.length,
        words: treeWords(all.filter((one) => one.leaf.on).length, all.length),
      };
    })
    .filter((branch) => branch.leaves.length || branch.kept);
}

const rank = (category: string) => (ORDER.includes(category) ? ORDER.indexOf(category) : ORDER.length);
