import { connect } from '../database/connect.ts';
import { forgetModule } from '../database/migrate.ts';
import { borrowDatabase } from '../database/open.ts';
import { type Command, readWords } from './command.ts';
import { installedModules } from './installed.ts';
import { NO_OWNER } from './migrate.ts';

/** `module:forget`: drops the tables of a module whose folder has gone. */
export const forget: Command = {
  usage: 'module:forget NOM',
  summary: 'supprime les tables d’un module dont le dossier n’est plus là',
  async run(args, config) {
    const name = readWords(this.usage, args, 1).words[0] as string;
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
  },
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
