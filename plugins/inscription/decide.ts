import {
  audit,
  counted,
  type InputOf,
  invalid,
  longText,
  missing,
  page,
  type Reply,
  redirect,
  type Visit,
} from '@preau/core';
import { write } from './letters.ts';
import { childOf, type EnrolRequest, move, requestOf } from './requests.ts';
import { DECIDABLE, DESK, type State } from './words.ts';

export const questionForm = {
  question: longText('Ce que la famille doit compléter', {
    max: 1000,
    hint: 'Elle le reçoit par e-mail, et répond par son lien.',
  }),
};
export const reasonForm = {
  reason: longText('Raison du refus', { max: 1000, hint: 'La famille la lit mot pour mot.' }),
};

export const nameOf = ({ person }: Pick<Visit, 'person'>): string =>
  [person?.firstName, person?.lastName].filter(Boolean).join(' ');

/** A page about one request, as long as it stands there. */
export const onRequest =
  (view: string, states: State[]) =>
  async (visit: Visit): Promise<Reply> => {
    const request = await requestOf(visit);
    if (!request) return missing();
    const home = `${DESK}/${request.id}`;
    return states.includes(request.state) ? page(view, { called: childOf(request), home }) : redirect(home);
  };

/** An act on one request, held; it does nothing to a request that has moved on. */
export const onHeld =
  <I>(states: State[], act: (visit: Visit<I>, request: EnrolRequest) => Promise<Reply>) =>
  async (visit: Visit<I>): Promise<Reply> => {
    const request = await requestOf(visit, true);
    if (!request) return missing();
    if (states.includes(request.state)) return act(visit, request);
    return redirect(`${DESK}/${request.id}`, 'Cette demande a changé d’état entre-temps. Rien n’est fait.');
  };

export async function askMore(visit: Visit<InputOf<typeof questionForm>>, request: EnrolRequest): Promise<Reply> {
  const { question: text } = visit.input;
  await move(visit, request, { kind: 'question', text, by: nameOf(visit) }, { state: 'incomplete' });
  await write(visit, request, {
    title: 'Inscription : complément demandé',
    subject: `Demande d’inscription à compléter, ${visit.school.name}`,
    text: `L’école a lu votre demande pour ${childOf(request)}, et vous demande de la compléter :\n\n${text}`,
    link: 'Répondre à l’école :',
  });
  await audit(visit.db, visit.now, visit, 'Inscription : complément demandé', childOf(request));
  return redirect(`${DESK}/${request.id}`, 'La question est envoyée à la famille.');
}

export async function refuse(visit: Visit<InputOf<typeof reasonForm>>, request: EnrolRequest): Promise<Reply> {
  const { reason: text } = visit.input;
  const changes = { state: 'refused' as const, closed_at: visit.now };
  await move(visit, request, { kind: 'refused', text, by: nameOf(visit) }, changes);
  await write(visit, request, {
    title: 'Inscription : demande refusée',
    subject: `Votre demande d’inscription, ${visit.school.name}`,
    text: `L’école ne peut pas accepter votre demande pour ${childOf(request)} :\n\n${text}`,
  });
  await audit(visit.db, visit.now, visit, 'Inscription : demande refusée', childOf(request));
  return redirect(`${DESK}/${request.id}`, 'La demande est refusée. La famille reçoit la raison par e-mail.');
}

const LINKED: State[] = [...DECIDABLE, 'accepted', 'refused'];

/** A family that has lost its link receives another, at the address it has proved. Its route is outside of a transaction. */
export async function sendLink(visit: Visit<{ sure: string }>): Promise<Reply> {
  const { params, services, step } = visit;
  const request = await step(({ db }) => requestOf({ db, params }));
  const linked = request && LINKED.includes(request.state);
  const minutes = linked ? await services.visitors.wait('mail', request.email) : 0;
  if (minutes) return invalid({ _: `Cinq liens viennent de partir. Attendez ${counted(minutes, 'minute')}.` });
  return step((work) => onHeld(LINKED, writeLink)({ ...visit, ...work }));
}

async function writeLink(visit: Visit<{ sure: string }>, request: EnrolRequest): Promise<Reply> {
  await move(visit, request, { kind: 'link', by: nameOf(visit) });
  await write(visit, request, {
    title: 'Inscription : nouveau lien',
    subject: `Suivre votre demande d’inscription, ${visit.school.name}`,
    text: `Voici un nouveau lien vers votre demande pour ${childOf(request)}.`,
  });
  await audit(visit.db, visit.now, visit, 'Inscription : nouveau lien envoyé', childOf(request));
  return redirect(`${DESK}/${request.id}`, 'Un nouveau lien est parti à la famille.');
}
