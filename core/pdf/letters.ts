import { readFileSync } from 'node:fs';
import path from 'node:path';
import { brotliDecompressSync } from 'node:zlib';

const FONTS = path.resolve(import.meta.dirname, '../../themes/base/fonts');
/** The fonts every printed page carries in itself. */
const PRINT_FONTS = ['atkinson-next-fr.woff2', 'atkinson-next-ext.woff2'].map((name) => path.join(FONTS, name));

let drawn: Set<number> | null = null;

/**
 * The letters of a text that the fonts of printed pages do not hold: on paper they may be squares, whatever the text
 * layer of the PDF says (case B19). Read from the fonts themselves.
 */
export function undrawn(text: string): string[] {
  drawn ??= new Set(PRINT_FONTS.flatMap((file) => [...lettersOf(readFileSync(file))]));
  const known = drawn;
  const letters = [...text.normalize('NFC')].filter((letter) => !/[\s\p{Cf}]/u.test(letter));
  return [...new Set(letters)].filter((letter) => !known.has(letter.codePointAt(0) as number));
}

/** Unicode points a WOFF2 file has a glyph for. */
export function lettersOf(woff2: Buffer): Set<number> {
  const cmap = tableOf(woff2, 0);
  const points = new Set<number>();
  for (let at = 0; at < cmap.readUInt16BE(2); at++) {
    const sub = cmap.subarray(cmap.readUInt32BE(4 + at * 8 + 4));
    const format = sub.readUInt16BE(0);
    if (format === 4) segments(sub, points);
    if (format === 12) groups(sub, points);
  }
  return points;
}

/** A table by its number in the list of known tags; of those that come before it only the length is of interest. */
function tableOf(woff2: Buffer, wanted: number): Buffer {
  const count = woff2.readUInt16BE(12);
  const packedLength = woff2.readUInt32BE(20);
  let at = 48;
  const number = () => {
    let value = 0;
    for (;;) {
      const byte = woff2.readUInt8(at++);
      value = value * 128 + (byte & 127);
      if (byte < 128) return value;
    }
  };
  let start = 0;
  let found: [number, number] | null = null;
  for (let table = 0; table < count; table++) {
    const flags = woff2.readUInt8(at++);
    const tag = flags & 63;
    if (tag === 63) at += 4;
    const plain = number();
    // Outlines (10 glyf, 11 loca) are transformed unless they say 3; other tables when they say anything.
    const transformed = tag === 10 || tag === 11 ? flags >> 6 !== 3 : flags >> 6 !== 0;
    const length = transformed ? number() : plain;
    if (tag === wanted) found = [start, start + length];
    start += length;
  }
  if (!found) throw new Error('Cette police ne dit pas quelles lettres elle contient.');
  return brotliDecompressSync(woff2.subarray(at, at + packedLength)).subarray(...found);
}

function segments(sub: Buffer, points: Set<number>): void {
  const count = sub.readUInt16BE(6) / 2;
  const word = (row: number, at: number) => sub.readUInt16BE(14 + row * count * 2 + at * 2 + (row ? 2 : 0));
  for (let at = 0; at < count; at++) {
    const [end, start, delta, offset] = [word(0, at), word(1, at), word(2, at), word(3, at)];
    for (let point = start; point <= end && point < 0xffff; point++) {
      const place = 16 + 3 * count * 2 + at * 2 + offset + (point - start) * 2;
      const glyph = offset ? sub.readUInt16BE(place) : (point + delta) & 0xffff;
      if (glyph) points.add(point);
    }
  }
}

function groups(sub: Buffer, points: Set<number>): void {
  for (let at = 0; at < sub.readUInt32BE(12); at++) {
    const first = 16 + at * 12;
    for (let point = sub.readUInt32BE(first); point <= sub.readUInt32BE(first + 4); point++) points.add(point);
  }
}
