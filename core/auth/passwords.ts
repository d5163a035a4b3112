import argon2 from 'argon2';

/** 19 MiB, two passes: OWASP's floor for argon2id; a school's small server signs in a whole class at 8.30 without running out of memory. */
const COST = { type: argon2.argon2id, memoryCost: 19 * 1024, timeCost: 2, parallelism: 1 } as const;

let running = 0;
const waiting: (() => void)[] = [];

/** At most two hashes at a time: memory stays flat, and the other visits keep a core. */
async function inTurn<T>(work: () => Promise<T>): Promise<T> {
  if (running >= 2) await new Promise<void>((resolve) => waiting.push(resolve));
  else running += 1;
  try {
    return await work();
  } finally {
    const next = waiting.shift();
    if (next) next();
    else running -= 1;
  }
}

/** Number of argon2 calls since the start: tests read that one try costs one call, and an import none. */
export const hashing = { calls: 0 };

export function hashPassword(password: string): Promise<string> {
  hashing.calls += 1;
  return inTurn(() => argon2.hash(password.normalize('NFC'), COST));
}

export function verifyPassword(hash: string, password: string): Promise<boolean> {
  hashing.calls += 1;
  return inTurn(() => argon2.verify(hash, password.normalize('NFC')));
}

let dummy: Promise<string> | null = null;
/** A hash nobody knows the password of: what an unknown, provisional or suspended account is checked against, at the same cost. */
export function dummyHash(): Promise<string> {
  dummy ??= argon2.hash(crypto.randomUUID(), COST);
  return dummy;
}
