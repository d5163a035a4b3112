import qrcode from 'qrcode';

/** A QR code as one outline: `d` of an SVG path over `size` × `size` modules, `box` the viewBox with its quiet zone. */
export interface QrPath {
  size: number;
  d: string;
  box: string;
}

/** Modules of white that a reader wants around the code (case B18). */
export const QUIET = 4;

type Point = [x: number, y: number];

/** The QR code of an address, level M. One outline per dark patch: no hairline between its modules, and a small file. */
export function qrPath(text: string): QrPath {
  // One mask for all: to try the eight takes most of the time, and a random code looks alike under each.
  const { modules } = qrcode.create(text, { errorCorrectionLevel: 'M', maskPattern: 0 });
  const { size } = modules;
  const dark = (x: number, y: number) => x >= 0 && y >= 0 && x < size && y < size && modules.get(y, x) === 1;
  // Edges between dark and light, by where they start; the dark lies to their right.
  const edges = new Map<number, Point[]>();
  const key = (x: number, y: number) => y * (size + 1) + x;
  const edge = (x: number, y: number, end: Point) => {
    const from = edges.get(key(x, y));
    if (from) from.push(end);
    else edges.set(key(x, y), [end]);
  };
  for (let y = 0; y < size; y++)
    for (let x = 0; x < size; x++) {
      if (!dark(x, y)) continue;
      if (!dark(x, y - 1)) edge(x, y, [x + 1, y]);
      if (!dark(x + 1, y)) edge(x + 1, y, [x + 1, y + 1]);
      if (!dark(x, y + 1)) edge(x + 1, y + 1, [x, y + 1]);
      if (!dark(x - 1, y)) edge(x, y + 1, [x, y]);
    }
  let d = '';
  for (const [start, list] of edges)
    while (list.length) d += outline(start % (size + 1), Math.floor(start / (size + 1)), edges, key);
  const whole = size + 2 * QUIET;
  return { size, d, box: `${-QUIET} ${-QUIET} ${whole} ${whole}` };
}

/** Walks once around, taking away the edges it follows; steps of one direction are said as one. */
function outline(x0: number, y0: number, edges: Map<number, Point[]>, key: (x: number, y: number) => number): string {
  let d = `M${x0} ${y0}`;
  let [x, y] = [x0, y0];
  let across = true;
  let run = 0;
  do {
    const [nextX, nextY] = (edges.get(key(x, y)) as Point[]).pop() as Point;
    const step = nextX - x || nextY - y;
    if ((nextX !== x) !== across || step * run < 0) {
      if (run) d += `${across ? 'h' : 'v'}${run}`;
      run = 0;
    }
    across = nextX !== x;
    run += step;
    [x, y] = [nextX, nextY];
  } while (x !== x0 || y !== y0);
  return `${d}z`;
}
