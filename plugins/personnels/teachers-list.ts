import {
  defineList,
  email,
  type Invalid,
  invalid,
  nameColumns,
  type Row,
  searchKey,
  text,
  type Visit,
} from '@preau/core';
import { civilityOptions } from './civilities.ts';
import { listOf, READ, TEACHERS, WRITE } from './kinds.ts';
import {
  civilityColumn,
  createMember,
  IMPORT_STEP,
  type NewMember,
  newCivility,
  presenceFilter,
  withoutAddress,
} from './list-parts.ts';
import { accountMark, takeBack } from './words.ts';

/** Ressources > Professeurs > Liste (F05-1 to F05-9). */
export const teachers = defineList({
  name: 'personnels.teachers',
  path: TEACHERS.path,
  title: 'Professeurs',
  one: TEACHERS.one,
  many: TEACHERS.many,
  allow: { read: READ, write: WRITE },
  search: 'people.search',
  called: (row) => `${row.first_name} ${row.last_name}`,
  query: ({ db, services }) =>
    db('people')
      .where('people.kind', 'teacher')
      .leftJoin('accounts', 'accounts.person_id', 'people.id')
      .select(
        'people.id',
        'people.civility',
        'people.used_name',
        db.raw('coalesce(people.used_name, people.last_name) as last_name'),
        db.raw('coalesce(people.used_first_name, people.first_name) as first_name'),
        'people.email',
        'people.phone_mobile',
        'accounts.login',
        'accounts.state',
        'accounts.mode',
        db.raw(
          `(select string_agg(c.label, ', ' order by c.search) from class_teachers t
            join classes c on c.id = t.class_id and c.year = ? where t.teacher_id = people.id) as classes`,
          [services.people.year],
        ),
      ),
  columns: {
    civility: civilityColumn(),
    ...nameColumns(listOf(TEACHERS)),
    classes: {
      title: 'Classe(s)',
      edit: {
        what: 'les classes',
        field: text('Classe(s)', { max: 500, optional: true }),
        none: 'Aucune classe',
        save: teach,
      },
    },
    email: { title: 'E-mail', opt: true },
    phone_mobile: { title: 'Mobile', opt: true, figures: true },
    login: { title: 'Identifiant', sort: 'accounts.login', opt: true, figures: true },
    state: { title: 'État du compte', sort: 'accounts.state', show: accountMark },
  },
  filters: {
    classe: {
      title: 'Classe',
      all: 'Toutes les classes',
      options: async (visit) => [
        ...(await classesOf(visit)).map(({ id, label }) => ({ value: id, label })),
        { value: 'sans', label: 'Aucune classe' },
      ],
      narrow(query, value, { db, services }) {
        const taught = db('class_teachers')
          .join('classes', 'classes.id', 'class_teachers.class_id')
          .where('classes.year', services.people.year)
          .whereRaw('class_teachers.teacher_id = people.id')
          .select('class_teachers.id');
        if (value === 'sans') query.whereNotExists(taught);
        else query.whereExists(taught.where('classes.id', value));
      },
    },
    presence: presenceFilter(),
  },
  create: {
    title: 'Créer un professeur',
    of: 'du professeur à créer',
    fields: {
      civility: newCivility(),
      last_name: text('Nom', { max: 100 }),
      first_name: text('Prénom', { max: 100 }),
      email: email('E-mail', { optional: true, autocomplete: 'off' }),
      phone_mobile: text('Mobile', { max: 60, optional: true }),
    },
    options: { civility: (visit) => civilityOptions(visit) },
    save: (visit, input: NewMember, cause) => createMember(visit, 'teacher', input, cause),
  },
  intro: (visit) => withoutAddress(visit, 'teacher'),
  undo: takeBack,
  empty: {
    text: 'Tapez un nom puis un prénom dans la ligne ci-dessus : l’identifiant et le mot de passe provisoire sont créés aussitôt.',
    steps: [IMPORT_STEP],
  },
});

export const classesOf = ({ db, services }: Visit): Promise<{ id: string; label: string }[]> =>
  db('classes').where({ year: services.people.year }).orderBy('search').select('id', 'label');

/** Classes as they are typed in the cell: « CP, MS ». A label may itself hold a comma: the longest that is known wins. */
async function teach(visit: Visit, row: Row, typed: string | null): Promise<Invalid | undefined> {
  const known = await classesOf(visit);
  const found: string[] = [];
  const parts = (typed ?? '').split(/[,;]/).filter((part) => part.trim());
  for (let at = 0; at < parts.length; ) {
    let to = parts.length;
    let one: { id: string } | undefined;
    for (; to > at && !one; to--) {
      const wanted = searchKey(parts.slice(at, to).join(' '));
      one = known.find(({ label }) => searchKey(label) === wanted);
    }
    if (!one) return invalid({ value: unknownClass(parts[at] as string, known) });
    found.push(one.id);
    at = to + 1;
  }
  await visit.services.team.teach(row.id, found);
}

function unknownClass(typed: string, known: { label: string }[]): string {
  if (!known.length) return 'L’école n’a pas encore de classe cette année.';
  return `Aucune classe ne s’appelle « ${typed.trim()} ». Écrivez, séparées par des virgules : ${known.map((one) => one.label).join(', ')}.`;
}
