import type { Container } from '../container.ts';
import { hidden } from '../form/form.ts';
import { definePlugin, get, missing, type Plugin, page, post, type Reply, type Visit } from '../plugin/contract.ts';
import { AGENTS, agentRoutes, SEE, SEND } from './agents.ts';
import { grantedTo, insideGranted } from './granted.ts';
import { keepNew, keepPost, postForm, postVersion, showChange, showNew } from './post-form.ts';
import { publishOne, removePost, sendPost, showPost, showPosts } from './posts.ts';
import { receivedFrom, type SchoolState, stateOf } from './state.ts';
import { showTakeBack, takeBack, takeBackForm } from './taking-back.ts';

/** The town hall's console (F07-5, P10): the schools that open themselves to it, and what each one opens. Of schools, it is in none. */
export function townHallConsole(container: () => Container): Plugin {
  const sure = { sure: hidden() };
  return definePlugin({
    name: 'console',
    title: 'Console mairie',
    permissions: {
      see: 'Console > Voir les écoles',
      send: 'Console > Informer les écoles',
      agents: 'Console > Gérer les agents',
    },
    nav: [
      { area: 'admin', under: 'Écoles', title: 'Écoles', path: '/', allow: SEE, icon: 'school' },
      {
        area: 'admin',
        under: 'Informations',
        title: 'Informations',
        path: '/informations',
        allow: SEND,
        icon: 'megaphone',
      },
      { area: 'admin', under: 'Agents', title: 'Agents', path: '/agents', allow: AGENTS, icon: 'id-card' },
    ],
    jobs: { publish: (job, data) => publishOne(container(), job, data) },
    privacy: ['commune_posts.*', 'commune_post_schools.*'].map((column) => ({
      column,
      purpose: 'Savoir ce que la mairie a dit à quelles écoles ; le nom de l’agent y reste',
      retention: 'Tant que la mairie utilise Préau',
      export: 'yes' as const,
      erase: 'keep' as const,
    })),
    routes: [
      get('admin', '/', SEE, (visit) => showSchools(container(), visit), { outside: true }),
      get('admin', '/ecoles/:schoolId', SEE, (visit) => showSchool(container(), visit), { outside: true }),
      get('admin', '/informations', SEND, showPosts),
      get('admin', '/informations/nouvelle', SEND, (visit) => showNew(container(), visit), { outside: true }),
      post('admin', '/informations/nouvelle', SEND, postForm, keepNew),
      get('admin', '/informations/:id', SEND, (visit) => showPost(container(), visit), { outside: true }),
      post('admin', '/informations/:id', SEND, sure, sendPost),
      post('admin', '/informations/:id/supprimer', SEND, sure, removePost, {
        back: '/informations/:id',
        as: 'removing',
      }),
      get('admin', '/informations/:id/retirer', SEND, (visit) => showTakeBack(container(), visit), { outside: true }),
      post('admin', '/informations/:id/retirer', SEND, takeBackForm, (visit) => takeBack(container(), visit), {
        outside: true,
      }),
      get('admin', '/informations/:id/modifier', SEND, (visit) => showChange(container(), visit), { outside: true }),
      post('admin', '/informations/:id/modifier', SEND, postForm, keepPost, { version: postVersion }),
      ...agentRoutes,
    ],
  });
}

async function showSchools(container: Container, visit: Visit): Promise<Reply> {
  const states: SchoolState[] = [];
  for (const { id } of await grantedTo(visit)) {
    const state = await insideGranted(container, visit.school, id, stateOf);
    if (state) states.push(state);
  }
  return page('console/ecoles', { schools: states.map((state) => ({ ...state, total: state.steps.length })) });
}

async function showSchool(container: Container, visit: Visit): Promise<Reply> {
  await grantedTo(visit);
  const found = await insideGranted(container, visit.school, visit.params.schoolId as string, async (inside) => ({
    state: await stateOf(inside),
    received: await receivedFrom(inside),
  }));
  if (!found) return missing();
  const { school: place, ...state } = found.state;
  return page('console/ecole', {
    place,
    ...state,
    total: state.steps.length,
    shows: found.received !== null,
    received: found.received ?? [],
  });
}
