import type { Door, Limits } from './limits.ts';

/**
 * Tries of one account's password, wherever it is asked: ten in all. Strangers have seven of them together, a device that
 * has signed in before five: whoever guesses from elsewhere leaves its owner three on his own device, so that nobody can
 * lock another out, and all of them together still evaluate ten (S18-06).
 * @param device null for a device that has never signed in to the account.
 */
export function passwordTries(limits: Limits, schoolId: string, login: string, device: string | null) {
  const who = `${schoolId} ${login}`;
  const share: [Door, string] = device ? ['device', `${who} ${device}`] : ['stranger', who];
  return {
    async take(): ReturnType<Limits['take']> {
      const left = await limits.take(...share);
      return left.ok ? limits.take('sign-in', who) : left;
    },
    async clear(): Promise<void> {
      await limits.clear(...share);
      await limits.clear('sign-in', who);
    },
  };
}
