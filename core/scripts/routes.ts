import { modulesFrom } from '../plugin/modules-of.ts';
import { routerPath } from '../web/paths.ts';
import { type Command, readWords } from './command.ts';
import { installedScreens } from './installed.ts';

/** `routes`: every address of the house, who may open it, and whose it is. */
export const routes: Command = {
  usage: 'routes',
  summary: 'montre toutes les adresses, ce qui les ouvre et leur module',
  async run(args, config) {
    readWords(this.usage, args, 0);
    const rows = modulesFrom(await installedScreens(config)).routes.map((route) => [
      route.method.toUpperCase(),
      routerPath(route),
      route.allow,
      route.plugin,
    ]);
    rows.sort(([, a = ''], [, b = '']) => (a < b ? -1 : a > b ? 1 : 0));
    console.log(table([['METHOD', 'URL', 'ALLOW', 'PLUGIN'], ...rows]));
  },
};

function table(rows: string[][]): string {
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  return rows
    .map((row) =>
      row
        .map((cell, at) => cell.padEnd(widths[at] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
