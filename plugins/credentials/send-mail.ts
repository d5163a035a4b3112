import {
  counted,
  forbidden,
  hidden,
  type InputOf,
  invalid,
  type Letter,
  missing,
  page,
  type Reply,
  redirect,
  text,
  type Visit,
} from '@preau/core';
import { writeLetter } from './letter-fill.ts';
import { writtenForm, wrongLetter } from './letter-models.ts';
import { letterModels } from './letter-rows.ts';
import { issueKeys, valuesFor } from './recipients.ts';
import { toPaper } from './send-paper.ts';
import { chosenAmong } from './send-window.ts';
import { audienceOf, mailingPath, type Sending, sendingOf, sendingPath, signInAddress } from './sendings.ts';
import { VARIABLES } from './variables.ts';

/** The window of the message: objet, corps, account (F13-6). */
export const mailForm = { ...writtenForm, sender: text('Compte', { max: 100 }), modele: hidden() };
type MailVisit = Visit<InputOf<typeof mailForm>>;

/** « Imprimer/Mailer » (F13-6): leads to the paper's own window when the output is PDF. */
export async function showMessage(visit: Visit): Promise<Reply> {
  const { db, query, services } = visit;
  const sending = await sendingOf(visit);
  if (!sending) return missing();
  const typed = visit.input as Partial<InputOf<typeof mailForm>> | null;
  const asked = typed?.modele ?? query.get('modele');
  if (query.get('sortie') === 'pdf') return toPaper(sending, asked);
  // Back, or again, after the sending: it is said that it has left.
  if (sending.mailing_id) return redirect(sendingPath(sending.id), GONE);
  const { model } = chosenAmong(await letterModels(db), sending, { modele: asked });
  const audience = await audienceOf(visit, sending);
  const senders = await services.outbox.senders();
  const chosen = typed?.sender ?? senders[0]?.id;
  const data = {
    title: model.title,
    ...audience,
    senders: senders.map(({ id, title }) => ({ value: id, label: title, selected: id === chosen })),
    variables: VARIABLES,
    cancel: `${sendingPath(sending.id)}?${new URLSearchParams({ sortie: 'mail', modele: model.id })}`,
  };
  const values = { subject: model.subject, body: model.body, modele: model.id };
  return { ...page('credentials/message', data, 'credentials/_message', { mail: values }), window: true };
}
const GONE = 'Ce courrier est déjà parti : il n’est pas envoyé une seconde fois.';

/** « Envoyer l’e-mail » (F13-7): one message a person with his own data; those without address are left out, and named. */
export async function sendMail(visit: MailVisit): Promise<Reply> {
  const { db, input, services, now } = visit;
  const sending = await sendingOf(visit, true);
  if (!sending) return missing();
  if (sending.mailing_id) return redirect(sendingPath(sending.id), GONE);
  // F09-09: only from an account among those allowed, whatever the form says.
  if (!(await services.outbox.senders()).some((one) => one.id === input.sender))
    return forbidden('Vous ne pouvez pas envoyer depuis ce compte e-mail. Choisissez un compte de la liste.');
  const wrong = wrongLetter(input);
  if (wrong) return invalid(wrong);
  const letters = await lettersOf(visit, sending);
  if (!letters.some((one) => one.text))
    return invalid({ _: 'Aucune de ces personnes n’a d’adresse e-mail. Choisissez la sortie PDF.' });
  const { title } = chosenAmong(await letterModels(db), sending, input).model;
  const mailing = await services.outbox.send({
    title,
    purpose: 'credentials.letter',
    sender: input.sender,
    letters,
    recall: true,
  });
  await db('credentials_sendings').where({ id: sending.id }).update({ mailing_id: mailing.id, sent_at: now });
  const left = `${counted(mailing.queued, 'e-mail part', 'e-mails partent')} dans une minute.`;
  const without = mailing.unreachable.length;
  return redirect(
    mailingPath(mailing.id),
    without
      ? {
          text: `${left} ${counted(without, 'personne')} sans adresse :`,
          link: { to: sendingPath(sending.id), title: 'imprimez leurs étiquettes' },
        }
      : left,
  );
}

/** The letters of those who can be written to, each with a key of his own; an empty one for the others, so that the journal names them. */
async function lettersOf(visit: MailVisit, sending: Sending): Promise<Letter[]> {
  const { input, school } = visit;
  const { reachable, unreachable } = (await audienceOf(visit, sending)).before;
  const keys = await issueKeys(visit, reachable, 'mail');
  const place = { school, address: signInAddress(visit) };
  const written = reachable.flatMap(({ name, address, personId, ...person }): Letter[] => {
    const key = keys.get(personId);
    if (!key) return [];
    const { subject, body } = writeLetter(input, valuesFor(person, key, place));
    return [{ to: { name, address, personId }, subject, text: body }];
  });
  const left = unreachable.map(({ name, address, personId }) => ({
    to: { name, address, personId },
    subject: input.subject,
    text: '',
  }));
  return [...written, ...left];
}
