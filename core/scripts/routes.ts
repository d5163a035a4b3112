import { modulesFrom } from '../plugin/modules-of.ts';
import { routerPath } from '../web/paths.ts';
import type { Run } from './command.ts';
import { installedScreens } from './installed.ts';

/** `routes`: every address of the house, what opens it, and whose it is. */
export const printRoutes: Run = async (_line, config) => {
  const rows = modulesFrom(await installedScreens(config)).routes.map((route) => [
    route.method.toUpperCase(),
    routerPath(route),
    route.allow,
    route.plugin,
  ]);
  rows.sort(([, a = ''], [, b = '']) => (a < b ? -1 : a > b ? 1 : 0));
  console.log(table([['METHOD', 'URL', 'ALLOW', 'PLUGIN'], ...rows]));
};

function table(rows: string[][]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const line = (row: string[]) => row.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join('  ');
  return rows.map((row) => line(row).trimEnd()).join('\n');
}
