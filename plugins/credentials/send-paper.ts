import {
  audit,
  dayIn,
  hidden,
  type InputOf,
  invalid,
  missing,
  page,
  type Reply,
  redirect,
  type Visit,
} from '@preau/core';
import { printContent } from './label-job.ts';
import { undrawnOf } from './label-people.ts';
import { writtenForm, wrongLetter } from './letter-models.ts';
import { letterPage } from './letter-pages.ts';
import { letterModels } from './letter-rows.ts';
import { issueKeys } from './recipients.ts';
import { sendKind } from './send-kinds.ts';
import { chosenAmong } from './send-window.ts';
import {
  type Addressee,
  type Audience,
  audienceOf,
  type Sending,
  sendingOf,
  sendingPath,
  signInAddress,
} from './sendings.ts';
import { VARIABLES } from './variables.ts';

/** The window of letters on paper; `qui` says « sans » when they are for those without an address only (F13-8). */
export const paperForm = { ...writtenForm, modele: hidden(), qui: hidden() };
type PaperVisit = Visit<InputOf<typeof paperForm>>;

/** « Imprimer/Mailer » with the output PDF opens this window instead. */
export const toPaper = ({ id }: Sending, modele: string | null): Reply => ({
  ...redirect(`${sendingPath(id)}/papier?${new URLSearchParams({ modele: modele ?? '' })}`),
  window: true,
});

const meant = ({ allowed, before }: Audience, qui: string | null): Addressee[] => {
  const without = new Set(before.unreachable.map((one) => one.personId));
  return qui === 'sans' ? allowed.filter((one) => without.has(one.id)) : allowed;
};

export async function showPaper(visit: Visit): Promise<Reply> {
  const { db, query } = visit;
  const sending = await sendingOf(visit);
  if (!sending) return missing();
  const typed = visit.input as Partial<InputOf<typeof paperForm>> | null;
  const qui = typed?.qui ?? query.get('qui');
  const { model } = chosenAmong(await letterModels(db), sending, { modele: typed?.modele ?? query.get('modele') });
  const people = meant(await audienceOf(visit, sending), qui);
  const data = {
    title: model.title,
    people,
    undrawn: undrawnOf(people),
    variables: VARIABLES,
    cancel: `${sendingPath(sending.id)}?${new URLSearchParams({ sortie: 'pdf', modele: model.id })}`,
  };
  const values = { subject: model.subject, body: model.body, modele: model.id, qui: qui ?? '' };
  return { ...page('credentials/papier', data, 'credentials/_papier', { form: values }), window: true };
}

/** « Générer » (F13-6): keys at once, the file in the job of the labels; it is its maker's only, for an hour. */
export async function printLetters(visit: PaperVisit): Promise<Reply> {
  const { db, input, school, now } = visit;
  const sending = await sendingOf(visit);
  if (!sending) return missing();
  const wrong = wrongLetter(input);
  if (wrong) return invalid(wrong);
  const people = meant(await audienceOf(visit, sending), input.qui);
  const keys = await issueKeys(visit, people, 'print');
  const place = { school, address: signInAddress(visit) };
  const letters = people.flatMap((person) => {
    const key = keys.get(person.id);
    return key ? [letterPage(input, person, key, place)] : [];
  });
  if (!letters.length) return invalid({ _: 'Il n’y a personne pour qui imprimer ce courrier.' });
  await audit(db, now, visit, 'Courriers préparés', `${letters.length} (${sendKind(sending.kind).many})`);
  return redirect(await printContent(visit, sending, { day: dayIn(now, school.timezone), letters }));
}
