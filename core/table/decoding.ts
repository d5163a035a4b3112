export type Encoding = 'utf-8' | 'windows-1252' | 'utf-16le' | 'utf-16be' | 'macintosh';

export interface DecodedText {
  encoding: Encoding;
  text: string;
}

/**
 * Turns the bytes of an extraction into text. A byte order mark wins, then strict UTF-8, then windows-1252, which
 * every byte fits (ONDE says ISO-8859-1, of which it is a superset). Never throws. Returns 'cut' when only the last
 * character is incomplete: the download stopped in the middle of it.
 */
export function decodeText(bytes: Uint8Array): DecodedText | 'cut' {
  const wide = wideEncoding(bytes);
  if (wide) return { encoding: wide, text: withoutMarks(new TextDecoder(wide).decode(bytes)) };
  const utf8 = strictUtf8(bytes);
  if (utf8 !== null) return { encoding: 'utf-8', text: withoutMarks(utf8) };
  if (endsInsideCharacter(bytes)) return 'cut';
  const mixed = mixedUtf8(bytes);
  if (mixed !== null) return { encoding: 'utf-8', text: withoutMarks(mixed) };
  const encoding = headerSavedOnOldMac(bytes) ? 'macintosh' : 'windows-1252';
  return { encoding, text: withoutMarks(new TextDecoder(encoding).decode(bytes)) };
}

function wideEncoding(bytes: Uint8Array): 'utf-16le' | 'utf-16be' | null {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be';
  // Without a mark, Latin text in UTF-16 shows as one zero byte in two.
  const sample = bytes.subarray(0, 400);
  let even = 0;
  let odd = 0;
  for (let i = 0; i < sample.length; i++) if (sample[i] === 0) i % 2 === 0 ? even++ : odd++;
  const mostly = sample.length * 0.4;
  if (odd > mostly && even === 0) return 'utf-16le';
  if (even > mostly && odd === 0) return 'utf-16be';
  return null;
}

function strictUtf8(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
}

/** Two files put together in two encodings: read as UTF-8, what is not shows as « � » where it stands. */
function mixedUtf8(bytes: Uint8Array): string | null {
  const text = new TextDecoder('utf-8').decode(bytes);
  const lost = text.match(/\uFFFD/g)?.length ?? 0;
  const letters = text.match(/[\u00C0-\u017F’]/g)?.length ?? 0;
  return letters > lost * 2 ? text : null;
}

function endsInsideCharacter(bytes: Uint8Array): boolean {
  for (let tail = 1; tail <= 3 && tail < bytes.length; tail++) {
    const lead = bytes[bytes.length - tail] ?? 0;
    if (lead < 0x80) return false;
    if (lead < 0xc0) continue;
    const body = strictUtf8(bytes.subarray(0, bytes.length - tail));
    // Plain ASCII before the last byte proves nothing: « …;Zoé » in windows-1252 looks just the same.
    return body !== null && /[^\p{ASCII}\uFEFF]/u.test(body);
  }
  return false;
}

/**
 * ONDE fact 4: a file saved again by Excel for Mac may be in Mac Roman, and only the heading tells. There « é » and
 * « è » are 8E and 8F, which in windows-1252 are « Ž » and nothing: no French heading has them.
 */
function headerSavedOnOldMac(bytes: Uint8Array): boolean {
  let accents = 0;
  for (const byte of bytes.subarray(0, 20_000)) {
    if (byte === 0x0a || byte === 0x0d) {
      if (accents > 0) break;
      continue;
    }
    if (byte === 0xe9 || byte === 0xe8) return false;
    if (byte === 0x8e || byte === 0x8f) accents++;
  }
  return accents > 0;
}

/** ONDE fact 15: some tools put a second mark before the first, or write the mark's three bytes as letters. */
function withoutMarks(text: string): string {
  return text.replace(/^(?:\uFEFF|ï»¿)+/, '');
}
