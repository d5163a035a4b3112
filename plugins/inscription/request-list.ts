import { capitals, defineList, frenchDay } from '@preau/core';
import { DESK, isPublished, SCHOOL_MARKS, type State, TREAT, yearInWords } from './words.ts';

const SHOWN: Record<string, { label: string; states: State[] }> = {
  complement: { label: 'Attendent la famille', states: ['incomplete'] },
  acceptees: { label: 'Acceptées', states: ['accepted'] },
  refusees: { label: 'Refusées', states: ['refused'] },
  retirees: { label: 'Retirées', states: ['withdrawn'] },
  toutes: { label: 'Toutes', states: Object.keys(SCHOOL_MARKS) as State[] },
};

/** Espaces web > Inscription > Demandes d’inscription (F11-17). */
export const requestList = defineList({
  name: 'inscription.requests',
  path: '/demandes',
  title: 'Demandes d’inscription',
  one: 'demande',
  many: 'demandes',
  feminine: true,
  allow: { read: TREAT },
  search: 'inscription_requests.search',
  called: (row) => `${row.first_names} ${row.last_name}`,
  query: ({ db, school }) =>
    // The school reads nothing before the address is proved: see requestOf.
    db('inscription_requests')
      .whereNot('inscription_requests.state', 'unconfirmed')
      .select(
        'inscription_requests.id',
        'last_name',
        'first_names',
        'birth_date',
        'level',
        'year',
        'state',
        db.raw("guardians->0->>'firstName' || ' ' || (guardians->0->>'lastName') as guardian"),
        db.raw("to_char(sent_at at time zone ?, 'DD/MM/YYYY') as sent_on", [school.timezone]),
      ),
  columns: {
    last_name: {
      title: 'Nom',
      show: (row) => capitals(String(row.last_name)),
      link: (row) => `${DESK}/${row.id}`,
      sort: 'inscription_requests.search',
    },
    first_names: { title: 'Prénoms', plain: true },
    birth_date: {
      title: 'Né(e) le',
      show: (row) => frenchDay(String(row.birth_date)),
      sort: 'inscription_requests.birth_date',
      figures: true,
    },
    level: { title: 'Niveau', sort: 'inscription_requests.level' },
    year: { title: 'Année', show: (row) => yearInWords(Number(row.year)), opt: true, figures: true },
    guardian: { title: 'Demandée par', opt: true },
    sent_on: { title: 'Envoyée le', sort: 'inscription_requests.sent_at', figures: true },
    state: { title: 'État', show: (row) => SCHOOL_MARKS[row.state as State] },
  },
  filters: {
    etat: {
      title: 'État',
      all: 'À traiter',
      options: Object.entries(SHOWN).map(([value, { label }]) => ({ value, label })),
      narrow: (query, value) => query.whereIn('inscription_requests.state', SHOWN[value]?.states ?? []),
      otherwise: (query) => query.where('inscription_requests.state', 'sent'),
    },
  },
  intro: async (visit) =>
    isPublished(visit)
      ? 'Ouvrez une demande pour l’accepter, la refuser ou poser une question.'
      : 'L’Espace Inscription n’est pas publié : les familles ne peuvent ni demander, ni suivre leur demande.',
  empty: {
    text: 'Les demandes que les familles ont confirmées par e-mail s’affichent ici. Le filtre « État » montre les autres.',
    steps: [
      {
        title: 'Préparer le formulaire',
        icon: 'settings-2',
        path: '/gestion/inscription/formulaire',
        allow: 'inscription.form',
      },
    ],
  },
});
