import { dayInWords, invalid, missing, type Reply, record, redirect, type Transaction, type Visit } from '@preau/core';
import { answersTo } from './items.ts';
import { type Question, questionsOf } from './questions.ts';
import { type Received, receivedOne } from './received.ts';
import { type Answers, closedBecause, resultsOf } from './results.ts';
import { aboutOf, homeOf, takesAnswers } from './words.ts';

type Typed = Record<string, string | string[] | undefined> | null;

/** The questions, with what this person answered or has just typed. */
export async function surveyFor(visit: Visit, one: Received) {
  const { db, person, account } = visit;
  const questions = await questionsOf(db, one.id);
  // His answers are his own: whoever looks as him sees the questions.
  const row: { answers: Answers | null } | undefined = account?.viewing
    ? undefined
    : await db('infos_answers').where({ item_id: one.id, person_id: person?.id }).first('answers');
  const typed = visit.input as Typed;
  const open = takesAnswers(one, visit);
  const ended = one.results_shown && one.answered;
  const enough = ended && !closedBecause(one, await answersTo(db, one.id), visit);
  return {
    open,
    anonymous: one.anonymous,
    answered: one.answered,
    changeable: open && !(one.anonymous && one.answered),
    closes: one.closes_on ? dayInWords(one.closes_on) : null,
    resultsShown: one.results_shown,
    questions: questions.map((question) => asked(question, row?.answers ?? null, typed)),
    results: enough ? await resultsOf(db, one, false) : [],
  };
}

function asked(question: Question & { shown: string[] }, answers: Answers | null, typed: Typed) {
  const before = answers?.[question.id];
  const ticked = (at: number) =>
    typed
      ? question.kind === 'one'
        ? typed[`answers.${question.id}`] === String(at)
        : typed[`answers.${question.id}.${at}`] === 'on'
      : Array.isArray(before) && before.includes(at);
  return {
    id: question.id,
    title: question.title,
    text: question.kind === 'text',
    single: question.kind === 'one',
    hint:
      question.kind === 'dates'
        ? 'Cochez toutes les dates qui vous vont.'
        : question.kind === 'many'
          ? 'Plusieurs réponses possibles.'
          : '',
    value: typed ? String(typed[`answers.${question.id}`] ?? '') : typeof before === 'string' ? before : '',
    options: question.shown.map((label, at) => ({ at, label, on: ticked(at) })),
  };
}

export const answerForm = { answers: record() };

/**
 * An answer. Named: kept with the person, changed until the closing. Anonymous: « has answered » is kept, and the answer
 * is counted into boxes that know neither person, nor time, nor order (case B34).
 */
export async function answer(visit: Visit<{ answers: Record<string, string> }>): Promise<Reply> {
  const { db, now, person, services } = visit;
  const one = await receivedOne(visit);
  if (one?.kind !== 'survey' || one.state !== 'published' || !person) return missing();
  if (!takesAnswers(one, visit)) return invalid({ answers: 'Ce sondage est clos : il ne prend plus de réponse.' });
  const answers = readAnswers(await questionsOf(db, one.id), visit.input.answers);
  if (!Object.keys(answers).length) return invalid({ answers: 'Répondez à une question au moins.' });
  const back = `${homeOf(visit)}/lire/${one.id}`;
  const row = { item_id: one.id, person_id: person.id };
  if (one.anonymous) {
    // Whoever answers holds all boxes: two answers at once are counted one after the other.
    const boxes = await db('infos_boxes').where({ item_id: one.id }).orderBy('id').forUpdate();
    const [first] = await db('infos_answers')
      .insert(row)
      .onConflict(['school_id', 'item_id', 'person_id'])
      .ignore()
      .returning('id');
    if (!first) return redirect(back, 'Vous avez déjà répondu : une réponse anonyme ne se change pas.');
    for (const box of boxes) await count(db, box, answers[box.question_id]);
  } else {
    await db('infos_answers')
      .insert({ ...row, answers: JSON.stringify(answers), at: now })
      .onConflict(['school_id', 'item_id', 'person_id'])
      .merge(['answers', 'at']);
  }
  await services.notices.read(person.id, aboutOf(one));
  return redirect(
    back,
    one.anonymous
      ? 'Merci. Votre réponse est comptée, sans votre nom.'
      : 'Merci. Vous pouvez changer d’avis jusqu’à la clôture.',
  );
}

/** Every box is written anew at each answer, also where nothing was answered, and its texts stand in the order of the alphabet: neither rows nor their order tell who. */
async function count(
  db: Transaction,
  box: { id: string; counts: number[]; texts: string[] },
  answered: number[] | string | undefined,
): Promise<void> {
  const counts = box.counts.map((n, at) => n + (Array.isArray(answered) && answered.includes(at) ? 1 : 0));
  const texts =
    typeof answered === 'string' ? [...box.texts, answered].toSorted((a, b) => a.localeCompare(b, 'fr')) : box.texts;
  await db('infos_boxes')
    .where({ id: box.id })
    .update({ counts: JSON.stringify(counts), texts: JSON.stringify(texts) });
}

/** Only what the survey offers is kept. */
function readAnswers(questions: Question[], typed: Record<string, string>): Answers {
  const answers: Answers = {};
  for (const { id, kind, options } of questions) {
    const words = typed[id]?.trim() ?? '';
    if (kind === 'text') {
      if (words) answers[id] = words;
      continue;
    }
    const ticked = options.flatMap((_, at) =>
      (kind === 'one' ? words === String(at) : typed[`${id}.${at}`] === 'on') ? [at] : [],
    );
    if (ticked.length) answers[id] = ticked;
  }
  return answers;
}
