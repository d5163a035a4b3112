import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Knex } from 'knex';
import { PgBoss } from 'pg-boss';
import type { Loaded } from '../plugin/load.ts';
import { connect } from './connect.ts';

interface Step {
  name: string;
  file: string;
}

/**
 * Brings the whole house's tables up to date, modules on or off, as the tables' owner: core first, then plugins in
 * order of dependency, then pg-boss's schema and one queue per declared job.
 * @throws Error in French when the tables of a module are there but its folder has gone.
 */
export async function migrate(ownerUrl: string, root: string, loaded: Loaded[]): Promise<void> {
  const owner = connect(ownerUrl, { max: 2 });
  try {
    const source = migrationSource(root, loaded);
    await refuseOrphans(owner, source.steps);
    await owner.migrate.latest({ migrationSource: source });
    await queues(ownerUrl, queueNames(loaded));
    await owner.raw('grant usage on schema pgboss to preau_app');
    await owner.raw('grant select, insert, update, delete on all tables in schema pgboss to preau_app');
    await owner.raw('grant execute on all functions in schema pgboss to preau_app');
  } finally {
    await owner.destroy();
  }
}

/** core/0001_schools, onde-import/0001_batches… */
export function migrationSource(root: string, loaded: Loaded[]): Knex.MigrationSource<Step> & { steps: Step[] } {
  const steps = [...stepsOf('core', path.join(root, 'migrations'))];
  for (const { plugin, folder } of loaded)
    if (folder) steps.push(...stepsOf(plugin.name, path.join(folder, 'migrations')));
  return {
    steps,
    getMigrations: async () => steps,
    getMigrationName: (step) => step.name,
    getMigration: (step) => import(pathToFileURL(step.file).href),
  };
}

function stepsOf(owner: string, folder: string): Step[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((file) => /^\d{4}_.*\.[jt]s$/.test(file) && !file.endsWith('.test.ts'))
    .sort()
    .map((file) => ({ name: `${owner}/${file.replace(/\.[jt]s$/, '')}`, file: path.join(folder, file) }));
}

async function refuseOrphans(owner: Knex, steps: Step[]): Promise<void> {
  if (!(await owner.schema.hasTable('knex_migrations'))) return;
  const known = new Set(steps.map((step) => step.name));
  const done: string[] = await owner('knex_migrations').pluck('name');
  const orphan = done.find((name) => !known.has(name))?.split('/')[0];
  if (orphan)
    throw new Error(
      `Le module ${orphan} a des tables mais n’est plus installé : réinstallez-le, ou lancez npm run preau -- module:forget ${orphan}`,
    );
}

/** Drops the tables of a module whose folder has gone, and forgets its migrations. */
export async function forgetModule(ownerUrl: string, name: string): Promise<number> {
  const owner = connect(ownerUrl, { max: 2 });
  try {
    return await owner.transaction(async (db) => {
      const gone = await db('knex_migrations').where('name', 'like', `${name}/%`).delete();
      const prefix = `${name.replaceAll('-', '_')}_`;
      const tables: string[] = await db('pg_tables')
        .where({ schemaname: 'public' })
        .whereLike('tablename', `${prefix.replaceAll('_', '\\_')}%`)
        .pluck('tablename');
      for (const table of tables) await db.raw('drop table ?? cascade', [table]);
      await db('school_plugins').where({ plugin: name }).delete();
      return gone && tables.length;
    });
  } finally {
    await owner.destroy();
  }
}

/** Queues of the core's own jobs: its plugins need a running house to be made, and tables are migrated without one. */
const CORE_QUEUES = [
  'house.nightly',
  'annee.begin',
  'annee.nightly.purge',
  'console.publish',
  'connexion.recover',
  'connexion.code',
  'connexion.tell',
  'emporter.pack',
  'emporter.erase',
  'emporter.nightly.purge',
  'envois.send',
  'envois.nightly.tidy',
  'fichiers.convert',
  'fichiers.nightly.sweep',
  'looks.nightly.sweep',
  'notifications.post',
  'notifications.nightly.purge',
  'voir-comme.nightly.purge',
];

/** Queues of the declared jobs; `house.nightly` fans out to the schools. */
export function queueNames(loaded: Loaded[]): string[] {
  return [
    ...CORE_QUEUES,
    ...loaded.flatMap(({ plugin }) => [
      ...Object.keys(plugin.jobs ?? {}).map((job) => `${plugin.name}.${job}`),
      ...Object.keys(plugin.nightly ?? {}).map((job) => `${plugin.name}.nightly.${job}`),
    ]),
  ];
}

async function queues(ownerUrl: string, names: string[]): Promise<void> {
  const boss = new PgBoss({ connectionString: ownerUrl, max: 2, supervise: false, schedule: false });
  boss.on('error', () => {});
  await boss.start();
  const known = new Set((await boss.getQueues()).map((queue) => queue.name));
  for (const name of names)
    if (!known.has(name))
      await boss.createQueue(name, { retryLimit: 5, retryBackoff: true, retryDelay: 30, expireInSeconds: 300 });
  await boss.stop({ graceful: false, close: true });
}
