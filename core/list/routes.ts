import { get, type Route } from '../plugin/contract.ts';
import { actRoutes, sheet } from './acts.ts';
import { askOf } from './ask.ts';
import { createRoutes } from './create.ts';
import type { List } from './declare.ts';
import { editRoutes } from './edit.ts';
import { readAll } from './read.ts';
import { showList } from './show.ts';

/** Every route of a declared list. They come before those of cards, whose path may hold any word in their place. */
export function listRoutes(list: List): Route[] {
  const { read, write } = list.allow;
  return [
    { ...get('admin', list.path, read, (visit) => showList(visit, list)), list },
    get(
      'admin',
      `${list.path}.csv`,
      read,
      async (visit) => sheet(visit, list, await readAll(visit, list, (await askOf(visit, list)).ask)),
      // What leaves the house asks for the password again (DESIGN 18).
      { fresh: true },
    ),
    ...(write ? [...createRoutes(list, write), ...editRoutes(list, write)] : []),
    ...actRoutes(list),
  ];
}
