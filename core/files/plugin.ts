import type { House } from '../container.ts';
import { definePlugin, get, missing, type Plugin, type Reply, type Visit } from '../plugin/contract.ts';
import { Stop } from '../web/stop.ts';
import { sweep } from './sweep.ts';

/** `/{rne}/fichiers/{id}`: a file opens by right, never by knowing its address (S18-11, case B47). */
export const fileDesk = (house: House): Plugin =>
  definePlugin({
    name: 'fichiers',
    title: 'Fichiers',
    privacy: [
      {
        column: 'files.*',
        purpose: 'Fichiers joints aux informations, aux messages et aux documents, et qui les a joints',
        retention: 'Celle de ce à quoi le fichier est joint',
        export: 'yes',
        erase: 'pseudonym',
      },
    ],
    routes: [get('public', '/:id', 'signed-in', (visit) => open(house, visit))],
    nightly: { sweep: (job) => sweep(house, job) },
  });

async function open(house: House, visit: Visit): Promise<Reply> {
  const { db, school, params } = visit;
  const row = await db('files').where({ id: params.id }).first();
  if (!row) return missing();
  const [plugin, subject] = row.about.split(/:(.*)/s);
  const may = house.modules.of(school).has(plugin) && house.modules.plugin(plugin)?.files;
  if (!may || !(await may({ ...visit, settings: school.settings[plugin] ?? {} }, subject))) return missing();
  const body = () =>
    house.store.read(row.key).catch((error) => {
      house.log.error({ err: error, file: row.id }, 'file lost');
      throw new Stop(404, 'Ce fichier n’est plus sur le serveur. Demandez-le de nouveau à qui l’a envoyé.');
    });
  return { reply: 'file', name: row.name, type: row.type, body, size: row.size };
}
