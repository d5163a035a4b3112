import {
  choice,
  defineList,
  GENRES,
  type Genre,
  type Invalid,
  invalid,
  type Row,
  searchKey,
  type Transaction,
  text,
  type Visit,
} from '@preau/core';
import { READ, WRITE } from './kinds.ts';

export interface Post {
  label: string;
  genre: Genre | null;
}

/** F06-03, as the guide has them. */
const PRELOADED: Post[] = [
  { label: 'AESH', genre: 'accompagnant' },
  { label: 'Animateur', genre: 'periscolaire' },
  { label: 'ATSEM', genre: 'periscolaire' },
  { label: 'AVS', genre: 'accompagnant' },
  { label: 'Directeur', genre: 'direction' },
  { label: 'Directrice', genre: 'direction' },
  { label: 'Mairie', genre: 'mairie' },
  { label: 'Secrétaire', genre: 'administratif' },
];
export const GENRE_CHOICES = { '': 'Sans genre', ...GENRES } as const;
export const MAX_LABEL = 60;
/** A school with more functions than this pastes something else. */
const MOST = 200;

const rowOf = (post: Post, origin: string | null) => ({ ...post, search: searchKey(post.label) || post.label, origin });

/** Fills a school's list the first time somebody needs it. */
export async function preloadFunctions(db: Transaction): Promise<void> {
  if (await db('personnels_functions').first('id')) return;
  await db('personnels_functions')
    .insert(PRELOADED.map((one) => rowOf(one, null)))
    .onConflict(['school_id', 'search'])
    .ignore();
}

export async function functionsOf(db: Transaction): Promise<Post[]> {
  await preloadFunctions(db);
  return db('personnels_functions').orderBy('search').limit(MOST).select('label', 'genre');
}

/** The function of that name, whatever its case and accents; made, with its genre, when the school has none. */
export async function functionCalled(db: Transaction, wanted: Post, origin: string | null = null): Promise<Post> {
  await preloadFunctions(db);
  const row = rowOf(wanted, origin);
  await db('personnels_functions').insert(row).onConflict(['school_id', 'search']).ignore();
  return db('personnels_functions').where({ search: row.search }).first('label', 'genre');
}

/** Whoever is below Administration neither makes nor unmakes a director, and leaves his own function alone. */
export const mayDirect = ({ account }: Pick<Visit, 'account'>): boolean => account?.mode === 'administration';
const DIRECTS = 'Une fonction de direction se donne et se retire en mode Administration.';

/** Gives somebody a function, and the genre that goes with it. @returns why not, in French. */
export async function assign(
  visit: Visit,
  personId: string,
  post: Post | null,
  cause: string | null,
): Promise<string | null> {
  const { db, person, services } = visit;
  if (!mayDirect(visit)) {
    if (personId === person?.id) return 'Votre propre fonction se change en mode Administration.';
    const { genre } = await db('people').where({ id: personId }).first('genre');
    if (genre === 'direction' || post?.genre === 'direction') return DIRECTS;
  }
  await services.register
    .of({ cause })
    .change([{ id: personId, fields: { jobTitle: post?.label ?? null, genre: post?.genre ?? null } }]);
  return null;
}

export async function functionOptions({ db }: Visit) {
  const known = await functionsOf(db);
  return [{ value: '', label: 'Aucune' }, ...known.map(({ label }) => ({ value: label, label }))];
}

const label = text('Libellé', {
  max: MAX_LABEL,
  unique: { constraint: 'personnels_functions_school_id_search_unique', message: 'Cette fonction est déjà là.' },
});
const genre = choice('Genre', GENRE_CHOICES);
const genreIn = (value: unknown): string => GENRES[value as Genre] ?? 'Sans genre';

/** Functions and their genres (F06-03, F06-04). */
export const functions = defineList({
  name: 'personnels.functions',
  path: '/fonctions',
  title: 'Fonctions',
  one: 'fonction',
  many: 'fonctions',
  feminine: true,
  allow: { read: READ, write: WRITE },
  search: 'personnels_functions.search',
  query: ({ db }) =>
    db('personnels_functions').select(
      'id',
      'label',
      'genre',
      db.raw(
        "(select count(*) from people where people.kind = 'staff' and people.job_title = personnels_functions.label) as used",
      ),
    ),
  called: (row) => String(row.label),
  columns: {
    label: {
      title: 'Libellé',
      sort: 'personnels_functions.search',
      edit: {
        what: 'le libellé',
        field: label,
        save: (visit, row, value: string) => change(visit, row, { label: value }),
      },
    },
    genre: {
      title: 'Genre',
      show: (row) => genreIn(row.genre),
      sort: 'personnels_functions.genre',
      edit: {
        what: 'le genre',
        field: genre,
        save: (visit, row, value: Genre | '') => change(visit, row, { genre: value || null }),
      },
    },
    used: { title: 'Personnels', figures: true },
  },
  create: {
    title: 'Ajouter une fonction',
    of: 'de la fonction à créer',
    fields: { label, genre },
    async save({ db }, input: { label: string; genre: Genre | '' }) {
      const row = rowOf({ label: input.label, genre: input.genre || null }, null);
      const [made] = await db('personnels_functions').insert(row).returning('id');
      return { id: made.id, text: `« ${input.label} » est dans la liste.` };
    },
  },
  acts: [
    {
      key: 'supprimer',
      icon: 'trash-2',
      title: 'Supprimer {qui}',
      ask: 'Une fonction que quelqu’un exerce reste.',
      loss: true,
      run: remove,
    },
  ],
  empty: { text: 'Tapez un libellé et choisissez un genre dans la ligne ci-dessus.', steps: [] },
});

/** Whoever has the function follows it: its name, and the Espace of its genre. */
async function change(visit: Visit, row: Row, fields: Partial<Post>): Promise<Invalid | undefined> {
  const { db, services, person } = visit;
  const holders: string[] = await db('people').where({ kind: 'staff', job_title: row.label }).pluck('id');
  if ('genre' in fields && !mayDirect(visit)) {
    if (person && holders.includes(person.id))
      return invalid({ value: 'C’est votre propre fonction : son genre se change en mode Administration.' });
    if (fields.genre === 'direction' || row.genre === 'direction') return invalid({ value: DIRECTS });
  }
  await db('personnels_functions')
    .where({ id: row.id })
    .update({ ...fields, ...(fields.label ? { search: searchKey(fields.label) || fields.label } : {}) });
  const follows = 'genre' in fields ? { genre: fields.genre } : { jobTitle: fields.label };
  await services.register.change(holders.map((id) => ({ id, fields: follows })));
}

async function remove({ db }: Visit, { ids }: { ids: string[] }) {
  const gone = await unused(db).whereIn('id', ids).delete();
  const kept = ids.length - gone;
  return { text: `Supprimées : ${gone}.${kept ? ` ${kept} servent encore et restent.` : ''}`, undo: false };
}

export const unused = (db: Transaction) =>
  db('personnels_functions').whereNotExists(
    db('people').where('people.kind', 'staff').whereRaw('people.job_title = personnels_functions.label').select('id'),
  );
