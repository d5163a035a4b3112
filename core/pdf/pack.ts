import { deflateSync } from 'node:zlib';

/** Objects in one compressed stream: a reader that wants one of them unpacks no more than that. */
const TOGETHER = 500;

interface Entry {
  number: number;
  /** Where the object stands: [kind, place, index] of a cross-reference stream. */
  at: [1 | 2, number, number];
}

/**
 * A tagged PDF as Chromium writes it holds thousands of small objects in clear, more than half of its bytes for a sheet
 * of labels. The same document with these in compressed object streams (PDF 1.5); the pages themselves stay as they are.
 * @returns the document as it was when it is not written the way Chromium does.
 */
export function packed(pdf: Buffer): Buffer {
  const plain = readObjects(pdf);
  if (!plain) return pdf;
  const { objects, trailer } = plain;
  const out: Buffer[] = [Buffer.from('%PDF-1.5\n%\xd3\xeb\xe9\xe1\n', 'latin1')];
  let length = (out[0] as Buffer).length;
  const entries: Entry[] = [];
  const write = (number: number, body: Buffer | string) => {
    const whole = Buffer.concat([
      Buffer.from(`${number} 0 obj\n`),
      typeof body === 'string' ? Buffer.from(body, 'latin1') : body,
      Buffer.from('\nendobj\n'),
    ]);
    entries.push({ number, at: [1, length, 0] });
    out.push(whole);
    length += whole.length;
  };
  const small = objects.filter(
    ({ body }) => !/endstream\s*$/.test(body.toString('latin1', Math.max(0, body.length - 12))),
  );
  const kept = new Set(small);
  for (const one of objects) if (!kept.has(one)) write(one.number, one.body);
  let next = Math.max(...objects.map((one) => one.number)) + 1;
  for (let from = 0; from < small.length; from += TOGETHER) {
    const group = small.slice(from, from + TOGETHER);
    const number = next++;
    write(number, objectStream(group));
    for (const [index, one] of group.entries()) entries.push({ number: one.number, at: [2, number, index] });
  }
  const start = length;
  entries.push({ number: next, at: [1, start, 0] });
  const table = crossReferences(entries, next + 1);
  const words = `/Type /XRef /W [1 4 2] /Size ${next + 1} ${trailer.replace(/\/Size \d+/, '')}`;
  out.push(Buffer.from(`${next} 0 obj\n`), stream(words, table), Buffer.from(`\nendobj\nstartxref\n${start}\n%%EOF\n`));
  return Buffer.concat(out);
}

interface PdfObject {
  number: number;
  body: Buffer;
}

/** Every object by the cross-reference table at the end, and the words of the trailer. */
function readObjects(pdf: Buffer): { objects: PdfObject[]; trailer: string } | null {
  const end = pdf.toString('latin1', Math.max(0, pdf.length - 1024));
  const table = Number(/startxref\s+(\d+)\s+%%EOF\s*$/.exec(end)?.[1] ?? -1);
  if (table < 0) return null;
  const tail = pdf.toString('latin1', table);
  const head = /^xref\s+0 (\d+)\s+/.exec(tail);
  const trailer = /trailer\s*<<(.*)>>\s*startxref/s.exec(tail)?.[1];
  if (!head || !trailer || trailer.includes('/Prev') || trailer.includes('/Encrypt')) return null;
  const lines = [...tail.matchAll(/^(\d{10}) (\d{5}) ([nf])/gm)].slice(0, Number(head[1]));
  const objects: PdfObject[] = [];
  const places = lines
    .flatMap(([, at, , kind], number) => (kind === 'n' ? [{ number, at: Number(at) }] : []))
    .sort((a, b) => a.at - b.at);
  for (const [index, { number, at }] of places.entries()) {
    const limit = places[index + 1]?.at ?? table;
    const begin = Buffer.from(`${number} 0 obj\n`);
    const last = pdf.lastIndexOf('endobj', limit);
    if (!pdf.subarray(at, at + begin.length).equals(begin) || last < at) return null;
    objects.push({ number, body: pdf.subarray(at + begin.length, last - 1) });
  }
  return objects.length ? { objects, trailer } : null;
}

function objectStream(group: PdfObject[]): Buffer {
  let at = 0;
  const heads: string[] = [];
  for (const { number, body } of group) {
    heads.push(`${number} ${at}`);
    at += body.length + 1;
  }
  const head = Buffer.from(`${heads.join(' ')}\n`);
  const bodies = group.flatMap(({ body }) => [body, Buffer.from('\n')]);
  return stream(`/Type /ObjStm /N ${group.length} /First ${head.length}`, Buffer.concat([head, ...bodies]));
}

function stream(words: string, body: Buffer): Buffer {
  const small = deflateSync(body);
  return Buffer.concat([
    Buffer.from(`<<${words} /Filter /FlateDecode /Length ${small.length}>>\nstream\n`, 'latin1'),
    small,
    Buffer.from('\nendstream'),
  ]);
}

/** One line of seven bytes per object: kind, place, index. */
function crossReferences(entries: Entry[], size: number): Buffer {
  const table = Buffer.alloc(size * 7);
  for (const { number, at } of entries) {
    table.writeUInt8(at[0], number * 7);
    table.writeUInt32BE(at[1], number * 7 + 1);
    table.writeUInt16BE(at[2], number * 7 + 5);
  }
  return table;
}
