import type { Transaction } from '../plugin/contract.ts';
import { among } from './write.ts';

/** Somebody to call for a pupil: a guardian who is not restricted, or a contact without account. */
export interface Callee {
  name: string;
  /** « mère », « grand-mère »; empty when nobody has said. */
  relation: string;
  phones: string[];
  email: string | null;
  /** Where a guardian lives; null for whoever may not see it. */
  address: string | null;
  toCall: boolean;
  mayFetch: boolean;
}
export interface WhomToCall {
  /** null when the family has not answered. */
  photo: boolean | null;
  guardians: Callee[];
  contacts: Callee[];
}

/** What the school lets a teacher see of families. */
export interface Shown {
  phones: boolean;
  emails: boolean;
  addresses: boolean;
}

/** For each pupil, whom a teacher calls and who may fetch him. A restricted link is in no list. */
export async function whomToCall(db: Transaction, pupilIds: string[], shown: Shown): Promise<Map<string, WhomToCall>> {
  const pupils = await among(db('people'), 'id', pupilIds).select('id', 'photo');
  const guardians = await among(db('guardian_links'), 'pupil_id', pupilIds)
    .whereNull('restricted_on')
    .join('people', 'people.id', 'guardian_links.guardian_id')
    .orderBy('people.search')
    .select(
      'pupil_id',
      'type',
      db.raw(ADDRESS),
      'email',
      'phone_mobile',
      'phone_home',
      'phone_work',
      db.raw("concat_ws(' ', civility, coalesce(used_name, last_name), coalesce(used_first_name, first_name)) as name"),
    );
  const contacts = await among(db('contacts'), 'pupil_id', pupilIds).orderBy(['rank', 'id']);
  const [guardiansOf, contactsOf] = [guardians, contacts].map((rows) =>
    Map.groupBy(rows as Record<string, unknown>[], (row) => row.pupil_id as string),
  );
  return new Map(
    pupils.map((pupil) => [
      pupil.id,
      {
        photo: pupil.photo,
        guardians: (guardiansOf?.get(pupil.id) ?? []).map((row) => asGuardian(row, shown)),
        contacts: (contactsOf?.get(pupil.id) ?? []).map((row) => asContact(row, shown)),
      },
    ]),
  );
}

const ADDRESS = `(select concat_ws(', ', nullif(replace(lines, E'\\n', ', '), ''), nullif(concat_ws(' ', postcode, city), ''))
  from addresses where person_id = people.id order by rank limit 1) as address`;

const asGuardian = (row: Record<string, unknown>, shown: Shown): Callee => ({
  name: String(row.name),
  relation: row.type === 'inconnu' ? '' : String(row.type),
  phones: shown.phones ? phonesOf(row.phone_mobile, row.phone_home, row.phone_work) : [],
  email: shown.emails ? (row.email as string | null) : null,
  address: shown.addresses ? (row.address as string | null) : null,
  toCall: false,
  mayFetch: false,
});

const asContact = (row: Record<string, unknown>, shown: Shown): Callee => ({
  name: String(row.name),
  relation: String(row.relation ?? ''),
  phones: shown.phones ? phonesOf(row.phone, row.phone_other) : [],
  email: null,
  address: null,
  toCall: row.to_call === true,
  mayFetch: row.may_fetch === true,
});

const phonesOf = (...phones: unknown[]): string[] => [
  ...new Set(phones.flatMap((phone) => (phone ? String(phone) : []))),
];
