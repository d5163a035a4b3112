import type { Transaction } from '@preau/core';

/** A copy of a model under the first free « Rentrée (copie 2) »; of two made at once each has its own. */
export async function insertCopy<C extends string>(
  db: Transaction,
  table: string,
  column: C,
  row: Record<C, string> & Record<string, unknown>,
): Promise<{ id: string; name: string }> {
  for (let n = 1; ; n++) {
    const name = `${row[column].slice(0, 66)} (copie${n > 1 ? ` ${n}` : ''})`;
    const [made] = await db(table)
      .insert({ ...row, [column]: name })
      .onConflict()
      .ignore()
      .returning('id');
    if (made) return { id: made.id, name };
  }
}
