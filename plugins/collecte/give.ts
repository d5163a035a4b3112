import { dayAfter, dayIn, dayInWords, type Mark, type PupilLine, page, type Reply, type Visit } from '@preau/core';
import { type Asked, asked, type CollectedDocument, documentsOf } from './documents.ts';
import { DUE } from './notify.ts';
import { GIVING, isOver, takesDeposits } from './words.ts';

/** A document asked of one of the children who concern the person of the visit. */
export interface Given {
  document: CollectedDocument;
  child: PupilLine;
  asked: Asked;
  /** What counts came from this person, or from the school: another parent’s words are not his (B42). */
  own: boolean;
}

/** What is asked of a family: what can be done here first, the soonest last day first. */
export async function givenOf(visit: Visit, only?: { document: string }): Promise<Given[]> {
  const { db, services, person } = visit;
  const children = person ? await services.people.concerning(person) : [];
  if (!children.length) return [];
  const query = db
    .from(asked(visit))
    .leftJoin('collecte_sendings as s', 's.id', 'asked.sending_id')
    .whereIn(
      'asked.pupil_id',
      children.map((one) => one.id),
    )
    .select('asked.*', db.raw('coalesce(s.by_school or s.person_id = ?, false) as own', [person?.id ?? null]));
  if (only) query.where('asked.document_id', only.document);
  const lines: (Asked & { own: boolean })[] = await query;
  const documents = await documentsOf(visit);
  const given = documents.flatMap((document) =>
    children.flatMap((child): Given[] => {
      const line = lines.find((one) => one.document_id === document.id && one.pupil_id === child.id);
      return line ? [{ document, child, asked: line, own: line.own }] : [];
    }),
  );
  const place = ({ document }: Given) =>
    `${takesDeposits(document, visit) ? 0 : 1}${(document.deposit === 'until' && document.until_day) || '9'}`;
  return given.toSorted((a, b) => place(a).localeCompare(place(b)));
}

/** The document of the address for the child of the address, with those of brothers and sisters; null when it is not asked. */
export async function givenHere(visit: Visit): Promise<{ one: Given; siblings: Given[] } | null> {
  const all = await givenOf(visit, { document: visit.params.documentId as string });
  const one = all.find(({ child }) => child.id === visit.pupil?.id);
  if (!one) return null;
  return { one, siblings: all.filter((other) => other !== one && other.asked.state !== 'accepted') };
}

/** Why nothing can be deposited any more, and what to do (F17-13); null while it can. */
export function closedWords({ document }: Given, visit: Visit): string | null {
  if (takesDeposits(document, visit)) return null;
  return document.deposit === 'none'
    ? 'Ce document ne se dépose pas ici : remettez-le à l’école.'
    : `La date est passée : on pouvait déposer jusqu’au ${dayInWords(document.until_day as string)} au soir. Demandez à l’école ce qu’il faut faire.`;
}

export const isDue = ({ asked: { state } }: Given): boolean => DUE.includes(state);

/** How a family reads the state of its document. */
export function familyMark({ asked: { state, paper }, document }: Given, visit: Visit): Mark {
  if (state === 'accepted')
    return paper
      ? { text: 'Remis en papier', icon: 'file-check', tone: 'ok' }
      : { text: 'Accepté par l’école', icon: 'circle-check', tone: 'ok' };
  if (state === 'deposited') return { text: 'Reçu, l’école va le vérifier', icon: 'clock', tone: 'info' };
  if (state === 'redo') return { text: 'À refaire', icon: 'rotate-ccw', tone: 'warn' };
  if (state === 'expired') return { text: 'À renouveler', icon: 'clock-alert', tone: 'warn' };
  if (isOver(document, visit)) return { text: 'En retard', icon: 'clock-alert', tone: 'bad' };
  return document.deposit === 'none'
    ? { text: 'À remettre à l’école', icon: 'school', tone: '' }
    : { text: 'À déposer', icon: 'circle-dashed', tone: '' };
}

/** « Jusqu’au vendredi 27 novembre, il reste 2 jours »; `words` are the same within a sentence. */
export function deadline(
  document: CollectedDocument,
  { now, school }: Visit,
): { text: string; words: string; near: boolean } | null {
  const last = document.until_day;
  if (document.deposit !== 'until' || !last) return null;
  const today = dayIn(now, school.timezone);
  const until = `jusqu’au ${dayInWords(last)}`;
  if (last < today) return { text: `C’était ${until}`, words: until, near: false };
  const left = Math.round((Date.parse(last) - Date.parse(today)) / 86_400_000);
  const rest = ['c’est aujourd’hui le dernier jour', 'demain est le dernier jour'][left] ?? `il reste ${left} jours`;
  const words = `${until}, ${rest}`;
  return { text: `J${words.slice(1)}`, words, near: last <= dayAfter(today, 7) };
}

export const listOf = ({ espace }: Visit): string => `/espace/${espace}${GIVING}`;
export const pageOf = (visit: Visit, { document, child }: Pick<Given, 'document' | 'child'>): string =>
  `${listOf(visit)}/${child.id}/${document.id}`;

function entry(visit: Visit, one: Given) {
  const due = isDue(one);
  return {
    url: pageOf(visit, one),
    title: one.document.title,
    child: one.child,
    others: [] as string[],
    mark: familyMark(one, visit),
    reason: one.own && one.asked.state === 'redo' ? one.asked.reason : null,
    deadline: due ? deadline(one.document, visit) : null,
    guidance: due ? one.document.guidance : null,
    act: due && takesDeposits(one.document, visit) ? (one.asked.state === 'missing' ? 'Déposer' : 'Refaire') : null,
  };
}

/** « Documents à fournir » of the Espace Parents (F17-13): what is to do first, then what is done. */
export async function showGiven(visit: Visit): Promise<Reply> {
  const all = await givenOf(visit);
  const { school } = visit;
  return page('collecte/fournir', {
    due: all.filter(isDue).map((one) => entry(visit, one)),
    done: all.filter((one) => !isDue(one)).map((one) => entry(visit, one)),
    school: { phone: school.phone, email: school.email },
  });
}

/** As many as a home shows; the rest is behind « Tout voir ». */
const MOST = 5;

const givenToChild = async (visit: Visit): Promise<Given[]> =>
  (await givenOf(visit)).filter(({ child }) => !visit.pupil || visit.pupil.id === child.id);

/** What several children lack is one thing to do: it goes in one deposit. */
export const thingsToDo = (given: Given[]): Given[][] => [
  ...Map.groupBy(given.filter(isDue), ({ document, child, asked: { state } }) =>
    state === 'missing' ? document.id : `${document.id} ${child.id}`,
  ).values(),
];

/** On the home of the Espace Parents: what is to be deposited, or again. */
export async function givenBlock(visit: Visit) {
  const things = thingsToDo(await givenToChild(visit));
  if (!things.length) return null;
  const shown = things.slice(0, MOST);
  return {
    due: things.length,
    shown: shown.map(([first, ...others]) => ({
      ...entry(visit, first as Given),
      others: others.map(({ child }) => child.firstName),
    })),
    beyond: things.length - shown.length,
    all: listOf(visit),
  };
}

/** How long an accepted document is news. */
const WEEK = 7 * 86_400_000;

/** On the home of the Espace Parents: what the school has accepted this week. */
export async function acceptedBlock(visit: Visit) {
  const given = (await givenToChild(visit)).filter(({ asked, own }) => own && asked.state === 'accepted');
  if (!given.length) return null;
  const fresh: { sending_id: string; pupil_id: string }[] = await visit
    .db('collecte_deposits')
    .whereIn(
      'sending_id',
      given.map(({ asked }) => asked.sending_id),
    )
    .where('decided_at', '>', new Date(visit.now.getTime() - WEEK))
    .select('sending_id', 'pupil_id');
  const isFresh = ({ asked, child }: Given) =>
    fresh.some((one) => one.sending_id === asked.sending_id && one.pupil_id === child.id);
  const news = given.filter(isFresh);
  return news.length ? { shown: news.slice(0, MOST).map((one) => entry(visit, one)), all: listOf(visit) } : null;
}
