import { type InputOf, invalid, longText, missing, page, type Reply, redirect, text, type Visit } from '@preau/core';
import { insertCopy } from './copy.ts';
import { wrongWords } from './letter-fill.ts';
import { letterModel, letterModels } from './letter-rows.ts';
import { originalOf } from './letter-texts.ts';
import { MODELS } from './part.ts';
import { VARIABLES } from './variables.ts';

export const LETTERS = '/gestion/credentials/courriers';

/** What a letter says; also asked, for one sending, by the window of the message. */
export const writtenForm = {
  subject: text('Objet', { max: 200 }),
  body: longText('Corps', { max: 8000, hint: 'Les mots entre crochets deviennent ceux de chaque personne.' }),
};
export const letterForm = {
  title: text('Titre', {
    max: 80,
    hint: 'Pour vous y retrouver : il n’est pas envoyé.',
    unique: { constraint: 'credentials_letters_school_id_title_unique', message: 'Un autre modèle a déjà ce titre.' },
  }),
  ...writtenForm,
};
type LetterVisit = Visit<InputOf<typeof letterForm>>;

/** Errors beside subject and body; null when every bracket is a word of the list. */
export function wrongLetter({ subject, body }: { subject: string; body: string }): Record<string, string> | null {
  const wrong = Object.entries({ subject, body }).flatMap(([field, text]) => {
    const words = wrongWords(text);
    return words ? [[field, words]] : [];
  });
  return wrong.length ? Object.fromEntries(wrong) : null;
}

/** Communication > Courriers et Documents > Modèles (F13-1): leads to the first. */
export async function firstLetter({ db }: Visit): Promise<Reply> {
  const [first] = await letterModels(db);
  return redirect(first ? `${LETTERS}/${first.id}` : `${LETTERS}/nouveau`);
}

/** The list at left, the content at right (F13-2). */
export async function showLetter(visit: Visit): Promise<Reply> {
  const { db, params, can } = visit;
  const model = await letterModel(db, params.id as string);
  if (!model) return missing();
  const { title, subject, body, kind } = model;
  const original = originalOf(kind);
  const data = {
    model,
    models: await beside(visit, model.id),
    writes: can(MODELS),
    own: !original,
    changed: original && (original.subject !== subject || original.body !== body),
    variables: VARIABLES,
    home: `${LETTERS}/${model.id}`,
  };
  return page('credentials/courrier', data, undefined, { form: { title, subject, body } });
}

export async function showNewLetter(visit: Visit): Promise<Reply> {
  return page('credentials/courrier-nouveau', { models: await beside(visit), variables: VARIABLES });
}

const beside = async ({ db }: Visit, current?: string) =>
  (await letterModels(db)).map(({ id, title }) => ({
    title,
    href: `${LETTERS}/${id}`,
    current: id === current,
  }));

export async function createLetter({ db, input }: LetterVisit): Promise<Reply> {
  const wrong = wrongLetter(input);
  if (wrong) return invalid(wrong);
  const [{ id }] = await db('credentials_letters').insert(input).returning('id');
  return redirect(`${LETTERS}/${id}`, `Le modèle « ${input.title} » est enregistré.`);
}

export async function saveLetter({ db, input, params }: LetterVisit): Promise<Reply> {
  const wrong = wrongLetter(input);
  if (wrong) return invalid(wrong);
  const saved = await db('credentials_letters')
    .where({ id: params.id })
    .update({ ...input, version: db.raw('version + 1') });
  return saved ? redirect(`${LETTERS}/${params.id}`, `Le modèle « ${input.title} » est enregistré.`) : missing();
}

export async function duplicateLetter({ db, params }: Visit): Promise<Reply> {
  const model = await letterModel(db, params.id as string);
  if (!model) return missing();
  const { title, subject, body } = model;
  const { id, name } = await insertCopy(db, 'credentials_letters', 'title', { title, subject, body });
  return redirect(`${LETTERS}/${id}`, `« ${name} » est une copie : donnez-lui son titre et son texte.`);
}

/** « Annuler » writes it anew. The house's own are not deleted: they go back to their first text. */
export async function deleteLetter({ db, params }: Visit): Promise<Reply> {
  const model = await letterModel(db, params.id as string);
  if (!model || model.kind) return missing();
  await db('credentials_letters').where({ id: model.id }).delete();
  const { title, subject, body } = model;
  return redirect(LETTERS, {
    text: `Le modèle « ${title} » est supprimé.`,
    undo: { to: `${LETTERS}/nouveau`, values: { title, subject, body } },
  });
}

/** F13-2: back to what the house wrote; « Annuler » saves the school's text again. */
export async function resetLetter({ db, params }: Visit): Promise<Reply> {
  const model = await letterModel(db, params.id as string);
  const original = originalOf(model?.kind ?? null);
  if (!model || !original) return missing();
  await db('credentials_letters')
    .where({ id: model.id })
    .update({ subject: original.subject, body: original.body, version: model.version + 1 });
  const { title, subject, body } = model;
  return redirect(`${LETTERS}/${model.id}`, {
    text: `« ${title} » a de nouveau son texte d’origine.`,
    undo: { to: `${LETTERS}/${model.id}`, values: { title, subject, body } },
  });
}
