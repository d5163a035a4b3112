import { randomUUID } from 'node:crypto';
import { counted, invalid, type Reply, redirect, type Visit, type Work } from '@preau/core';
import { writeProof } from './letters.ts';
import { type Asked, check, choicesOf, type RequestInput } from './request-form.ts';
import { byCode, type EnrolRequest, move, newLink, screenCode } from './requests.ts';
import { publicPage, readForm, shownForm, shutPage, whyShut } from './school-form.ts';
import { followPath, OPEN } from './words.ts';

/** Requests of one address that may still have an answer. */
const AT_MOST = 5;

/** A family asks to enrol a child (F11-17). */
export async function showAsk(visit: Visit): Promise<Reply> {
  const form = await readForm(visit.db);
  const shut = whyShut(form, visit);
  if (!form || shut) return shutPage(shut ?? '');
  const data = { ...shownForm(form), ...choicesOf(form, visit.input) };
  return publicPage('inscription/demander', data, { form: { once: randomUUID() } });
}

/**
 * Whoever sends, and whatever the school knows of the child, the answer is the same: an e-mail leaves for the address
 * that was typed. What only its owner may learn is said after he has proved it (see follow.ts).
 */
export async function send(visit: Visit<RequestInput>): Promise<Reply> {
  const { input, client, services, step } = visit;
  const form = await step(({ db }) => readForm(db));
  const shut = whyShut(form, visit);
  if (!form || shut) return shutPage(shut ?? '');
  const hurried = await services.visitors.wait('form', client.address);
  if (hurried) return invalid({ _: tooManyForms(hurried) });
  const checked = check(form, input, visit);
  if ('errors' in checked) return invalid(checked.errors);
  const { asked } = checked;
  const lost = unreachable(visit, asked.email);
  if (lost) return invalid({ email: lost });
  const code = screenCode(visit, input.once, asked);
  if (await step((work) => byCode(work, code))) return redirect(followPath(code));
  const mailed = await services.visitors.wait('mail', asked.email);
  if (mailed) return invalid({ email: tooManyMails(mailed) });
  const full = await step((work) => keep(work, asked, code));
  return full ? invalid({ email: full }) : redirect(followPath(code));
}

/** Said to a network address that has sent too many forms (see core/auth/visitors.ts). */
export const tooManyForms = (minutes: number): string =>
  `Trop de demandes à la suite. Recommencez dans ${counted(minutes, 'minute')}.`;

/** Said beside an e-mail address that has been written to too often. */
export const tooManyMails = (minutes: number): string =>
  `Cinq e-mails viennent de partir à cette adresse. Attendez ${counted(minutes, 'minute')}.`;

/** An address no message can reach is told beside its field, with what was probably meant. */
export function unreachable({ services }: Pick<Visit, 'services'>, address: string): string | null {
  const [wrong] = services.outbox.sort([{ name: '', address }]).unreachable;
  if (!wrong) return null;
  return wrong.suggestion ? `${wrong.reason} Vouliez-vous écrire ${wrong.suggestion} ?` : wrong.reason;
}

/** Why an address can have no further request. @param but one that is its own already. */
export async function tooMany({ db }: Pick<Work, 'db'>, email: string, but?: string): Promise<string | null> {
  const open: string[] = await db('inscription_requests').where({ email }).whereIn('state', OPEN).pluck('id');
  return open.filter((id) => id !== but).length < AT_MOST
    ? null
    : 'Cinq demandes de cette adresse attendent déjà. Retirez-en une par le lien reçu par e-mail, ou appelez l’école.';
}

/** Keeps the request and writes to its address. @returns why not. */
async function keep(work: Work, asked: Asked, code: string): Promise<string | null> {
  const { db, now, school } = work;
  // Two requests of one address at once are counted one after the other; a form sent twice finds its first.
  await db.raw("select pg_advisory_xact_lock(hashtextextended('inscription ' || ? || ?, 0))", [school.id, asked.email]);
  if (await byCode(work, code)) return null;
  const full = await tooMany(work, asked.email);
  if (full) return full;
  const row = {
    ...asked,
    guardians: JSON.stringify(asked.guardians),
    answers: JSON.stringify(asked.answers),
    state: 'unconfirmed',
    sent_at: now,
  };
  const [request] = (await db('inscription_requests').insert(row).returning('*')) as [EnrolRequest];
  await move(work, request, { kind: 'sent' });
  await newLink(work, request.id, false, code);
  await writeProof(work, request);
  return null;
}
