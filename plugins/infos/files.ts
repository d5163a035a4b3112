import { isId, type RubricHome, type Visit } from '@preau/core';
import type { Item } from './items.ts';
import { received } from './received.ts';
import { FEED, inPeriod, READ, WRITE } from './words.ts';

/** A joined document opens for whoever may see its information: who receives it while it is shown, its author, Gestion (F14-07, S18-11). */
export async function mayOpenFile(visit: Visit, id: string): Promise<boolean | RubricHome[]> {
  if (!isId(id) || !visit.person) return false;
  if (visit.can(READ)) return true;
  const written: Item | undefined = await visit.db('infos_items').where({ id, author_id: visit.person.id }).first();
  const [one] = await received(visit, { id, all: true });
  const homes: RubricHome[] = written ? [{ rubric: WRITE }] : [];
  if (one?.state === 'published' && inPeriod(one, visit))
    homes.push({ rubric: FEED, option: one.kind === 'survey' ? 'surveys' : undefined });
  return homes;
}
