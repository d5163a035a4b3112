import type { Knex } from 'knex';
import { RateLimiterPostgres, type RateLimiterRes } from 'rate-limiter-flexible';
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

/** The doors of secrets that time opens again; the tries of a PIN are counted on its account, since only another secret gives them back. */
export type Door = 'sign-in' | 'opening' | 'mail-code' | 'reset';
const TRIES: Record<Door, number> = { 'sign-in': 10, opening: 5, 'mail-code': 5, reset: 5 };
const QUARTER = 15 * 60;

export function limits(app: Knex, secrets: Secrets): Limits {
  const store = (prefix: string, points: number, duration: number) =>
    new RateLimiterPostgres({
      storeClient: app,
      storeType: 'knex',
      tableName: 'rate_limits',
      tableCreated: true,
      keyPrefix: prefix,
      points,
      duration,
      clearExpiredByTimeout: false,
    });
  const doors = Object.fromEntries(
    Object.entries(TRIES).map(([door, points]) => [door, store(door, points, QUARTER)]),
  ) as Record<Door, RateLimiterPostgres>;
  const addresses = store('address', 100, QUARTER);
  // The table, and any backup of it, names no login and no address.
  const key = (who: string) => secrets.hmac('limits', who).toString('base64url').slice(0, 22);
  const minutes = (left: { msBeforeNext: number }) => Math.max(1, Math.ceil(left.msBeforeNext / 60_000));
  return {
    async take(door, who) {
      try {
        await doors[door].consume(key(who));
        return { ok: true };
      } catch (left) {
        if (left instanceof Error) throw left;
        return { ok: false, minutes: minutes(left as RateLimiterRes) };
      }
    },
    async clear(door, who) {
      await doors[door].delete(key(who));
    },
    async failFrom(address) {
      await addresses.penalty(key(address));
    },
    async blockedAddress(address) {
      const seen = await addresses.get(key(address));
      return seen && seen.consumedPoints >= 100 ? minutes(seen) : null;
    },
  };
}
