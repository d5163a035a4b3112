import { ESPACE_TITLES } from '../access/espaces.ts';
import type { Account, Person } from '../plugin/contract.ts';

/** « Vous voyez l’Espace Parents comme Mme X. » */
export interface Banner {
  espace: string;
  name: string;
  model: boolean;
}

export function bannerOf(account: Account | null, person: Person | null): Banner | null {
  if (!account?.viewing || !person) return null;
  const { espace, model } = account.viewing;
  const name = [person.civility, person.firstName, person.lastName].filter(Boolean).join(' ');
  return { espace: ESPACE_TITLES[espace], name, model };
}
