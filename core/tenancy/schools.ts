import type { Knex } from 'knex';
import { espacesOf } from '../access/espaces.ts';
import { grantsMode } from '../access/modes.ts';
import { whyShut } from '../access/shut.ts';
import { LIMITS } from '../auth/sessions.ts';
import type { Account, Espace, Mode, Person, School } from '../plugin/contract.ts';
import { tokenHash } from '../secret.ts';
import { type Look, lookedAt } from '../see-as/looked-at.ts';

/** What the door tells of a visit, before anything of the school is opened. */
export interface AtTheDoor {
  school: School;
  account: Account | null;
  person: Person | null;
  /** Message left by the visit before. */
  flash: { text: string; undo?: { to: string; values: Record<string, string> } } | null;
  /** Account of a session that has ended by time: what was typed may be given back to nobody else. */
  expired: string | null;
  /** True when the session was last seen over a minute ago. */
  stale: boolean;
  /** The other accounts of the same human that open today (« Mes autres comptes »). */
  hats: Hat[];
  /** Notices that are new, by category; asked in the same breath. */
  bell: Record<string, number>;
}

/** Another account of the same human. */
export interface Hat {
  /** Null in the school of the visit; of another, what the menu needs to know. */
  school: School | null;
  accountId: string;
  login: string;
  /** Highest mode it may choose. */
  mode: Mode;
  espaces: Espace[];
}

interface Told {
  school: School;
  session: {
    handle: string;
    mode: Mode;
    lastSeenAt: string;
    expiresAt: string;
    flash: AtTheDoor['flash'];
    viewing: Look | null;
    account: {
      id: string;
      login: string;
      state: Account['state'];
      mode: Mode;
      nextStep: Account['nextStep'];
      appearance: Account['appearance'];
      startsUp: boolean;
      validUntil: string | null;
    };
    person: Person;
    profile: { name: string; permissions: string[] } | null;
  } | null;
}

interface ToldHat extends Pick<Person, 'kind' | 'genre'> {
  school: Pick<School, 'id' | 'rne' | 'name' | 'plugins' | 'published'> | null;
  accountId: string;
  login: string;
  state: Account['state'];
  mode: Mode;
  validUntil: string | null;
}

/**
 * School, modules, session, account, person and profile in one round trip, asked by the role that alone reads sessions.
 * The first segment of the URL is decided here and nowhere else.
 */
export async function atTheDoor(door: Knex, rne: string, token: string | null, now: Date): Promise<AtTheDoor | null> {
  const { rows } = await door.raw('select told, hats(told), bell(told, ?) from door(?, ?) told', [
    now,
    rne,
    token ? tokenHash(token) : null,
  ]);
  const told: Told | null = rows[0].told;
  if (!told) return null;
  const nobody = {
    school: told.school,
    account: null,
    person: null,
    flash: null,
    expired: null,
    stale: false,
    hats: [],
    bell: {},
  };
  const { session } = told;
  if (!session) return nobody;
  const idle = now.getTime() - Date.parse(session.lastSeenAt);
  if (Date.parse(session.expiresAt) <= now.getTime() || idle > LIMITS[session.mode].idle)
    return { ...nobody, expired: session.account.id };
  // Rights taken away work at the next request (case B52): a mode no longer granted closes the session. Once inside, a
  // provisional secret has served: its own end closes nothing.
  const shut = shutAtTheDoor(session.account, now);
  if (shut === 'suspended' || shut === 'over' || !grantsMode(session.account.mode, session.mode)) return nobody;
  const stale = idle > 60_000;
  const own: Account = {
    id: session.account.id,
    login: session.account.login,
    state: session.account.state,
    mode: session.mode,
    grants: session.account.mode,
    permissions: session.profile?.permissions ?? [],
    profile: session.profile?.name ?? null,
    espaces: espacesOf(session.person),
    sessionHandle: session.handle,
    nextStep: session.account.nextStep,
    appearance: session.account.appearance,
    startsUp: session.account.startsUp,
  };
  const seen =
    session.viewing && (await lookedAt(door, told.school, { own, person: session.person }, session.viewing, now));
  if (seen) return { ...nobody, ...seen, stale };
  return {
    ...nobody,
    flash: session.flash,
    bell: rows[0].bell,
    person: session.person,
    stale,
    hats: (rows[0].hats as ToldHat[])
      .filter((hat) => hat.state === 'active' && !shutAtTheDoor(hat, now))
      .map((hat) => ({
        school: hat.school && { ...NO_SCHOOL, ...hat.school },
        accountId: hat.accountId,
        login: hat.login,
        mode: hat.mode,
        espaces: espacesOf(hat),
      })),
    account: own,
  };
}

const shutAtTheDoor = (told: { state: Account['state']; validUntil: string | null }, now: Date) =>
  whyShut(
    { state: told.state, validUntil: told.validUntil ? new Date(told.validUntil) : null, secretExpiresAt: null },
    now,
  );

/** A school for a job, with its modules. */
export async function schoolById(app: Knex, id: string): Promise<School | null> {
  const found = await app('schools').where({ id }).first('rne');
  if (!found) return null;
  const { rows } = await app.raw('select door(?, null) as told', [found.rne]);
  return rows[0].told.school;
}

/** Another school of the house inside an open transaction, which is turned to it: whoever asks turns it back. */
export async function schoolWithin(db: Knex.Transaction, rne: string): Promise<School> {
  const { rows } = await db.raw('select door(?, null) as told', [rne]);
  return rows[0].told.school;
}

export const touchSession = (door: Knex, handle: string, now: Date) =>
  door('sessions').where({ handle }).update({ last_seen_at: now });

/** Stands in for a school on the few pages outside of any (`/`, `/ouverture`); row level security shows it nothing. */
export const NO_SCHOOL: School = {
  id: '00000000-0000-0000-0000-000000000000',
  rne: '',
  name: 'Préau',
  address: '',
  postcode: '',
  city: '',
  phone: '',
  email: '',
  timezone: 'Europe/Paris',
  state: 'open',
  plugins: {},
  published: {},
  themes: {},
  settings: {},
};
