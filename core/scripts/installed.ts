import type { Config } from '../../config/config.ts';
import type { Container, House } from '../container.ts';
import { houseFolders } from '../house.ts';
import { ownPlugins } from '../own-plugins.ts';
import { type Loaded, loadPlugins } from '../plugin/load.ts';
import { loadViews } from '../views/engine.ts';

/** The modules of this house, checked, without opening it. @throws Refused for one that cannot be used. */
export const installedModules = (config: Readonly<Config>): Promise<Loaded[]> =>
  loadPlugins({ folders: houseFolders(config), packages: config.pluginPackages });

/** The same with the core's own screens. They are only read, never run, so settings and views are all of a house they need. */
export const installedScreens = (config: Readonly<Config>): Promise<Loaded[]> =>
  loadPlugins({
    folders: houseFolders(config),
    packages: config.pluginPackages,
    own(outer) {
      const house = { config, views: loadViews(config.root, outer) } as House;
      const container = (): Container => {
        throw new Error('Aucune maison n’est ouverte.');
      };
      return ownPlugins(house, container, outer);
    },
  });
