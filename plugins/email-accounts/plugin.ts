import { definePlugin } from '@preau/core';

/** Configuration > Paramétrer l'envoi d'e-mails: from whose address the school writes (fiche 9). */
export default definePlugin({
  name: 'email-accounts',
  title: 'Comptes e-mails',
  summary: 'Envoyer les e-mails depuis l’adresse de l’école ou la sienne.',
  icon: 'mail',
  privacy: [],
});
