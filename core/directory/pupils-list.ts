import { frenchDay } from '../clock.ts';
import { date, text } from '../form/form.ts';
import { defineList, howMany, type Picked } from '../list/declare.ts';
import type { Visit } from '../plugin/contract.ts';
import { accountMark, capitals, classOptions, LEVELS, NONE, ONDE, takeBack, today } from './list-words.ts';
import { change, nameColumns } from './name-columns.ts';

const PUPILS = { one: 'élève', many: 'élèves' };

/** Ressources > Élèves > Liste (F04-17, N-09). */
export const pupils = defineList({
  name: 'ressources.pupils',
  path: '/eleves',
  title: 'Élèves',
  ...PUPILS,
  allow: { read: 'ressources.pupils-read', write: 'ressources.pupils-write' },
  search: 'people.search',
  called: (row) => `${row.first_name} ${row.last_name}`,
  query: ({ db, services }) =>
    db('people')
      .where('people.kind', 'pupil')
      .leftJoin('class_places', (join) =>
        join.on('class_places.pupil_id', 'people.id').andOn('class_places.year', db.raw('?', [services.people.year])),
      )
      .leftJoin('classes', 'classes.id', 'class_places.class_id')
      .leftJoin('accounts', 'accounts.person_id', 'people.id')
      .select(
        'people.id',
        'people.used_name',
        'people.used_first_name',
        db.raw('coalesce(people.used_name, people.last_name) as last_name'),
        db.raw('coalesce(people.used_first_name, people.first_name) as first_name'),
        'people.birth_date',
        'people.sex',
        'class_places.class_id',
        'class_places.level',
        'classes.label as class_label',
        'accounts.login',
        'accounts.state',
      ),
  columns: {
    ...nameColumns('/gestion/ressources/eleves'),
    birth_date: {
      title: 'Né(e) le',
      show: (row) => (row.birth_date ? frenchDay(String(row.birth_date)) : null),
      csv: (row) => row.birth_date as string | null,
      sort: 'people.birth_date',
      figures: true,
      edit: {
        what: 'la date de naissance',
        field: date('Date de naissance', { optional: true }),
        save: (visit, row, birthDate: string | null) => change(visit, row, { birthDate }),
      },
    },
    sex: {
      title: 'S',
      show: (row) => (row.sex === 'M' ? 'G' : (row.sex as string | null)),
      sort: 'people.sex',
      opt: true,
    },
    class: {
      title: 'Classe',
      show: (row) =>
        row.class_label
          ? `${row.class_label}${row.level ? ` (Niveau ${row.level})` : ''}`
          : { text: 'Sans classe', icon: 'triangle-alert', tone: 'warn' },
      sort: 'classes.search',
      edit: {
        what: 'la classe',
        field: text('Classe', { optional: true }),
        options: async (visit) => [NONE, ...(await classOptions(visit))],
        value: (row) => row.class_id as string | null,
        save: async ({ services }, row, classId: string | null) =>
          services.register.place([{ pupilId: row.id, classId, level: row.level as string | null }]),
      },
    },
    login: { title: 'Identifiant', opt: true, figures: true },
    state: { title: 'État du compte', opt: true, show: accountMark },
  },
  filters: {
    classe: {
      title: 'Classe',
      all: 'Toutes les classes',
      options: async (visit) => [...(await classOptions(visit)), { value: 'sans', label: 'Sans classe' }],
      narrow: (query, value) =>
        value === 'sans' ? query.whereNull('class_places.class_id') : query.where('class_places.class_id', value),
    },
    niveau: {
      title: 'Niveau',
      all: 'Tous les niveaux',
      options: LEVELS,
      narrow: (query, value) => query.where('class_places.level', value),
    },
    presence: {
      title: 'Présence',
      all: 'Présents',
      options: [
        { value: 'anciens', label: 'Anciens élèves' },
        { value: 'avenir', label: 'Élèves à venir' },
      ],
      narrow: (query, value, visit) =>
        value === 'avenir'
          ? query.where('people.arrives_on', '>', today(visit))
          : query.where('people.left_on', '<=', today(visit)),
      otherwise: (query, visit) =>
        query
          .where((here) => here.whereNull('people.left_on').orWhere('people.left_on', '>', today(visit)))
          .where((there) => there.whereNull('people.arrives_on').orWhere('people.arrives_on', '<=', today(visit))),
    },
  },
  groups: {
    classe: {
      title: 'par classe',
      by: 'classes.id',
      order: 'classes.search',
      label: (row) => String(row.class_label ?? 'Sans classe'),
    },
  },
  create: {
    title: 'Créer un élève',
    of: 'de l’élève à créer',
    fields: {
      last_name: text('Nom', { max: 100 }),
      first_name: text('Prénom', { max: 100 }),
      birth_date: date('Date de naissance', { optional: true }),
      class: text('Classe', { optional: true }),
    },
    options: { class: async (visit) => [NONE, ...(await classOptions(visit))] },
    save: create,
  },
  acts: [
    {
      key: 'placer',
      icon: 'school',
      title: 'Placer {qui} dans une classe',
      ask: 'Chacun garde son niveau. Vous pourrez annuler.',
      choose: {
        label: 'Classe',
        options: async (visit) => [...(await classOptions(visit)), { value: 'sans', label: 'Sans classe' }],
      },
      run: place,
    },
    {
      key: 'ranger',
      icon: 'archive',
      title: 'Ranger {qui} parmi les anciens élèves',
      when: ({ presence }) => presence !== 'anciens',
      ask: 'Leurs données sont gardées ; le filtre « Anciens élèves » les montre. Vous pourrez annuler.',
      run: (visit, picked) =>
        leave(visit, picked, today(visit), ['est rangé', 'sont rangés'], 'parmi les anciens élèves'),
    },
    {
      key: 'reprendre',
      icon: 'user-plus',
      title: 'Remettre {qui} parmi les présents',
      when: ({ presence }) => presence === 'anciens',
      run: (visit, picked) => leave(visit, picked, null, ['est de nouveau', 'sont de nouveau'], 'parmi les présents'),
    },
  ],
  undo: takeBack,
  empty: {
    text: 'Tapez un nom puis un prénom dans la ligne ci-dessus, ou reprenez les élèves de ONDE : l’identifiant est créé aussitôt.',
    steps: [{ ...ONDE, path: '/gestion/onde-import/eleves' }],
  },
});

interface NewPupil {
  last_name: string;
  first_name: string;
  birth_date: string | null;
  class: string | null;
}

async function create({ services }: Visit, input: NewPupil, cause: string) {
  const register = services.register.of({ cause });
  const lastName = capitals(input.last_name);
  const firstName = input.first_name;
  const [id] = (await register.add('pupil', [{ lastName, firstName, birthDate: input.birth_date }])) as [string];
  if (input.class) await register.place([{ pupilId: id, classId: input.class, level: null }]);
  const [account] = await services.accounts.create([{ personId: id, kind: 'pupil', firstName, lastName }]);
  return { id, text: `${lastName} ${firstName} est dans la liste. Identifiant : ${account?.login}.` };
}

async function place({ db, services }: Visit, { ids, chosen, cause }: Picked) {
  const { year } = services.people;
  const classId = chosen === 'sans' ? null : chosen;
  const known = await db('class_places')
    .where({ year })
    .whereRaw('pupil_id = any(?::uuid[])', [ids])
    .select('pupil_id', 'level');
  const levels = new Map<string, string | null>(known.map((one) => [one.pupil_id, one.level]));
  await services.register
    .of({ cause })
    .place(ids.map((pupilId) => ({ pupilId, classId, level: levels.get(pupilId) ?? null })));
  const where = classId ? `en ${(await db('classes').where({ id: classId }).first('label')).label}` : 'sans classe';
  return { text: `${howMany(ids.length, PUPILS)} ${ids.length < 2 ? 'est' : 'sont'} maintenant ${where}.` };
}

async function leave(
  { services }: Visit,
  { ids, cause }: Picked,
  leftOn: string | null,
  [one, many]: [string, string],
  where: string,
) {
  await services.register.of({ cause }).change(ids.map((id) => ({ id, fields: { leftOn } })));
  return { text: `${howMany(ids.length, PUPILS)} ${ids.length < 2 ? one : many} ${where}.` };
}
