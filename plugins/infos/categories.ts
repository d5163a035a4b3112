import { defineList, type Row, searchKey, type Transaction, text, type Visit } from '@preau/core';
import { READ, SEND } from './words.ts';

/** F14-06; a school adds its own. */
const PRELOADED: [label: string, icon: string][] = [
  ['Information générale', 'megaphone'],
  ['Sortie scolaire', 'bus'],
  ['Réunion', 'users'],
  ['Cantine et périscolaire', 'utensils'],
  ['Santé', 'heart-handshake'],
  ['Photo de classe', 'camera'],
  ['Grève', 'calendar-x-2'],
  ['Absence d’un professeur', 'graduation-cap'],
  ['Vie de l’école', 'school'],
];

/** Fills a school's list the first time somebody needs it. */
export async function preloadCategories(db: Transaction): Promise<void> {
  if (await db('infos_categories').first('id')) return;
  await db('infos_categories')
    .insert(PRELOADED.map(([label, icon]) => ({ label, icon, search: searchKey(label) })))
    .onConflict(['school_id', 'search'])
    .ignore();
}

/** The choices of the select. */
export async function categoriesOf(db: Transaction, held: string | null) {
  await preloadCategories(db);
  const rows: { id: string; label: string }[] = await db('infos_categories').orderBy('rank').select('id', 'label');
  return [
    { value: '', label: 'Choisissez une catégorie', selected: !held },
    ...rows.map(({ id, label }) => ({ value: id, label, selected: id === held })),
  ];
}

const label = text('Catégorie', {
  max: 60,
  unique: { constraint: 'infos_categories_school_id_search_unique', message: 'Cette catégorie est déjà là.' },
});

/** Communication > Infos/sondages > Catégories: own ones beside those that were there (F14-06). */
export const categories = defineList({
  name: 'infos.categories',
  path: '/categories',
  title: 'Catégories d’informations',
  one: 'catégorie',
  many: 'catégories',
  feminine: true,
  allow: { read: READ, write: SEND },
  search: 'infos_categories.search',
  query: ({ db }) =>
    db('infos_categories').select(
      'id',
      'label',
      'rank',
      db.raw(
        '(select count(*) from infos_items where category_id = infos_categories.id) + (select count(*) from infos_models where category_id = infos_categories.id) as used',
      ),
    ),
  called: (row) => String(row.label),
  columns: {
    label: {
      title: 'Catégorie',
      sort: 'infos_categories.search',
      edit: { what: 'le nom', field: label, save: rename },
    },
    used: { title: 'Utilisée', figures: true },
  },
  create: {
    title: 'Ajouter une catégorie',
    of: 'à créer',
    fields: { label },
    async save({ db }, input: { label: string }) {
      const [made] = await db('infos_categories')
        .insert({ label: input.label, search: searchKey(input.label) })
        .returning('id');
      return { id: made.id, text: `« ${input.label} » est dans la liste.` };
    },
  },
  acts: [
    {
      key: 'supprimer',
      icon: 'trash-2',
      title: 'Supprimer {qui}',
      ask: 'Une catégorie dont une information ou un modèle se sert reste.',
      loss: true,
      run: remove,
    },
  ],
  empty: { text: 'Tapez un nom dans la ligne ci-dessus.', steps: [] },
});

async function rename({ db }: Visit, row: Row, value: string) {
  await db('infos_categories')
    .where({ id: row.id })
    .update({ label: value, search: searchKey(value) });
}

async function remove({ db }: Visit, { ids }: { ids: string[] }) {
  const used = (table: string) => db(table).whereRaw('category_id = infos_categories.id').select('id');
  const gone = await db('infos_categories')
    .whereIn('id', ids)
    .whereNotExists(used('infos_items'))
    .whereNotExists(used('infos_models'))
    .delete();
  const kept = ids.length - gone;
  return {
    text: `Supprimées : ${gone}.${kept ? ` ${kept} ${kept > 1 ? 'servent encore et restent' : 'sert encore et reste'}.` : ''}`,
    undo: false,
  };
}
