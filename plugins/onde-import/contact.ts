import { quoted, remembering } from '@preau/core';
import { lettersApart } from './names.ts';

/** A value that is kept in any case, with what the director should look at. */
export interface Kept {
  value: string | null;
  fault: string | null;
}

/**
 * A phone number for storage: a French one as its ten digits, a foreign one as typed. What is neither is kept as typed
 * and told.
 */
export function readPhone(text: string): Kept {
  if (text === '') return { value: null, fault: null };
  // Two guardians with the same « néant » would look like one.
  if (!/[1-9]/.test(text) || /^\d[.,]?\d*E\+\d+$/i.test(text))
    return { value: null, fault: `lu ${quoted(text)}, ce n’est pas un numéro : laissé vide.` };
  const digits = text.replace(/^['’]|[.,]0$|\(0\)/g, '').replace(/[\s.\-/()_]/g, '');
  const french = /^(?:\+33|0033|33(?=\d{9}$))0?([1-9]\d{8})$/.exec(digits) ?? /^0([1-9]\d{8})$/.exec(digits);
  if (french) return { value: `0${french[1]}`, fault: null };
  if (/^[1-9]\d{8}$/.test(digits)) {
    // ONDE fact 30: a spreadsheet took the number for a quantity.
    return { value: `0${digits}`, fault: `lu ${quoted(text)}, le zéro de tête était perdu : il est rétabli.` };
  }
  if (/^(?:\+|00)\d{6,15}$/.test(digits)) return { value: text, fault: null };
  return {
    value: text,
    fault: `lu ${quoted(text)}, ce n’est pas un numéro à dix chiffres. Vérifiez-le auprès de la famille.`,
  };
}

// Enough to recognise a slip of the finger; real neighbours such as mail.com are here so as not to be taken for one.
const DOMAINS = (
  'gmail.com orange.fr wanadoo.fr free.fr sfr.fr neuf.fr laposte.net hotmail.fr hotmail.com outlook.fr outlook.com ' +
  'live.fr live.com yahoo.fr yahoo.com icloud.com bbox.fr numericable.fr gmx.fr gmx.com msn.com aol.com mail.com ' +
  'ymail.com club-internet.fr aliceadsl.fr protonmail.com proton.me me.com mac.com'
).split(' ');

/**
 * An e-mail address, always kept as typed. When it looks wrong the fault offers what may have been meant; nothing is
 * corrected by itself, since a letter to the wrong parent is worse than none (ONDE fact 26).
 */
export function readEmail(text: string): Kept {
  if (text === '') return { value: null, fault: null };
  if (!/[\p{L}\p{N}]/u.test(text) || NO_EMAIL.test(text))
    return { value: null, fault: `lu ${quoted(text)}, ce n’est pas une adresse e-mail : laissé vide.` };
  const formed = /^[^\s@,;:<>()"]+@[^\s@,;:<>()"]+\.[a-z]{2,}$/i.test(text) && !/\.\.|\.@|@\.|^\./.test(text);
  const likely = likelyEmail(text);
  if (formed && likely === null) return { value: text, fault: null };
  const what = formed ? `lu ${quoted(text)}` : `lu ${quoted(text)}, ce n’est pas une adresse e-mail complète`;
  const offer = likely ? ` Vouliez-vous dire ${quoted(likely)} ?` : ' Vérifiez-la auprès de la famille.';
  return { value: text, fault: `${what}.${offer}` };
}

/** What is typed for want of an address. */
const NO_EMAIL = /^(?:n[ée]ant|aucune?|non|nc|sans|inconnue?|pas d.+|non communiqu[ée]e?|n\/a|0)$/iu;

function likelyEmail(text: string): string | null {
  const joined = text
    .replace(/\s+/g, '')
    .replace(/,/g, '.')
    .replace(/\.{2,}/g, '.')
    .replace(/[.;]+$/, '')
    .replace(/^(?:mailto:)?<?|>$/g, '');
  const [name, domain, ...more] = joined.split('@');
  if (!name || !domain || more.length > 0) return null;
  const near = nearDomain(domain.toLowerCase());
  const meant = `${name}@${near || domain}`;
  const complete = /^[^@]+@[^@]+\.[a-z]{2,}$/i.test(meant);
  return complete && meant.toLowerCase() !== text.toLowerCase() ? meant : null;
}

/** The well-known domain a typed one is or nearly is; empty when there is none. */
const nearDomain = remembering(
  (typed) =>
    DOMAINS.find((known) => known === typed) ??
    DOMAINS.find((known) => known.length > 5 && lettersApart(typed, known, 1)) ??
    DOMAINS.find((known) => known.length > 8 && swapped(typed, known)) ??
    '',
);

/** Two neighbouring letters exchanged (« gmial.com »). */
function swapped(typed: string, known: string): boolean {
  if (typed.length !== known.length) return false;
  const at = [...typed].findIndex((letter, i) => letter !== known[i]);
  return (
    at >= 0 && typed[at] === known[at + 1] && typed[at + 1] === known[at] && typed.slice(at + 2) === known.slice(at + 2)
  );
}
