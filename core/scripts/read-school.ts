import type { Config } from '../../config/config.ts';
import { systemClock } from '../clock.ts';
import { buildContainer, type House } from '../container.ts';
import { connect } from '../database/connect.ts';
import { borrowDatabase } from '../database/open.ts';
import type { Work } from '../plugin/contract.ts';
import { modulesFrom } from '../plugin/modules-of.ts';
import { secretsFrom } from '../secret.ts';
import { inSchool } from '../tenancy/in-school.ts';
import { normaliseRne } from '../tenancy/rne.ts';
import { schoolById } from '../tenancy/schools.ts';
import { installedModules } from './installed.ts';

/** One transaction of a school in which nothing can be written, over the database of this house, as the server's role. */
export async function readSchool<T>(
  config: Readonly<Config>,
  rne: string,
  read: (work: Pick<Work, 'school' | 'db' | 'services' | 'now'>) => Promise<T>,
): Promise<T> {
  const modules = modulesFrom(await installedModules(config));
  const database = await borrowDatabase(config);
  const app = connect(database.app, { max: 1 });
  // A command only asks services of core and modules: mail, jobs and pages are not there.
  const house = { config, app, modules, secrets: secretsFrom(database.secret), clock: systemClock } as House;
  const container = buildContainer(house);
  try {
    if (!(await app.schema.hasTable('schools')))
      throw new Error('La base n’a pas encore de tables : lancez d’abord npm run preau -- migrate');
    const named = await app('schools')
      .where({ rne: normaliseRne(rne) })
      .first('id');
    const school = named && (await schoolById(app, named.id));
    if (!school) throw new Error(`Aucune école ${normaliseRne(rne)} n’est connue ici.`);
    return await inSchool(app, school.id, async (db) => {
      await db.raw('set transaction read only');
      const now = systemClock();
      return read({ school, db, now, services: container.services(school, db, now) });
    });
  } finally {
    await container.dispose();
    await app.destroy();
    await database.stop();
  }
}
