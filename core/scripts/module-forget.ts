import { connect } from '../database/connect.ts';
import { forgetModule } from '../database/migrate.ts';
import { borrowDatabase } from '../database/open.ts';
import { NO_OWNER, type Run } from './command.ts';
import { installedModules } from './installed.ts';

/** `module:forget`: drops the tables of a module whose folder has gone. */
export const forget: Run = async ({ words: [name = ''] }, config) => {
  if ((await installedModules(config)).some(({ plugin }) => plugin.name === name))
    throw new Error(`Le module ${name} est encore installé : retirez d’abord son dossier.`);
  const database = await borrowDatabase(config);
  try {
    if (!database.owner) throw new Error(NO_OWNER);
    await refuseOthersTables(database.owner, name);
    const tables = await forgetModule(database.owner, name);
    console.log(
      `Le module ${name} est oublié : ${tables === 1 ? 'une table supprimée' : `${tables} tables supprimées`}.`,
    );
  } finally {
    await database.stop();
  }
};

/** Tables are found by the beginning of their names: that of `form` would find form_keys, which is the core's. */
async function refuseOthersTables(ownerUrl: string, name: string): Promise<void> {
  const owner = connect(ownerUrl, { max: 1 });
  try {
    const done: string[] = (await owner.schema.hasTable('knex_migrations'))
      ? await owner('knex_migrations').pluck('name')
      : [];
    const modules = new Set(done.map((step) => step.split('/')[0] as string));
    if (name === 'core' || !modules.has(name)) throw new Error(`Aucun module ${name} n’a de tables ici.`);
    const longer = [...modules].find((other) => other.startsWith(`${name}-`));
    if (longer)
      throw new Error(
        `Les tables de ${name} ne se distinguent pas de celles du module ${longer} : rien n’est supprimé.`,
      );
  } finally {
    await owner.destroy();
  }
}
