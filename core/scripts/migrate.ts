import { migrate } from '../database/migrate.ts';
import { borrowDatabase } from '../database/open.ts';
import { type Command, readWords } from './command.ts';
import { installedModules } from './installed.ts';

/** What to say when only the server's own roles are configured. */
export const NO_OWNER =
  'DATABASE_OWNER_URL manque : c’est l’adresse de la base pour le rôle preau_owner, à qui sont les tables.';

/** `migrate`: brings the tables of core and modules up to date, as their owner. */
export const migrateTables: Command = {
  usage: 'migrate',
  summary: 'met à jour les tables du socle et de tous les modules',
  async run(args, config) {
    readWords(this.usage, args, 0);
    const loaded = await installedModules(config);
    const database = await borrowDatabase(config);
    try {
      if (!database.owner) throw new Error(NO_OWNER);
      await migrate(database.owner, config.root, loaded);
      console.log(`Les tables sont à jour (${database.place}).`);
    } finally {
      await database.stop();
    }
  },
};
