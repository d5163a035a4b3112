import { choice, email, text } from '../form/form.ts';
import { defineList } from '../list/declare.ts';
import type { Visit } from '../plugin/contract.ts';
import { accountMark, capitals, classOptions, ONDE, takeBack, today } from './list-words.ts';
import { change, nameColumns } from './name-columns.ts';

const CIVILITIES = { '': 'Aucune', 'M.': 'M.', Mme: 'Mme', Mlle: 'Mlle', 'M. et Mme': 'M. et Mme' } as const;
const STATES = { active: 'Connectés', provisional: 'Jamais connectés', suspended: 'Suspendus' };

/** Ressources > Responsables > Liste (F04-17, N-09). */
export const guardians = defineList({
  name: 'ressources.guardians',
  path: '/responsables',
  title: 'Responsables',
  one: 'responsable',
  many: 'responsables',
  allow: { read: 'ressources.guardians-read', write: 'ressources.guardians-write' },
  search: 'people.search',
  called: (row) => `${row.first_name} ${row.last_name}`,
  query: ({ db }) =>
    db('people')
      .where('people.kind', 'guardian')
      .leftJoin('accounts', 'accounts.person_id', 'people.id')
      .select(
        'people.id',
        'people.civility',
        'people.used_name',
        'people.used_first_name',
        db.raw('coalesce(people.used_name, people.last_name) as last_name'),
        db.raw('coalesce(people.used_first_name, people.first_name) as first_name'),
        'people.email',
        'accounts.login',
        'accounts.state',
        db.raw(
          `(select string_agg(coalesce(c.used_first_name, c.first_name), ', ' order by c.search) from guardian_links l
            join people c on c.id = l.pupil_id where l.guardian_id = people.id) as children`,
        ),
      ),
  columns: {
    civility: {
      title: 'Civilité',
      plain: true,
      sort: 'people.civility',
      edit: {
        what: 'la civilité',
        field: choice('Civilité', CIVILITIES),
        save: (visit, row, value: string) => change(visit, row, { civility: value || null }),
      },
    },
    ...nameColumns('/gestion/ressources/responsables'),
    email: {
      title: 'E-mail',
      sort: 'people.email',
      edit: {
        what: 'l’adresse e-mail',
        field: email('Adresse e-mail', { optional: true, autocomplete: 'off' }),
        none: 'Sans adresse',
        save: (visit, row, value: string | null) => change(visit, row, { email: value }),
      },
    },
    children: {
      title: 'Enfants',
      show: (row) => (row.children as string) || { text: 'Aucun enfant', icon: 'triangle-alert', tone: 'warn' },
    },
    login: { title: 'Identifiant', sort: 'accounts.login', opt: true, figures: true },
    state: { title: 'État du compte', sort: 'accounts.state', show: accountMark },
  },
  filters: {
    classe: {
      title: 'Classe des enfants',
      all: 'Toutes les classes',
      options: classOptions,
      narrow: (query, value, { db }) =>
        query.whereExists(
          db('guardian_links')
            .join('class_places', 'class_places.pupil_id', 'guardian_links.pupil_id')
            .whereRaw('guardian_links.guardian_id = people.id')
            .where('class_places.class_id', value)
            .select('guardian_links.id'),
        ),
    },
    compte: {
      title: 'État du compte',
      all: 'Tous les comptes',
      options: Object.entries(STATES).map(([value, label]) => ({ value, label })),
      narrow: (query, value) => query.where('accounts.state', value),
    },
    presence: {
      title: 'Présence',
      all: 'Présents',
      options: [{ value: 'anciens', label: 'Anciens responsables' }],
      narrow: (query, _, visit) => query.where('people.left_on', '<=', today(visit)),
      otherwise: (query, visit) =>
        query.where((here) => here.whereNull('people.left_on').orWhere('people.left_on', '>', today(visit))),
    },
    manque: {
      title: 'Ce qui manque',
      all: 'Fiches complètes ou non',
      options: [
        { value: 'adresse', label: 'Sans adresse e-mail' },
        { value: 'enfant', label: 'Sans enfant' },
      ],
      narrow: (query, value, { db }) =>
        value === 'adresse'
          ? query.whereNull('people.email')
          : query.whereNotExists(db('guardian_links').whereRaw('guardian_links.guardian_id = people.id').select('id')),
    },
  },
  create: {
    title: 'Créer un responsable',
    of: 'du responsable à créer',
    fields: {
      civility: choice('Civilité', CIVILITIES),
      last_name: text('Nom', { max: 100 }),
      first_name: text('Prénom', { max: 100 }),
      email: email('Adresse e-mail', { optional: true, autocomplete: 'off' }),
    },
    save: create,
  },
  undo: takeBack,
  empty: {
    text: 'Tapez un nom puis un prénom dans la ligne ci-dessus, ou reprenez les responsables de ONDE, après les élèves.',
    steps: [{ ...ONDE, path: '/gestion/onde-import/responsables' }],
  },
});

interface NewGuardian {
  civility: string;
  last_name: string;
  first_name: string;
  email: string | null;
}

async function create({ services }: Visit, input: NewGuardian, cause: string) {
  const lastName = capitals(input.last_name);
  const firstName = input.first_name;
  const [id] = (await services.register
    .of({ cause })
    .add('guardian', [{ civility: input.civility || null, lastName, firstName, email: input.email }])) as [string];
  const [account] = await services.accounts.create([{ personId: id, kind: 'guardian', firstName, lastName }]);
  return { id, text: `${lastName} ${firstName} est dans la liste. Identifiant : ${account?.login}.` };
}
