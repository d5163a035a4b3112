import type { Mode, Transaction } from '../plugin/contract.ts';
import { newToken, tokenHash } from '../secret.ts';

const HOUR = 3_600_000;
/** Management sessions stand on shared desks; an Espace's on a family's phone (C-32: it must not drop after hours). */
export const LIMITS: Record<Mode, { idle: number; absolute: number }> = {
  espace: { idle: 14 * 24 * HOUR, absolute: 60 * 24 * HOUR },
  quotidienne: { idle: 2 * HOUR, absolute: 12 * HOUR },
  administration: { idle: 2 * HOUR, absolute: 12 * HOUR },
};

/** Opens a session in the current school. @returns the token of its cookie; the database keeps only its hash. */
export async function openSession(
  db: Transaction,
  accountId: string,
  mode: Mode,
  agent: string,
  now: Date,
): Promise<string> {
  const token = newToken();
  const expires = new Date(now.getTime() + LIMITS[mode].absolute);
  await db.raw('select open_session(?, ?, ?, ?, ?, ?)', [
    tokenHash(token),
    accountId,
    mode,
    agent.slice(0, 200),
    now,
    expires,
  ]);
  return token;
}

export interface SessionLine {
  handle: string;
  mode: Mode;
  agent: string;
  created_at: Date;
  last_seen_at: Date;
}

/** Sessions of an account that are still good. */
export async function listSessions(db: Transaction, accountId: string, now: Date): Promise<SessionLine[]> {
  const { rows } = await db.raw('select * from list_sessions(?)', [accountId]);
  return (rows as (SessionLine & { expires_at: Date })[]).filter(
    (one) => one.expires_at > now && now.getTime() - one.last_seen_at.getTime() < LIMITS[one.mode].idle,
  );
}

/** Ends sessions of an account: one by its handle, or all but `keep`. */
export async function endSessions(
  db: Transaction,
  accountId: string,
  which: { handle?: string; keep?: string } = {},
): Promise<number> {
  const { rows } = await db.raw('select end_sessions(?, ?, ?) as ended', [
    accountId,
    which.handle ?? null,
    which.keep ?? null,
  ]);
  return rows[0].ended;
}

/** « Firefox sur Windows »: enough for a person to know the device again, and no more. */
export function deviceWords(agent: string): string {
  const browser = /Edg\//.test(agent)
    ? 'Edge'
    : /Firefox\//.test(agent)
      ? 'Firefox'
      : /Chrome\//.test(agent)
        ? 'Chrome'
        : /Safari\//.test(agent)
          ? 'Safari'
          : 'Navigateur inconnu';
  const system = /Android/.test(agent)
    ? 'Android'
    : /iPhone|iPad/.test(agent)
      ? 'iPhone ou iPad'
      : /Windows/.test(agent)
        ? 'Windows'
        : /Mac OS/.test(agent)
          ? 'Mac'
          : /Linux/.test(agent)
            ? 'Linux'
            : 'système inconnu';
  return `${browser}, ${system}`;
}
