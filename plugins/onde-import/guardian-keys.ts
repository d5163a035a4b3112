import { nameKey } from './names.ts';
import type { Address } from './row-types.ts';

interface Named {
  lastName: string;
  usedName?: string | null;
  firstName?: string | null;
}

interface Reachable extends Named {
  email?: string | null;
  mobile?: string | null;
  addresses?: Address[];
}

/** The names a guardian may be written under: family name or used name, with the first name. */
export function guardianNames(person: Named): string[] {
  const first = person.firstName ? nameKey(person.firstName) : '';
  const names = [person.lastName, person.usedName ?? ''].filter((name) => name !== '');
  return [...new Set(names.map((name) => `${nameKey(name)}|${first}`))];
}

/** What, added to equal names, proves one person: e-mail, mobile or address (ONDE section 4). */
export function proofsOf(person: Reachable): string[] {
  const proofs: string[] = [];
  if (person.email) proofs.push(`e:${person.email.toLowerCase()}`);
  if (person.mobile) proofs.push(`m:${person.mobile.replace(/\s/g, '')}`);
  for (const address of person.addresses ?? []) {
    // A town without a street is shared by all.
    if (address.lines.length > 0)
      proofs.push(`a:${nameKey([...address.lines, address.postcode ?? '', address.city ?? ''].join(' '))}`);
  }
  return proofs;
}

/** Each name with each proof. */
export function provenNames(person: Reachable, moreProofs: string[] = []): string[] {
  const proofs = [...proofsOf(person), ...moreProofs];
  return guardianNames(person).flatMap((name) => proofs.map((proof) => `${name}|${proof}`));
}

/** « Mme Claire ABADIE », for sentences. */
export function guardianLabel(person: Named): string {
  const name = person.usedName || person.lastName;
  return person.firstName ? `${person.firstName} ${name}` : name;
}
