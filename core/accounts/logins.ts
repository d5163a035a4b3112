import { unaccent } from '../people/names.ts';

/** Room for a number after the name: a login has at most 30 characters (case B07). */
const LONGEST = 24;

/**
 * The login a name begins from: initial of the first name + family name, A–Z and digits only (F05-3: SLEOTI, RMARCHAND).
 * @param neutral what is used when no Latin letter is left, e.g. PARENT.
 */
export function loginFor(firstName: string, lastName: string, neutral: string): string {
  const first = latin(firstName);
  const last = latin(lastName);
  const login = (first.slice(0, 1) + last).replace(/^\d+/, '').slice(0, LONGEST);
  if (login.length >= 2) return login;
  return (login + neutral).slice(0, LONGEST);
}

/** One normalisation for making, printing and checking (cases B09, B10): what surrounds a login on a phone is forgiven, what is inside is not. */
export function normaliseLogin(typed: string): string {
  return unaccent(typed.replace(/^[\s\p{Cf}]+|[\s\p{Cf}]+$/gu, ''));
}

/**
 * Gives wishes their own logins, one after the other: homonyms are numbered.
 * @param taken logins of the school that begin alike; grows with those given.
 */
export function distinctLogins(taken: Set<string>): (wish: string) => string {
  const next = new Map<string, number>();
  return (wish) => {
    let login = wish;
    let n = next.get(wish) ?? 2;
    for (; taken.has(login); n++) login = `${wish}${n}`;
    next.set(wish, n);
    taken.add(login);
    return login;
  };
}

const latin = (name: string) => unaccent(name).replace(/[^A-Z0-9]/g, '');
