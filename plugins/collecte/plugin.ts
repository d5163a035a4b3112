import { definePlugin, type Route } from '@preau/core';
import { GATHER, GIVE, READ } from './words.ts';

/** What is asked of whom, and how it stands (F17-01 to F17-11): Gestion for the school, the Espace Enseignants for a teacher’s own classes. */
function asking(_area: 'admin' | 'espace', _read: string, _manage: string): Route[] {
  return [];
}

/** Looking through what came, deciding, fetching it all (F17-11, F17-12, F17-15). */
function reviewing(_area: 'admin' | 'espace', _read: string): Route[] {
  return [];
}

/** Families deposit, child by child (F17-13). */
function giving(): Route[] {
  return [];
}

const kept = (table: string, purpose: string, erase: 'delete' | 'with-person' | 'keep' = 'with-person') => ({
  column: `collecte_${table}.*`,
  purpose,
  retention: 'Jusqu’à la fin de l’année scolaire',
  export: 'yes' as const,
  erase,
});

/** Communication > Casier numérique: documents asked of families, child by child (fiche 17). */
export default definePlugin({
  name: 'collecte',
  title: 'Collecte de documents',
  summary: 'Demander des documents aux familles, savoir ce qui manque, relancer, tout télécharger.',
  icon: 'folder-down',
  permissions: {
    read: 'Communication > Voir les documents à collecter',
    manage: 'Communication > Demander des documents aux familles',
  },
  rubrics: {
    fournir: { title: 'Documents à fournir', under: 'Communication', espaces: ['parents'], published: true },
    collecter: { title: 'Documents à collecter', under: 'Communication', espaces: ['enseignants'], published: true },
  },
  noticeCategories: { demandes: 'Documents demandés', suivi: 'Documents déposés par les familles' },
  nav: [
    {
      area: 'admin',
      under: 'Communication > Casier numérique',
      title: 'Documents à collecter',
      path: '/',
      allow: READ,
      icon: 'files',
    },
    { area: 'espace', under: 'Communication', title: 'Documents à fournir', path: '/', allow: GIVE, icon: 'files' },
    {
      area: 'espace',
      under: 'Communication',
      title: 'Documents à collecter',
      path: '/a-collecter',
      allow: GATHER,
      icon: 'files',
    },
  ],
  routes: [
    ...giving(),
    ...reviewing('espace', GATHER),
    ...asking('espace', GATHER, GATHER),
    ...reviewing('admin', READ),
    ...asking('admin', READ, 'collecte.manage'),
  ],
  privacy: [
    kept('documents', 'Demander un document aux familles', 'keep'),
    kept('classes', 'Savoir à quelles classes un document est demandé', 'keep'),
    kept('readers', 'Réserver les documents déposés aux personnes choisies'),
    kept('sendings', 'Savoir qui a déposé un document et quand'),
    kept('deposits', 'Savoir pour quel enfant, et ce que l’école en a décidé'),
    kept('reminders', 'Ne pas relancer deux fois la même famille'),
  ],
});
