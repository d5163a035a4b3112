import { forbidden, missing, type Reply, type Visit } from '@preau/core';
import { type CollectedDocument, type Sight, sightOf } from './documents.ts';

/** A document of the address, and what the person of the visit may do with it. */
export interface Scope {
  document: CollectedDocument;
  sight: Sight;
}

/** The document of the address, of this school year, for whom may see how it stands. @param hold lock it until the end. */
export async function scopeOf(visit: Visit, hold = false): Promise<Scope | null> {
  const { db, params, services } = visit;
  const query = db<CollectedDocument>('collecte_documents').where({
    id: params.id as string,
    year: services.people.year,
  });
  const document = await (hold ? query.forUpdate() : query).first();
  if (!document) return null;
  const sight = await sightOf(visit);
  return sight.sees(document) ? { document, sight } : null;
}

/** The same, or a 404. */
export const seen = async (visit: Visit): Promise<Scope | { reply: Reply }> =>
  (await scopeOf(visit)) ?? { reply: missing() };

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
