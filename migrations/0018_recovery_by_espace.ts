import type { Knex } from 'knex';
import { eachSchool } from '../core/tenancy/school-table.ts';

/** Whose forgotten password comes by e-mail was said by group of people; from now on by Espace (F11-10), never for more people. */
const GROUPS: Record<string, string[]> = {
  direction: ['staff', 'quotidienne', 'administration'],
  enseignants: ['teacher'],
  parents: ['guardian'],
  accompagnants: ['staff'],
  eleves: ['pupil'],
  periscolaire: ['staff'],
  mairie: ['staff'],
};

export async function up(knex: Knex): Promise<void> {
  await eachSchool(knex, async () => {
    const row = await knex('plugin_settings').where({ plugin: 'securite' }).first('values');
    if (!Array.isArray(row?.values.mail)) return;
    const { mail, ...rest } = row.values as { mail: string[] };
    const rows = Object.entries(GROUPS).map(([espace, groups]) => ({
      plugin: `espace:${espace}`,
      values: JSON.stringify({ mail: groups.every((one) => mail.includes(one)) }),
    }));
    // Rows of before: other options of an Espace, or what is left after a way back.
    await knex('plugin_settings')
      .insert(rows)
      .onConflict(['school_id', 'plugin'])
      .merge({ values: knex.raw('plugin_settings.values || excluded.values') });
    await knex('plugin_settings')
      .where({ plugin: 'securite' })
      .update({ values: JSON.stringify(rest) });
  });
}

/** Back to the default of every group, but for those an Espace had refused. */
export async function down(knex: Knex): Promise<void> {
  await eachSchool(knex, async () => {
    const rows: { plugin: string; values: { mail?: boolean } }[] = await knex('plugin_settings').whereLike(
      'plugin',
      'espace:%',
    );
    const kept = rows.filter(({ values }) => values.mail !== undefined);
    if (!kept.length) return;
    const refused = kept.filter(({ values }) => !values.mail).flatMap(({ plugin }) => GROUPS[plugin.slice(7)] ?? []);
    const mail = [...new Set(Object.values(GROUPS).flat())].filter((one) => !refused.includes(one));
    await knex('plugin_settings')
      .insert({ plugin: 'securite', values: JSON.stringify({ mail }) })
      .onConflict(['school_id', 'plugin'])
      .merge({ values: knex.raw('plugin_settings.values || excluded.values') });
    await knex('plugin_settings')
      .whereLike('plugin', 'espace:%')
      .update({ values: knex.raw("values - 'mail'") });
  });
}
