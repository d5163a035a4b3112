import { audit } from '../audit.ts';
import type { House } from '../container.ts';
import { hidden } from '../form/form.ts';
import {
  definePlugin,
  get,
  missing,
  type Plugin,
  page,
  post,
  type Reply,
  redirect,
  type Visit,
} from '../plugin/contract.ts';
import type { Loaded } from '../plugin/load.ts';
import { keepSettings } from '../settings.ts';

/** Configuration > Modules: on and off per school, and the settings screens the modules declare. */
export function configuration(house: House, outer: Loaded[]): Plugin {
  return definePlugin({
    name: 'configuration',
    title: 'Configuration',
    permissions: { modules: 'Généralités > Mettre en service ou arrêter les modules' },
    nav: [
      { area: 'admin', under: 'Configuration', title: 'Modules', path: '/modules', allow: 'configuration.modules' },
    ],
    privacy: ['profiles.*', 'published.*', 'espace_themes.*', 'plugin_settings.*'].map((column) => ({
      column,
      purpose: 'Garder les réglages de l’école',
      retention: 'Tant que l’école utilise Préau',
      export: 'no' as const,
      erase: 'keep' as const,
    })),
    routes: [
      get('admin', '/modules', 'configuration.modules', (visit) => show(house, visit)),
      post('admin', '/modules', 'configuration.modules', { module: hidden(), on: hidden(), sure: hidden() }, (visit) =>
        turn(house, visit),
      ),
      ...outer.flatMap(({ plugin }) => (plugin.settings ? settingsOf(house, plugin) : [])),
    ],
  });
}

function show(house: House, { school, query }: Visit): Reply {
  const modules = house.modules.states(school);
  const asked = query.get('arreter');
  const stopping = asked ? modules.find((one) => one.name === asked && one.on && one.neededBy.length) : undefined;
  return page('admin/modules', {
    modules,
    running: modules.filter((one) => one.on).length,
    stopping: stopping ?? null,
    leaving: stopping ? house.modules.leaveWith(school, stopping.name).length : 0,
  });
}

async function turn(house: House, visit: Visit<{ module: string; on: string; sure: string }>): Promise<Reply> {
  const { db, school, input, account, person, now } = visit;
  const state = house.modules.states(school).find((one) => one.name === input.module);
  if (!state) return missing();
  const on = input.on === '1';
  const leaving = on ? [] : house.modules.leaveWith(school, state.name);
  // A module that others need asks first and names them.
  if (leaving.length > 1 && input.sure !== '1')
    return redirect(`/gestion/configuration/modules?arreter=${encodeURIComponent(state.name)}`);
  const names = on ? [state.name] : leaving.map((one) => one.name);
  await db('school_plugins')
    .insert(names.map((plugin) => ({ school_id: school.id, plugin, on })))
    .onConflict(['school_id', 'plugin'])
    .merge();
  await audit(db, now, { account, person }, on ? 'Module mis en service' : 'Module arrêté', names.join(', '));
  if (on) {
    const waits = state.waitsFor.length ? ` Il attend encore : ${state.waitsFor.join(', ')}.` : '';
    return redirect('/gestion/configuration/modules', `« ${state.title} » est en service.${waits}`);
  }
  const others = leaving.slice(1).map((one) => `« ${one.title} »`);
  const text = others.length
    ? `« ${state.title} » et ${others.join(', ')} sont arrêtés. Leurs données sont gardées.`
    : `« ${state.title} » est arrêté. Ses données sont gardées.`;
  return redirect(
    '/gestion/configuration/modules',
    others.length
      ? text
      : { text, undo: { to: '/gestion/configuration/modules', values: { module: state.name, on: '1', sure: '' } } },
  );
}

/** The screen a module's `settings` make. */
function settingsOf(house: House, plugin: Plugin) {
  const path = `/modules/${plugin.name}`;
  const on = ({ school }: Visit) => house.modules.of(school).has(plugin.name);
  return [
    get('admin', path, 'configuration.modules', (visit) =>
      on(visit)
        ? page(
            'admin/reglages',
            { title: plugin.title, summary: plugin.summary ?? '', names: Object.keys(plugin.settings ?? {}) },
            undefined,
            { form: visit.school.settings[plugin.name] ?? {} },
          )
        : missing(),
    ),
    post('admin', path, 'configuration.modules', plugin.settings ?? {}, async (visit) => {
      if (!on(visit as Visit)) return missing();
      const { db, input, account, person, now } = visit;
      await keepSettings(db, plugin.name, input);
      await audit(db, now, { account, person }, 'Réglages changés', plugin.name);
      return redirect(`/gestion/configuration${path}`, `Réglages de « ${plugin.title} » enregistrés.`);
    }),
  ];
}
