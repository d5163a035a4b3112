import { get, listRoutes, post } from '@preau/core';
import { showFollow } from './follow-counts.ts';
import { handoverForm, printHandover, saveHandover, showHandover } from './handover.ts';
import { neverActs, neverRoutes } from './never-acts.ts';
import { never } from './never-list.ts';
import { HAND_OUT, type Part } from './part.ts';

/** Who is connected and who is not, and what was handed over to whom. */
export const follow: Part = {
  nav: [
    {
      area: 'admin',
      under: 'Communication > Courriers et Documents',
      title: 'Suivi des identifiants',
      path: '/suivi',
      allow: HAND_OUT,
      icon: 'list',
    },
  ],
  acts: neverActs,
  routes: [
    get('admin', '/suivi', HAND_OUT, showFollow),
    ...listRoutes(never),
    ...neverRoutes,
    get('admin', '/remise/:class', HAND_OUT, showHandover),
    get('admin', '/remise/:class/feuille', HAND_OUT, printHandover),
    post('admin', '/remise/:class', HAND_OUT, handoverForm, saveHandover),
  ],
  privacy: [
    {
      column: 'credentials_handovers.*',
      purpose: 'Savoir à qui l’étiquette de connexion a été remise en main propre, quand et par qui',
      retention: 'Jusqu’au départ de la personne',
      export: 'yes',
      erase: 'with-person',
    },
  ],
};
