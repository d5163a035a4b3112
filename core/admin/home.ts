import { allowed } from '../access/permissions.ts';
import { waitingRequests } from '../auth/requests.ts';
import type { Container, House } from '../container.ts';
import { tightRoom } from '../files/room-screen.ts';
import { definePlugin, get, type Plugin, page, type Reply, type Visit } from '../plugin/contract.ts';
import { espaceNav } from '../views/chrome.ts';
import { openWork } from '../web/work.ts';
import { espaceRoutes, morePage } from './espaces.ts';
import { schoolDoor } from './portal.ts';

/** Where one arrives: a school's door, the home of Gestion with the start-up checklist, the home of each Espace. */
export function home(house: House, container: () => Container): Plugin {
  return definePlugin({
    name: 'accueil',
    title: 'Accueil',
    privacy: [],
    routes: [
      get('public', '/', 'anyone', (visit) => schoolDoor(house, visit)),
      get('admin', '/', 'signed-in', (visit) => management(house, container(), visit)),
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

/** I-06: the state of each step is computed from the data, never ticked by hand. */
async function management(house: House, container: Container, visit: Visit): Promise<Reply> {
  const { school, account, db } = visit;
  const modules = house.modules.of(school);
  const steps = [];
  for (const step of modules.steps.toSorted((a, b) => (a.fiche ?? 99) - (b.fiche ?? 99))) {
    if (!allowed({ area: 'admin', allow: step.allow }, account, school, modules).ok) continue;
    steps.push({
      title: step.title,
      url: `/gestion/${step.plugin}${step.path}`,
      done: await step.done(openWork(container, step.plugin, school, db)),
    });
  }
  return page('admin/accueil', {
    requests: visit.can('securite.requests') ? await waitingRequests(db) : 0,
    room: visit.can('fichiers.room') ? await tightRoom(db, house.config) : null,
    steps,
    done: steps.filter((one) => one.done).length,
    next: steps.find((one) => !one.done)?.title ?? null,
  });
}
