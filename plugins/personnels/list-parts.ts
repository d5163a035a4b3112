import { type List, type PersonFields, type Row, text, type Visit } from '@preau/core';
import { civilityOptions } from './civilities.ts';
import type { Kind } from './kinds.ts';
import { capitals, today } from './words.ts';

/** What the lists of teachers and of staff have in common. */

type Column = List['columns'][string];
type Filter = NonNullable<List['filters']>[string];

const change = ({ services }: Visit, { id }: Row, fields: PersonFields) => services.register.change([{ id, fields }]);

export const civilityColumn = (): Column => ({
  title: 'Civilité',
  plain: true,
  sort: 'people.civility',
  edit: {
    what: 'la civilité',
    field: text('Civilité', { max: 30, optional: true }),
    options: (visit) => civilityOptions(visit),
    none: 'Aucune',
    save: (visit, row, value: string | null) => change(visit, row, { civility: value || null }),
  },
});

export const nameColumn = (link: (row: Row) => string): Column => ({
  title: 'Nom',
  link,
  sort: 'people.search',
  edit: {
    what: 'le nom',
    field: text('Nom', { max: 100 }),
    save: (visit, row, value: string) =>
      change(visit, row, row.used_name ? { usedName: capitals(value) } : { lastName: capitals(value) }),
  },
});

export const firstNameColumn = (title = 'Prénom'): Column => ({
  title,
  plain: true,
  sort: 'people.first_name',
  edit: {
    what: 'le prénom',
    field: text('Prénom', { max: 100 }),
    save: (visit, row, value: string) => change(visit, row, { firstName: value }),
  },
});

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
