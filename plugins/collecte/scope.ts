import { forbidden, missing, type Reply, type Visit } from '@preau/core';
import { type CollectedDocument, type Sight, sightOf } from './documents.ts';
import { MANAGE, READ } from './words.ts';

/** A document of the address, and what the person of the visit may do with it. */
export interface Scope {
  document: CollectedDocument;
  sight: Sight;
}

export const sightIn = (visit: Visit): Promise<Sight> => sightOf(visit, { read: READ, manage: MANAGE });

/** The document of the address for whom may see how it stands, else a 404. */
export async function seen(visit: Visit): Promise<Scope | { reply: Reply }> {
  const document: CollectedDocument | undefined = await visit
    .db('collecte_documents')
    .where({ id: visit.params.id, year: visit.services.people.year })
    .first();
  if (!document) return { reply: missing() };
  const mine = await sightIn(visit);
  return mine.sees(document) ? { document, sight: mine } : { reply: missing() };
}

/** The same for whom was chosen to open its deposits (F17-08); nobody else does, not even the direction (F17-14). */
export async function readable(visit: Visit): Promise<Scope | { reply: Reply }> {
  const found = await seen(visit);
  if ('reply' in found || found.sight.opens(found.document.id)) return found;
  return {
    reply: forbidden(
      `Les dépôts de « ${found.document.title} » sont réservés aux personnes choisies pour les consulter, et vous n’en faites pas partie.${found.sight.manages(found.document) ? ' Vous pouvez vous y ajouter, dans la colonne « Lecteurs » : ce sera noté au journal.' : ''}`,
    ),
  };
}
