import {
  hidden,
  invalid,
  missing,
  page,
  type Reply,
  record,
  redirect,
  type Transaction,
  text,
  type Visit,
} from '@preau/core';
import { answersTo, type Item } from './items.ts';
import { type Question, questionsOf } from './questions.ts';
import { forWhom, isDue, isUnread, mustSign, type Received, received } from './received.ts';
import { hashOf, type Version } from './release.ts';
import { type Answers, closedBecause, resultsOf } from './results.ts';
import { returnsPage } from './returns.ts';
import { aboutOf, dayOf, feedOf, homeOf, inPeriod, KINDS, momentOf, takesAnswers } from './words.ts';

/** The item of the address as this reader holds it; null when it was never delivered to him. */
const mine = async (visit: Visit): Promise<Received | null> =>
  (await received(visit, { id: visit.params.id, all: true }))[0] ?? null;

/** One thing to read (LOOKS 05). Showing it marks nothing: reading is said by the open page, see `markRead`. */
export async function showOne(visit: Visit): Promise<Reply> {
  const { db, school, services, person } = visit;
  const one = await mine(visit);
  if (!one) return missing();
  if (one.state !== 'published' || !inPeriod(one, visit)) return gone(visit, one);
  const sign = await signatureOf(db, one, person?.id ?? '');
  const teachers = [...(await services.people.teachersOf(one.children.map((child) => child.classId))).values()].flat();
  const shared = await db('infos_shares')
    .where({ item_id: one.id, person_id: person?.id ?? null })
    .first('id');
  return page(
    'infos/lire',
    {
      path: homeOf(visit),
      url: `${homeOf(visit)}/lire/${one.id}`,
      all: feedOf(visit),
      id: one.id,
      title: one.title,
      body: one.body,
      icon: one.kind === 'survey' ? 'list' : (one.icon ?? 'megaphone'),
      category: one.kind === 'survey' ? KINDS.survey.one : one.category,
      author: one.author_name,
      for: forWhom(one),
      publishedAt: momentOf(one.published_at as Date, school.timezone),
      changed: one.text_version > 1 ? one.text_version : null,
      due: isDue(one, visit) ? dueWords(one) : null,
      urgent: one.urgent !== null,
      files: await services.files.of(aboutOf(one)),
      unread: isUnread(one),
      mustSign: mustSign(one),
      version: one.text_version,
      sign,
      survey: one.kind === 'survey' ? await surveyFor(visit, one) : null,
      teachers: [...new Set(teachers)],
      shared: !!shared,
    },
    'infos/_lecture',
    { signing: { version: String(one.text_version) } },
  );
}

const dueWords = (one: Received): string => {
  const last = one.kind === 'survey' ? one.closes_on : one.to_day;
  const what = one.kind === 'survey' ? 'Réponse attendue' : 'À signer';
  return last ? `${what} jusqu’au ${dayOf(last)}` : what;
};

/** Withdrawn, or outside of its period: the old link still says something. */
const gone = (visit: Visit, one: Item): Reply => ({
  ...page('infos/retiree', {
    all: feedOf(visit),
    withdrawn: one.state === 'withdrawn',
    words: KINDS[one.kind],
  }),
  status: 410,
});

/** What the reader signed: which version, when, and whether its text is still the one he signed. */
async function signatureOf(db: Transaction, one: Received, personId: string) {
  if (one.sign_version === null) return null;
  const receipt: { at: Date; hash: string; name: string; text_version: number } = await db('infos_receipts')
    .where({ item_id: one.id, person_id: personId, kind: 'sign', text_version: one.sign_version })
    .first();
  const version: Version | undefined = await db('infos_versions')
    .where({ item_id: one.id, number: one.sign_version })
    .first();
  return {
    version: receipt.text_version,
    several: one.text_version > 1,
    at: receipt.at,
    name: receipt.name,
    hash: receipt.hash.slice(0, 12),
    right: version !== undefined && hashOf(one.id, version) === receipt.hash,
  };
}

/** « Lu »: sent by the open page once it is there, or by a button without JavaScript. Twice is once. */
export async function markRead(visit: Visit): Promise<Reply> {
  const { db, now, account, person, services } = visit;
  const one = await mine(visit);
  if (one?.state !== 'published' || !inPeriod(one, visit) || !person) return missing();
  await db('infos_receipts')
    .insert({
      item_id: one.id,
      person_id: person.id,
      kind: 'read',
      text_version: one.text_version,
      at: now,
      account_id: account?.id,
    })
    .onConflict(['school_id', 'item_id', 'person_id', 'kind', 'text_version'])
    .ignore();
  await services.notices.read(person.id, aboutOf(one));
  return redirect(`${homeOf(visit)}/lire/${one.id}`);
}

export const signForm = {
  name: text('Signez en tapant vos nom et prénom', { max: 120, autocomplete: 'name' }),
  version: hidden({ max: 6 }),
};

/** A signed receipt holds the hash of the text that was on the page, its time and the account (P5). */
export async function sign(visit: Visit<{ name: string; version: string }>): Promise<Reply> {
  const { db, now, account, person, input, services } = visit;
  const one = await mine(visit);
  if (one?.state !== 'published' || !inPeriod(one, visit) || !person) return missing();
  if (one.receipt !== 'sign') return missing();
  if (input.version !== String(one.text_version))
    return invalid({ name: 'Le texte vient de changer. Relisez-le, puis signez de nouveau.' });
  const version: Version = await db('infos_versions').where({ item_id: one.id, number: one.text_version }).first();
  const receipt = {
    item_id: one.id,
    person_id: person.id,
    text_version: one.text_version,
    at: now,
    account_id: account?.id,
  };
  await db('infos_receipts')
    .insert([
      { ...receipt, kind: 'sign', name: input.name, hash: version.hash },
      { ...receipt, kind: 'read', name: null, hash: null },
    ])
    .onConflict(['school_id', 'item_id', 'person_id', 'kind', 'text_version'])
    .ignore();
  await services.notices.read(person.id, aboutOf(one));
  return redirect(`${homeOf(visit)}/lire/${one.id}`, 'C’est signé. L’école le voit.');
}

/** Retours, for a colleague they were shared with (C-40). */
export async function sharedReturns(visit: Visit): Promise<Reply> {
  const { db, params, person } = visit;
  const item: Item | undefined = await db('infos_items as i')
    .join('infos_shares as s', 's.item_id', 'i.id')
    .where({ 'i.id': params.id, 's.person_id': person?.id ?? null })
    .first('i.*');
  return item ? returnsPage(visit, item, { shared: true }) : missing();
}

type Typed = Record<string, string | string[] | undefined> | null;

/** The questions, with what this person answered or has just typed. */
async function surveyFor(visit: Visit, one: Received) {
  const { db, person } = visit;
  const questions = await questionsOf(db, one.id);
  const row: { answers: Answers | null } | undefined = await db('infos_answers')
    .where({ item_id: one.id, person_id: person?.id })
    .first('answers');
  const typed = visit.input as Typed;
  const open = takesAnswers(one, visit);
  const ended = one.results_shown && one.answered;
  const enough = ended && !closedBecause(one, await answersTo(db, one.id), visit);
  return {
    open,
    anonymous: one.anonymous,
    answered: one.answered,
    changeable: open && !(one.anonymous && one.answered),
    closes: one.closes_on ? dayOf(one.closes_on) : null,
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
  const one = await mine(visit);
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
