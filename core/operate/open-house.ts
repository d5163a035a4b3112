import type { Config } from '../../config/config.ts';
import { connect } from '../database/connect.ts';
import { borrowDatabase } from '../database/open.ts';
import { openStore } from '../files/open-store.ts';
import { NO_OWNER } from '../scripts/command.ts';
import { secretsFrom } from '../secret.ts';
import type { HouseToSave } from './backup.ts';

/** The tables as their owner, the files and the keys of this house, for the time of a command. */
export async function withHouse<T>(config: Readonly<Config>, work: (house: HouseToSave) => Promise<T>): Promise<T> {
  const database = await borrowDatabase(config);
  try {
    if (!database.owner) throw new Error(NO_OWNER);
    const owner = connect(database.owner, { max: 2 });
    try {
      if (!(await owner.schema.hasTable('schools')))
        throw new Error('La base n’a pas encore de tables : lancez d’abord npm run preau -- migrate');
      return await work({ owner, store: await openStore(config), secrets: secretsFrom(database.secret) });
    } finally {
      await owner.destroy();
    }
  } finally {
    await database.stop();
  }
}
