import { get, pickForm, post } from '@preau/core';
import {
  createLetter,
  deleteLetter,
  duplicateLetter,
  firstLetter,
  letterForm,
  resetLetter,
  saveLetter,
  showLetter,
  showNewLetter,
} from './letter-models.ts';
import { letterVersion } from './letter-rows.ts';
import { HAND_OUT, MODELS, type Part } from './part.ts';
import { SEND_KINDS, sendActs } from './send-kinds.ts';
import { mailForm, sendMail, showMessage } from './send-mail.ts';
import { paperForm, printLetters, showPaper } from './send-paper.ts';
import { showSending } from './send-window.ts';
import { purgeSendings, startSending } from './sendings.ts';

/** Letters (fiche 13): their models, the window of a sending, the mails. */
export const letters: Part = {
  steps: [
    {
      title: 'Envoyer les identifiants par e-mail',
      fiche: 13,
      path: '/courriers',
      begin: { list: 'personnels.teachers' },
      allow: HAND_OUT,
      done: async ({ db }) => !!(await db('account_keys').where({ way: 'mail' }).first('id')),
    },
  ],
  nav: [
    {
      area: 'admin',
      under: 'Communication > Courriers et Documents',
      title: 'Modèles',
      path: '/courriers',
      allow: HAND_OUT,
      icon: 'mail',
    },
  ],
  acts: sendActs,
  routes: [
    get('admin', '/courriers', HAND_OUT, firstLetter),
    get('admin', '/courriers/nouveau', MODELS, showNewLetter),
    post('admin', '/courriers/nouveau', MODELS, letterForm, createLetter),
    get('admin', '/courriers/:id', HAND_OUT, showLetter),
    post('admin', '/courriers/:id', MODELS, letterForm, saveLetter, { version: letterVersion }),
    post('admin', '/courriers/:id/dupliquer', MODELS, duplicateLetter),
    post('admin', '/courriers/:id/supprimer', MODELS, deleteLetter),
    post('admin', '/courriers/:id/origine', MODELS, resetLetter),
    ...SEND_KINDS.map((kind) =>
      post('admin', kind.path, HAND_OUT, pickForm, (visit) => startSending(visit, kind), {
        back: '/courriers',
        as: `send_${kind.kind}`,
      }),
    ),
    get('admin', '/envois/:id', HAND_OUT, showSending),
    get('admin', '/envois/:id/message', HAND_OUT, showMessage),
    post('admin', '/envois/:id/message', HAND_OUT, mailForm, sendMail, { as: 'mail', fresh: true }),
    get('admin', '/envois/:id/papier', HAND_OUT, showPaper),
    post('admin', '/envois/:id/papier', HAND_OUT, paperForm, printLetters, { fresh: true }),
  ],
  nightly: { sendings: ({ step }) => step(purgeSendings) },
  privacy: [
    {
      column: 'credentials_letters.*',
      purpose: 'Écrire les courriers de l’école, sans donnée d’une personne',
      retention: 'Jusqu’à la fermeture de l’école',
      export: 'no',
      erase: 'keep',
    },
    {
      column: 'credentials_sendings.*',
      purpose: 'Savoir à qui s’adresse un courrier en préparation, et s’il est parti',
      retention: 'Un mois',
      export: 'no',
      erase: 'delete',
    },
  ],
};
