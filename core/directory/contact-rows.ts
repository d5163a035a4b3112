import type { KeptContact } from '../people/history.ts';
import type { Transaction } from '../plugin/contract.ts';

/** A person to call, or allowed to fetch the pupil; he has no account. */
export interface ContactRow extends KeptContact {
  id: string;
  version: number;
}

const COLUMNS = {
  name: 'name',
  relation: 'relation',
  phone: 'phone',
  phoneOther: 'phone_other',
  toCall: 'to_call',
  mayFetch: 'may_fetch',
};

/** Contacts of a pupil, in the order in which they are called. */
export const contactsOf = (db: Transaction, pupilId: string): Promise<ContactRow[]> =>
  db('contacts')
    .where({ pupil_id: pupilId })
    .orderBy(['rank', 'id'])
    .select({ id: 'id', version: 'version', ...COLUMNS });

/** Adds a contact behind the others. */
export const addContact = (db: Transaction, pupilId: string, contact: KeptContact): Promise<unknown> =>
  db('contacts').insert({
    ...columnsOf(contact),
    pupil_id: pupilId,
    rank: db.raw('(select coalesce(max(rank), 0) + 1 from contacts where pupil_id = ?)', [pupilId]),
  });

export const changeContact = (db: Transaction, id: string, contact: KeptContact): Promise<unknown> =>
  db('contacts')
    .where({ id })
    .update({ ...columnsOf(contact), version: db.raw('version + 1') });

/** Numbers them in the order given. */
export const orderContacts = (db: Transaction, ids: string[]): Promise<unknown> =>
  db.raw(
    'update contacts set rank = o.rank from unnest(?::uuid[]) with ordinality as o(id, rank) where contacts.id = o.id',
    [ids],
  );

export const keptOf = ({ name, relation, phone, phoneOther, toCall, mayFetch }: KeptContact): KeptContact => ({
  name,
  relation,
  phone,
  phoneOther,
  toCall,
  mayFetch,
});

const columnsOf = (contact: KeptContact) => ({
  name: contact.name,
  relation: contact.relation,
  phone: contact.phone,
  phone_other: contact.phoneOther,
  to_call: contact.toCall,
  may_fetch: contact.mayFetch,
});
