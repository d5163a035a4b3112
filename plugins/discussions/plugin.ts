import { definePlugin, forbidden, get, pickerRoutes, post, type Route, type Visit } from '@preau/core';
import { create, draftForm, draftPicker, saveDraft, showDraft, showNew } from './compose.ts';
import { dueBlock, newsBlock, reportsBlock } from './home.ts';
import { showList } from './list.ts';
import {
  archive,
  archiveForm,
  close,
  invite,
  inviteForm,
  invitePicker,
  leave,
  personForm,
  showInvite,
  takeOut,
} from './members.ts';
import { markRead, mayOpenFile, reply, replyForm, showThread } from './messages.ts';
import { handled, readReported, report, reportForm, showReport, showReports, shut } from './reports.ts';
import { MODERATE, mayStart, RUBRIC, startForm, WRITE } from './thread.ts';
import { toFeed } from './to-feed.ts';
import { bringBack, putAway } from './year.ts';

/** The same screens in Gestion and in every Espace: a person has one set of discussions, wherever he reads them. */
const screens = (area: 'admin' | 'espace'): Route[] => {
  const allow = area === 'admin' ? WRITE : RUBRIC;
  return [
    get(area, '/', allow, showList),
    ...starting([get(area, '/nouvelle', allow, showNew), post(area, '/nouvelle', allow, draftForm, create) as Route]),
    get(area, '/:id', allow, showThread),
    post(area, '/:id', allow, replyForm, reply),
    post(area, '/:id/lu', allow, markRead),
    ...starting([
      get(area, '/:id/brouillon', allow, showDraft),
      post(area, '/:id/brouillon', allow, draftForm, saveDraft) as Route,
      ...pickerRoutes(draftPicker(area)),
    ]),
    ...pickerRoutes(invitePicker(area)),
    get(area, '/:id/inviter', allow, showInvite),
    post(area, '/:id/inviter', allow, inviteForm, invite),
    post(area, '/:id/retirer', allow, personForm, takeOut, { back: '/:id', as: 'removing' }),
    post(area, '/:id/quitter', allow, leave),
    post(area, '/:id/archiver', allow, archiveForm, archive, { back: '/:id', as: 'archiving' }),
    post(area, '/:id/fermer', allow, close),
    get(area, '/:id/signaler', allow, showReport),
    post(area, '/:id/signaler', allow, reportForm, report),
  ];
};

/** Where the school lets nobody start a discussion, its pages say so, whoever knows their address (F11-14). */
const starting = (routes: Route[]): Route[] =>
  routes.map((route) => ({
    ...route,
    handle: (visit: Visit<never>) =>
      mayStart(visit)
        ? route.handle(visit)
        : forbidden('Dans cet Espace, l’école laisse répondre, mais pas commencer une discussion.'),
  }));

const kept = (column: string, purpose: string, erase: 'with-person' | 'pseudonym') => ({
  column,
  purpose,
  retention: 'Deux ans après le dernier message de la discussion',
  export: 'yes' as const,
  erase,
});

/** Communication > Discussions (fiche 15): a few people who answer one another. */
export default definePlugin({
  name: 'discussions',
  title: 'Discussions',
  summary: 'Échanger à quelques-uns : familles, professeurs, personnels.',
  icon: 'messages-square',
  permissions: {
    write: 'Communication > Discuter depuis la Gestion',
    moderate: 'Communication > Lire les discussions signalées et les fermer',
  },
  rubrics: {
    discussions: {
      title: 'Discussions',
      under: 'Communication',
      espaces: ['direction', 'enseignants', 'parents', 'accompagnants', 'periscolaire', 'mairie'],
      published: true,
      options: startForm,
      defaults: { start: true },
    },
  },
  steps: [
    {
      title: 'Commencer une première discussion',
      fiche: 15,
      path: '/',
      begin: { path: '/nouvelle' },
      allow: WRITE,
      done: async ({ db }) => !!(await db('discussions_threads').whereNotNull('sent_at').first('id')),
    },
  ],
  blocks: [
    {
      place: 'espace/a-faire',
      title: 'À lire et répondre',
      allow: RUBRIC,
      view: 'discussions/_a-lire',
      data: dueBlock,
    },
    { place: 'espace/accueil', title: 'Discussions', allow: RUBRIC, view: 'discussions/_nouvelles', data: newsBlock },
    {
      place: 'espace/a-faire',
      title: 'Signalements',
      allow: 'signed-in',
      view: 'discussions/_signalements',
      data: reportsBlock,
    },
    {
      place: 'annee/ce-qui-change',
      title: 'Discussions',
      allow: 'signed-in',
      view: 'discussions/_annee',
      data: async () => ({}),
    },
  ],
  noticeCategories: { message: { title: 'Discussions', rubric: 'discussions' } },
  on: { 'house.year-turned': putAway, 'house.year-turn-undone': bringBack },
  feed: { allow: RUBRIC, items: toFeed },
  files: mayOpenFile,
  nav: [
    {
      area: 'admin',
      under: 'Communication > Discussions',
      title: 'Discussions',
      path: '/',
      allow: WRITE,
      icon: 'messages-square',
    },
    {
      area: 'admin',
      under: 'Communication > Discussions',
      title: 'Signalements',
      path: '/signalements',
      allow: MODERATE,
      icon: 'triangle-alert',
    },
    { area: 'espace', under: 'Communication', title: 'Discussions', path: '/', allow: RUBRIC, icon: 'messages-square' },
  ],
  routes: [
    get('admin', '/signalements', MODERATE, showReports),
    get('admin', '/signalements/:id', MODERATE, readReported),
    post('admin', '/signalements/:id/classer', MODERATE, handled),
    post('admin', '/signalements/:id/fermer', MODERATE, shut),
    ...screens('admin'),
    ...screens('espace'),
  ],
  privacy: [
    kept('discussions_threads.*', 'Réunir les messages d’une discussion', 'pseudonym'),
    kept('discussions_members.*', 'Savoir qui participe, depuis quand, et ce qu’il a lu', 'with-person'),
    kept('discussions_messages.*', 'Se parler entre l’école et les familles', 'pseudonym'),
    kept('discussions_reports.*', 'Demander à la direction de regarder une discussion', 'with-person'),
  ],
  nightly: {
    /** Two years after its last message a discussion goes, with its files. */
    async purge({ step }) {
      await step(async ({ db, now, services }) => {
        const before = new Date(now.getTime() - 730 * 86_400_000);
        const old: string[] = await db('discussions_threads as t')
          .where('t.created_at', '<', before)
          .whereNotExists(
            db('discussions_messages as x').whereRaw('x.thread_id = t.id').where('x.at', '>=', before).select('x.id'),
          )
          .pluck('t.id');
        if (!old.length) return;
        const messages: string[] = await db('discussions_messages').whereIn('thread_id', old).pluck('id');
        await services.files.remove([...old, ...messages].map((id) => `discussions:${id}`));
        await db('discussions_threads').whereIn('id', old).delete();
      });
    },
  },
});
