import { type Key, undrawn, type Work } from '@preau/core';
import { exampleOf } from './label-check.ts';
import { type LabelPerson, labelPerson, whoOf } from './label-make.ts';
import type { Print } from './label-prints.ts';
import { type Recipient, sorted } from './recipients.ts';

/** Whose labels a print makes, in the order of the paper, and who is left out and why. */
export interface PrintPeople {
  people: Recipient[];
  /** Of those, who has chosen a password: their labels hold none. */
  spent: Set<string>;
  logins: Map<string, string>;
  refused: { name: string; reason: string }[];
}

export async function peopleOf(work: Work, print: Print, byClass: boolean): Promise<PrintPeople> {
  const { may, refused } = await sorted(work, print.person_ids);
  const accounts: { person_id: string; login: string; state: string }[] = await work
    .db('accounts')
    .whereIn(
      'person_id',
      may.map((one) => one.id),
    )
    .select('person_id', 'login', 'state');
  return {
    people: inOrder(may, byClass),
    spent: new Set(accounts.filter((one) => one.state === 'active').map((one) => one.person_id)),
    logins: new Map(accounts.map((one) => [one.person_id, one.login])),
    refused: refused.map(({ person, reason }) => ({ name: whoOf(person), reason })),
  };
}

const FRENCH = new Intl.Collator('fr', { numeric: true });
/** By class, then by the pupil's name, as labels are handed out (C-29); or by the person's own name. */
export function inOrder(people: Recipient[], byClass: boolean): Recipient[] {
  const keyed = people.map((one) => ({ one, key: byClass ? [...placeOf(one), ...nameOf(one)] : nameOf(one) }));
  return keyed
    .sort((a, b) => {
      const at = a.key.findIndex((word, index) => FRENCH.compare(word, b.key[index] ?? '') !== 0);
      return at < 0 ? 0 : FRENCH.compare(a.key[at] as string, b.key[at] ?? '');
    })
    .map(({ one }) => one);
}
const nameOf = ({ lastName, firstName }: Recipient) => [lastName, firstName];
function placeOf({ kind, children, classes }: Recipient): string[] {
  const [child] = children;
  const label = kind === 'guardian' ? child?.className : classes[0];
  // Without a class: after all others.
  return [label ? '0' : '1', label ?? '', child?.lastName ?? '', child?.firstName ?? ''];
}

/** Labels with a key of nobody, for previews. */
export function exampleLabels(work: Work, print: Print, { people, spent, logins }: PrintPeople): LabelPerson[] {
  const sample = work.services.keys.sample(print.kind);
  const place = { school: work.school, address: exampleOf(work).address };
  return people.map((one) => {
    const key: Key = { ...sample, login: logins.get(one.id) ?? sample.login };
    return labelPerson(one, spent.has(one.id) ? { ...key, secret: null, link: null } : key, place);
  });
}

/** Whose label holds letters our font has not: on paper they may be missing (case B19). */
export const undrawnOf = (people: Recipient[]): { name: string; letters: string }[] =>
  people.flatMap((one) => {
    const words = [one.lastName, one.firstName, one.civility ?? '', ...one.classes];
    const letters = undrawn(
      [...words, ...one.children.flatMap((child) => [child.firstName, child.className ?? ''])].join(' '),
    );
    return letters.length ? [{ name: whoOf(one), letters: letters.join(' ') }] : [];
  });
