import type { Transaction } from './plugin/contract.ts';

/** Keeps values under a name among the school's settings; what is not named stays as it is, also when two people save at once. */
export async function keepSettings(db: Transaction, name: string, values: object): Promise<void> {
  await db('plugin_settings')
    .insert({ plugin: name, values: JSON.stringify(values) })
    .onConflict(['school_id', 'plugin'])
    .merge({ values: db.raw('plugin_settings.values || excluded.values') });
}
