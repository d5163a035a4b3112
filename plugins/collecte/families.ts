import type { Recipient } from '@preau/core';

/** How many families these guardians make: brothers and sisters, and both their parents, are one. */
export function familiesIn(guardians: Pick<Recipient, 'children'>[]): number {
  const families: Set<string>[] = [];
  for (const { children } of guardians) {
    const mine = new Set(children.map((child) => child.pupilId));
    for (const other of families.filter((family) => children.some((child) => family.has(child.pupilId)))) {
      for (const id of other) mine.add(id);
      families.splice(families.indexOf(other), 1);
    }
    families.push(mine);
  }
  return families.length;
}
