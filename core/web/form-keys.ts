import { Refusal } from '../files/refusal.ts';
import type { Form, Typed } from '../form/form.ts';
import { isId } from '../identifier.ts';
import type { Transaction } from '../plugin/contract.ts';

/**
 * One use of a form: the same form sent twice waits for the first to finish, then is answered like it.
 * @returns null for a form without a key (a request by hand), which is simply done.
 */
export async function claimKey(
  db: Transaction,
  accountId: string,
  route: string,
  typed: Typed,
): Promise<{ id: string; earlier: string | null } | null> {
  const key = typed._key;
  if (typeof key !== 'string' || !isId(key)) return null;
  const [made] = await db('form_keys')
    .insert({ account_id: accountId, route, key })
    .onConflict(['school_id', 'account_id', 'route', 'key'])
    .ignore()
    .returning('id');
  if (made) return { id: made.id, earlier: null };
  const first = await db('form_keys').where({ account_id: accountId, route, key }).first('id', 'answer');
  return first ? { id: first.id, earlier: first.answer } : null;
}

export const keepAnswer = (db: Transaction, id: string, answer: string) =>
  db('form_keys').where({ id }).update({ answer });

/** What PostgreSQL said, whether knex or one of objection's wrappers brings it. */
export function fromPostgres(error: unknown): { code: string; constraint?: string } | null {
  const wrapped = (error as { nativeError?: unknown } | null)?.nativeError ?? error;
  const { code } = (wrapped ?? {}) as { code?: unknown };
  return typeof code === 'string' ? (wrapped as { code: string; constraint?: string }) : null;
}

/** No room for the files of a form: told beside them. */
export function refusedFiles(error: unknown, form: Form | undefined): Record<string, string> | null {
  if (!(error instanceof Refusal)) return null;
  const field = Object.entries(form ?? {}).find(([, { kind }]) => kind === 'attachments');
  return { [field?.[0] ?? '_']: error.message };
}

/** A unique constraint that a field of the form names becomes an error beside that field. */
export function uniqueErrors(error: unknown, form: Form | undefined): Record<string, string> | null {
  const told = fromPostgres(error);
  if (told?.code !== '23505') return null;
  const { constraint } = told;
  const field = Object.entries(form ?? {}).find(([, one]) => one.unique?.constraint === constraint);
  return field?.[1].unique ? { [field[0]]: field[1].unique.message } : null;
}
