import { defineList, type Row, type Transaction, text, type Visit } from '@preau/core';
import { READ, WRITE } from './kinds.ts';

/** F05-4, as the guide has them; a school adds its own. */
const PRELOADED = [
  ['M.', 'Monsieur'],
  ['Mme', 'Madame'],
  ['Mlle', 'Mademoiselle'],
  ['M. et Mme', 'Monsieur et Madame'],
].map(([abbreviation, label]) => ({ abbreviation, label }));

/** Fills a school's list the first time somebody needs it. */
export async function preloadCivilities(db: Transaction): Promise<void> {
  if (await db('personnels_civilities').first('id')) return;
  await db('personnels_civilities').insert(PRELOADED).onConflict(['school_id', 'abbreviation']).ignore();
}

export async function civilitiesOf(db: Transaction): Promise<{ abbreviation: string; label: string }[]> {
  await preloadCivilities(db);
  return db('personnels_civilities').orderBy('rank').select('abbreviation', 'label');
}

/** The choices of a select, « Aucune » first. A civility that a file brought stays until somebody chooses another. */
export async function civilityOptions({ db }: Visit, held?: string | null) {
  const known = await civilitiesOf(db);
  return [
    { value: '', label: 'Aucune' },
    ...known.map((one) => ({ value: one.abbreviation, label: `${one.abbreviation} (${one.label})` })),
    ...(held && !known.some((one) => one.abbreviation === held) ? [{ value: held, label: held }] : []),
  ];
}

const abbreviation = text('Abréviation', {
  max: 30,
  unique: { constraint: 'personnels_civilities_school_id_abbreviation_unique', message: 'Cette civilité est déjà là.' },
});

/** Civilités with their own creation line (F05-4). */
export const civilities = defineList({
  name: 'personnels.civilities',
  path: '/civilites',
  title: 'Civilités',
  one: 'civilité',
  many: 'civilités',
  feminine: true,
  allow: { read: READ, write: WRITE },
  search: 'personnels_civilities.abbreviation',
  query: ({ db }) =>
    db('personnels_civilities').select(
      'id',
      'abbreviation',
      'label',
      db.raw('(select count(*) from people where people.civility = personnels_civilities.abbreviation) as used'),
    ),
  called: (row) => String(row.abbreviation),
  columns: {
    abbreviation: {
      title: 'Abréviation',
      sort: 'personnels_civilities.abbreviation',
      edit: { what: 'l’abréviation', field: abbreviation, save: rename },
    },
    label: {
      title: 'Libellé',
      edit: {
        what: 'le libellé',
        field: text('Libellé', { max: 60 }),
        save: async ({ db }, row, label: string) => db('personnels_civilities').where({ id: row.id }).update({ label }),
      },
    },
    used: { title: 'Personnes', figures: true },
  },
  create: {
    title: 'Ajouter une civilité',
    of: 'de la civilité à créer',
    fields: { abbreviation, label: text('Libellé', { max: 60 }) },
    async save({ db }, input: { abbreviation: string; label: string }) {
      const [made] = await db('personnels_civilities').insert(input).returning('id');
      return { id: made.id, text: `« ${input.abbreviation} » est dans la liste.` };
    },
  },
  acts: [
    {
      key: 'supprimer',
      icon: 'trash-2',
      title: 'Supprimer {qui}',
      ask: 'Une civilité que quelqu’un porte reste.',
      loss: true,
      run: remove,
    },
  ],
  empty: { text: 'Tapez une abréviation puis un libellé dans la ligne ci-dessus.', steps: [] },
});

/** Whoever bears it bears its new name. */
async function rename({ db, services }: Visit, row: Row, value: string) {
  const bearers: string[] = await db('people').where({ civility: row.abbreviation }).pluck('id');
  await db('personnels_civilities').where({ id: row.id }).update({ abbreviation: value });
  await services.register.change(bearers.map((id) => ({ id, fields: { civility: value } })));
}

async function remove({ db }: Visit, { ids }: { ids: string[] }) {
  const gone = await db('personnels_civilities')
    .whereIn('id', ids)
    .whereNotExists(db('people').whereRaw('people.civility = personnels_civilities.abbreviation').select('id'))
    .delete();
  const kept = ids.length - gone;
  return { text: `Supprimées : ${gone}.${kept ? ` ${kept} servent encore et restent.` : ''}`, undo: false };
}
