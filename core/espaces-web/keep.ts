import { audit } from '../audit.ts';
import type { Visit } from '../plugin/contract.ts';

/** What is published or not, by its names in the table `published`. */
export async function keepPublished({ db }: Pick<Visit, 'db'>, names: Record<string, boolean>): Promise<void> {
  const rows = Object.entries(names).map(([name, on]) => ({ name, on }));
  if (rows.length) await db('published').insert(rows).onConflict(['school_id', 'name']).merge(['on']);
}

/** One line of the journal for what was changed in words; none when nothing was. */
export async function told(
  { db, now, account, person }: Pick<Visit, 'db' | 'now' | 'account' | 'person'>,
  act: string,
  changes: string[],
): Promise<void> {
  if (changes.length) await audit(db, now, { account, person }, act, changes.join(' ; '));
}

export const yesNo = (on: unknown): string => (on ? 'oui' : 'non');
