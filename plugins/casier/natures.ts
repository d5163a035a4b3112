import { defineList, type Row, searchKey, type Transaction, text, type Visit } from '@preau/core';
import { DEPOSIT } from './words.ts';

/** F16-5; a school adds its own. */
const PRELOADED = ['Administratif', 'Santé', 'Scolarité', 'Périscolaire', 'Pédagogie', 'Divers'];

/** Fills a school's list the first time somebody needs it. */
export async function preloadNatures(db: Transaction): Promise<void> {
  if (await db('casier_natures').first('id')) return;
  await db('casier_natures')
    .insert(PRELOADED.map((label) => ({ label, search: searchKey(label) })))
    .onConflict(['school_id', 'search'])
    .ignore();
}

export const naturesOf = (db: Transaction): Promise<{ id: string; label: string }[]> =>
  db('casier_natures').orderBy('rank').select('id', 'label');

/** The nature of that name, made when the school has none such: « sante » is « Santé ». */
export async function natureCalled(db: Transaction, label: string): Promise<string> {
  const search = searchKey(label);
  await db('casier_natures').insert({ label, search }).onConflict(['school_id', 'search']).ignore();
  return (await db('casier_natures').where({ search }).first('id')).id;
}

const label = text('Nature', {
  max: 60,
  unique: { constraint: 'casier_natures_school_id_search_unique', message: 'Cette nature est déjà là.' },
});

/** Communication > Casier numérique > Natures de document: own ones beside those that were there (F16-5). */
export const natures = defineList({
  name: 'casier.natures',
  path: '/natures',
  title: 'Natures de document',
  one: 'nature',
  many: 'natures',
  feminine: true,
  allow: { read: DEPOSIT, write: DEPOSIT },
  search: 'casier_natures.search',
  query: ({ db }) =>
    db('casier_natures').select(
      'id',
      'label',
      db.raw('(select count(*) from casier_documents where nature_id = casier_natures.id) as used'),
    ),
  called: (row) => String(row.label),
  columns: {
    label: {
      title: 'Nature de document',
      sort: 'casier_natures.search',
      edit: { what: 'le nom', field: label, save: rename },
    },
    used: { title: 'Documents', figures: true },
  },
  create: {
    title: 'Ajouter une nature',
    of: 'à créer',
    fields: { label },
    async save({ db }, input: { label: string }) {
      const [made] = await db('casier_natures')
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
      ask: 'Une nature dont un document se sert reste.',
      loss: true,
      run: remove,
    },
  ],
  empty: { text: 'Tapez un nom dans la ligne ci-dessus.', steps: [] },
});

async function rename({ db }: Visit, row: Row, value: string) {
  await db('casier_natures')
    .where({ id: row.id })
    .update({ label: value, search: searchKey(value) });
}

async function remove({ db }: Visit, { ids }: { ids: string[] }) {
  const gone = await db('casier_natures')
    .whereIn('id', ids)
    .whereNotExists(db('casier_documents').whereRaw('nature_id = casier_natures.id').select('id'))
    .delete();
  const kept = ids.length - gone;
  return {
    text: `Supprimées : ${gone}.${kept ? ` ${kept} ${kept > 1 ? 'servent encore et restent' : 'sert encore et reste'}.` : ''}`,
    undo: false,
  };
}
