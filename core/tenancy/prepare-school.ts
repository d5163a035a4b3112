import { randomInt } from 'node:crypto';
import type { Knex } from 'knex';
import { email } from '../form/form.ts';
import { newSecret, type Secrets } from '../secret.ts';
import { communeAddress, normaliseInsee, wrongInsee } from './communes.ts';
import { normaliseRne, wrongRne } from './rne.ts';

/** What is known of a school before anyone of it has signed in. */
export interface NewSchool {
  rne: string;
  name: string;
  address: string;
  postcode: string;
  city: string;
  email: string;
  phone?: string;
  /** IANA name; default Europe/Paris. */
  timezone?: string;
}

/** Days during which the two secrets open the school. */
export const OPENING_DAYS = 30;

/** Equal to itself after `normaliseLogin`, and without 0 O 1 I L: it is copied from a message. */
const CAPITALS = 'ABCDEFGHJKMNPQRSTUVWXYZ23456789';
const newOpeningLogin = () => Array.from({ length: 8 }, () => CAPITALS[randomInt(CAPITALS.length)]).join('');

/**
 * Writes a school in state `prepared` with its two secrets (I-01): the login for the school's address, the code for
 * another channel. One that is prepared already gets new ones, the earlier ones are dead.
 * @param app any role that may write `schools`, a global table.
 * @throws Error in French for fields that cannot be used, and for a school that is open.
 */
export async function prepareSchool(
  app: Knex,
  secrets: Secrets,
  fields: NewSchool,
  now: Date,
): Promise<{ id: string; login: string; code: string }> {
  const rne = normaliseRne(fields.rne);
  const wrong = wrongRne(rne);
  if (wrong) throw new Error(wrong);
  return prepare(app, secrets, { ...checked(fields), rne }, now, `L’école ${rne}`);
}

/** The same for a town hall, known by its INSEE code (F07-5). @param fields its `rne` is that code. */
export async function prepareCommune(
  app: Knex,
  secrets: Secrets,
  fields: NewSchool,
  now: Date,
): Promise<{ id: string; login: string; code: string }> {
  const insee = normaliseInsee(fields.rne);
  const wrong = wrongInsee(insee);
  if (wrong) throw new Error(wrong);
  return prepare(app, secrets, { ...checked(fields), rne: communeAddress(insee) }, now, `La mairie ${insee}`);
}

type Told = ReturnType<typeof checked> & { rne: string };

async function prepare(app: Knex, secrets: Secrets, { rne, ...told }: Told, now: Date, called: string) {
  return app.transaction(async (db) => {
    await db('schools')
      .insert({ ...told, rne, state: 'prepared' })
      .onConflict('rne')
      .ignore();
    const { id, state, name } = await db('schools').where({ rne }).forUpdate().first('id', 'state', 'name');
    if (state === 'open') throw new Error(`${called} est déjà ouverte ici : « ${name} ».`);
    const login = newOpeningLogin();
    const code = newSecret();
    await db('schools')
      .where({ id })
      .update({
        ...told,
        opening_login: login,
        opening_code_hmac: secrets.hmac('opening', `${id} ${code}`),
        opening_expires_at: openingEnd(now),
      });
    return { id, login, code };
  });
}

/** Until when secrets given now open a school. */
export const openingEnd = (now: Date): Date => new Date(now.getTime() + OPENING_DAYS * 86_400_000);

function checked(fields: NewSchool) {
  const told = {
    name: fields.name.trim(),
    address: fields.address.trim(),
    postcode: fields.postcode.trim(),
    city: fields.city.trim(),
    email: fields.email.trim(),
    phone: fields.phone?.trim() ?? '',
    timezone: fields.timezone?.trim() || 'Europe/Paris',
  };
  if (!told.name) throw new Error('Donnez un nom.');
  const address = email('Adresse').schema.safeParse(told.email);
  if (!address.success) throw new Error(`L’adresse « ${told.email} » n’a pas la forme nom@domaine.fr.`);
  if (!isTimezone(told.timezone))
    throw new Error(`« ${told.timezone} » n’est pas un fuseau horaire, par exemple Europe/Paris ou Indian/Reunion.`);
  return told;
}

export function isTimezone(name: string): boolean {
  try {
    // Offsets (+02:00) are taken too, but do not follow summer time.
    return new Intl.DateTimeFormat('fr-FR', { timeZone: name }).resolvedOptions().timeZone.includes('/');
  } catch {
    return false;
  }
}
