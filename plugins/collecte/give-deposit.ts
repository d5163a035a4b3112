import {
  attachments,
  audit,
  date,
  dayIn,
  file,
  hidden,
  type InputOf,
  invalid,
  missing,
  type Reply,
  redirect,
  strings,
  text,
  tick,
  type Visit,
} from '@preau/core';
import { deposit, holdPupils } from './deposit.ts';
import { closedWords, givenHere, pageOf } from './give.ts';
import { ownSendings } from './give-sendings.ts';
import { readNotices } from './notify.ts';
import { aboutOf, takesDeposits } from './words.ts';

export const giveForm = {
  files: attachments('Votre document', {
    camera: true,
    hint: 'Une photo nette, bien à plat et en pleine lumière suffit. Plusieurs pages : plusieurs photos.',
  }),
  validUntil: date('Valable jusqu’au', { optional: true, hint: 'La date de fin écrite sur le document.' }),
  also: strings({ max: 20 }),
  word: text('Un mot pour l’école', { optional: true, max: 200 }),
  sure: tick('Envoyer quand même un nouveau document', { hint: 'L’école devra le vérifier à son tour.' }),
};

/** F17-13: a parent deposits for his child, and for brothers and sisters of whom the same is asked. */
export async function give(visit: Visit<InputOf<typeof giveForm>>): Promise<Reply> {
  const { input, now, school, person } = visit;
  const found = await givenHere(visit);
  if (!found || !person) return missing();
  const { one, siblings } = found;
  const { document } = one;
  const closed = closedWords(one, visit);
  if (closed) return invalid({ files: closed });
  const validUntil = document.asks_validity ? input.validUntil : null;
  if (document.asks_validity && !validUntil)
    return invalid({ validUntil: 'Écrivez la date de fin qui est sur le document.' });
  if (validUntil && validUntil < dayIn(now, school.timezone))
    return invalid({ validUntil: 'Cette date est passée : il faut un document encore valable.' });
  if (one.asked.state === 'accepted' && !input.sure)
    return invalid({ sure: 'L’école a déjà accepté un document. Cochez pour en envoyer un autre quand même.' });
  const also = siblings.filter(({ child }) => input.also.includes(child.id));
  if (also.length !== new Set(input.also).size)
    return invalid({ also: 'Un des enfants cochés n’est plus dans la liste. Vérifiez les cases, puis recommencez.' });
  const children = [one, ...also].map(({ child }) => child);
  const id = await deposit(visit, {
    document,
    pupilIds: children.map((child) => child.id),
    by: { personId: person.id, name: `${person.firstName} ${person.lastName}` },
    files: input.files,
    word: input.word,
    validUntil,
  });
  const names = new Intl.ListFormat('fr').format(children.map((child) => child.firstName));
  return redirect(pageOf(visit, one), {
    text: `Reçu pour ${names}. L’école va le vérifier.`,
    undo: { to: `${pageOf(visit, one)}/retirer`, values: { sending: id } },
  });
}

export const withdrawForm = { sending: hidden({ max: 36 }) };

/** « Annuler » while nobody has decided: it goes with its files, and what it had replaced stands again. */
export async function withdraw(visit: Visit<InputOf<typeof withdrawForm>>): Promise<Reply> {
  const { db, input, services, now, account, person } = visit;
  const found = await givenHere(visit);
  if (!found) return missing();
  const { one } = found;
  const sending = (await ownSendings(visit, one)).find(({ id }) => id === input.sending);
  if (!sending) return missing();
  const here = pageOf(visit, one);
  if (!takesDeposits(one.document, visit))
    return redirect(here, 'La date est passée : rien n’a été retiré. Demandez à l’école.');
  const its = () => db('collecte_deposits').where({ sending_id: sending.id });
  await holdPupils(db, await its().pluck('pupil_id'));
  const rows: { id: string; pupil_id: string; state: string; replaced_at: Date | null }[] = await its()
    .orderBy('id')
    .forUpdate();
  const open = rows.filter((row) => row.state === 'deposited' && !row.replaced_at);
  if (!open.some((row) => row.pupil_id === one.child.id))
    return redirect(here, 'L’école l’a déjà regardé, ou un autre l’a remplacé : rien n’a été retiré.');
  await db('collecte_deposits')
    .whereIn(
      'id',
      open.map((row) => row.id),
    )
    .delete();
  await db('collecte_deposits')
    .where({ document_id: one.document.id, replaced_at: sending.at })
    .whereIn(
      'pupil_id',
      open.map((row) => row.pupil_id),
    )
    .whereIn('sending_id', db('collecte_sendings').select('id').where({ person_id: person?.id, by_school: false }))
    .update({ replaced_at: null });
  if (open.length === rows.length) {
    await services.files.remove(aboutOf(sending));
    await db('collecte_sendings').where({ id: sending.id }).delete();
  }
  const about = `${one.document.title}, ${one.child.firstName} ${one.child.lastName}`;
  await audit(db, now, { account, person }, 'Dépôt retiré par la famille', about);
  return redirect(here, 'C’est annulé : votre document n’est plus à l’école.');
}

/** The open page says that it was read; opening it by a link, or a mail scanner, says nothing. */
export async function noteSeen(visit: Visit): Promise<Reply> {
  const found = await givenHere(visit);
  if (!found || !visit.person) return missing();
  const sendings = await ownSendings(visit, found.one);
  await readNotices(
    visit,
    visit.person.id,
    found.one.document,
    sendings.map((one) => one.id),
  );
  // Nothing to show: another page would take the place of the message of this one.
  return file('vu.txt', 'text/plain', '');
}
