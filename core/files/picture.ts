import { PAGE_SIDE, POINTS } from './reader.ts';
import { Refusal } from './refusal.ts';
import { remarkOn } from './remarks.ts';

/** The long side of an A4 page at 300 points an inch: a photographed paper stays readable. */
const SIDE = 3508;
/** Each picture is another: nothing of one is kept for the next, and one thread draws at a time. */
export const sharp = async () => {
  const { default: draw } = await import('sharp');
  draw.cache(false);
  draw.concurrency(1);
  return draw;
};

/** A picture in a file, or the bare points of one that was unpacked. */
export type Picture = string | { data: Uint8ClampedArray; width: number; height: number };

let before: Promise<unknown> = Promise.resolve();

/** One at a time, since each takes memory. */
export function inTurn<T>(work: () => Promise<T>): Promise<T> {
  const turn = before.then(work);
  before = turn.catch(() => {});
  return turn;
}

/**
 * Draws a picture again, upright, without place, date and camera. Its header is read first: one that announces more
 * than a camera makes is refused before anything is unpacked (case B32).
 * @returns what whoever sends it should know. @throws Refusal when it cannot be read.
 */
export const redraw = (from: Picture, to: string, type: string, name: string): Promise<string | null> =>
  inTurn(async () => {
    if (typeof from === 'string') await measure(from, name);
    await (await opened(from))
      .autoOrient()
      .resize({ width: SIDE, height: SIDE, fit: 'inside', withoutEnlargement: true })
      // A few per cent smaller with the best code, but then the whole picture stands in memory: 150 MB for a telephone's.
      .toFormat(type.slice('image/'.length) as 'jpeg', { quality: 85, optimiseCoding: false })
      .toFile(to)
      .catch((error: NodeJS.ErrnoException) =>
        Promise.reject(/no space|ENOSPC/i.test(error.message) ? error : damaged(name)),
      );
    return remarkOn(await opened(to));
  });

/** Looks at a picture that is kept as it came. @throws Refusal as `redraw`. */
export const look = (from: string, name: string): Promise<string | null> =>
  inTurn(async () => {
    await measure(from, name);
    return remarkOn(await opened(from)).catch(() => Promise.reject(damaged(name)));
  });

/** A small JPEG of a picture, for a page that shows it. @throws when it cannot be read. */
export const shrink = async (bytes: () => Promise<Uint8Array>): Promise<Buffer> =>
  (await reduced(bytes, PAGE_SIDE)).jpeg;

/** The same, of any size, with its measures. @throws when it cannot be read. */
export const reduced = (
  bytes: () => Promise<Uint8Array>,
  side: number,
): Promise<{ jpeg: Buffer; width: number; height: number }> =>
  inTurn(async () => {
    const { data, info } = await (await sharp())(await bytes(), { limitInputPixels: POINTS })
      .timeout({ seconds: 10 })
      .autoOrient()
      .resize({ width: side, height: side, fit: 'inside', withoutEnlargement: true })
      .flatten({ background: 'white' })
      .jpeg({ quality: 80, optimiseCoding: false })
      .toBuffer({ resolveWithObject: true });
    return { jpeg: data, width: info.width, height: info.height };
  });

const damaged = (name: string) => new Refusal(`« ${name} » est abîmée et ne peut pas être lue. Reprenez la photo.`);

async function opened(from: Picture) {
  const open = await sharp();
  if (typeof from === 'string') return open(from, { limitInputPixels: POINTS });
  const { data, width, height } = from;
  return open(data, { raw: { width, height, channels: 4 } }).flatten({ background: 'white' });
}

async function measure(from: string, name: string): Promise<void> {
  const { width, height } = await (await sharp())(from, { limitInputPixels: false })
    .metadata()
    .catch(() => Promise.reject(damaged(name)));
  if (width * height > POINTS)
    throw new Refusal(
      `« ${name} » est trop grande : ${width.toLocaleString('fr-FR')} × ${height.toLocaleString('fr-FR')} points. Reprenez-la en plus petit.`,
    );
}
