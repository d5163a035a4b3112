import { communeAddress, normaliseInsee } from '../tenancy/communes.ts';
import { normaliseRne } from '../tenancy/rne.ts';

/** What an operator types for a school (its RNE) or a town hall (`commune/01053`), as it is stored. */
export function named(typed: string): string {
  const [, insee] = /^\s*commune\/(.*)$/i.exec(typed) ?? [];
  return insee === undefined ? normaliseRne(typed) : communeAddress(normaliseInsee(insee));
}
