import { stationOf } from '../auth/first-steps.ts';
import type { House } from '../container.ts';
import { definePlugin, get, type Page, type Plugin, page, post, type Visit } from '../plugin/contract.ts';
import { helperOf, isStaff, ownContacts } from './helper.ts';
import { joined, namelessPath } from './joined.ts';
import { PURPOSE, type Request, requestForm, send } from './request.ts';

/** Fiche 18, F18-5: whom to write to and call when the help is not enough; a message says by itself where one was. */
export function assistance(house: House): Plugin {
  const show = (visit: Visit) => showContacts(house, visit);
  const write = (visit: Visit<Request>) => send(house, visit);
  return definePlugin({
    name: 'assistance',
    title: 'Assistance',
    privacy: [],
    nav: [
      { area: 'admin', under: 'Assistance', title: 'Assistance', path: '/', allow: 'signed-in', icon: 'life-buoy' },
    ],
    steps: [
      {
        title: 'Trouver l’aide et joindre l’assistance',
        fiche: 18,
        path: '/',
        allow: 'signed-in',
        toRead: true,
        done: async ({ db }) => (await db('mailings').where({ purpose: PURPOSE }).first('id')) !== undefined,
      },
    ],
    routes: [
      get('admin', '/', 'signed-in', show),
      post('admin', '/', 'signed-in', requestForm, write),
      get('public', '/', 'anyone', show, { beforeFirst: true }),
      post('public', '/', 'signed-in', requestForm, write),
    ],
  });
}

async function showContacts(house: House, visit: Visit): Promise<Page> {
  const { account, person, client, db, input } = visit;
  const inside = account && person && !stationOf(account);
  const helper = helperOf(house, visit);
  // Shown again, the page still tells of the screen one had come from.
  const screen = namelessPath((input as Partial<Request> | null)?.screen ?? client.cameFrom);
  const own = inside ? await ownContacts(db, person.id) : null;
  const data = {
    helper,
    staff: isStaff(person),
    writes: !!(own && helper.email),
    email: own?.email ?? null,
    joined: own ? joined(house, visit, screen) : [],
  };
  const values = { form: { screen, phone: own?.email ? '' : (own?.phone ?? '') } };
  return dressed(visit, page('assistance/index', data, undefined, values));
}

/** Read in the dress of where one is, as the help. */
function dressed({ account }: Visit, reply: Page): Page {
  if (!account || stationOf(account)) return { ...reply, layout: 'door' };
  return { ...reply, layout: account.mode === 'espace' ? 'espace' : 'admin' };
}
