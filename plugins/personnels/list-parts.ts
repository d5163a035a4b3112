import { capitals, type List, text, type Visit } from '@preau/core';
import { civilityOptions } from './civilities.ts';
import type { Kind } from './kinds.ts';
import { today } from './words.ts';

/** What the lists of teachers and of staff have in common. */

type Column = List['columns'][string];
type Filter = NonNullable<List['filters']>[string];

export const civilityColumn = (): Column => ({
  title: 'Civilité',
  plain: true,
  sort: 'people.civility',
  edit: {
    what: 'la civilité',
    field: text('Civilité', { max: 30, optional: true }),
    options: (visit) => civilityOptions(visit),
    none: 'Aucune',
    save: ({ services }, { id }, value: string | null) =>
      services.register.change([{ id, fields: { civility: value || null } }]),
  },
});

/** In the creation line, before the name; facultative. */
export const newCivility = () => text('Civilité', { max: 30, optional: true });

export const presenceFilter = (): Filter => ({
  title: 'Présence',
  all: 'Présents',
  options: [{ value: 'partis', label: 'Partis' }],
  narrow: (query, _, visit) => query.where('people.left_on', '<=', today(visit)),
  otherwise: (query, visit) =>
    query.where((here) => here.whereNull('people.left_on').orWhere('people.left_on', '>', today(visit))),
});

/** « 1 sans adresse e-mail. » */
export async function withoutAddress(visit: Visit, kind: Kind['kind']): Promise<string> {
  const [row] = await visit
    .db('people')
    .where({ kind, email: null })
    .where((here) => here.whereNull('left_on').orWhere('left_on', '>', today(visit)))
    .count('* as count');
  const count = Number(row?.count ?? 0);
  return count ? `${count} sans adresse e-mail.` : '';
}

export interface NewMember {
  civility: string | null;
  last_name: string;
  first_name: string;
  email?: string | null;
  phone_mobile?: string | null;
}

/** The creation line: a person, his civilité among those of the school, and his login at once (F05-3, F05-4, F06-02). */
export async function createMember(
  { services }: Visit,
  kind: Kind['kind'],
  input: NewMember,
  cause: string,
): Promise<{ id: string; text: string }> {
  const lastName = capitals(input.last_name);
  const firstName = input.first_name;
  const { civility, email = null, phone_mobile: phoneMobile = null } = input;
  const fields = { lastName, firstName, civility, email, phoneMobile };
  const [id] = (await services.register.of({ cause }).add(kind, [fields])) as [string];
  const [account] = await services.accounts.create([{ personId: id, kind, firstName, lastName }]);
  return { id, text: `${lastName} ${firstName} est dans la liste. Identifiant : ${account?.login}.` };
}

/** The next step of a list where nobody is yet. */
export const IMPORT_STEP = {
  title: 'Importer un tableur',
  icon: 'upload',
  path: '/gestion/personnels/importer',
  allow: 'personnels.import',
};
