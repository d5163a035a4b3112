import { audit, file, invalid, type Job, type Json, missing, type Reply, redirect, type Visit } from '@preau/core';
import { exampleOf } from './label-check.ts';
import { drawing, labelPerson, misfits, tightInWords } from './label-make.ts';
import { labelModels } from './label-models.ts';
import { peopleOf } from './label-people.ts';
import {
  erasePrint,
  FILE_LIFE,
  isReady,
  isStalled,
  labelPrintOf,
  movePrint,
  type Print,
  type PrintChoices,
  type PrintContent,
  printOf,
  printPath,
  SEALED,
  sealedOf,
  wordsOf,
} from './label-prints.ts';
import { sheetsFor } from './label-sheets.ts';
import { chosenAmong, wrongChoices } from './label-window.ts';
import type { LetterContent } from './letter-pages.ts';
import { issueKeys } from './recipients.ts';
import { sendKind } from './send-kinds.ts';

/** « Générer » (F12-11): the keys are made at once, the file in a job; what waits for it is sealed. */
export async function generate(visit: Visit<PrintChoices>): Promise<Reply> {
  const { db, now, services, school, later, input } = visit;
  const print = await labelPrintOf(db, visit, true);
  if (!print) return missing();
  const path = printPath(print.id);
  if (print.state === 'running' || isReady(print, now)) return redirect(path);
  const models = await labelModels(db);
  const wrong = wrongChoices(models, input);
  if (wrong) return invalid(wrong);
  const { style, choices } = chosenAmong(models, input);
  const { people } = await peopleOf(visit, print, choices.byClass);
  if (!people.length)
    return redirect(path, 'Aucune étiquette à imprimer : personne de cette sélection ne peut en avoir.');
  const keys = await issueKeys(visit, people, 'print');
  const place = { school, address: exampleOf(visit).address };
  const labels = people.flatMap((one) => {
    const key = keys.get(one.id);
    return key ? [labelPerson(one, key, place)] : [];
  });
  // Undoes the keys as well.
  const tight = tightInWords(misfits(style, labels));
  if (tight) return invalid({ sheet: tight });
  const content: PrintContent = { style, people: labels, start: choices.start };
  const sheets = sheetsFor(labels.length, choices.start, style.sheet);
  await movePrint(db, print.id, {
    state: 'running',
    choices: JSON.stringify(choices),
    content: services.vault.seal(SEALED.content, JSON.stringify(content)),
    pdf: null,
    labels: labels.length,
    sheets,
    progress: 10,
    moved_at: now,
    gone_at: null,
  });
  await audit(db, now, visit, 'Étiquettes préparées', `${labels.length} (${sendKind(print.kind).many})`);
  await later('labels', print.id);
  await later('erase', print.id, new Date(now.getTime() + FILE_LIFE));
  return redirect(path);
}

/** Letters on paper for the same job. @returns the path of their progress. */
export async function printContent(
  { db, now, services, account, later }: Visit,
  { kind, person_ids }: Pick<Print, 'kind' | 'person_ids'>,
  content: LetterContent,
): Promise<string> {
  const [{ id }] = await db('credentials_prints')
    .insert({
      what: 'letters',
      kind,
      person_ids,
      account_id: account?.id,
      state: 'running',
      content: services.vault.seal(SEALED.content, JSON.stringify(content)),
      labels: content.letters.length,
      progress: 10,
      made_at: now,
      moved_at: now,
    })
    .returning('id');
  await later('labels', id);
  await later('erase', id, new Date(now.getTime() + FILE_LIFE));
  return printPath(id);
}

/** Draws and prints between two short transactions. */
export async function printJob({ step, slow }: Job, data: Json): Promise<void> {
  const id = data as string;
  const content = await step(async ({ db, services, now }) => {
    const begun = await db('credentials_prints')
      .where({ id, state: 'running' })
      .update({ progress: 30, moved_at: now });
    const sealed = begun ? await sealedOf(db, id, 'content') : null;
    const text = sealed && services.vault.open(SEALED.content, sealed);
    return text ? (JSON.parse(text) as PrintContent) : null;
  });
  if (!content) return;
  try {
    const drawn = drawnOf(content);
    await step(({ db, now }) => movePrint(db, id, { progress: 50, moved_at: now }));
    const pdf = await slow.print(drawn.view, drawn.data, drawn.css);
    await step(async ({ db, services, now, later }) => {
      const sealed = services.vault.seal(SEALED.pdf, pdf.toString('base64'));
      const done = await db('credentials_prints')
        .where({ id, state: 'running' })
        .update({ state: 'ready', progress: 100, pdf: sealed, content: null, moved_at: now });
      if (done) await later('erase', id, new Date(now.getTime() + FILE_LIFE));
    });
  } catch (error) {
    await step(({ db, now }) =>
      db('credentials_prints').where({ id, state: 'running' }).update({ state: 'failed', moved_at: now }),
    );
    throw error;
  }
}

const drawnOf = (content: PrintContent): { view: string; data: object; css?: string } =>
  'letters' in content
    ? { view: 'credentials/courriers-imprimes', data: content }
    : { view: 'credentials/etiquettes-feuilles', ...drawing(content.style, content.people, content.start) };

/** « Réessayer »: the same labels once more; their keys are made and waiting. */
export async function printAgain(visit: Visit): Promise<Reply> {
  const { db, now, later } = visit;
  const print = await printOf(db, visit, true);
  if (!print) return missing();
  const path = printPath(print.id);
  if (print.state !== 'failed' && !isStalled(print, now)) return redirect(path);
  if (!(await sealedOf(db, print.id, 'content')))
    return redirect(path, 'Ce fichier n’est plus là. Générez-le de nouveau.');
  await movePrint(db, print.id, { state: 'running', progress: 10, moved_at: now });
  await later('labels', print.id);
  return redirect(path);
}

/** The file is its maker's, for an hour; who fetched it is written down. */
export async function download(visit: Visit): Promise<Reply> {
  const { db, now, services } = visit;
  const print = await printOf(db, visit);
  const sealed = print && isReady(print, now) ? await sealedOf(db, print.id, 'pdf') : null;
  const text = sealed && services.vault.open(SEALED.pdf, sealed);
  if (!print || !text) return missing();
  const { title, opened } = wordsOf(print);
  const { many } = sendKind(print.kind);
  await audit(db, now, visit, opened, `${print.labels} (${many})`);
  return file(`${title} ${many}.pdf`, 'application/pdf', Buffer.from(text, 'base64'));
}

/** « Effacer maintenant » */
export async function eraseNow(visit: Visit): Promise<Reply> {
  const print = await printOf(visit.db, visit, true);
  if (!print) return missing();
  await erasePrint(visit.db, print.id, visit.now);
  return redirect(printPath(print.id), 'Le fichier est effacé. Ce qui est déjà imprimé sert toujours.');
}
