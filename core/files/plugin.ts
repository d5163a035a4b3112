import { readyEspaces } from '../access/espaces.ts';
import { reaches } from '../access/permissions.ts';
import type { House } from '../container.ts';
import {
  definePlugin,
  get,
  missing,
  type Person,
  type Plugin,
  type Reply,
  type RubricHome,
  type Visit,
  type Work,
} from '../plugin/contract.ts';
import type { ModulesOfSchool } from '../plugin/modules-of.ts';
import { stands } from '../plugin/public-page.ts';
import { Stop } from '../web/stop.ts';
import { arrivalRoute } from './arrivals.ts';
import { convert } from './convert.ts';
import type { Row } from './files.ts';
import { previewsOf } from './preview.ts';
import { showRoom } from './room-screen.ts';
import { NoSuchFile } from './store.ts';
import { sweep } from './sweep.ts';

/** `/{rne}/fichiers/{id}`: a file opens by right, never by knowing its address (S18-11, case B47). */
export const fileDesk = (house: House): Plugin => {
  const previews = previewsOf(house);
  return definePlugin({
    name: 'fichiers',
    title: 'Fichiers',
    permissions: { room: 'Généralités > Voir la place des fichiers' },
    nav: [
      { area: 'admin', under: 'Configuration', title: 'Place des fichiers', path: '/place', allow: 'fichiers.room' },
    ],
    privacy: [
      {
        column: 'files.*',
        purpose: 'Fichiers joints aux informations, aux messages et aux documents, et qui les a joints',
        retention: 'Celle de ce à quoi le fichier est joint',
        export: 'yes',
        erase: 'pseudonym',
      },
    ],
    routes: [
      get('public', '/:id', 'signed-in', (visit) => open(house, visit)),
      get('public', '/public/:id', 'anyone', (visit) => openPublic(house, visit), { page: 'etablissement' }),
      get('public', '/:id/apercu', 'signed-in', (visit) => preview(house, previews, visit), { outside: true }),
      arrivalRoute,
      get('admin', '/place', 'fichiers.room', (visit) => showRoom(house, visit)),
    ],
    jobs: { convert: (job, id) => convert(house, job, id as string) },
    nightly: { sweep: (job) => sweep(house, job) },
  });
};

/** The row of the address, when its module opens it to the person of the visit. @throws Stop 404, which undoes what the module has noted. */
async function permitted(house: House, visit: Visit): Promise<Row> {
  const { db, school, params } = visit;
  const row: Row | undefined = await db('files').where({ id: params.id }).first();
  const [plugin = '', subject = ''] = row?.about.split(/:(.*)/s) ?? [];
  const on = house.modules.of(school);
  const may = on.has(plugin) && house.modules.plugin(plugin)?.files;
  const answer = may && (await may({ ...visit, settings: school.settings[plugin] ?? {} }, subject));
  if (!row || !answer || !(await mayReach(on, visit, answer))) throw new Stop(404);
  return row;
}

/** F11-05, F11-11: in an Espace a file follows the rubric by which it is reached; Gestion goes by rights alone. */
async function mayReach(
  on: ModulesOfSchool,
  { account, person, school, services }: Visit,
  answer: true | RubricHome[],
): Promise<boolean> {
  const homes = answer === true ? [undefined] : answer;
  if (account?.mode !== 'espace') return homes.length > 0;
  const espaces = await readyEspaces(services.people, person as Person, account.espaces, school);
  return homes.some((home) => reaches(on, school, { ...account, espaces }, home));
}

const open = async (house: House, visit: Visit): Promise<Reply> => download(house, await permitted(house, visit));

/** What anyone may read on the Page établissement, by the word of its module alone (F10-7). */
async function openPublic(house: House, visit: Visit): Promise<Reply> {
  const { db, school, params } = visit;
  const row: Row | undefined = await db('files').where({ id: params.id }).first();
  const [plugin = '', subject = ''] = row?.about.split(/:(.*)/s) ?? [];
  const may = house.modules.of(school).has(plugin) && house.modules.plugin(plugin)?.publicFiles;
  const nobody = { ...visit, account: null, person: null, can: () => false, settings: school.settings[plugin] ?? {} };
  const shown = () => stands(house.modules, { plugin, page: 'etablissement' }, visit);
  if (!row || !may || !(await may(nobody, subject)) || !(await shown())) return missing();
  return download(house, row);
}

function download(house: House, row: Row): Reply {
  const body = () =>
    house.store.read(row.key).catch((error) => {
      if (!(error instanceof NoSuchFile)) throw error;
      house.log.error({ err: error, file: row.id }, 'file lost');
      throw new Stop(404, 'Ce fichier n’est plus sur le serveur. Demandez-le de nouveau à qui l’a envoyé.');
    });
  return { reply: 'file', name: row.name, type: row.type, body, size: row.size };
}

/** `?page=2` of a file as a picture; drawn while no connection is held. */
async function preview(house: House, draw: ReturnType<typeof previewsOf>, visit: Visit): Promise<Reply> {
  const row = await visit.step((work: Work) => permitted(house, { ...visit, ...work }));
  const page = visit.query.get('page') ?? '1';
  const jpeg = /^\d{1,4}$/.test(page) ? await draw(visit.school, row, Number(page)) : null;
  return jpeg ? { reply: 'file', name: `apercu-${page}.jpg`, type: 'image/jpeg', body: jpeg } : missing();
}
