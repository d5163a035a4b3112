import { type Key, type QrPath, qrPath, type School } from '@preau/core';
import { type Written, writeLetter } from './letter-fill.ts';
import { type Recipient, valuesFor } from './recipients.ts';

/** What a letter on paper holds; sealed while its job waits. */
export interface LetterPage extends Written {
  name: string;
  /** The children, or the class. */
  about: string;
  /** The link as a code for a phone; null once the password is the owner's. */
  qr: QrPath | null;
}
export interface LetterContent {
  /** Of printing: 2026-11-25. */
  day: string;
  letters: LetterPage[];
}

/** A page a person: his words, and his link as a code. */
export function letterPage(
  written: Written,
  person: Recipient & { name: string },
  key: Key,
  place: { school: School; address: string },
): LetterPage {
  const values = valuesFor(person, key, place);
  const about = values['Enfants ou classe'];
  return { ...writeLetter(written, values), name: person.name, about, qr: key.link ? qrPath(key.link) : null };
}
