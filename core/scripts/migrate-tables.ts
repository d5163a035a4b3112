import { migrate } from '../database/migrate.ts';
import { borrowDatabase } from '../database/open.ts';
import { NO_OWNER, type Run } from './command.ts';
import { installedModules } from './installed.ts';

/** `migrate`: brings the tables of core and modules up to date, as their owner. */
export const migrateTables: Run = async (_line, config) => {
  const loaded = await installedModules(config);
  const database = await borrowDatabase(config);
  try {
    if (!database.owner) throw new Error(NO_OWNER);
    await migrate(database.owner, config.root, loaded);
    console.log(`Les tables sont à jour (${database.place}).`);
  } finally {
    await database.stop();
  }
};
