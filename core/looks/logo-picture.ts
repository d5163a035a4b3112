import { createHash } from 'node:crypto';
import { fileTypeFromBuffer } from 'file-type';
import { inTurn, sharp } from '../files/picture.ts';
import { Refusal } from '../files/refusal.ts';

/** A drawing (SVG) may hold a script or fetch from elsewhere: pictures made of points only. */
const TYPES = ['image/png', 'image/jpeg', 'image/webp'];
export const LOGO_BYTES = 5_000_000;
/** Smaller, it would be blurred on a phone's home screen; larger, no logo is. */
const LEAST = 96;
const MOST = 6000;
/** Longer, the name of the school has no room beside it on a phone. */
const WIDEST = 240;

export interface DrawnLogo {
  hash: string;
  png_96: Buffer;
  png_192: Buffer;
  png_512: Buffer;
  /** Of the small one. */
  width: number;
  height: number;
}

/**
 * Draws a logo again, on white, in the sizes pages and phones need; nothing of the file that came is kept.
 * @throws Refusal in French when it is no picture, or too small, or too large.
 */
export const drawLogo = ({ name, bytes }: { name: string; bytes: Buffer }): Promise<DrawnLogo> =>
  inTurn(async () => {
    const found = await fileTypeFromBuffer(bytes);
    if (!TYPES.includes(found?.mime ?? ''))
      throw new Refusal(
        `« ${name} » n’est pas une image PNG, JPEG ou WebP. Enregistrez votre logo dans un de ces formats.`,
      );
    const draw = await sharp();
    const open = () =>
      draw(bytes, { limitInputPixels: MOST * MOST })
        .timeout({ seconds: 10 })
        .autoOrient();
    await measure(
      await draw(bytes, { limitInputPixels: false })
        .metadata()
        .catch(() => damaged(name)),
    );
    const onWhite = await open()
      .resize({ width: 1024, height: 1024, fit: 'inside', withoutEnlargement: true })
      .flatten({ background: 'white' })
      .toColourspace('srgb')
      .png()
      .toBuffer()
      .catch(() => damaged(name));
    const square = (side: number) =>
      draw(onWhite).resize({ width: side, height: side, fit: 'contain', background: 'white' }).png(SMALL).toBuffer();
    const { data, info } = await draw(onWhite)
      .resize({ width: WIDEST, height: 96, fit: 'inside' })
      .png(SMALL)
      .toBuffer({ resolveWithObject: true });
    const [png_192, png_512] = [await square(192), await square(512)];
    const hash = createHash('sha256').update(data).update(png_512).digest('hex').slice(0, 16);
    return { hash, png_96: data, png_192, png_512, width: info.width, height: info.height };
  });

/** A logo has few colours: a palette makes it five times lighter. */
const SMALL = { palette: true, quality: 90, effort: 7 };

const damaged = (name: string) =>
  Promise.reject(new Refusal(`« ${name} » est abîmée et ne peut pas être lue. Enregistrez de nouveau votre logo.`));

function measure({ width, height }: { width: number; height: number }): void {
  const size = `${width.toLocaleString('fr-FR')} × ${height.toLocaleString('fr-FR')} points`;
  if (Math.max(width, height) < LEAST)
    throw new Refusal(`Cette image est trop petite : ${size}. Il en faut ${LEAST} en largeur ou en hauteur.`);
  if (width > MOST || height > MOST)
    throw new Refusal(`Cette image est trop grande : ${size}, ${MOST.toLocaleString('fr-FR')} au plus.`);
  if (Math.max(width, height) > 8 * Math.min(width, height))
    throw new Refusal(`Cette image est trop allongée : ${size}. Recadrez votre logo.`);
}
