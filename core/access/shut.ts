import type { Account } from '../plugin/contract.ts';

export type Shut = 'suspended' | 'over' | 'secret-expired';

/** What decides whether an account may sign in today. */
export interface SignInFacts {
  state: Account['state'];
  validUntil: Date | null;
  secretExpiresAt: Date | null;
}

/** Why an account opens nothing today; null when it may sign in. Asked at the sign-in, at the door and by « Pourquoi ? ». */
export function whyShut(facts: SignInFacts, now: Date): Shut | null {
  if (facts.state === 'suspended') return 'suspended';
  if (facts.validUntil && facts.validUntil <= now) return 'over';
  if (facts.state === 'provisional' && (!facts.secretExpiresAt || facts.secretExpiresAt <= now))
    return 'secret-expired';
  return null;
}
