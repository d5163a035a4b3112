import { LEVELS } from '../directory/list-words.ts';
import { searchKey } from '../people/names.ts';
import type { Ground, Seat } from './ground.ts';

/** The pupils of one level in one class: what a line of the table is about. */
export interface Group {
  key: string;
  classId: string;
  level: string | null;
  pupils: number;
}
/**
 * Where a group goes: `c:<class of this year>`, going on under the same name; `n:<class already there>`; `new`, a class
 * to be named; `leave`, out of the school; `none`, without a class for now.
 */
export type Target = string;

const ORDER = LEVELS.map((one) => one.value);

export const keyOf = ({ classId, level }: Pick<Seat, 'classId' | 'level'>): string => `${classId}_${level ?? ''}`;

export function groupsOf({ classes, seats }: Pick<Ground, 'classes' | 'seats'>): Group[] {
  const groups = [...Map.groupBy(seats, keyOf)].map(([key, list]) => {
    const { classId, level } = list[0] as Seat;
    return { key, classId, level, pupils: list.length };
  });
  const place = (group: Group) => classes.findIndex((one) => one.id === group.classId);
  const rank = ({ level }: Group) => (level ? ORDER.indexOf(level) : -1);
  return groups.sort((a, b) => place(a) - place(b) || rank(a) - rank(b));
}

/** One level up; a scheme (ULIS, UPE2A), no level at all and CM2 stay what they are. */
export function levelAfter(level: string | null): string | null {
  const at = ORDER.indexOf(level ?? '');
  return at < 0 ? level : (ORDER[at + 1] ?? level);
}

/** The highest level the school has leaves it. */
function isLast(level: string | null, groups: Pick<Group, 'level'>[]): boolean {
  const at = ORDER.indexOf(level ?? '');
  return at >= 0 && groups.every((one) => ORDER.indexOf(one.level ?? '') <= at);
}

/**
 * Proposed for a group: the class where the next level is, the same one first (a class of two levels), else shared out
 * in order between those that have it; the last level of the school leaves.
 */
export function proposed(group: Group, groups: Group[]): { to: Target; name: string } {
  const next = levelAfter(group.level);
  // A class that is to be made is called by its level until somebody names it.
  const name = next ?? 'Nouvelle classe';
  if (isLast(group.level, groups)) return { to: 'leave', name };
  if (next === group.level) return { to: `c:${group.classId}`, name };
  const holding = groups.filter((one) => one.level === next);
  if (holding.some((one) => one.classId === group.classId)) return { to: `c:${group.classId}`, name };
  const alike = groups.filter((one) => one.level === group.level);
  const found = holding[alike.indexOf(group) % Math.max(1, holding.length)];
  return { to: found ? `c:${found.classId}` : 'new', name };
}

/** Classes by their lowest level, as a school counts them. */
export function byLevel<C extends { id: string }>(classes: C[], seats: Seat[]): C[] {
  const ranks = new Map<string, number>();
  for (const { classId, level } of seats) {
    const rank = ORDER.indexOf(level ?? '');
    if (rank >= 0) ranks.set(classId, Math.min(rank, ranks.get(classId) ?? rank));
  }
  return classes.toSorted((a, b) => (ranks.get(a.id) ?? ORDER.length) - (ranks.get(b.id) ?? ORDER.length));
}

/** Classes of the year to come that no class of this year goes on as. */
export const beside = ({ coming }: Ground, labels: string[]): Ground['coming'] => {
  const known = new Set(labels.map((label) => searchKey(label)));
  return coming.filter((one) => !known.has(searchKey(one.label)));
};
