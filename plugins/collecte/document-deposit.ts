import { choice, date, dayIn, type InputOf, invalid, page, type Reply, redirect, type Visit } from '@preau/core';
import { change, dayRefused, deskOf } from './document.ts';
import type { CollectedDocument } from './documents.ts';
import { limitInWords } from './words.ts';

/** « Dépôt du document sur l’Espace Parents » (F17-07). */
const WAYS = {
  until: 'À déposer jusqu’au',
  open: 'À déposer sans date limite',
  none: 'Pas de dépôt possible par les parents',
};
export const depositForm = {
  deposit: choice('Dépôt du document sur l’Espace Parents', WAYS),
  until: date('Dernier jour', { optional: true, hint: 'Ce jour compte en entier.' }),
};

export async function showDeposit(visit: Visit, document: CollectedDocument): Promise<Reply> {
  const { deposit, until_day: until } = document;
  const data = { title: document.title, back: deskOf(visit, document) };
  return { ...page('collecte/depot', data, 'collecte/_depot', { form: { deposit, until } }), window: true };
}

export async function saveDeposit(
  visit: Visit<InputOf<typeof depositForm>>,
  document: CollectedDocument,
): Promise<Reply> {
  const { input, now, school, services } = visit;
  const { deposit } = input;
  const until = deposit === 'until' ? input.until : null;
  if (deposit === 'until' && !until) return invalid({ until: 'Écrivez le dernier jour.' });
  const refused =
    until && until !== document.until_day && dayRefused(until, dayIn(now, school.timezone), services.people.year);
  if (refused) return invalid({ until: refused });
  await change(visit, document, { deposit, until_day: until });
  const limit = limitInWords({ ...document, deposit, until_day: until });
  return redirect(
    deskOf(visit, document),
    deposit === 'none'
      ? `« ${document.title} » : pas de dépôt par les parents. L’école note ce qui arrive en papier.`
      : `« ${document.title} » est à déposer ${limit}.`,
  );
}
