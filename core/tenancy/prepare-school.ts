import { randomInt } from 'node:crypto';
import type { Knex } from 'knex';
import { newSecret, type Secrets } from '../secret.ts';
import { normaliseRne, wrongRne } from './rne.ts';

export interface SchoolFields {
  rne: string;
  name: string;
  address: string;
  postcode: string;
  city: string;
  email: string;
  phone?: string;
  timezone?: string;
}

/** Days in which a prepared school may be opened. */
const OPENING_DAYS = 30;
const LETTERS = 'ABCDEFGHJKMNPQRSTUVWXYZ23456789';

/**
 * Prepares a school for its director (I-01): its identity, and two secrets to be handed over by two ways. Preparing it
 * again renews both.
 * @throws Error in French for a wrong RNE (F01-2) or a school that is already open.
 */
export async function prepareSchool(
  app: Knex,
  secrets: Secrets,
  fields: SchoolFields,
  now: Date,
): Promise<{ id: string; login: string; code: string }> {
  const rne = normaliseRne(fields.rne);
  const wrong = wrongRne(rne);
  if (wrong) throw new Error(wrong);
  return app.transaction(async (db) => {
    const [school] = await db('schools')
      .insert({ ...fields, rne })
      .onConflict('rne')
      .merge()
      .where('schools.state', 'prepared')
      .returning(['id']);
    if (!school) throw new Error(`L’école ${rne} est déjà ouverte.`);
    const login = Array.from({ length: 8 }, () => LETTERS[randomInt(LETTERS.length)]).join('');
    const code = newSecret();
    await db('schools')
      .where({ id: school.id })
      .update({
        opening_login: login,
        opening_code_hmac: secrets.hmac('opening', `${school.id} ${code}`),
        opening_expires_at: new Date(now.getTime() + OPENING_DAYS * 86_400_000),
      });
    return { id: school.id, login, code };
  });
}
