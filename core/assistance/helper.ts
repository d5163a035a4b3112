import type { House } from '../container.ts';
import { isAddress } from '../mail/addresses.ts';
import type { Transaction, Visit } from '../plugin/contract.ts';

/** Who helps, and how he is reached. */
export interface Helper {
  name: string;
  email: string | null;
  phone: string | null;
  hours: string | null;
}

/** F18-5: the team turns to the operator; families, and whoever is not signed in, to their school. */
export function helperOf({ config }: House, { school, person }: Pick<Visit, 'school' | 'person'>): Helper {
  const { name, contact, phone, hours } = config.operator;
  if (isStaff(person)) return { name, email: addressIn(contact), phone, hours };
  return { name: school.name, email: addressIn(school.email), phone: school.phone || null, hours: null };
}

export const isStaff = (person: Visit['person']): boolean => person?.kind === 'staff' || person?.kind === 'teacher';

/** Where the person himself is answered: an address that can be written to, a telephone. */
export async function ownContacts(db: Transaction, personId: string): Promise<{ email: string | null; phone: string }> {
  const row = await db('people').where({ id: personId }).first('email', 'phone_mobile', 'phone_home');
  return { email: addressIn(row?.email), phone: row?.phone_mobile ?? row?.phone_home ?? '' };
}

const addressIn = (text: string | null | undefined) => (text && isAddress(text) ? text : null);
