import {
  audienceWords,
  audit,
  missing,
  page,
  type Recipient,
  type Reply,
  redirect,
  text,
  type Visit,
} from '@preau/core';
import { type Deposit, loadDeposit } from './documents.ts';
import { release, stillThere, tellAuthor } from './send.ts';
import { aboutOf, pageOf } from './words.ts';

const LIST = '/gestion/casier/diffusion/familles';

export const wordForm = { word: text('Votre mot', { max: 300, hint: 'Dites ce qu’il faut changer.' }) };

/** A teacher’s deposit that waits for the direction: the one time somebody else reads its files. */
export async function showApproval(visit: Visit): Promise<Reply> {
  const one = await loadDeposit(visit);
  if (one?.state !== 'to-approve') return missing();
  return page('casier/accord', {
    path: pageOf(visit, one.id),
    title: one.title,
    author: one.author_name,
    message: one.message,
    at: one.sent_at,
    files: await visit.services.files.of(aboutOf(one)),
    words: audienceWords(await frozen(visit, one)),
  });
}

/** Those it was submitted for who can still be written to. */
async function frozen(visit: Visit, one: Deposit): Promise<Recipient[]> {
  return stillThere(visit, one, await visit.db('casier_recipients').where({ document_id: one.id }).pluck('person_id'));
}

export async function approve(visit: Visit): Promise<Reply> {
  const { db, now, account, person } = visit;
  const one = await loadDeposit(visit, true);
  if (!one) return missing();
  if (one.state !== 'to-approve') return redirect(LIST, 'Rien n’est changé : ce document n’attend plus votre accord.');
  const people = await frozen(visit, one);
  await release(visit, one, people);
  await tellAuthor(visit, one, `accord-${now.getTime()}`, `Approuvé et déposé : ${one.title}`);
  await audit(db, now, { account, person }, 'Document approuvé', `${one.title}, de ${one.author_name}`);
  return redirect(LIST, `« ${one.title} » est déposé pour ${audienceWords(people).total}.`);
}

export async function sendBack(visit: Visit<{ word: string }>): Promise<Reply> {
  const { db, now, input } = visit;
  const one = await loadDeposit(visit, true);
  if (!one) return missing();
  if (one.state !== 'to-approve') return redirect(LIST, 'Rien n’est changé : ce document n’attend plus votre accord.');
  for (const table of ['casier_recipients', 'casier_children']) await db(table).where({ document_id: one.id }).delete();
  await db('casier_documents').where({ id: one.id }).update({ state: 'draft', sent_at: null, word: input.word });
  await tellAuthor(visit, one, `rendu-${now.getTime()}`, `À reprendre : ${one.title}`);
  return redirect(LIST, `« ${one.title} » est rendu à ${one.author_name} avec votre mot.`);
}
