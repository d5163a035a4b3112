import {
  type Attached,
  attachments,
  date,
  dayIn,
  hidden,
  invalid,
  isId,
  missing,
  type Reply,
  redirect,
  type Visit,
} from '@preau/core';
import { deposit } from './deposit.ts';
import { askedOf, takesIn } from './pupil-page.ts';
import { type Scope, seen } from './scope.ts';
import { aboutOf, homeOf } from './words.ts';

export const paperForm = {
  validUntil: date('Valable jusqu’au', { optional: true }),
  files: attachments('Fichier', { optional: true, hint: 'Reçu par e-mail ou numérisé par l’école.' }),
};

/** « Remis en papier », or files the school deposits in the family’s place. */
export async function takeIn(visit: Visit<{ validUntil: string | null; files: Attached }>): Promise<Reply> {
  const { input, now, school, person } = visit;
  const found = await taking(visit);
  if ('reply' in found) return found.reply;
  const { document } = found;
  const pupil = visit.pupil as NonNullable<Visit['pupil']>;
  if (!(await askedOf(visit, document.id, pupil.id))) return missing();
  const validUntil = document.asks_validity ? input.validUntil : null;
  if (document.asks_validity && !validUntil) return invalid({ validUntil: 'Écrivez la date qui est sur le document.' });
  if (validUntil && validUntil < dayIn(now, school.timezone))
    return invalid({ validUntil: 'Cette date est passée : ce document n’est plus valable.' });
  const paper = input.files.arrived.length === 0;
  const sending = await deposit(visit, {
    document,
    pupilIds: [pupil.id],
    by: { personId: person?.id ?? null, name: `${person?.firstName} ${person?.lastName}`, school: true },
    files: input.files,
    paper,
    validUntil,
    state: 'accepted',
  });
  return redirect(pageOf(visit), {
    text: paper ? 'C’est noté : remis en papier.' : 'Déposé à la place de la famille, et accepté.',
    undo: { to: `${pageOf(visit)}/papier/annuler`, values: { sending } },
  });
}

export const takeBackForm = { sending: hidden({ max: 36 }) };

/** What the school itself had taken in goes as if it had never been; what it had replaced stands again. */
export async function takeBack(visit: Visit<{ sending: string }>): Promise<Reply> {
  const { db, input, services } = visit;
  const found = await taking(visit);
  if ('reply' in found) return found.reply;
  const here = { document_id: found.document.id };
  const one = isId(input.sending)
    ? await db('collecte_sendings')
        .where({ ...here, id: input.sending, by_school: true })
        .first('id', 'at')
    : undefined;
  const mine = { ...here, pupil_id: visit.pupil?.id };
  if (
    !one ||
    !(await db('collecte_deposits')
      .where({ ...mine, sending_id: one.id })
      .delete())
  )
    return redirect(pageOf(visit), 'Il n’y avait plus rien à retirer.');
  await services.files.remove(aboutOf(one));
  await db('collecte_sendings').where({ id: one.id }).delete();
  await db('collecte_deposits')
    .where({ ...mine, replaced_at: one.at })
    .whereIn(
      'sending_id',
      db('collecte_sendings')
        .select('id')
        .where({ ...here, by_school: true }),
    )
    .update({ replaced_at: null });
  return redirect(pageOf(visit), 'C’est retiré.');
}

async function taking(visit: Visit<never> | Visit<unknown>): Promise<Scope | { reply: Reply }> {
  const found = await seen(visit as Visit);
  return 'reply' in found || takesIn(found) ? found : { reply: missing() };
}

const pageOf = (visit: Pick<Visit, 'espace' | 'params'>): string =>
  `${homeOf(visit)}/${visit.params.id}/eleves/${visit.params.pupil}`;
