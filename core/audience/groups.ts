import { searchKey } from '../people/names.ts';
import type { Recipient, RecipientKind } from './audience-types.ts';
import { RECIPIENTS } from './who-may.ts';

/** « Regrouper par » (F14-04, F15-4). */
export const GROUPINGS = { classe: 'classe', niveau: 'niveau', nom: 'nom', fonction: 'fonction' } as const;
export type Grouping = keyof typeof GROUPINGS;

/** Whom among the guardians: ONDE does not tell authority, so « légaux » leaves out those recorded without it. */
export const FACETS = { tous: 'tous', legaux: 'légaux', charge: 'en charge' } as const;
export type Facet = keyof typeof FACETS;

export interface Shown {
  q: string;
  par: Grouping;
  resp: Facet;
}

export interface Leaf {
  personId: string;
  name: string;
  /** « Mila, CE1 », « sans e-mail » */
  about: string;
  on: boolean;
  pupils: string;
}
export interface Group {
  /** `guardians:<class id>`; names the group in a button. */
  key: string;
  title: string;
  leaves: Leaf[];
  on: number;
}
export interface Branch {
  kind: RecipientKind;
  title: string;
  groups: Group[];
  total: number;
  on: number;
}

/** Those the search and the facet leave on the page. */
export function matching(people: Recipient[], { q, resp }: Pick<Shown, 'q' | 'resp'>): Recipient[] {
  const wanted = searchKey(q);
  return people.filter(
    (one) =>
      (one.kind !== 'guardians' ||
        resp === 'tous' ||
        one.children.some((child) => child.legal === (resp === 'legaux'))) &&
      (!wanted || searchKey(`${nameOf(one)} ${aboutOf(one)} ${one.job ?? ''}`).includes(wanted)),
  );
}

/**
 * The tree of the picker: kinds, then groups; a guardian of two classes stands in both, and counts once.
 * @param emails says who has no e-mail address.
 */
export function treeOf(people: Recipient[], chosen: Set<string>, par: Grouping, emails: boolean): Branch[] {
  return [...Map.groupBy(people, (one) => one.kind)].map(([kind, list]) => {
    const byGroup = new Map<string, { title: string; list: Recipient[] }>();
    for (const one of list)
      for (const [id, title] of groupsOf(one, par)) {
        const group = byGroup.get(id) ?? { title, list: [] };
        group.list.push(one);
        byGroup.set(id, group);
      }
    const groups = [...byGroup].map(([id, group]) => ({
      key: `${kind}:${id}`,
      title: group.title,
      leaves: group.list.map((one) => leaf(one, chosen, emails)),
      on: group.list.filter((one) => chosen.has(one.personId)).length,
    }));
    groups.sort((a, b) => a.title.localeCompare(b.title, 'fr', { numeric: true }));
    return {
      kind,
      title: RECIPIENTS[kind],
      groups,
      total: list.length,
      on: list.filter((one) => chosen.has(one.personId)).length,
    };
  });
}

/** Ids of a group named by a button. */
export const inGroup = (people: Recipient[], key: string, par: Grouping): string[] =>
  people
    .filter((one) => groupsOf(one, par).some(([id]) => `${one.kind}:${id}` === key) || key === `${one.kind}:`)
    .map((one) => one.personId);

function groupsOf(one: Recipient, par: Grouping): [id: string, title: string][] {
  const unique = (pairs: [string | null, string | null][], none: string): [string, string][] => {
    const found = [...new Map(pairs.filter((pair): pair is [string, string] => !!pair[0] && !!pair[1]))];
    return found.length ? found : [['sans', none]];
  };
  if (par === 'classe' && one.kind === 'teachers')
    return unique(
      one.classes.map(({ id, label }) => [id, label]),
      'Sans classe',
    );
  if (par === 'classe' && one.kind !== 'staff')
    return unique(
      one.children.map((child) => [child.classId, child.className]),
      'Sans classe',
    );
  if (par === 'niveau' && one.kind !== 'staff' && one.kind !== 'teachers')
    return unique(
      one.children.map((child) => [child.level, child.level]),
      'Sans niveau',
    );
  if (one.kind === 'staff' && par !== 'nom') return unique([[one.job, one.job]], 'Sans fonction');
  const initial = searchKey(one.lastName)[0]?.toUpperCase() ?? '?';
  return [[initial, initial]];
}

const leaf = (one: Recipient, chosen: Set<string>, emails: boolean): Leaf => ({
  personId: one.personId,
  name: nameOf(one),
  about: [aboutOf(one), one.email || !emails ? '' : 'sans e-mail'].filter(Boolean).join(', '),
  on: chosen.has(one.personId),
  pupils: one.kind === 'guardians' ? one.children.map((child) => child.pupilId).join(' ') : '',
});

/** « LEOTI Sophie » */
export const nameOf = (one: Recipient): string => `${one.lastName} ${one.firstName}`;

function aboutOf(one: Recipient): string {
  if (one.kind === 'guardians')
    return one.children.map((child) => [child.firstName, child.className].filter(Boolean).join(', ')).join(' ; ');
  if (one.kind === 'teachers') return one.classes.map((each) => each.label).join(', ');
  return one.kind === 'staff' ? (one.job ?? '') : (one.children[0]?.className ?? '');
}
