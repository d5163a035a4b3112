import { hidden, missing, page, type Reply, redirect, type Visit } from '@preau/core';
import { change, deskOf, managed } from './document.ts';
import type { CollectedDocument } from './documents.ts';
import { forgetDocument } from './notify.ts';
import { homeOf } from './words.ts';

export const sureForm = { sure: hidden() };

export async function askArchive(visit: Visit, document: CollectedDocument): Promise<Reply> {
  const [row] = await visit.db('collecte_sendings').where({ document_id: document.id }).count('* as count');
  const data = { title: document.title, sendings: Number(row?.count ?? 0), back: deskOf(visit, document) };
  return { ...page('collecte/archiver', data, 'collecte/_archiver'), window: true };
}

/** Nobody is asked for it any more; what came stays until the end of the school year, and it can be brought back. */
export async function archive(visit: Visit, document: CollectedDocument): Promise<Reply> {
  await change(visit, document, { archived_at: visit.now });
  await forgetDocument(visit, document);
  return redirect(deskOf(visit), {
    text: `« ${document.title} » est archivé. Ses dépôts sont gardés.`,
    undo: { to: `${homeOf(visit)}/${document.id}/remettre`, values: { sure: '' } },
  });
}

export async function bringBack(visit: Visit): Promise<Reply> {
  const document = await managed(visit, true);
  if (!document) return missing();
  await change(visit, document, { archived_at: null });
  return redirect(deskOf(visit, document), `« ${document.title} » est de nouveau demandé.`);
}
