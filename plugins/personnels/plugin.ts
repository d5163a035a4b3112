import { definePlugin, get, hidden, listRoutes, post, type Route } from '@preau/core';
import { firstCard, showCard } from './card.ts';
import { chooseClasses, classesForm, showClasses } from './choose-classes.ts';
import { chooseFunction, functionForm, showFunctions } from './choose-function.ts';
import { chooseMode, modeForm, showModes } from './choose-mode.ts';
import { choosePupils, pupilsForm, showPupils } from './choose-pupils.ts';
import { civilities, preloadCivilities } from './civilities.ts';
import { identityForm, saveIdentity, showIdentity } from './edit.ts';
import { figures } from './figures.ts';
import { functions, preloadFunctions } from './functions.ts';
import {
  chooseColumns,
  columnsForm,
  decisionForm,
  importBatch,
  previewVersion,
  receive,
  showColumns,
  showPreview,
  uploadForm,
} from './import.ts';
import { IMPORT, KINDS, type Kind, READ, RIGHTS, STAFF, TEACHERS, WRITE } from './kinds.ts';
import { askRemove, askSuspend, bringBack, comeBack, endForm, remove, saveEnd, showEnd, suspend } from './leave.ts';
import { accountVersion, memberVersion } from './member.ts';
import { purgeBatches, showReport, showUpload, undoBatch } from './report.ts';
import { askReset, renew, reset, reveal, showSecret } from './secret.ts';
import { staff } from './staff-list.ts';
import { teachers } from './teachers-list.ts';

/** The school's own lists are filled the first time somebody opens them. */
const filled = (routes: Route[]): Route[] =>
  routes.map((route) => ({
    ...route,
    async handle(visit) {
      await preloadCivilities(visit.db);
      await preloadFunctions(visit.db);
      return route.handle(visit);
    },
  }));

/** A card and all that hangs on it, the same for teachers and staff. */
const cardRoutes = (kind: Kind): Route[] => {
  const path = `${kind.path}/:id`;
  const fresh = { fresh: true };
  return [
    get('admin', kind.cards, READ, (visit) => firstCard(visit, kind)),
    get('admin', path, READ, (visit) => showCard(visit, kind)),
    get('admin', `${path}/modifier`, WRITE, (visit) => showIdentity(visit, kind)),
    post('admin', `${path}/modifier`, WRITE, identityForm, (visit) => saveIdentity(visit, kind), {
      version: memberVersion(kind),
    }),
    get('admin', `${path}/mode`, RIGHTS, (visit) => showModes(visit, kind)),
    post('admin', `${path}/mode`, RIGHTS, modeForm, (visit) => chooseMode(visit, kind), {
      ...fresh,
      version: accountVersion(kind),
    }),
    get('admin', `${path}/duree`, RIGHTS, (visit) => showEnd(visit, kind)),
    post('admin', `${path}/duree`, RIGHTS, endForm, (visit) => saveEnd(visit, kind), {
      ...fresh,
      version: accountVersion(kind),
    }),
    get('admin', `${path}/suspendre`, RIGHTS, (visit) => askSuspend(visit, kind)),
    post('admin', `${path}/suspendre`, RIGHTS, (visit) => suspend(visit, kind), fresh),
    post('admin', `${path}/retablir`, RIGHTS, (visit) => bringBack(visit, kind), fresh),
    get('admin', `${path}/retirer`, RIGHTS, (visit) => askRemove(visit, kind)),
    post('admin', `${path}/retirer`, RIGHTS, (visit) => remove(visit, kind), fresh),
    post('admin', `${path}/remettre`, RIGHTS, (visit) => comeBack(visit, kind), fresh),
    get('admin', `${path}/compte`, RIGHTS, (visit) => showSecret(visit, kind)),
    post('admin', `${path}/compte/afficher`, RIGHTS, (visit) => reveal(visit, kind), { fresh: 'always' }),
    post('admin', `${path}/compte/renouveler`, RIGHTS, (visit) => renew(visit, kind), fresh),
    get('admin', `${path}/compte/reinitialiser`, RIGHTS, (visit) => askReset(visit, kind)),
    post('admin', `${path}/compte/reinitialiser`, RIGHTS, (visit) => reset(visit, kind), fresh),
  ];
};

/** Ressources > Professeurs and Personnels: the whole team, entered in minutes (fiches 5 to 8). */
export default definePlugin({
  name: 'personnels',
  title: 'Professeurs et personnels',
  summary: 'Saisir l’équipe : professeurs, personnels de l’école et de la mairie, accompagnants.',
  icon: 'id-card',
  permissions: {
    read: 'Personnels > Voir les professeurs et les personnels',
    write: 'Personnels > Saisir et modifier les professeurs et les personnels',
    rights: 'Personnels > Changer les modes de connexion, suspendre et retirer',
    import: 'Personnels > Importer des professeurs et des personnels',
  },
  privacy: [
    {
      column: 'personnels_functions.*',
      purpose: 'Nommer les fonctions de l’école',
      retention: 'Jusqu’à la fermeture de l’école',
      export: 'no',
      erase: 'keep',
    },
    {
      column: 'personnels_civilities.*',
      purpose: 'Nommer les civilités dont l’école se sert',
      retention: 'Jusqu’à la fermeture de l’école',
      export: 'no',
      erase: 'keep',
    },
    {
      column: 'personnels_departures.*',
      purpose: 'Rouvrir le compte de qui revient dans l’équipe',
      retention: 'Jusqu’au retour de la personne, ou à l’effacement de sa fiche',
      export: 'no',
      erase: 'with-person',
    },
    {
      column: 'personnels_batches.*',
      purpose: 'Montrer un import avant de l’enregistrer, et savoir ensuite ce qu’il a fait',
      retention: 'Aperçu : un jour ; comptes rendus : un an',
      export: 'no',
      erase: 'delete',
    },
    {
      column: 'personnels_columns.*',
      purpose: 'Se souvenir de ce que contient chaque colonne d’un tableur',
      retention: 'Jusqu’à la fermeture de l’école',
      export: 'no',
      erase: 'keep',
    },
  ],
  townHall: { figures },
  nav: [
    { area: 'admin', under: 'Ressources > Professeurs', title: 'Liste', path: '/professeurs', allow: READ },
    {
      area: 'admin',
      under: 'Ressources > Professeurs',
      title: 'Fiches professeurs',
      path: '/fiches-professeurs',
      allow: READ,
      icon: 'id-card',
    },
    { area: 'admin', under: 'Ressources > Personnels', title: 'Liste', path: '/personnels', allow: READ },
    { area: 'admin', under: 'Ressources > Personnels', title: 'Fiche', path: '/fiches', allow: READ, icon: 'id-card' },
    { area: 'admin', under: 'Ressources > Personnels', title: 'Fonctions', path: '/fonctions', allow: READ },
    { area: 'admin', under: 'Ressources > Personnels', title: 'Civilités', path: '/civilites', allow: READ },
    {
      area: 'admin',
      under: 'Imports/Exports > Tableur',
      title: 'Importer des professeurs et personnels',
      path: '/importer',
      allow: IMPORT,
    },
  ],
  steps: [
    {
      title: 'Saisir les professeurs',
      fiche: 5,
      path: '/professeurs',
      allow: WRITE,
      done: async ({ services }) => (await services.register.count('teacher')) > 0,
    },
    {
      title: 'Saisir les autres personnels de l’école',
      fiche: 6,
      path: '/personnels',
      allow: WRITE,
      // Whoever opened the school is there from the start.
      done: async ({ services }) => (await services.register.count('staff')) > 1,
    },
    {
      title: 'Saisir un personnel de la mairie',
      fiche: 7,
      path: '/personnels',
      allow: WRITE,
      done: async ({ db }) => (await db('people').where({ kind: 'staff', genre: 'mairie' }).first('id')) !== undefined,
    },
    {
      title: 'Saisir les accompagnants et leurs élèves',
      fiche: 8,
      path: '/personnels',
      allow: WRITE,
      // Without pupils an accompagnant finds his Espace closed (F08-5).
      done: async ({ db }) => (await db('carer_pupils').first('id')) !== undefined,
    },
  ],
  routes: [
    ...[teachers, staff].flatMap(listRoutes),
    ...filled([functions, civilities].flatMap(listRoutes)),
    ...KINDS.flatMap(cardRoutes),
    get('admin', `${TEACHERS.path}/:id/classes`, WRITE, showClasses),
    post('admin', `${TEACHERS.path}/:id/classes`, WRITE, classesForm, chooseClasses),
    get('admin', `${STAFF.path}/:id/fonction`, WRITE, showFunctions),
    post('admin', `${STAFF.path}/:id/fonction`, WRITE, functionForm, chooseFunction),
    get('admin', `${STAFF.path}/:id/eleves`, WRITE, showPupils),
    post('admin', `${STAFF.path}/:id/eleves`, WRITE, pupilsForm, choosePupils),
    get('admin', '/importer', IMPORT, showUpload),
    post('admin', '/importer', IMPORT, uploadForm, receive),
    get('admin', '/importer/:id/colonnes', IMPORT, showColumns),
    post('admin', '/importer/:id/colonnes', IMPORT, columnsForm, chooseColumns),
    get('admin', '/importer/:id/apercu', IMPORT, showPreview),
    post('admin', '/importer/:id/apercu', IMPORT, decisionForm, importBatch, { version: previewVersion }),
    get('admin', '/importer/:id/rapport', IMPORT, showReport),
    post('admin', '/importer/:id/rapport/annuler', IMPORT, { sure: hidden() }, undoBatch, {
      back: '/importer/:id/rapport',
      as: 'undoing',
    }),
  ],
  nightly: { purge: ({ step }) => step(purgeBatches) },
});
