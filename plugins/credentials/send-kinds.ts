import type { ListAct } from '@preau/core';
import { HAND_OUT } from './part.ts';
import type { Recipient } from './recipients.ts';

/** Whom one writes to from which list (F13-3). */
export interface SendKind {
  kind: Recipient['kind'];
  list: string;
  /** Where the list is, and the word of this module's route. */
  home: string;
  path: string;
  one: string;
  many: string;
}

export const SEND_KINDS: SendKind[] = [
  {
    kind: 'teacher',
    list: 'personnels.teachers',
    home: '/gestion/personnels/professeurs',
    path: '/envois/professeurs',
    one: 'professeur',
    many: 'professeurs',
  },
  {
    kind: 'staff',
    list: 'personnels.staff',
    home: '/gestion/personnels/personnels',
    path: '/envois/personnels',
    one: 'personnel',
    many: 'personnels',
  },
  {
    kind: 'guardian',
    list: 'ressources.guardians',
    home: '/gestion/ressources/responsables',
    path: '/envois/responsables',
    one: 'responsable',
    many: 'responsables',
  },
  {
    kind: 'pupil',
    list: 'ressources.pupils',
    home: '/gestion/ressources/eleves',
    path: '/envois/eleves',
    one: 'élève',
    many: 'élèves',
  },
];

export const sendKind = (kind: Recipient['kind']): SendKind => SEND_KINDS.find((one) => one.kind === kind) as SendKind;

/** « Envoyer un courrier à 3 professeurs », in the toolbar of each list. */
export const sendActs: ListAct[] = SEND_KINDS.map(({ list, path }) => ({
  list,
  path,
  key: 'courrier',
  icon: 'mail',
  title: 'Envoyer un courrier à {qui}',
  allow: HAND_OUT,
}));
