import {
  hidden,
  type InputOf,
  invalid,
  type Key,
  missing,
  page,
  QUIET,
  qrPath,
  type Reply,
  redirect,
  type Visit,
} from '@preau/core';
import { writeLetter } from './letter-fill.ts';
import { writtenForm, wrongLetter } from './letter-models.ts';
import { letterModels } from './letter-rows.ts';
import { valuesFor } from './recipients.ts';
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
  const audience = await audienceOf(visit, sending);
  const data = {
    title: model.title,
    people: meant(audience, qui),
    refused: audience.refused,
    variables: VARIABLES,
    cancel: `${sendingPath(sending.id)}?${new URLSearchParams({ sortie: 'pdf', modele: model.id })}`,
  };
  const values = { subject: model.subject, body: model.body, modele: model.id, qui: qui ?? '' };
  return { ...page('credentials/papier', data, 'credentials/_papier', { form: values }), window: true };
}

/** A page a person: the school, the day, whom it is for, the text, and the link as a code for a phone. */
function lettersFor(people: Addressee[], keys: Key[], { input, school, services }: PaperVisit): object[] {
  const byPerson = new Map(keys.map((key) => [key.personId, key]));
  const address = signInAddress({ services, school });
  return people.flatMap((person) => {
    const key = byPerson.get(person.id);
    if (!key) return [];
    const values = valuesFor(person, key, { school, address });
    const about = values.Enfants || values.Classe;
    return [{ ...writeLetter(input, values), name: person.name, about, qr: key.link && codeOf(key.link) }];
  });
}

function codeOf(link: string): { box: string; d: string } {
  const { size, d } = qrPath(link);
  return { box: `${-QUIET} ${-QUIET} ${size + 2 * QUIET} ${size + 2 * QUIET}`, d };
}
