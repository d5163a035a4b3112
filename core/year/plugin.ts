import { definePlugin, get, type Job, type Json, post, redirect } from '../plugin/contract.ts';
import { begin } from './apply.ts';
import { pupilsForm, savePupils, showPupils } from './exceptions.ts';
import { showReport, undoTurn } from './report.ts';
import { draftForm, draftVersion, HOME, save, show } from './screen.ts';
import { askValidate, planVersion, sureForm, validate } from './validate.ts';

const TURN = 'annee.turn';

/** Ressources > Classes > Changement d'année (P11): classes up, leavers archived, and back again for 30 days. */
export const yearTurn = definePlugin({
  name: 'annee',
  title: 'Changement d’année',
  icon: 'calendar-days',
  permissions: { turn: 'Élèves > Faire passer l’école à l’année suivante' },
  nav: [
    { area: 'admin', under: 'Ressources > Classes', title: 'Changement d’année', path: '/', allow: TURN },
    {
      area: 'admin',
      under: 'Imports/Exports > Changement d’année',
      title: 'Changement d’année',
      path: '/imports',
      allow: TURN,
    },
  ],
  // What becomes of a module's own things, one `<li>` each.
  places: ['annee/ce-qui-change'],
  noticeCategories: { suite: 'Changement d’année' },
  privacy: [
    {
      column: 'year_turns.*',
      purpose: 'Préparer le changement d’année, et pouvoir l’annuler pendant 30 jours',
      retention: 'Deux années scolaires',
      export: 'no',
      erase: 'delete',
    },
  ],
  routes: [
    get('admin', '/', TURN, show),
    post('admin', '/', TURN, draftForm, save, { version: draftVersion }),
    get('admin', '/imports', TURN, () => redirect(HOME)),
    get('admin', '/classe/:class', TURN, showPupils),
    post('admin', '/classe/:class', TURN, pupilsForm, savePupils, { version: draftVersion }),
    get('admin', '/valider', TURN, askValidate),
    post('admin', '/valider', TURN, sureForm, validate, { version: planVersion, fresh: 'always' }),
    get('admin', '/rapport/:id', TURN, showReport),
    post('admin', '/rapport/:id/annuler', TURN, sureForm, undoTurn, {
      back: '/rapport/:id',
      as: 'undoing',
      fresh: true,
    }),
  ],
  jobs: { begin: (job: Job, data: Json) => job.step((work) => begin(work, data as string)) },
  nightly: {
    purge: (job) =>
      job.step(async ({ db, services }) => {
        const { year } = services.people;
        await db('year_turns')
          .where('year', '<', year - 2)
          .delete();
        await db('year_turns')
          .where({ state: 'draft' })
          .where('year', '<', year - 1)
          .delete();
      }),
  },
});
