import {
  choice,
  date,
  dayInWords,
  hidden,
  type InputOf,
  invalid,
  isId,
  longText,
  missing,
  page,
  type Reply,
  redirect,
  type Transaction,
  text,
  type Visit,
} from '@preau/core';
import { change, loadItem } from './items.ts';
import { homeOf } from './words.ts';

export const QUESTION_KINDS = {
  one: 'Une seule réponse',
  many: 'Plusieurs réponses',
  dates: 'Des dates à cocher',
  text: 'Réponse libre',
} as const;

export interface Question {
  id: string;
  title: string;
  kind: keyof typeof QUESTION_KINDS;
  options: string[];
}

export const questionForm = {
  title: text('Question', { max: 200 }),
  kind: choice('On répond par', QUESTION_KINDS),
  options: longText('Réponses possibles, une par ligne', {
    optional: true,
    max: 2000,
    hint: 'Pour des dates : une par ligne, par exemple 12/06/2027. Rien pour une réponse libre.',
  }),
};
export const removeForm = { question: hidden() };

export async function questionsOf(
  db: Transaction,
  itemId: string,
): Promise<(Question & { kindWords: string; shown: string[] })[]> {
  const rows: Question[] = await db('infos_questions')
    .where({ item_id: itemId })
    .orderBy('rank')
    .select('id', 'title', 'kind', 'options');
  return rows.map((row) => ({
    ...row,
    kindWords: QUESTION_KINDS[row.kind],
    shown: row.kind === 'dates' ? row.options.map(dayInWords) : row.options,
  }));
}

export async function showQuestions(visit: Visit): Promise<Reply> {
  const { db } = visit;
  const item = await loadItem(visit);
  if (item?.kind !== 'survey') return missing();
  if (item.state !== 'draft') return redirect(`${homeOf(visit)}/${item.id}`);
  return page(
    'infos/questions',
    {
      base: homeOf(visit),
      id: item.id,
      title: item.title,
      anonymous: item.anonymous,
      questions: await questionsOf(db, item.id),
    },
    undefined,
    { form: { kind: 'one' } },
  );
}

export async function addQuestion(visit: Visit<InputOf<typeof questionForm>>): Promise<Reply> {
  const { db, now, input } = visit;
  const item = await loadItem(visit, true);
  if (item?.kind !== 'survey') return missing();
  if (item.state !== 'draft') return redirect(`${homeOf(visit)}/${item.id}`);
  if ((await questionsOf(db, item.id)).length >= 20) return invalid({ title: 'Vingt questions au plus.' });
  const read = optionsIn(input);
  if (typeof read === 'string') return invalid({ options: read });
  await db('infos_questions').insert({
    item_id: item.id,
    title: input.title,
    kind: input.kind,
    options: JSON.stringify(read),
  });
  await change(db, item.id, now, {});
  return redirect(`${homeOf(visit)}/${item.id}/questions`, 'La question est ajoutée.');
}

/** The answers offered, or what is wrong with them. */
function optionsIn({ kind, options }: InputOf<typeof questionForm>): string[] | string {
  if (kind === 'text') return [];
  const lines = [
    ...new Set(
      (options ?? '')
        .split(/\r?\n/)
        .map((line) => line.trim())
        .filter(Boolean),
    ),
  ];
  if (lines.length < 2) return 'Écrivez au moins deux réponses, une par ligne.';
  if (lines.length > 30) return 'Trente réponses au plus.';
  if (lines.some((line) => line.length > 120)) return 'Raccourcissez : 120 caractères par réponse au plus.';
  if (kind !== 'dates') return lines;
  const days = lines.map(dayIn);
  const wrong = lines[days.indexOf(null)];
  return wrong ? `« ${wrong} » n’est pas une date. Écrivez-la ainsi : 12/06/2027.` : (days as string[]).toSorted();
}

/** A day as the date fields of all forms read it. */
function dayIn(line: string): string | null {
  const read = DAY.schema.safeParse(line);
  return read.success ? read.data : null;
}
const DAY = date('Date');

export async function removeQuestion(visit: Visit<{ question: string }>): Promise<Reply> {
  const { db, now, input } = visit;
  const item = await loadItem(visit, true);
  if (item?.state !== 'draft' || !isId(input.question)) return missing();
  await db('infos_questions').where({ id: input.question, item_id: item.id }).delete();
  await change(db, item.id, now, {});
  return redirect(`${homeOf(visit)}/${item.id}/questions`, 'La question est retirée.');
}
