import type { Sharp } from 'sharp';

/** A photographed paper smaller than this cannot be read. */
const SMALL = 600;
/** The look is taken at one size, so that the figures below mean the same for every camera. */
const SIDE = 1000;
const TILES = 8;

export const LOCKED = 'protégé par mot de passe : ouvrez-le pour vérifier';
export const DAMAGED = 'ce PDF semble abîmé : ouvrez-le pour vérifier, et renvoyez-le au besoin';
export const UNCONVERTED = 'photo d’iPhone : elle sera convertie en JPEG dans un instant';
export const UNCONVERTIBLE = 'photo au format HEIC, qui n’a pas pu être convertie : à ouvrir sur un iPhone ou un Mac';

/**
 * What may be wrong with a picture, told to whoever sends it and never held against it. The figures are cautious: a page
 * with one sharp line, a blackboard, a sky pass without a word.
 */
export async function remarkOn(picture: Sharp): Promise<string | null> {
  const { width, height } = await picture.metadata();
  if (Math.max(width, height) < SMALL) return 'image de petite taille : vérifiez qu’elle se lit';
  const { data, info } = await picture
    .flatten({ background: 'white' })
    .greyscale()
    .resize({ width: SIDE, height: SIDE, fit: 'inside', withoutEnlargement: true })
    .raw()
    .toBuffer({ resolveWithObject: true });
  const { mean, spread, sharpest } = figures(data, info.width, info.height, info.channels);
  if (mean < 40 && spread < 20) return 'photo très sombre : vérifiez qu’elle se lit';
  if (sharpest >= 20) return null;
  return spread < 3
    ? 'image presque d’une seule couleur : vérifiez que c’est la bonne'
    : 'photo floue : vérifiez qu’elle se lit';
}

/**
 * Lightness, its spread, and how strongly the sharpest of 64 parts changes from one point to the next (variance of the
 * Laplacian): a blurred photo has no sharp part at all.
 */
function figures(grey: Buffer, width: number, height: number, channels: number) {
  const at = (x: number, y: number) => grey[(y * width + x) * channels] as number;
  const all = tally();
  const parts = Array.from({ length: TILES * TILES }, tally);
  for (let y = 1; y < height - 1; y++)
    for (let x = 1; x < width - 1; x++) {
      const value = at(x, y);
      all.add(value);
      const part = Math.floor((y * TILES) / height) * TILES + Math.floor((x * TILES) / width);
      parts[part]?.add(4 * value - at(x - 1, y) - at(x + 1, y) - at(x, y - 1) - at(x, y + 1));
    }
  return {
    mean: all.mean(),
    spread: Math.sqrt(all.variance()),
    sharpest: Math.max(...parts.map((one) => one.variance())),
  };
}

function tally() {
  let count = 0;
  let sum = 0;
  let squares = 0;
  const mean = () => sum / (count || 1);
  return {
    add(value: number) {
      count += 1;
      sum += value;
      squares += value * value;
    },
    mean,
    variance: () => squares / (count || 1) - mean() ** 2,
  };
}
