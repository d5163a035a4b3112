import { type InputOf, picked, type pickForm, type Reply, redirect, type Visit } from '@preau/core';
import type { SendKind } from './send-kinds.ts';

/** Keeps whom a list's toolbar meant, so that the window that follows has an address of its own (F12-04, F13-3). */
export async function keepPicked(
  visit: Visit<InputOf<typeof pickForm>>,
  kind: SendKind,
  table: 'credentials_prints' | 'credentials_sendings',
  pathOf: (id: string) => string,
): Promise<Reply> {
  const ids = await picked(visit, kind.list);
  const query = visit.query.toString();
  if (!ids.length)
    return redirect(
      kind.home + (query ? `?${query}` : ''),
      `Cochez d’abord au moins un ${kind.one} dans la liste. Rien n’a été fait.`,
    );
  const [{ id }] = await visit
    .db(table)
    .insert({ kind: kind.kind, person_ids: ids, account_id: visit.account?.id, made_at: visit.now })
    .returning('id');
  return redirect(pathOf(id));
}
