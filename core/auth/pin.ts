import { randomInt } from 'node:crypto';
import { z } from 'zod';
import type { House } from '../container.ts';
import { type Field, password } from '../form/form.ts';
import { inSchool } from '../tenancy/in-school.ts';
import { verifyPassword } from './passwords.ts';

export const PIN_TRIES = 5;

/** A code of digits: typed, pasted or pressed on the keypad; which one it must be is the handler's question. */
export const pinField = (label: string, hint?: string): Field<string> => ({
  ...password(label, { hint, autocomplete: 'off', attributes: { inputmode: 'numeric', 'data-pin': '' } }),
  schema: z
    .string()
    .max(40, 'Le code PIN a 8 chiffres au plus.')
    .transform((typed) => typed.replace(/\s/g, '')),
});

/** The order of the keypad's keys: another on each page, so that a finger's path tells nothing (F02-17). */
export function shuffledDigits(): string[] {
  const digits = [...'0123456789'];
  for (let last = digits.length - 1; last > 0; last--) {
    const other = randomInt(last + 1);
    [digits[last], digits[other]] = [digits[other] as string, digits[last] as string];
  }
  return digits;
}

/** Why a PIN cannot be chosen, in French; null when it can (F02-18, DESIGN section 17). */
export function pinRefusal(pin: string, birthDate: string | null): string | null {
  if (!/^\d*$/.test(pin)) return 'Le code PIN ne contient que des chiffres.';
  if (pin.length < 4) return 'Le code PIN doit contenir au moins 4 chiffres.';
  if (pin.length > 8) return 'Le code PIN a 8 chiffres au plus.';
  if (/^(\d)\1+$/.test(pin)) return 'C’est toujours le même chiffre : ce code est parmi les premiers que l’on essaie.';
  if ('01234567890 09876543210'.includes(pin))
    return 'Ces chiffres se suivent : ce code est parmi les premiers que l’on essaie.';
  if (/^(\d\d)\1+$/.test(pin)) return 'Ce sont les mêmes deux chiffres répétés : ce code se devine.';
  if (birthDate && fromBirth(birthDate).includes(pin))
    return 'C’est votre date de naissance : d’autres la connaissent.';
  if (/^(19[3-9]\d|20[0-3]\d)$/.test(pin)) return 'Ce code ressemble à une année de naissance : il se devine.';
  return null;
}

function fromBirth(birthDate: string): string[] {
  const [year = '', month = '', day = ''] = birthDate.split('-');
  const short = year.slice(2);
  const parts = [
    [day, month],
    [month, day],
    [day, month, short],
    [short, month, day],
    [day, month, year],
  ];
  return [year, ...[...parts, [year, month, day]].map((one) => one.join(''))];
}

/**
 * Checks a PIN. A try is taken before anything is evaluated, and all come back with a right one; none is left after five,
 * on every process together.
 */
export async function checkPin(
  house: House,
  schoolId: string,
  accountId: string,
  typed: string,
): Promise<'right' | 'wrong' | 'spent'> {
  const [account] = await inSchool(house.app, schoolId, (db) =>
    db('accounts')
      .where({ id: accountId })
      .where('pin_tries', '<', PIN_TRIES)
      .whereNotNull('pin_hash')
      .update({ pin_tries: db.raw('pin_tries + 1') })
      .returning(['pin_hash', 'pin_tries']),
  );
  if (!account) return 'spent';
  if (!(await verifyPassword(account.pin_hash, typed))) return account.pin_tries < PIN_TRIES ? 'wrong' : 'spent';
  await inSchool(house.app, schoolId, (db) => db('accounts').where({ id: accountId }).update({ pin_tries: 0 }));
  return 'right';
}
