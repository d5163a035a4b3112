import { childrenInWords, dayInWords, type Recipient, type Work } from '@preau/core';
import { type Asked, asked, type CollectedDocument } from './documents.ts';
import { GIVING } from './words.ts';

export type Telling = Pick<Work, 'db' | 'services' | 'now' | 'school'>;
type Named = { id: string };

/** Something is to be done for the pupil. */
export const DUE: Asked['state'][] = ['missing', 'redo', 'expired'];

/** Under what families hear that a document is asked, reminders are parts of it; and of the decision on one sending. */
const askingOf = (document: Named): string => `collecte:${document.id}:demande`;
const decisionOf = (document: Named, sendingId: string): string => `collecte:${document.id}:decision:${sendingId}`;

/** Guardians who receive the informations of these pupils, each once, with those of his children it is about (B24, C-28). */
export async function familiesOf({ db, services }: Telling, pupilIds: string[]): Promise<Recipient[]> {
  const ids: string[] = await db('guardian_links')
    .whereIn('pupil_id', pupilIds)
    .distinct('guardian_id')
    .pluck('guardian_id');
  const about = new Set(pupilIds);
  return (await services.audience.members(ids)).flatMap((one) => {
    const children = one.children.filter((child) => about.has(child.pupilId));
    return one.kind === 'guardians' && children.length ? [{ ...one, children }] : [];
  });
}

/** Where a family does what is asked: the child’s own page, the list when there are several. */
const placeOf = (document: Named, { children }: Recipient): string => {
  const [child, ...others] = children;
  return child && !others.length ? `${GIVING}/${child.pupilId}/${document.id}` : GIVING;
};

/**
 * Tells the families of these pupils that the document is to be given, once per `part` (a day, a reminder).
 * @returns pupils with a guardian who is told, and how many guardians.
 */
export async function tellMissing(
  work: Telling,
  document: CollectedDocument,
  pupilIds: string[],
  { part, before = '', from }: { part: string; before?: string; from?: Date },
): Promise<{ pupilIds: string[]; guardians: number }> {
  const families = await familiesOf(work, pupilIds);
  const last = before && document.deposit === 'until' && document.until_day;
  await work.services.notices.tell(
    families.map((one) => ({
      personId: one.personId,
      category: 'collecte.demandes',
      // A child who is asked later is told later.
      about: `${askingOf(document)}:${part}:${one.children[0]?.pupilId}`,
      title: `${before}${document.title} à fournir pour ${childrenInWords(one)}${last ? `, jusqu’au ${dayInWords(last)}` : ''}`,
      path: placeOf(document, one),
      pupilIds: one.children.map((child) => child.pupilId),
    })),
    { from },
  );
  const reached = new Set(families.flatMap((one) => one.children.map((child) => child.pupilId)));
  return { pupilIds: [...reached], guardians: families.length };
}

/** Whoever looks through a sending may think again for a minute. */
const SECOND_THOUGHT = 60_000;

/**
 * What the school decided, told to whoever deposited, while the child concerns him; of what the school took in itself, to
 * all guardians. Never the reason: it is on the page, behind the sign-in.
 */
export async function tellDecision(
  work: Telling,
  document: CollectedDocument,
  sending: { id: string; person_id: string | null; by_school: boolean },
  pupilIds: string[],
  state: 'accepted' | 'redo',
): Promise<void> {
  const { now, services } = work;
  await forgetDecision(work, document, sending.id);
  const families = (await familiesOf(work, pupilIds)).filter(
    (one) => sending.by_school || one.personId === sending.person_id,
  );
  await services.notices.tell(
    families.map((one) => ({
      personId: one.personId,
      category: 'collecte.demandes',
      about: decisionOf(document, sending.id),
      title: `${state === 'accepted' ? 'Accepté' : 'À refaire'} : ${document.title} pour ${childrenInWords(one)}`,
      path: placeOf(document, one),
      pupilIds: one.children.map((child) => child.pupilId),
    })),
    { from: new Date(now.getTime() + SECOND_THOUGHT) },
  );
}

/** The decision was taken back, or another document has come. */
export const forgetDecision = ({ services }: Pick<Work, 'services'>, document: Named, sendingId: string) =>
  services.notices.forget(decisionOf(document, sendingId));

/** A document that is archived is no longer asked. */
export const forgetDocument = ({ services }: Pick<Work, 'services'>, document: Named) =>
  services.notices.forget(`collecte:${document.id}`);

/** Once something has come for these pupils, their guardians are no longer told, unless another of their children still owes it. */
export async function forgetWhoIsDone(work: Telling, document: Named, pupilIds: string[]): Promise<void> {
  const { db, services } = work;
  const still = db('guardian_links as other')
    .join(asked(work), 'asked.pupil_id', 'other.pupil_id')
    .whereRaw('other.guardian_id = link.guardian_id')
    .where({ 'asked.document_id': document.id, 'other.access': true })
    .whereNull('other.restricted_on')
    .whereIn('asked.state', DUE)
    .select('other.id');
  const done: string[] = await db('guardian_links as link')
    .whereIn('link.pupil_id', pupilIds)
    .whereNotExists(still)
    .distinct('link.guardian_id')
    .pluck('link.guardian_id');
  await services.notices.forget(askingOf(document), done);
}

/** The page of a child was opened. */
export async function readNotices(
  { services }: Pick<Work, 'services'>,
  personId: string,
  document: Named,
  sendingIds: string[],
): Promise<void> {
  await services.notices.read(personId, askingOf(document));
  for (const id of sendingIds) await services.notices.read(personId, decisionOf(document, id));
}
