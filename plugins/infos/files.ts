import { isId, type Visit } from '@preau/core';
import type { Item } from './items.ts';
import { received } from './received.ts';
import { inPeriod, READ } from './words.ts';

/** A joined document opens for whoever may see its information: who receives it while it is shown, its author, Gestion (F14-07, S18-11). */
export async function mayOpenFile(visit: Visit, id: string): Promise<boolean> {
  if (!isId(id) || !visit.person) return false;
  if (visit.can(READ)) return true;
  const written: Item | undefined = await visit.db('infos_items').where({ id, author_id: visit.person.id }).first();
  if (written) return true;
  const [one] = await received(visit, { id, all: true });
  return one?.state === 'published' && inPeriod(one, visit);
}
