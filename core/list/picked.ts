import { missing, type Reply, redirect, type Visit } from '../plugin/contract.ts';
import { addressOf, askOf } from './ask.ts';
import type { List } from './declare.ts';
import { readIds, readRows } from './read.ts';

/** What a list's toolbar sends: rows by id, or all that match the address's filter, save some. */
export interface Pick {
  id: string[];
  tout: boolean;
  sauf: string[];
}

/**
 * Ids of the rows an act is about: those really in that list, whatever the form says. With `tout` all that match the
 * filter in the address, over all its pages.
 */
export async function picked(visit: Visit<Pick>, name: string): Promise<string[]> {
  const list = visit.services.lists.get(name);
  if (!list || !visit.can(list.allow.read)) return [];
  return pickedOf(visit, list);
}

export async function pickedOf(visit: Visit<Pick>, list: List): Promise<string[]> {
  const { id, tout, sauf } = visit.input;
  if (!tout) return (await readRows(visit, list, id)).map((row) => row.id);
  const { ask } = await askOf(visit, list);
  const without = new Set(sauf);
  return (await readIds(visit, list, ask)).filter((one) => !without.has(one));
}

/** Back to the list of that name, filtered as it was; a 404 when its module is off. @param words default: that nothing was ticked. */
export async function backToList(visit: Visit, name: string, words?: string): Promise<Reply> {
  const list = visit.services.lists.get(name);
  if (!list) return missing();
  return words ? redirect(await homeWith(visit, list), words) : nobodyPicked(visit, list);
}

export const nobodyPicked = async (visit: Visit, list: List): Promise<Reply> =>
  redirect(
    await homeWith(visit, list),
    `Cochez d’abord au moins ${list.feminine ? 'une' : 'un'} ${list.one} dans la liste. Rien n’a été fait.`,
  );

export const homeWith = async (visit: Visit, list: List): Promise<string> =>
  addressOf(list, (await askOf(visit, list)).ask);
