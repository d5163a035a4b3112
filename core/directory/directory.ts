import type { House } from '../container.ts';
import { hidden } from '../form/form.ts';
import { listRoutes } from '../list/routes.ts';
import { definePlugin, get, type PersonalData, type Plugin, post, type Route } from '../plugin/contract.ts';
import { addressRoutes } from './addresses.ts';
import { attachRoutes } from './attach.ts';
import { CARDS, takeBack } from './card.ts';
import { classCard, classPdf, classSheet } from './class-card.ts';
import { labelRoutes } from './class-label.ts';
import { teacherRoutes } from './class-teachers.ts';
import { classes } from './classes-list.ts';
import { contactRoutes } from './contacts.ts';
import { figures } from './figures.ts';
import { guardianCard } from './guardian-card.ts';
import { guardianRoutes } from './guardian-edit.ts';
import { guardians } from './guardians-list.ts';
import { linkRoutes } from './links.ts';
import { pupilCard } from './pupil-card.ts';
import { identityRoutes } from './pupil-edit.ts';
import { placeRoutes } from './pupil-place.ts';
import { pupils } from './pupils-list.ts';
import { secretRoutes } from './secret.ts';

const kept = 'Jusqu’à un an après le départ de l’école';
const directoryData = (column: string, purpose: string): PersonalData => ({
  column,
  purpose,
  retention: kept,
  export: 'yes',
  erase: 'delete',
});

/** Ressources > Classes, Élèves, Responsables: a list and a card each (F04-17). */
export const directory = (house: House): Plugin =>
  definePlugin({
    name: 'ressources',
    title: 'Annuaire de l’école',
    permissions: {
      'classes-read': 'Élèves > Voir les classes',
      'pupils-read': 'Élèves > Voir les élèves',
      'guardians-read': 'Élèves > Voir les responsables',
      'classes-write': 'Élèves > Modifier les classes',
      'pupils-write': 'Élèves > Modifier les élèves',
      'guardians-write': 'Élèves > Modifier les responsables',
      secrets: 'Élèves > Voir les mots de passe provisoires',
    },
    nav: [
      {
        area: 'admin',
        under: 'Ressources > Classes',
        title: 'Liste',
        path: '/classes',
        allow: 'ressources.classes-read',
      },
      { area: 'admin', under: 'Ressources > Élèves', title: 'Liste', path: '/eleves', allow: 'ressources.pupils-read' },
      {
        area: 'admin',
        under: 'Ressources > Responsables',
        title: 'Liste',
        path: '/responsables',
        allow: 'ressources.guardians-read',
      },
    ],
    privacy: [
      directoryData('people.*', 'Tenir l’annuaire de l’école : élèves, responsables, équipe'),
      directoryData('addresses.*', 'Écrire aux familles'),
      directoryData('classes.*', 'Organiser l’année'),
      directoryData('class_places.*', 'Savoir qui est dans quelle classe, chaque année'),
      directoryData('class_teachers.*', 'Savoir qui enseigne à quelle classe'),
      directoryData('guardian_links.*', 'Savoir qui est responsable de quel élève, et ce qu’il peut voir'),
      directoryData('contacts.*', 'Savoir qui appeler, et qui peut venir chercher l’enfant'),
      directoryData('people_history.*', 'Savoir qui a changé quoi, et pouvoir revenir en arrière'),
      directoryData('carer_pupils.*', 'Savoir qui accompagne quel élève'),
      {
        column: 'accounts.*',
        purpose: 'Donner à chacun une connexion',
        retention: kept,
        export: 'masked',
        erase: 'with-person',
      },
      {
        column: 'audit_log.*',
        purpose: 'Savoir qui a fait quoi, en cas de litige',
        retention: 'Un an',
        export: 'yes',
        erase: 'pseudonym',
      },
      {
        column: 'form_keys.*',
        purpose: 'Ne pas faire deux fois ce qui est envoyé deux fois',
        retention: 'Un jour',
        export: 'no',
        erase: 'with-person',
      },
    ],
    townHall: { figures },
    routes: [
      ...[classes, pupils, guardians].flatMap(listRoutes),
      get('admin', '/classes/:class', 'ressources.classes-read', (visit) => classCard(house, visit)),
      get('admin', '/classes/:class/liste.pdf', 'ressources.classes-read', classPdf),
      get('admin', '/classes/:class/liste.csv', 'ressources.classes-read', classSheet, { fresh: true }),
      ...labelRoutes,
      ...teacherRoutes,
      get('admin', '/eleves/:pupil', 'ressources.pupils-read', (visit) => pupilCard(house, visit)),
      ...identityRoutes,
      ...placeRoutes,
      ...contactRoutes,
      get('admin', '/responsables/:id', 'ressources.guardians-read', (visit) => guardianCard(house, visit)),
      ...guardianRoutes,
      ...addressRoutes,
      ...attachRoutes,
      ...linkRoutes,
      ...secretRoutes(house),
      ...undoRoutes,
    ],
  });

/** « Annuler » on each card; links have theirs beside them. */
const undoRoutes: Route[] = CARDS.map((card) =>
  post('admin', `${card.path}/annuler`, card.write, { cause: hidden() }, (visit) => takeBack(visit, card), {
    back: card.path,
    as: 'undo',
  }),
);
