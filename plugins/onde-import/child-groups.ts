import { normaliseHeading } from '@preau/core';
import { numberedHeading } from './headings.ts';
import type { ChildColumn, Layout } from './layout-tables.ts';

/** More would be a line gone wrong, not a family. */
const MOST_CHILDREN = 12;

/** Where one of the children of a guardian's line stands. */
export type ChildGroup = Partial<Record<ChildColumn, number>>;

/** The groups of child columns of a header, left to right; those used go into `used` (ONDE fact 27). */
export function childGroups(header: string[], headings: Layout<string>['children'], used: Set<number>): ChildGroup[] {
  const byHeading = new Map<string, ChildColumn>();
  for (const column of Object.keys(headings) as ChildColumn[]) {
    for (const heading of headings[column] ?? []) byHeading.set(normaliseHeading(heading), column);
  }
  const groups: ChildGroup[] = [];
  const numbered = new Map<number, ChildGroup>();
  let current: ChildGroup | null = null;
  let opening: ChildColumn | null = null;
  header.forEach((heading, index) => {
    if (used.has(index)) return;
    const plain = byHeading.get(heading);
    const suffix = plain ? null : numberedHeading(heading);
    const column = plain ?? (suffix ? byHeading.get(suffix.name) : undefined);
    if (!column) return;
    used.add(index);
    if (suffix) {
      const group = numbered.get(suffix.number) ?? {};
      if (!numbered.has(suffix.number)) groups.push(group);
      numbered.set(suffix.number, group);
      group[column] ??= index;
      return;
    }
    // A group begins where the first column of all comes back, or where any column would be there twice.
    opening ??= column;
    if (!current || column === opening || current[column] !== undefined) {
      current = {};
      groups.push(current);
    }
    current[column] = index;
  });
  return groups;
}

/** What no group has, without which a child cannot be told. */
export function missingInGroups(groups: ChildGroup[]): ('lastName' | 'firstName')[] {
  const named = (group: ChildGroup) => (group.lastName ?? group.usedName) !== undefined;
  if (groups.some((group) => group.fullName !== undefined || (named(group) && group.firstName !== undefined)))
    return [];
  return [
    ...(groups.some(named) ? [] : ['lastName' as const]),
    ...(groups.some((group) => group.firstName !== undefined) ? [] : ['firstName' as const]),
  ];
}

/** Some headers name one child where lines go on with more: the last group comes again as far as a line is wide. */
export function wider(groups: ChildGroup[], header: string[], widest: number): ChildGroup[] {
  const last = groups.at(-1);
  const width = header.findLastIndex((heading) => heading !== '') + 1;
  if (!last || Math.max(...Object.values(last)) !== width - 1) return groups;
  const step = width - Math.min(...Object.values(last));
  const more = Math.min(Math.floor((widest - width) / step), MOST_CHILDREN);
  const shifted = (by: number) =>
    Object.fromEntries(Object.entries(last).map(([column, index]) => [column, index + by * step])) as ChildGroup;
  return [...groups, ...Array.from({ length: Math.max(0, more) }, (_, i) => shifted(i + 1))];
}
