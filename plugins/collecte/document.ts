import { missing, type Reply, redirect, type Visit } from '@preau/core';
import type { CollectedDocument } from './documents.ts';
import { scopeOf } from './scope.ts';
import { homeOf } from './words.ts';

/** The address of one document leads to the page of all, open at it. */
export async function showDocument(visit: Visit): Promise<Reply> {
  const found = await scopeOf(visit);
  return found ? redirect(deskOf(visit, found.document)) : missing();
}

/** The document of the address for whoever may change it: in Gestion with the permission, in an Espace the teacher whose it is. */
export async function managed(visit: Visit, hold = false): Promise<CollectedDocument | null> {
  const found = await scopeOf(visit, hold);
  return found?.sight.manages(found.document) ? found.document : null;
}

type About<I> = (visit: Visit<I>, document: CollectedDocument) => Promise<Reply>;
const about =
  (hold: boolean) =>
  <I = unknown>(act: About<I>) =>
  async (visit: Visit<I>): Promise<Reply> => {
    const document = await managed(visit, hold);
    return document && !document.archived_at ? act(visit, document) : missing();
  };

/** A page about a document one manages; somebody else's is a 404. */
export const onManaged = about(false);
/** An act on it, one after the other. */
export const onHeld = about(true);

/** Two editors (S18-18): the version the form of a document carries. */
export const documentVersion = async (visit: Visit, hold: boolean): Promise<number | null> =>
  (await managed(visit, hold))?.version ?? null;

export async function change(
  { db, now }: Pick<Visit, 'db' | 'now'>,
  { id }: CollectedDocument,
  values: Partial<CollectedDocument> = {},
): Promise<void> {
  await db('collecte_documents')
    .where({ id })
    .update({ ...values, changed_at: now, version: db.raw('version + 1') });
}

/** The page of all documents, open at one of them. */
export const deskOf = (visit: Pick<Visit, 'espace'>, document?: { id: string }): string =>
  `${homeOf(visit)}/${visit.espace ? 'a-collecter' : ''}${document ? `?document=${document.id}` : ''}`;

/** A day may be today or later, and before the school year changes (1 August); else why not. */
export function dayRefused(day: string, today: string, year: number): string | null {
  if (day < today) return 'Cette date est passée. Choisissez aujourd’hui ou un jour à venir.';
  if (day >= `${year + 1}-08-01`)
    return `Choisissez un jour avant le 1er août ${year + 1} : l’année scolaire change ce jour-là.`;
  return null;
}
