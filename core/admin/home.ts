import { waitingRequests } from '../auth/requests.ts';
import type { Container, House } from '../container.ts';
import { hasExample } from '../example/rows.ts';
import { tightRoom } from '../files/room-screen.ts';
import { hidden } from '../form/form.ts';
import { definePlugin, get, type Plugin, page, post, type Reply, redirect, type Visit } from '../plugin/contract.ts';
import { isCommune } from '../tenancy/communes.ts';
import { espaceNav } from '../views/chrome.ts';
import { checklistOf } from './checklist.ts';
import { espaceRoutes, morePage } from './espaces.ts';
import { keepDone, toNextStep } from './next-step.ts';
import { schoolDoor, signInDoor } from './portal.ts';

/** Where one arrives: a school's door, the home of Gestion with the start-up checklist, the home of each Espace. */
export function home(house: House, container: () => Container): Plugin {
  return definePlugin({
    name: 'accueil',
    title: 'Accueil',
    privacy: [],
    routes: [
      get('public', '/', 'anyone', (visit) => schoolDoor(house, visit)),
      get('public', '/espaces', 'anyone', (visit) => signInDoor(house, visit)),
      get('admin', '/', 'signed-in', (visit) => management(house, container(), visit)),
      get('admin', '/suite', 'signed-in', (visit) => toNextStep(house, container(), visit)),
      post('admin', '/mise-en-route', 'signed-in', { away: hidden() }, putAway, { back: '/', as: 'hiding' }),
      ...espaceRoutes,
      get('espace', '/plus', 'signed-in', (visit) => morePage(visit, rubricsOf(house, visit))),
    ],
    blocks: [
      {
        place: 'espace/a-faire',
        title: 'Demandes de mot de passe',
        allow: 'signed-in',
        view: 'accueil/_demandes',
        data: requestsBlock,
      },
    ],
  });
}

const rubricsOf = ({ modules }: House, { school, account, espace }: Visit) =>
  account && espace ? espaceNav(school, account, modules.of(school), espace, '') : [];

/** What the direction has to answer, in its Espace too; the answer is given in Gestion. */
async function requestsBlock(visit: Visit): Promise<{ due: number } | null> {
  if (visit.espace !== 'direction' || !visit.can('securite.requests')) return null;
  const due = await waitingRequests(visit.db);
  return due ? { due } : null;
}

/** I-06: the start-up checklist, unless this person has put it away. */
async function management(house: House, container: Container, visit: Visit): Promise<Reply> {
  const { db, account } = visit;
  // A town hall is no school to start up.
  if (isCommune(visit.school)) return redirect('/gestion/console/');
  const { checklist_hidden: away } = await db('accounts').where({ id: account?.id }).first('checklist_hidden');
  const checklist = away ? null : await checklistOf(house, container, visit);
  if (checklist?.next && account) await keepDone(db, account, false);
  return page(
    'admin/accueil',
    {
      requests: visit.can('securite.requests') ? await waitingRequests(db) : 0,
      room: visit.can('fichiers.room') ? await tightRoom(db, house.config) : null,
      example: visit.can('exemple.remove') && (await hasExample(db, visit.school.id)),
      checklist,
      away,
    },
    undefined,
    { hiding: { away: away ? '' : '1' } },
  );
}

/** « Masquer », for this person alone; « Afficher » brings it back. */
async function putAway({ db, account, input }: Visit<{ away: string }>): Promise<Reply> {
  const away = input.away === '1';
  await db('accounts').where({ id: account?.id }).update({ checklist_hidden: away });
  return redirect(
    '/gestion/accueil/',
    away ? 'La mise en route est masquée. Elle se réaffiche en bas de cette page.' : undefined,
  );
}
