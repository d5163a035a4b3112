import { ownWords, type Transaction } from '@preau/core';
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

/** Communication > Infos/sondages > Catégories (F14-06). */
export const { list: categories, preload: preloadCategories } = ownWords({
  name: 'infos.categories',
  path: '/categories',
  title: 'Catégories d’informations',
  one: 'catégorie',
  many: 'catégories',
  allow: { read: READ, write: SEND },
  table: 'infos_categories',
  first: PRELOADED.map(([label, icon]) => ({ label, icon })),
  headings: { label: 'Catégorie', used: 'Utilisée' },
  users: [
    { table: 'infos_items', column: 'category_id' },
    { table: 'infos_models', column: 'category_id' },
  ],
  says: {
    taken: 'Cette catégorie est déjà là.',
    stays: 'Une catégorie dont une information ou un modèle se sert reste.',
  },
});

/** The choices of the select. */
export async function categoriesOf(db: Transaction, held: string | null) {
  await preloadCategories(db);
  const rows: { id: string; label: string }[] = await db('infos_categories').orderBy('rank').select('id', 'label');
  return [
    { value: '', label: 'Choisissez une catégorie', selected: !held },
    ...rows.map(({ id, label }) => ({ value: id, label, selected: id === held })),
  ];
}
