/** One line of the table. */
export interface Row {
  name: string;
  figure: string;
  target: string;
  ok: boolean;
}

const decimals = (value: number, digits: number) => value.toFixed(digits).replace('.', ',');

export const ratio = (value: number): string => decimals(value, 2);
export const seconds = (ms: number): string => `${decimals(ms / 1000, 2)} s`;
export const milliseconds = (ms: number): string => `${decimals(ms, 2)} ms`;
export const kilobytes = (bytes: number): string => `${decimals(bytes / 1000, 1)} ko`;

/** The middle one: a pause of the machine in one round counts for nothing. */
export function median(values: number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.length >> 1;
  const [low, high] = [sorted[half - (sorted.length % 2 ? 0 : 1)], sorted[half]];
  return ((low ?? Number.NaN) + (high ?? Number.NaN)) / 2;
}

/** What so many in a hundred stay within. */
export const percentile = (values: number[], hundredth: number): number =>
  values.toSorted((a, b) => a - b)[Math.ceil((values.length * hundredth) / 100) - 1] ?? Number.NaN;

const WIDTHS = [51, 82, 18];
/** Columns of a fixed width, since each line is printed as soon as it is known. */
export const lineOf = (cells: [string, string, string, string]): string =>
  cells.map((cell, at) => cell.padEnd(WIDTHS[at] ?? 0)).join('  ');
