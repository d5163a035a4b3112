import { type QrPath, QUIET, qrPath } from '@preau/core';
import type { Sheet } from './label-sheets.ts';
import { type LabelLine, linesOf, widthOf } from './label-text.ts';
import type { Values } from './variables.ts';

/** A line with its place: how many rows it may take, or how tall its code is drawn, in tenths of a millimetre. */
export interface PlacedLine extends LabelLine {
  rows: number;
  size: number;
  /** May want more rows than it is given. A clip for every line would be a fifth of the file. */
  clamp: boolean;
}

/** A label ready to be drawn: head over the whole width, then the rest beside the QR code. */
export interface Label {
  who: string;
  head: PlacedLine[];
  body: PlacedLine[];
  qr: QrPath | null;
  /** Everything stands inside, login and password whole. */
  fits: boolean;
}

/** Millimetres of one model on one sheet. */
export interface Measures {
  width: number;
  height: number;
  padX: number;
  name: number;
  text: number;
  code: number;
  small: number;
  qr: number;
}
const PAD = 1.9;
/** Between text and QR code, whose own quiet zone is white already. */
const GAP = 1;
/** Printed side of a module: a phone wants 0.4 mm (case B18). */
const MODULE = 0.42;
/** Shrunk more than this beside the QR code, a login goes above it and takes the whole width (case B16). */
const READABLE = 0.73;
/** Tall enough for the accents of capitals. */
const LINE = { name: 1.2, text: 1.25, small: 1.25, code: 1.2 } as const;
/** Where lines break is the browser's affair: room for it. */
const SLACK = 1.1;

/** @param link the longest address of a QR code decides its square. */
export function measuresOf({ width, height }: Sheet, large: boolean, link: string | null): Measures {
  const scale = large ? 1.9 : Math.min(1.5, Math.max(1, Math.min(width / 63.5, height / 33.9)));
  const padX = Math.min(8, 3 * scale);
  const side = link ? Math.max((qrPath(link).size + 2 * QUIET) * MODULE, 19 * Math.min(scale, 1.6)) : 0;
  const sizes = { name: 3.2 * scale, text: 2.7 * scale, code: 3.3 * scale, small: 2.4 * scale };
  return { width: width - 2 * padX, height: height - 2 * PAD, padX, ...sizes, qr: Math.ceil(side * 10) / 10 };
}

/**
 * One person's label, laid out in millimetres so that nothing leaves its cell (case B16).
 * @param draw makes the QR code; who only asks whether labels fit gives one for all.
 */
export function layOut(
  { content, qr }: { content: string; qr: boolean },
  person: { who: string; values: Values; spent: boolean; link: string | null },
  m: Measures,
  draw: (link: string) => QrPath = qrPath,
): Label {
  const code = qr && person.link ? draw(person.link) : null;
  const beside = code ? m.width - m.qr - GAP : m.width;
  const lines = linesOf(content, person.values, person.spent).map((line) => placed(line, m, beside));
  // What is too wide for its column goes above it.
  const first = lines.findIndex((line) => line.kind === 'code');
  const begin = first < 0 ? lines.length : first;
  const wide = (line: PlacedLine) => code !== null && line.kind === 'code' && line.size < READABLE * m.code * 10;
  const over = (line: PlacedLine) => ({ ...line, ...placed(line, m, m.width) });
  const head = [...lines.slice(0, begin), ...lines.slice(begin).filter(wide)].map(over);
  const body = lines.slice(begin).filter((line) => !wide(line));
  const least = body.reduce((sum, line) => sum + heightOf({ ...line, rows: 1 }, m), 0);
  const room = m.height - Math.max(code ? m.qr : 0, least);
  let inside = squeeze(head, room, m);
  // The children of a long name stand better beside the code than nowhere.
  while (!inside && code) {
    const at = head.findLastIndex((line) => line.kind === 'text' || line.kind === 'small');
    if (at < 0) break;
    body.unshift(...head.splice(at, 1).map((line) => placed(line, m, beside)));
    inside = squeeze(head, room, m);
  }
  const used = head.reduce((sum, line) => sum + heightOf(line, m), 0);
  const fits = squeeze(body, m.height - used, m) && inside && (!code || m.qr <= m.height);
  return { who: person.who, head, body, qr: code, fits };
}

function placed(line: LabelLine, m: Measures, width: number): PlacedLine {
  if (line.kind === 'code') {
    const most = Math.min(m.code, width / widthOf(line.code));
    return { ...line, rows: 1, size: Math.floor(most * 10), clamp: false };
  }
  const rows = Math.max(1, Math.ceil((widthOf(line.text) * m[line.kind] * SLACK) / width));
  return { ...line, rows, size: 0, clamp: rows > 1 };
}

function heightOf(line: PlacedLine, m: Measures): number {
  if (line.kind !== 'code') return line.rows * m[line.kind] * LINE[line.kind];
  return (line.text ? m.text * LINE.text : 0) + (line.size / 10) * LINE.code;
}

/** Takes rows from the longest lines until all stand in the room. @returns whether they do. */
function squeeze(lines: PlacedLine[], room: number, m: Measures): boolean {
  for (;;) {
    if (lines.reduce((sum, line) => sum + heightOf(line, m), 0) <= room + 0.01) return true;
    const longest = lines.reduce<PlacedLine | null>(
      (most, line) => (line.rows > (most?.rows ?? 1) ? line : most),
      null,
    );
    if (!longest) return false;
    longest.rows -= 1;
  }
}

const mm = (value: number) => `${Math.round(value * 100) / 100}mm`;

/** Sizes of the letters and of the QR code as CSS; numbers only. */
export function labelCss(m: Measures, labels: Label[]): string {
  const lines = labels.flatMap(({ head, body }) => [...head, ...body]);
  const sizes = new Set(lines.filter((line) => line.kind === 'code').map((line) => line.size));
  const rows = new Set(lines.filter((line) => line.clamp).map((line) => line.rows));
  return [
    `.label{padding:${mm(PAD)} ${mm(m.padX)};grid-template-columns:minmax(0,1fr)}`,
    `.label.scan{grid-template-columns:minmax(0,1fr) ${mm(m.qr)};column-gap:${mm(GAP)}}.label svg{inline-size:${mm(m.qr)};block-size:${mm(m.qr)}}`,
    ...(['name', 'text', 'small'] as const).map(
      (kind) => `.label .${kind}{font-size:${mm(m[kind])};line-height:${LINE[kind]}}`,
    ),
    `.label .code{font-size:${mm(m.text)};line-height:${LINE.text}}.label b{line-height:${LINE.code}}`,
    ...[...sizes].map((size) => `.s${size}{font-size:${mm(size / 10)}}`),
    ...[...rows].map((count) => `.r${count}{-webkit-line-clamp:${count}}`),
  ].join('');
}
