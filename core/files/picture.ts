import { Refusal } from './refusal.ts';

/** The largest photo of a telephone today has 50 million points. */
const POINTS = 60_000_000;
/** The long side of an A4 page at 300 points an inch: a photographed paper stays readable. */
const SIDE = 3508;
const sharp = async () => (await import('sharp')).default;

let before: Promise<unknown> = Promise.resolve();

/**
 * Draws a picture again, upright, without place, date and camera. Its header is read first: one that announces more
 * than a camera makes is refused before anything is unpacked (case B32). One at a time, since each takes memory.
 * @throws Refusal when it cannot be read.
 */
export function redraw(from: string, to: string, type: string, name: string): Promise<void> {
  const turn = before.then(() => draw(from, to, type, name));
  before = turn.catch(() => {});
  return turn;
}

async function draw(from: string, to: string, type: string, name: string): Promise<void> {
  const open = await sharp();
  const damaged = () => new Refusal(`« ${name} » est abîmée et ne peut pas être lue. Reprenez la photo.`);
  const { width, height } = await open(from, { limitInputPixels: false })
    .metadata()
    .catch(() => Promise.reject(damaged()));
  if (width * height > POINTS)
    throw new Refusal(
      `« ${name} » est trop grande : ${width.toLocaleString('fr-FR')} × ${height.toLocaleString('fr-FR')} points. Reprenez-la en plus petit.`,
    );
  await open(from, { limitInputPixels: POINTS })
    .autoOrient()
    .resize({ width: SIDE, height: SIDE, fit: 'inside', withoutEnlargement: true })
    .toFormat(type.slice('image/'.length) as 'jpeg', { quality: 85 })
    .toFile(to)
    .catch((error: NodeJS.ErrnoException) =>
      Promise.reject(/no space|ENOSPC/i.test(error.message) ? error : damaged()),
    );
}
