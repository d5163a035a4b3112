import {
  dayIn,
  email,
  frenchDay,
  type InputOf,
  invalid,
  longText,
  type Reply,
  redirect,
  type Visit,
  type Work,
} from '@preau/core';
import { writeProof } from './letters.ts';
import { byCode, childOf, type EnrolRequest, factsOf, move, newLink, othersOf, stepsOf } from './requests.ts';
import { type Page, papersOf, publicPage, readForm } from './school-form.ts';
import { tooMany, tooManyForms, tooManyMails, unreachable } from './send.ts';
import { FAMILY_MARKS, followPath, OPEN } from './words.ts';

export const answerForm = { answer: longText('Votre réponse', { max: 2000 }) };
export const addressForm = { email: email('Votre adresse e-mail') };

const lost = (): Page => ({ ...publicPage('inscription/perdue', {}), status: 410 });

/** What the secret link shows (F11-17): the state, what the school asks, what was sent. Looking changes nothing. */
export async function showRequest(visit: Visit): Promise<Reply> {
  const { db, params } = visit;
  const code = params.code as string;
  const found = await byCode(visit, code);
  if (!found) return lost();
  const { request, mailed } = found;
  const steps = await stepsOf(db, request);
  const unconfirmed = request.state === 'unconfirmed';
  // Only the owner of the address learns what it has sent before.
  const before = mailed && unconfirmed ? await sentBefore(visit, request) : null;
  const form = await readForm(db, { year: request.year });
  return publicPage('inscription/suivi', {
    called: childOf(request),
    address: visit.services.visitors.address(followPath(code)),
    email: request.guardians[0]?.email ?? request.email,
    mark: FAMILY_MARKS[request.state],
    unconfirmed,
    mailed,
    before,
    confirmable: !before?.accepted,
    said: steps.findLast(({ kind }) => kind === (request.state === 'refused' ? 'refused' : 'question'))?.text ?? null,
    sent: request.state === 'sent',
    incomplete: request.state === 'incomplete',
    refused: request.state === 'refused',
    accepted: request.state === 'accepted',
    open: OPEN.includes(request.state),
    papers: form && request.state !== 'refused' && request.state !== 'withdrawn' ? papersOf(form) : [],
    steps: steps.map((one) => ({ ...one, by: null })),
    ...factsOf(request),
    path: followPath(code),
  });
}

/** The request about the same child that this address has already confirmed. */
async function sentBefore({ db, school }: Pick<Work, 'db' | 'school'>, request: EnrolRequest) {
  const before = (await othersOf(db, request)).find((one) => one.email === request.email);
  if (!before) return null;
  return { accepted: before.state === 'accepted', on: frenchDay(dayIn(before.sent_at, school.timezone)) };
}

/** An act of the family on a request it holds the link of; a link that opens nothing says so. */
const holding =
  <I>(act: (visit: Visit<I>, request: EnrolRequest, mailed: boolean) => Promise<Reply | null>) =>
  async (visit: Visit<I>): Promise<Reply> => {
    const found = await byCode(visit, visit.params.code as string, true);
    if (!found) return lost();
    return (await act(visit, found.request, found.mailed)) ?? redirect(followPath(visit.params.code as string));
  };

/** The link that came by e-mail proves the address. A request for the same child by the same address gives way to it. */
export const confirm = holding(async (visit, request, mailed) => {
  if (!mailed || request.state !== 'unconfirmed') return null;
  const before = (await othersOf(visit.db, request, true)).filter((one) => one.email === request.email);
  if (before.some((one) => one.state === 'accepted')) return null;
  for (const one of before) await move(visit, one, { kind: 'replaced' }, { state: 'withdrawn', closed_at: visit.now });
  await move(visit, request, { kind: 'confirmed' }, { state: 'sent' });
  return null;
});

/** A slip in the address is mended with all the rest still there; the wrong address keeps no link. */
export async function mendAddress(visit: Visit<InputOf<typeof addressForm>>): Promise<Reply> {
  const { services, input, params, step, client } = visit;
  const code = params.code as string;
  const known = await step((work) => byCode(work, code));
  if (!known) return lost();
  if (known.request.state !== 'unconfirmed') return redirect(followPath(code));
  const wrong = unreachable(visit, input.email);
  if (wrong) return invalid({ email: wrong });
  const hurried = await services.visitors.wait('form', client.address);
  if (hurried) return invalid({ email: tooManyForms(hurried) });
  const mailed = await services.visitors.wait('mail', input.email.toLowerCase());
  if (mailed) return invalid({ email: tooManyMails(mailed) });
  return step(async (work) => {
    const found = await byCode(work, code, true);
    if (!found) return lost();
    const { request } = found;
    // The address is proved: it no longer changes by a link that somebody else may have seen.
    if (request.state !== 'unconfirmed') return redirect(followPath(code));
    const full = await tooMany(work, input.email.toLowerCase(), request.id);
    if (full) return invalid({ email: full });
    const [first, ...others] = request.guardians;
    const guardians = [{ ...first, email: input.email }, ...others] as EnrolRequest['guardians'];
    await work.db('inscription_links').where({ request_id: request.id, mailed: true }).delete();
    const changes = { email: input.email.toLowerCase(), guardians: JSON.stringify(guardians) };
    await move(work, request, { kind: 'address' }, changes);
    await writeProof(work, { ...request, email: changes.email, guardians });
    if (!found.mailed) return redirect(followPath(code));
    return redirect(followPath(await newLink(work, request.id, false)));
  });
}

export const answer = holding<InputOf<typeof answerForm>>(async (visit, request) => {
  if (request.state !== 'incomplete') return null;
  await move(visit, request, { kind: 'answer', text: visit.input.answer }, { state: 'sent' });
  return null;
});

export const withdraw = holding(async (visit, request) => {
  if (!OPEN.includes(request.state)) return null;
  // Whose address was used by somebody else leaves no trace here.
  if (request.state === 'unconfirmed') await visit.db('inscription_requests').where({ id: request.id }).delete();
  else await move(visit, request, { kind: 'withdrawn' }, { state: 'withdrawn', closed_at: visit.now });
  return null;
});
