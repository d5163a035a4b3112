import { definePlugin, get, post, type Route } from '@preau/core';
import { add, addForm, againForm, check, codeForm, secure, sendAgain, showAdd, showCode, showSecure } from './add.ts';
import { allowForm, allowVersion, saveAllow, showAllow } from './allow.ts';
import { BOXES } from './box.ts';
import { purgeCodes } from './code.ts';
import { KINDS, type Kind, OWN, SCHOOL } from './kinds.ts';
import { showBoxes } from './list.ts';
import { askRemove, remove } from './remove.ts';
import { senders } from './senders.ts';
import { saveServer, serverForm, showServer } from './server.ts';

const nav = { area: 'admin' as const, under: 'Configuration', title: 'Paramétrer l’envoi d’e-mails', path: '/' };

/** The way of one account, from « + » to the day it goes; the same for a school's and one's own. */
const boxRoutes = (kind: Kind): Route[] => {
  const { allow, path } = kind;
  const one = `${path}/:id`;
  return [
    get('admin', `${path}/nouveau`, allow, (visit) => showAdd(visit, kind)),
    post('admin', `${path}/nouveau`, allow, addForm(kind), (visit) => add(visit, kind)),
    get('admin', `${one}/code`, allow, (visit) => showCode(visit, kind)),
    post('admin', `${one}/code`, allow, codeForm, (visit) => check(visit, kind), { outside: true }),
    post('admin', `${one}/renvoyer`, allow, againForm, (visit) => sendAgain(visit, kind), {
      back: `${one}/code`,
      as: 'again',
    }),
    get('admin', `${one}/securiser`, allow, (visit) => showSecure(visit, kind)),
    post('admin', `${one}/securiser`, allow, (visit) => secure(visit, kind), { fresh: 'always' }),
    // Asked before the page: a secret of its form does not outlive the question.
    get('admin', `${one}/envoi`, allow, (visit) => showServer(visit, kind), { fresh: true }),
    post('admin', `${one}/envoi`, allow, serverForm, (visit) => saveServer(visit, kind), {
      outside: true,
      fresh: true,
    }),
    get('admin', `${one}/retirer`, allow, (visit) => askRemove(visit, kind)),
    post('admin', `${one}/retirer`, allow, (visit) => remove(visit, kind), { fresh: true }),
  ];
};

/** Configuration > Paramétrer l'envoi d'e-mails: from whose address the school writes (fiche 9). */
export default definePlugin({
  name: 'email-accounts',
  title: 'Comptes e-mails',
  summary: 'Envoyer les e-mails depuis l’adresse de l’école ou la sienne.',
  icon: 'mail',
  permissions: {
    school: 'Communication > Gérer les comptes e-mails de l’école',
    own: 'Communication > Avoir un compte e-mail personnel',
  },
  privacy: [
    {
      column: 'email_accounts_boxes.*',
      purpose: 'Envoyer les e-mails depuis une adresse de l’école ou d’une personne de l’équipe',
      retention: 'Jusqu’au retrait du compte e-mail',
      export: 'masked',
      erase: 'with-person',
    },
    {
      column: 'email_accounts_codes.*',
      purpose: 'Vérifier qu’une adresse appartient à qui l’ajoute',
      retention: 'Un jour',
      export: 'no',
      erase: 'with-person',
    },
    {
      column: 'email_accounts_allowed.*',
      purpose: 'Savoir qui peut envoyer depuis un compte de l’école',
      retention: 'Jusqu’au retrait du droit ou du compte e-mail',
      export: 'yes',
      erase: 'with-person',
    },
  ],
  nav: KINDS.map(({ allow }) => ({ ...nav, allow })),
  steps: [
    {
      title: 'Paramétrer l’envoi d’e-mails',
      fiche: 9,
      path: '/',
      begin: { path: `${SCHOOL.path}/nouveau` },
      allow: SCHOOL.allow,
      done: async ({ db }) =>
        (await db(BOXES).whereNull('owner_id').whereNotNull('secured_at').first('id')) !== undefined,
    },
  ],
  routes: [
    get('admin', '/', 'signed-in', showBoxes),
    ...[SCHOOL, OWN].flatMap(boxRoutes),
    get('admin', `${SCHOOL.path}/:id/habilites`, SCHOOL.allow, showAllow),
    post('admin', `${SCHOOL.path}/:id/habilites`, SCHOOL.allow, allowForm, saveAllow, {
      fresh: true,
      version: allowVersion,
    }),
  ],
  nightly: { purge: ({ step }) => step(async (work) => void (await purgeCodes(work))) },
  senders,
});
