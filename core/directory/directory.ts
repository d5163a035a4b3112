import { listRoutes } from '../list/routes.ts';
import { csv, definePlugin, get, type PersonalData, pdf } from '../plugin/contract.ts';
import { classCard, classOf } from './class-card.ts';
import { classes } from './classes-list.ts';
import { guardianCard } from './guardian-card.ts';
import { guardians } from './guardians-list.ts';
import { pupilCard } from './pupil-card.ts';
import { pupils } from './pupils-list.ts';

const kept = 'Jusqu’à un an après le départ de l’école';
const directoryData = (column: string, purpose: string): PersonalData => ({
  column,
  purpose,
  retention: kept,
  export: 'yes',
  erase: 'delete',
});

/** Ressources > Classes, Élèves, Responsables: a list and a card each (F04-17). */
export const directory = definePlugin({
  name: 'ressources',
  title: 'Annuaire de l’école',
  permissions: {
    'classes-read': 'Élèves > Voir les classes',
    'pupils-read': 'Élèves > Voir les élèves',
    'guardians-read': 'Élèves > Voir les responsables',
    'classes-write': 'Élèves > Modifier les classes',
    'pupils-write': 'Élèves > Modifier les élèves',
    'guardians-write': 'Élèves > Modifier les responsables',
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
  routes: [
    ...[classes, pupils, guardians].flatMap(listRoutes),
    get('admin', '/classes/:class', 'ressources.classes-read', classCard),
    get('admin', '/classes/:class/liste.pdf', 'ressources.classes-read', async (visit) => {
      const { label, pupils } = await classOf(visit);
      return pdf(`${label}.pdf`, 'print/classe', { label, pupils });
    }),
    get('admin', '/classes/:class/liste.csv', 'ressources.classes-read', async (visit) => {
      const { label, pupils } = await classOf(visit);
      const header = ['Nom', 'Prénom', 'Né(e) le', 'S', 'Niveau'];
      return csv(
        `${label}.csv`,
        header,
        pupils.map((one) =>
          [one.last_name, one.first_name, one.birth_date, one.sex, one.level].map((cell) => cell ?? null),
        ),
      );
    }),
    get('admin', '/eleves/:pupil', 'ressources.pupils-read', pupilCard),
    get('admin', '/responsables/:id', 'ressources.guardians-read', guardianCard),
  ],
});
