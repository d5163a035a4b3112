import { definePlugin, get, type Job, post, tick } from '@preau/core';
import {
  makeAddress,
  PUBLIC_PATH,
  SECRET_PATH,
  serveOwn,
  servePublic,
  showCalendar,
  withdrawAddress,
} from './calendar.ts';
import {
  add,
  bringBack,
  eventForm,
  eventVersion,
  oneForm,
  remove,
  save,
  showDesk,
  showNew,
  showOne,
  takeBack,
  undoForm,
} from './desk.ts';
import { yearBegins } from './events.ts';
import { homeBlock, publicBlock, showAgenda, toFeed } from './reading.ts';
import { KEEP, READ } from './words.ts';

/** Communication > Agenda (N-01): the dates of the school, in the Espaces, on its page (F10-5), in calendars (P15). */
export default definePlugin({
  name: 'agenda',
  title: 'Agenda',
  summary: 'Les dates de l’école, dans les Espaces, sur la page établissement et dans les calendriers.',
  icon: 'calendar-days',
  permissions: { keep: 'Communication > Tenir l’agenda' },
  rubrics: {
    dates: {
      title: 'Agenda',
      under: 'Vie de l’école',
      common: true,
      offline: ['/'],
      espaces: ['direction', 'enseignants', 'parents', 'accompagnants', 'eleves', 'periscolaire', 'mairie'],
      published: true,
      options: { calendar: tick('S’abonner depuis un calendrier (téléphone, ordinateur)') },
      defaults: { calendar: true },
    },
  },
  nav: [
    {
      area: 'admin',
      under: 'Communication > Agenda',
      title: 'Agenda',
      path: '/',
      allow: KEEP,
      icon: 'calendar-days',
    },
    { area: 'espace', under: 'Vie de l’école', title: 'Agenda', path: '/', allow: READ, icon: 'calendar-days' },
  ],
  routes: [
    get('admin', '/', KEEP, showDesk),
    get('admin', '/nouveau', KEEP, showNew),
    post('admin', '/nouveau', KEEP, eventForm, add),
    post('admin', '/retirer', KEEP, oneForm, remove, { back: '/', as: 'removing' }),
    post('admin', '/remettre', KEEP, oneForm, bringBack, { back: '/', as: 'bringing' }),
    post('admin', '/reprendre', KEEP, undoForm, takeBack, { back: '/', as: 'taking' }),
    get('admin', '/:id', KEEP, showOne),
    post('admin', '/:id', KEEP, eventForm, save, { version: eventVersion }),
    get('espace', '/', READ, showAgenda),
    get('espace', '/calendrier', READ, showCalendar),
    post('espace', '/calendrier', READ, makeAddress),
    post('espace', '/calendrier/retirer', READ, withdrawAddress),
    get('public', SECRET_PATH, 'anyone', serveOwn, { outside: true }),
    get('public', PUBLIC_PATH, 'anyone', servePublic, { page: 'etablissement' }),
  ],
  blocks: [
    { place: 'espace/accueil', title: 'Agenda', allow: READ, view: 'agenda/_accueil', data: homeBlock },
    {
      place: 'etablissement-page/corps',
      title: 'Agenda',
      allow: 'anyone',
      side: true,
      view: 'agenda/_publique',
      data: publicBlock,
    },
  ],
  feed: { allow: READ, items: toFeed },
  nightly: { purge },
  privacy: [
    {
      column: 'agenda_events.*',
      purpose: 'Annoncer les dates de l’école',
      retention: 'L’année scolaire de l’événement et la suivante ; retiré, une semaine',
      export: 'no',
      erase: 'keep',
    },
    {
      column: 'agenda_calendars.*',
      purpose: 'Ouvrir à une personne, dans son calendrier, les dates que montre son Espace',
      retention: 'Jusqu’à ce qu’elle retire ou change l’adresse',
      export: 'masked',
      erase: 'delete',
    },
  ],
});

const WEEK = 7 * 86_400_000;

/** What is removed can be brought back for a week; what is past stays during its school year and the next one. */
async function purge(job: Job): Promise<void> {
  await job.step(async (work) => {
    await work
      .db('agenda_events')
      .where('removed_at', '<', new Date(work.now.getTime() - WEEK))
      .orWhere('last_day', '<', yearBegins(work, 1))
      .delete();
  });
}
