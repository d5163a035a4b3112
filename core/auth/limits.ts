import type { Knex } from 'knex';
import { RateLimiterPostgres } from 'rate-limiter-flexible';
import type { Secrets } from '../secret.ts';

/** Tries at a door that guards a secret; kept in PostgreSQL, so that every process counts the same tries. */
export interface Limits {
  /** Takes one try; false when none is left, with the minutes to wait. Asked before anything is evaluated. */
  take(door: Door, who: string): Promise<{ ok: true } | { ok: false; minutes: number }>;
  /** Gives the tries back after a success. */
  clear(door: Door, who: string): Promise<void>;
  /** Counts a failure from an address: only failures count, since a whole school may share one. */
  failFrom(address: string): Promise<void>;
  blockedAddress(address: string): Promise<number | null>;
}

/**
 * The doors of secrets that time opens again, and how often each is tried for one account. `device` and `stranger` are
 * shares of the sign-in (see password-tries.ts). The tries of a PIN are counted on its account, since only another secret
 * gives them back. `files` guards no secret but the disk: files sent in by one account. `form` and `mail` are acts of
 * whoever comes to a public page, and messages written to one address at his word (see visitors.ts); `help`: messages to the assistance
 * from one account.
 */
const TRIES = {
  'sign-in': 10,
  device: 5,
  stranger: 7,
  opening: 5,
  'mail-code': 5,
  reset: 5,
  qr: 10,
  files: 300,
  form: 30,
  mail: 5,
  help: 5,
};
export type Door = keyof typeof TRIES;
const QUARTER = 15 * 60;

/**
 * Each try begins the quarter of an hour anew: in no fifteen minutes, wherever they begin, are there more tries than the
 * door has. A window that only began with the first try would let in twice as many around its end.
 */
const TAKE = `insert into rate_limits (key, points, expire) values (:key, 1, :until)
  on conflict (key) do update set points = case when rate_limits.expire > :now then rate_limits.points + 1 else 1 end,
    expire = :until
  where rate_limits.expire <= :now or rate_limits.points < :tries
  returning points`;

export function limits(app: Knex, secrets: Secrets): Limits {
  const addresses = new RateLimiterPostgres({
    storeClient: app,
    storeType: 'knex',
    tableName: 'rate_limits',
    tableCreated: true,
    keyPrefix: 'address',
    points: 100,
    duration: QUARTER,
    clearExpiredByTimeout: false,
  });
  // The table, and any backup of it, names no login and no address.
  const key = (who: string) => secrets.hmac('limits', who).toString('base64url').slice(0, 22);
  const minutes = (milliseconds: number) => Math.max(1, Math.ceil(milliseconds / 60_000));
  return {
    async take(door, who) {
      const now = Date.now();
      const row = { key: `${door}:${key(who)}`, now, until: now + QUARTER * 1000, tries: TRIES[door] };
      const { rows } = await app.raw(TAKE, row);
      if (rows.length) return { ok: true };
      const full = await app('rate_limits').where({ key: row.key }).first('expire');
      return { ok: false, minutes: minutes(Number(full?.expire ?? now) - now) };
    },
    async clear(door, who) {
      await app('rate_limits')
        .where({ key: `${door}:${key(who)}` })
        .delete();
    },
    async failFrom(address) {
      await addresses.penalty(key(address));
    },
    async blockedAddress(address) {
      const seen = await addresses.get(key(address));
      return seen && seen.consumedPoints >= 100 ? minutes(seen.msBeforeNext) : null;
    },
  };
}
