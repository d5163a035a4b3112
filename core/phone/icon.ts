import { inTurn, sharp } from '../files/picture.ts';

/** Sides of the icons: a phone's home screen, a larger one for its splash, and the one of an iPhone. */
export const ICON_SIZES = [180, 192, 512] as const;

/** The mark stands in the middle 60 %, so that a round or any other mask of a phone cuts nothing of it. */
const MARK =
  '<g transform="translate(20 20) scale(1.875)" fill="none" stroke-width="4" stroke-linecap="round"><path stroke="#fff" d="M8 20v8M24 15v13"/><path stroke="#f5c242" stroke-width="5" d="M3 13.5 29 4.5"/></g>';

const drawn = new Map<string, Promise<Buffer>>();
/** A school changes its colour or its logo once in years: some hundred schools fit. */
const KEPT = 300;

/** The icon of a school: its logo on white, else our mark on its colour; drawn once. */
export function iconOf(colour: string, size: number, logo: { hash: string; png: Buffer } | null): Promise<Buffer> {
  const key = `${logo?.hash ?? colour} ${size}`;
  let icon = drawn.get(key);
  if (!icon) {
    if (drawn.size >= KEPT) drawn.clear();
    icon = inTurn(() => draw(colour, size, logo?.png ?? null));
    drawn.set(key, icon);
    icon.catch(() => drawn.delete(key));
  }
  return icon;
}

async function draw(colour: string, size: number, logo: Buffer | null): Promise<Buffer> {
  const open = await sharp();
  const mark = logo ? '' : MARK;
  const ground = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 100" width="${size}" height="${size}"><rect width="100" height="100" fill="${logo ? '#fff' : colour}"/>${mark}</svg>`;
  const picture = open(Buffer.from(ground));
  if (logo) {
    const side = Math.round(size * 0.6);
    picture.composite([{ input: await open(logo).resize(side, side, { fit: 'inside' }).png().toBuffer() }]);
  }
  return picture.png({ palette: !logo }).toBuffer();
}
