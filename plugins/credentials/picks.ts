import { backToList, type InputOf, picked, type pickForm, type Reply, redirect, type Visit } from '@preau/core';
import type { SendKind } from './send-kinds.ts';

/** Keeps whom a list's toolbar meant, so that the window that follows has an address of its own (F12-04, F13-3). */
export async function keepPicked(
  visit: Visit<InputOf<typeof pickForm>>,
  kind: SendKind,
  table: 'credentials_prints' | 'credentials_sendings',
  pathOf: (id: string) => string,
): Promise<Reply> {
  const ids = await picked(visit, kind.list);
  if (!ids.length) return backToList(visit, kind.list);
  const [{ id }] = await visit
    .db(table)
    .insert({ kind: kind.kind, person_ids: ids, account_id: visit.account?.id, made_at: visit.now })
    .returning('id');
  return redirect(pathOf(id));
}
