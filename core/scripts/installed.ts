import type { Config } from '../../config/config.ts';
import type { Container, House } from '../container.ts';
import { type Loaded, loadPlugins, pluginFolders } from '../plugin/load.ts';

// core/house.ts would load the whole server, for commands that only read.
const foldersOf = (config: Readonly<Config>) => [...pluginFolders(config.root), ...config.pluginFolders];

/** The modules of this house, checked, without opening it. @throws Refused for one that cannot be used. */
export const installedModules = (config: Readonly<Config>): Promise<Loaded[]> =>
  loadPlugins({ folders: foldersOf(config), packages: config.pluginPackages });

/** The same with the core's own screens. They are only read, never run: settings and views are all of a house they need. */
export async function installedScreens(config: Readonly<Config>): Promise<Loaded[]> {
  const { ownPlugins } = await import('../own-plugins.ts');
  const { loadViews } = await import('../views/engine.ts');
  return loadPlugins({
    folders: foldersOf(config),
    packages: config.pluginPackages,
    own(outer) {
      const house = { config, views: loadViews(config.root, outer) } as House;
      const container = (): Container => {
        throw new Error('Aucune maison n’est ouverte.');
      };
      return ownPlugins(house, container, outer);
    },
  });
}
