import { audit, csv, missing, page, type Reply, redirect, type Transaction, type Visit } from '@preau/core';
import { answersTo, change, type Item, loadItem } from './items.ts';
import { type Question, questionsOf } from './questions.ts';
import { tabsOf } from './tabs.ts';
import { homeOf, SEND, stateOf, takesAnswers } from './words.ts';

/** What somebody answered: numbers of the options he ticked, or his words. */
export type Answers = Record<string, number[] | string>;

/** Below that number, an anonymous result would name its author. */
const ENOUGH = 3;

export interface Result extends Question {
  lines: { label: string; n: number; share: number; who: string[] }[];
  texts: { text: string; who: string | null }[];
  total: number;
}

/** Why the results may not be shown yet; null when they may. Anonymous ones open at the end: nobody can compare before and after an answer (case B34). */
export function closedBecause(item: Item, answered: number, visit: Pick<Visit, 'now' | 'school'>): string | null {
  if (!item.anonymous) return null;
  if (takesAnswers(item, visit))
    return 'Ce sondage est anonyme : ses résultats s’ouvrent à la clôture, pour que personne ne puisse deviner une réponse.';
  if (answered < ENOUGH)
    return `Ce sondage est anonyme : à moins de ${ENOUGH} réponses, elles diraient qui a répondu quoi.`;
  return null;
}

/** Counted answers. @param named with who answered what; never for an anonymous survey, where nothing could tell. */
export async function resultsOf(db: Transaction, item: Item, named: boolean): Promise<Result[]> {
  const questions = await questionsOf(db, item.id);
  const counted = item.anonymous ? await fromBoxes(db, item) : await fromAnswers(db, item, named && !item.anonymous);
  const total = await answersTo(db, item.id);
  return questions.map((question) => ({
    ...question,
    total,
    lines: question.shown.map((label, at) => {
      const who = counted.get(`${question.id} ${at}`) ?? { n: 0, who: [] };
      return { label, ...who, share: total ? Math.round((100 * who.n) / total) : 0 };
    }),
    texts: counted.texts.get(question.id) ?? [],
  }));
}

type Counted = Map<string, { n: number; who: string[] }> & { texts: Map<string, Result['texts']> };
const nothing = (): Counted =>
  Object.assign(new Map<string, { n: number; who: string[] }>(), { texts: new Map<string, Result['texts']>() });

async function fromBoxes(db: Transaction, item: Item): Promise<Counted> {
  const boxes: { question_id: string; counts: number[]; texts: string[] }[] = await db('infos_boxes').where({
    item_id: item.id,
  });
  const counted = nothing();
  for (const box of boxes) {
    box.counts.forEach((n, at) => {
      counted.set(`${box.question_id} ${at}`, { n, who: [] });
    });
    counted.texts.set(
      box.question_id,
      box.texts.map((text) => ({ text, who: null })),
    );
  }
  return counted;
}

async function fromAnswers(db: Transaction, item: Item, named: boolean): Promise<Counted> {
  const rows: { answers: Answers; name: string }[] = await db('infos_answers')
    .join('people', 'people.id', 'infos_answers.person_id')
    .where({ item_id: item.id })
    .orderBy('people.search')
    .select(
      'answers',
      db.raw("concat_ws(' ', coalesce(used_name, last_name), coalesce(used_first_name, first_name)) as name"),
    );
  const counted = nothing();
  for (const { answers, name } of rows)
    for (const [question, value] of Object.entries(answers)) {
      if (typeof value === 'string') {
        const texts = counted.texts.get(question) ?? [];
        texts.push({ text: value, who: named ? name : null });
        counted.texts.set(question, texts);
        continue;
      }
      for (const at of value) {
        const one = counted.get(`${question} ${at}`) ?? { n: 0, who: [] };
        counted.set(`${question} ${at}`, { n: one.n + 1, who: named ? [...one.who, name] : [] });
      }
    }
  return counted;
}

async function surveyOf(visit: Visit): Promise<Item | null> {
  const item = await loadItem(visit);
  return item?.kind === 'survey' && (item.state === 'published' || item.state === 'withdrawn') ? item : null;
}

export async function showResults(visit: Visit): Promise<Reply> {
  const { db } = visit;
  const item = await surveyOf(visit);
  if (!item) return missing();
  const n = await answersTo(db, item.id);
  const closed = closedBecause(item, n, visit);
  return page('infos/resultats', {
    base: homeOf(visit),
    id: item.id,
    title: item.title,
    state: stateOf(item, visit),
    tabs: tabsOf(visit, item, '/resultats'),
    anonymous: item.anonymous,
    answered: n,
    closed,
    open: takesAnswers(item, visit),
    mayWrite: !!visit.espace || visit.can(SEND),
    results: closed ? [] : await resultsOf(db, item, true),
  });
}

/** Named: one line a person. Anonymous: what was counted, and nothing else. */
export async function resultsCsv(visit: Visit): Promise<Reply> {
  const { db, now, account, person } = visit;
  const item = await surveyOf(visit);
  if (!item) return missing();
  const n = await answersTo(db, item.id);
  if (closedBecause(item, n, visit)) return redirect(`${homeOf(visit)}/${item.id}/resultats`);
  const results = await resultsOf(db, item, true);
  await audit(db, now, { account, person }, 'Résultats exportés', item.title);
  const rows = results.flatMap((one) => [
    ...one.lines.map((line): (string | number)[] => [one.title, line.label, line.n, line.who.join(', ')]),
    ...one.texts.map((text): (string | number)[] => [one.title, text.text, 1, text.who ?? '']),
  ]);
  const header = ['Question', 'Réponse', 'Nombre'];
  return item.anonymous
    ? csv(
        'resultats.csv',
        header,
        rows.map((row) => row.slice(0, 3)),
      )
    : csv('resultats.csv', [...header, 'Qui'], rows);
}

/** « Clore les réponses » before the closing day. */
export async function close(visit: Visit): Promise<Reply> {
  const { db, now } = visit;
  const item = await loadItem(visit, true);
  if (item?.kind !== 'survey') return missing();
  if (item.state === 'published' && !item.closed_at) await change(db, item.id, now, { closed_at: now });
  return redirect(`${homeOf(visit)}/${item.id}/resultats`, 'Les réponses sont closes.');
}
