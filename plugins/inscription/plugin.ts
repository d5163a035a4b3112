import { definePlugin, get, hidden, listRoutes, post } from '@preau/core';
import { accept, acceptForm, showAccept, undoAccept } from './accept.ts';
import { askMore, onHeld, onRequest, questionForm, reasonForm, refuse, sendLink } from './decide.ts';
import { addressForm, answer, answerForm, confirm, mendAddress, showRequest, withdraw } from './follow.ts';
import { formVersion, saveForm, settingsForm, showForm } from './form-screen.ts';
import { purge } from './nightly.ts';
import { showPreview, tryPreview } from './preview.ts';
import { showCard, waitingBlock } from './request-card.ts';
import { requestForm } from './request-form.ts';
import { requestList } from './request-list.ts';
import { requestVersion } from './requests.ts';
import { whilePublished } from './school-form.ts';
import { send, showAsk } from './send.ts';
import { DECIDABLE, FORM, TREAT } from './words.ts';

const card = '/demandes/:id';
const follow = '/demande/:code';
const version = { version: requestVersion };
const RETENTION =
  'Demande non confirmée : 7 jours ; refusée ou retirée : 12 mois ; sinon jusqu’à la fin de l’année scolaire demandée';

/** Espace Inscription: a family asks to enrol a child and follows its request (F11-17). */
export default definePlugin({
  name: 'inscription',
  title: 'Inscriptions en ligne',
  summary: 'Recevoir les demandes d’inscription des familles, y répondre, et les faire entrer dans l’annuaire.',
  icon: 'user-plus',
  publicPage: 'inscription',
  permissions: {
    treat: 'Élèves > Traiter les demandes d’inscription',
    form: 'Généralités > Préparer le formulaire d’inscription',
  },
  nav: [
    {
      area: 'admin',
      under: 'Espaces web > Inscription',
      title: 'Demandes d’inscription',
      path: '/demandes',
      allow: TREAT,
      icon: 'inbox',
    },
    {
      area: 'admin',
      under: 'Espaces web > Inscription',
      title: 'Formulaire d’inscription',
      path: '/formulaire',
      allow: FORM,
      icon: 'settings-2',
    },
  ],
  routes: [
    get('public', '/', 'anyone', whilePublished(showAsk)),
    post('public', '/', 'anyone', requestForm, whilePublished(send), { outside: true }),
    get('public', follow, 'anyone', whilePublished(showRequest)),
    post('public', `${follow}/confirmer`, 'anyone', whilePublished(confirm), { back: follow }),
    post('public', `${follow}/adresse`, 'anyone', addressForm, whilePublished(mendAddress), {
      back: follow,
      as: 'mending',
      outside: true,
    }),
    post('public', `${follow}/repondre`, 'anyone', answerForm, whilePublished(answer), {
      back: follow,
      as: 'answering',
    }),
    post('public', `${follow}/retirer`, 'anyone', whilePublished(withdraw), { back: follow }),
    ...listRoutes(requestList),
    get('admin', card, TREAT, showCard),
    get('admin', `${card}/completer`, TREAT, onRequest('inscription/completer', ['sent'])),
    post('admin', `${card}/completer`, TREAT, questionForm, onHeld(['sent'], askMore), version),
    get('admin', `${card}/refuser`, TREAT, onRequest('inscription/refuser', DECIDABLE)),
    post('admin', `${card}/refuser`, TREAT, reasonForm, onHeld(DECIDABLE, refuse), version),
    get('admin', `${card}/accepter`, TREAT, showAccept),
    post('admin', `${card}/accepter`, TREAT, acceptForm, onHeld(DECIDABLE, accept), version),
    post('admin', `${card}/annuler`, TREAT, { sure: hidden() }, onHeld(['accepted'], undoAccept), {
      back: card,
      as: 'undoing',
    }),
    post('admin', `${card}/lien`, TREAT, { sure: hidden() }, sendLink, { back: card, as: 'linking', outside: true }),
    get('admin', '/formulaire', FORM, showForm),
    post('admin', '/formulaire', FORM, settingsForm, saveForm, { version: formVersion }),
    get('admin', '/formulaire/apercu', FORM, showPreview),
    post('admin', '/formulaire/apercu', FORM, requestForm, tryPreview),
  ],
  blocks: [
    {
      place: 'gestion/accueil',
      title: 'Demandes d’inscription',
      allow: TREAT,
      view: 'inscription/_bloc',
      data: waitingBlock,
    },
  ],
  nightly: { purge },
  privacy: [
    {
      column: 'inscription_forms.*',
      purpose: 'Demander aux familles ce que l’école a choisi',
      retention: 'Jusqu’à la fermeture de l’école',
      export: 'no',
      erase: 'keep',
    },
    {
      column: 'inscription_requests.*',
      purpose: 'Étudier une demande d’inscription et y répondre',
      retention: RETENTION,
      export: 'yes',
      erase: 'delete',
    },
    {
      column: 'inscription_steps.*',
      purpose: 'Suivre une demande d’inscription : questions, réponses, décision',
      retention: RETENTION,
      export: 'yes',
      erase: 'delete',
    },
    {
      column: 'inscription_links.*',
      purpose: 'N’ouvrir une demande qu’à la famille qui l’a envoyée, et prouver son adresse',
      retention: RETENTION,
      export: 'no',
      erase: 'delete',
    },
  ],
});
