import { type Problem, problem } from '@preau/core';
import type { Columns } from './layouts.ts';
import type { Table } from './read.ts';

/**
 * A download that stopped in the middle of the last line, seen by the cells it lacks; null when nothing shows it. Read
 * as it is, the file would propose as left all the pupils it lost.
 */
export function cutLine(table: Table, columns: Columns<string>): Problem | null {
  const last = table.rows.at(-1);
  if (!last || !table.endsInLine || table.rows.length < 2) return null;
  const others = table.rows.slice(0, -1).map((row) => row.cells.length);
  const width = last.cells.length;
  const ends = lineEnds(table, columns);
  const cut =
    ends.size > 1 ? !ends.has(width) && others.every((one) => ends.has(one)) : others.every((one) => one > width);
  if (!cut) return null;
  return problem(
    `Ce fichier est coupé : sa dernière ligne (${last.line}) s’arrête avant la fin. Le téléchargement n’est pas allé au bout. Rien n’est importé. Refaites l’extraction dans ONDE.`,
    { line: last.line },
  );
}

/** Where a whole line may end: guardians' lines are as long as their children are many (ONDE section 1). */
function lineEnds(table: Table, { children }: Columns<string>): Set<number> {
  const groups = children.map((group) => Object.values(group));
  return new Set([
    table.header.length,
    ...groups.map((indexes) => Math.max(...indexes) + 1),
    ...(groups[0] ? [Math.min(...groups[0])] : []),
  ]);
}
