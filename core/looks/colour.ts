/** White, as the words on the roof of a school that has a colour of its own. */
export const WHITE = '#ffffff';
/** What text needs on what it stands on (WCAG 2.2, 1.4.3). */
export const READABLE = 4.5;

type Rgb = [red: number, green: number, blue: number];

const rgbOf = (hex: string): Rgb => [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16)) as Rgb;
const hexOf = (rgb: Rgb): string => `#${rgb.map((part) => Math.round(part).toString(16).padStart(2, '0')).join('')}`;

/** A colour between two: 0 is the first, 1 the second. */
export const mix = (a: string, b: string, share: number): string => {
  const [from, to] = [rgbOf(a), rgbOf(b)];
  return hexOf(from.map((part, at) => part + ((to[at] as number) - part) * share) as Rgb);
};

/** How much two colours differ in light, from 1 to 21 (WCAG 2.2). */
export function contrast(a: string, b: string): number {
  const [high, low] = [luminance(a), luminance(b)].sort((x, y) => y - x) as [number, number];
  return (high + 0.05) / (low + 0.05);
}

function luminance(hex: string): number {
  const [red, green, blue] = rgbOf(hex)
    .map((part) => part / 255)
    .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4)) as Rgb;
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** « 1F6148 », « #1f6148 » and « #1F6148 » are one colour. @returns null for anything else. */
export function readColour(typed: string): string | null {
  const [, digits] = /^#?([0-9a-f]{6})$/i.exec(typed.trim()) ?? [];
  return digits ? `#${digits.toLowerCase()}` : null;
}

export const isReadable = (colour: string): boolean => contrast(WHITE, colour) >= READABLE;

/** The same colour with as much black as it takes, and no more, for white words to be read on it. */
export function nearestReadable(colour: string): string {
  const shares = Array.from({ length: 101 }, (_, at) => mix(colour, '#000000', at / 100));
  return shares.find(isReadable) as string;
}

/** The drawing of a roof passes behind its words, as light as this much white. */
const DRAWN = 0.2;
/** Where they could not be read over it, it stands below them, and on a phone not at all. */
const FADED = { 'roof-phone': '0', 'roof-top': '4rem', 'roof-size': 'auto 100%' };

/**
 * The tokens of a roof of this colour, on which white can be read: what stands on it, and whether the theme's drawing
 * may still pass behind words.
 */
export function roofOf(colour: string): Record<string, string> {
  const lighter = mix(colour, WHITE, 0.12);
  const hover = isReadable(lighter) ? lighter : mix(colour, '#000000', 0.15);
  const drawn = mix(colour, WHITE, DRAWN);
  const under = [colour, hover, ...(isReadable(drawn) ? [drawn] : [])];
  const second = [0.2, 0.15, 0.1, 0.05]
    .map((share) => mix(WHITE, colour, share))
    .find((tint) => under.every((one) => contrast(tint, one) >= READABLE));
  return {
    brand: colour,
    'brand-2': hover,
    'on-brand': WHITE,
    'on-brand-2': second ?? WHITE,
    'focus-brand': '#ffd45e',
    ...(isReadable(drawn) ? {} : FADED),
  };
}

/** Ends of the ways round the circle of colours, in degrees. */
const HUES: [to: number, name: string][] = [
  [12, 'ce rouge'],
  [42, 'cet orange'],
  [70, 'ce jaune'],
  [165, 'ce vert'],
  [195, 'ce turquoise'],
  [255, 'ce bleu'],
  [292, 'ce violet'],
  [345, 'ce rose'],
  [360, 'ce rouge'],
];

/** « ce jaune », for a sentence. */
export function inWords(colour: string): string {
  const [red, green, blue] = rgbOf(colour);
  const [low, high] = [Math.min(red, green, blue), Math.max(red, green, blue)];
  if (low > 235) return 'ce blanc';
  if (high < 30) return 'ce noir';
  const range = high - low;
  if (range < 24) return 'ce gris';
  const sixth =
    high === red
      ? ((green - blue) / range + 6) % 6
      : high === green
        ? (blue - red) / range + 2
        : (red - green) / range + 4;
  return (HUES.find(([to]) => sixth * 60 <= to) as [number, string])[1];
}

/** « 4,5 ». */
export const figure = (ratio: number): string => (Math.floor(ratio * 10) / 10).toLocaleString('fr-FR');
