import { text } from '../form/form.ts';
import type { Column, Row } from '../list/declare.ts';
import type { PersonFields } from '../people/directory-types.ts';
import type { Visit } from '../plugin/contract.ts';
import { capitals } from './list-words.ts';

/** Name, which opens the card, and first name, both edited in place: the used ones where a person has them. */
export const nameColumns = (cards: string, first = 'Prénom'): { last_name: Column; first_name: Column } => ({
  last_name: {
    title: 'Nom',
    link: (row) => `${cards}/${row.id}`,
    sort: 'people.search',
    edit: {
      what: 'le nom',
      field: text('Nom', { max: 100 }),
      save: (visit, row, value: string) =>
        change(visit, row, row.used_name ? { usedName: capitals(value) } : { lastName: capitals(value) }),
    },
  },
  first_name: {
    title: first,
    plain: true,
    sort: 'people.first_name',
    edit: {
      what: 'le prénom',
      field: text('Prénom', { max: 100 }),
      save: (visit, row, value: string) =>
        change(visit, row, row.used_first_name ? { usedFirstName: value } : { firstName: value }),
    },
  },
});

/** Writes fields of a row's person. */
export const change = ({ services }: Pick<Visit, 'services'>, { id }: Row, fields: PersonFields): Promise<void> =>
  services.register.change([{ id, fields }]);
