import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createHmac,
  createSecretKey,
  hkdfSync,
  type KeyObject,
  randomBytes,
} from 'node:crypto';

/** Random bytes, fetched from the system by the page: an import draws some for each of 25,000 accounts. */
let page = Buffer.alloc(0);
function random(size: number): Buffer {
  if (page.length < size) page = randomBytes(8192);
  const drawn = page.subarray(0, size);
  page = page.subarray(size);
  return drawn;
}

/** Keys of the house, each derived from PREAU_SECRET for one purpose, so that a key found in one place opens no other. */
export interface Secrets {
  /** AES-256-GCM; the key lives outside the database. */
  seal(purpose: string, text: string): Buffer;
  /** The sealed text, or null when it was not sealed by us for this purpose. */
  open(purpose: string, sealed: Buffer): string | null;
  hmac(purpose: string, text: string): Buffer;
}

export function secretsFrom(master: Buffer): Secrets {
  // As key objects: a key given as bytes is made into one at each use, which takes longer than the use.
  const keys = new Map<string, KeyObject>();
  const key = (purpose: string) => {
    let made = keys.get(purpose);
    if (!made) {
      made = createSecretKey(Buffer.from(hkdfSync('sha256', master, 'preau', purpose, 32)));
      keys.set(purpose, made);
    }
    return made;
  };
  return {
    seal(purpose, text) {
      const iv = random(12);
      const cipher = createCipheriv('aes-256-gcm', key(`seal ${purpose}`), iv);
      const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
      return Buffer.concat([iv, cipher.getAuthTag(), body]);
    },
    open(purpose, sealed) {
      try {
        const decipher = createDecipheriv('aes-256-gcm', key(`seal ${purpose}`), sealed.subarray(0, 12));
        decipher.setAuthTag(sealed.subarray(12, 28));
        return Buffer.concat([decipher.update(sealed.subarray(28)), decipher.final()]).toString('utf8');
      } catch {
        return null;
      }
    },
    hmac: (purpose, text) =>
      createHmac('sha256', key(`hmac ${purpose}`))
        .update(text)
        .digest(),
  };
}

/** A bearer token for a cookie (256 bits) and what the database keeps of it. */
export const newToken = (): string => randomBytes(32).toString('base64url');
export const tokenHash = (token: string): Buffer => createHash('sha256').update(token).digest();

/** Without 0 O o 1 l I (case B11): read aloud and copied from paper without a doubt. */
const LETTERS = 'abcdefghijkmnpqrstuvwxyz';
const CAPITALS = 'ABCDEFGHJKLMNPQRSTUVWXYZ';
const DIGITS = '23456789';

/** A provisional secret: 10 characters that meet the guide's own rules (F02-05 to F02-08). */
export function newSecret(): string {
  const all = LETTERS + CAPITALS + DIGITS;
  for (;;) {
    let drawn = '';
    while (drawn.length < 10) {
      // Bytes past the last whole turn of the alphabet would favour its beginning: they are thrown away.
      for (const byte of random(16))
        if (byte < 256 - (256 % all.length) && drawn.length < 10) drawn += all[byte % all.length];
    }
    if (/[a-z]/.test(drawn) && /[A-Z]/.test(drawn) && /\d/.test(drawn)) return drawn;
  }
}
