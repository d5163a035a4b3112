import {
  ALREADY_OPEN,
  defineList,
  GENRES,
  type Genre,
  type Invalid,
  invalid,
  type Mark,
  nameColumns,
  type Row,
  text,
  type Visit,
} from '@preau/core';
import { nextWindow } from './choose-function.ts';
import { civilityOptions } from './civilities.ts';
import { assign, functionOptions, functionsOf, MAX_LABEL } from './functions.ts';
import { homeOf, listOf, READ, STAFF, WRITE } from './kinds.ts';
import {
  civilityColumn,
  createMember,
  IMPORT_STEP,
  type NewMember,
  newCivility,
  presenceFilter,
  withoutAddress,
} from './list-parts.ts';
import { takeBack } from './words.ts';

const NO = 'Non autorisé';
const ESPACES: Partial<Record<Genre, string>> = {
  accompagnant: 'Espace Accompagnants',
  periscolaire: 'Espace Périscolaire',
  direction: 'Espace Direction',
  mairie: 'Espace Mairie',
};
export const espaceOf = (genre: unknown): string | null => ESPACES[genre as Genre] ?? null;

/** Ressources > Personnels > Liste (F06-01 to F06-15). */
export const staff = defineList({
  name: 'personnels.staff',
  path: STAFF.path,
  title: 'Personnels',
  one: STAFF.one,
  many: STAFF.many,
  allow: { read: READ, write: WRITE },
  search: 'people.search',
  called: (row) => `${row.first_name} ${row.last_name}`,
  query: ({ db, now, school }) =>
    db('people')
      .where('people.kind', 'staff')
      .leftJoin('accounts', 'accounts.person_id', 'people.id')
      .leftJoin('profiles', 'profiles.id', 'accounts.profile_id')
      .select(
        'people.id',
        'people.civility',
        'people.used_name',
        'people.job_title',
        'people.genre',
        db.raw('coalesce(people.used_name, people.last_name) as last_name'),
        db.raw('coalesce(people.used_first_name, people.first_name) as first_name'),
        'people.email',
        'accounts.login',
        'accounts.state',
        'accounts.mode',
        db.raw("to_char((accounts.valid_until - interval '1 second') at time zone ?, 'DD/MM/YYYY') as until", [
          school.timezone,
        ]),
        db.raw('accounts.valid_until <= ? as over', [now]),
        'profiles.name as profile',
      ),
  columns: {
    civility: civilityColumn(),
    job_title: {
      title: 'Fonction',
      sort: 'people.job_title',
      edit: {
        what: 'la fonction',
        field: text('Fonction', { max: 60, optional: true }),
        options: functionOptions,
        none: 'Aucune',
        save: setFunction,
      },
    },
    genre: { title: 'Genre', show: (row) => GENRES[row.genre as Genre] ?? null, sort: 'people.genre', opt: true },
    ...nameColumns(listOf(STAFF), 'Prénoms'),
    login: { title: 'Id. connexion', sort: 'accounts.login', figures: true },
    state: { title: 'Mot de passe', sort: 'accounts.state', show: secretMark },
    administration: {
      title: 'Administration',
      opt: true,
      show: (row) => (row.mode === 'administration' ? 'Autorisé' : NO),
    },
    quotidienne: {
      title: 'Gestion quotidienne',
      opt: true,
      show: (row) =>
        row.mode === 'administration' ? 'Autorisé' : row.mode === 'quotidienne' ? (row.profile as string) : NO,
    },
    espace: { title: 'Espace', opt: true, show: (row) => espaceOf(row.genre)?.replace('Espace ', '') ?? NO },
  },
  filters: {
    fonction: {
      title: 'Fonction',
      all: 'Toutes les fonctions',
      options: async ({ db }) => (await functionsOf(db)).map(({ label }) => ({ value: label, label })),
      narrow: (query, value) => query.where('people.job_title', value),
    },
    genre: {
      title: 'Genre',
      all: 'Tous les genres',
      options: Object.entries(GENRES).map(([value, label]) => ({ value, label })),
      narrow: (query, value) => query.where('people.genre', value),
    },
    presence: presenceFilter(),
  },
  groups: {
    fonction: {
      title: 'par fonction',
      by: 'people.job_title',
      order: 'people.job_title',
      label: (row) => String(row.job_title ?? 'Sans fonction'),
    },
  },
  create: {
    title: 'Créer un personnel',
    of: 'du personnel à créer',
    fields: {
      civility: newCivility(),
      job_title: text('Fonction', { max: MAX_LABEL, optional: true }),
      last_name: text('Nom', { max: 100 }),
      first_name: text('Prénoms', { max: 100 }),
    },
    options: { civility: (visit) => civilityOptions(visit), job_title: functionOptions },
    save: create,
  },
  intro: (visit) => withoutAddress(visit, 'staff'),
  undo: takeBack,
  empty: {
    text: 'Tapez un nom puis un prénom dans la ligne ci-dessus : fonction et mode de connexion sont demandés ensuite.',
    steps: [IMPORT_STEP],
  },
});

/** F06-02: the window of the function follows; chosen in the line already, the window after it. */
async function create(visit: Visit, input: NewMember & { job_title: string | null }, cause: string) {
  const made = await createMember(visit, 'staff', input, cause);
  const post = (await functionsOf(visit.db)).find((one) => one.label === input.job_title);
  if (!post) return { ...made, next: `${homeOf(STAFF, made.id)}/fonction?suite=1` };
  const refused = await assign(visit, made.id, post, cause);
  return refused ? invalid({ job_title: refused }) : { ...made, next: nextWindow(visit, made.id, post.genre) };
}

async function setFunction(visit: Visit, row: Row, value: string | null): Promise<Invalid | undefined> {
  const post = (await functionsOf(visit.db)).find((one) => one.label === value) ?? null;
  const refused = await assign(visit, row.id, post, null);
  return refused ? invalid({ value: refused }) : undefined;
}

/** Masked as long as it is the provisional one (F06-14); a temporary account tells its end, a closed one that it is. */
function secretMark(row: Row): Mark {
  if (row.state === 'suspended') return { text: 'Suspendu', icon: 'lock', tone: 'bad' };
  if (row.over) return { text: `Terminé le ${row.until}`, icon: 'clock-alert', tone: 'bad' };
  if (row.until) return { text: `Jusqu’au ${row.until}`, icon: 'clock', tone: 'info' };
  if (row.state === 'active') return { text: ALREADY_OPEN, icon: 'circle-check', tone: 'ok' };
  return { text: '••••••••', icon: 'circle-dashed', tone: '' };
}
