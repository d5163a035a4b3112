import { text } from '../form/form.ts';
import { searchKey } from '../people/names.ts';
import type { Transaction } from '../plugin/contract.ts';
import { defineList, type List } from './declare.ts';

/** Words a school chooses from, those it begins with and its own (F14-06, F16-5): catégories, natures, always feminine. */
export interface OwnWords extends Pick<List, 'name' | 'path' | 'title' | 'one' | 'many' | 'allow'> {
  /** Has `label`, `search` (unique in a school) and `rank`, besides the columns of `first`. */
  table: string;
  first: { label: string; [column: string]: string }[];
  /** Heading of the word itself, and of how often it serves. */
  headings: { label: string; used: string };
  /** Columns that point to a word: while one does, the word stays. */
  users: { table: string; column: string }[];
  says: { taken: string; stays: string };
}

/** @returns the list, for `listRoutes`, and what fills it the first time a school needs it. */
export function ownWords(words: OwnWords): { list: List; preload(db: Transaction): Promise<void> } {
  const { table, first, headings, users, says, ...own } = words;
  const label = text(headings.label, {
    max: 60,
    unique: { constraint: `${table}_school_id_search_unique`, message: says.taken },
  });
  const uses = (db: Transaction, user: OwnWords['users'][number]) =>
    db(user.table).whereRaw('??.?? = ??.id', [user.table, user.column, table]);
  const named = (value: string) => ({ label: value, search: searchKey(value) });
  const list = defineList({
    ...own,
    feminine: true,
    search: `${table}.search`,
    called: (row) => String(row.label),
    query: ({ db }) => {
      const counts = users.map((user) => uses(db, user).count());
      return db(table).select(
        'id',
        'label',
        'rank',
        db.raw(
          counts
            .map(() => '(?)')
            .join(' + ')
            .concat(' as used'),
          counts,
        ),
      );
    },
    columns: {
      label: {
        title: headings.label,
        sort: `${table}.search`,
        edit: {
          what: 'le nom',
          field: label,
          save: async ({ db }, row, value: string) => db(table).where({ id: row.id }).update(named(value)),
        },
      },
      used: { title: headings.used, figures: true },
    },
    create: {
      title: `Ajouter une ${own.one}`,
      of: 'à créer',
      fields: { label },
      async save({ db }, input: { label: string }) {
        const [made] = await db(table).insert(named(input.label)).returning('id');
        return { id: made.id, text: `« ${input.label} » est dans la liste.` };
      },
    },
    acts: [
      {
        key: 'supprimer',
        icon: 'trash-2',
        title: 'Supprimer {qui}',
        ask: says.stays,
        loss: true,
        async run({ db }, { ids }) {
          const idle = db(table).whereIn('id', ids);
          for (const user of users) idle.whereNotExists(uses(db, user).select('id'));
          const gone = await idle.delete();
          const kept = ids.length - gone;
          const stay = kept > 1 ? 'servent encore et restent' : 'sert encore et reste';
          return { text: `Supprimées : ${gone}.${kept ? ` ${kept} ${stay}.` : ''}`, undo: false };
        },
      },
    ],
    empty: { text: 'Tapez un nom dans la ligne ci-dessus.', steps: [] },
  });
  return {
    list,
    async preload(db) {
      if (await db(table).first('id')) return;
      await db(table)
        .insert(first.map((one) => ({ ...one, search: searchKey(one.label) })))
        .onConflict(['school_id', 'search'])
        .ignore();
    },
  };
}
