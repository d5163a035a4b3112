import { audit } from '../audit.ts';
import { Refusal } from '../files/refusal.ts';
import type { Upload } from '../form/form.ts';
import { invalid, missing, type Reply, redirect, type Transaction, type Visit } from '../plugin/contract.ts';
import { HOME } from './change-colour.ts';
import { LOGO_SIZES } from './logo.ts';
import { type DrawnLogo, drawLogo } from './logo-picture.ts';
import { keepLooks, type Logo, looksOf } from './settings.ts';

/** A new picture, or other words for the one that is there. */
export async function changeLogo(visit: Visit<{ picture: Upload | null; alt: string | null }>): Promise<Reply> {
  const { input, school } = visit;
  const { logo: before } = looksOf(school);
  const alt = input.alt ?? '';
  if (!input.picture && !before) return invalid({ picture: 'Choisissez l’image de votre logo.' });
  const drawn = input.picture && (await drawLogo(input.picture).catch(told));
  if (typeof drawn === 'string') return invalid({ picture: drawn });
  return visit.step(async ({ db, now }) => {
    if (drawn)
      await db('school_logos')
        .insert({ ...drawn, kept_at: now })
        .onConflict(['school_id', 'hash'])
        .merge(['kept_at']);
    await leave(db, before, now);
    const { hash, width, height } = (drawn ?? before) as DrawnLogo;
    await keepLooks(db, { logo: { hash, width, height, alt } });
    await audit(db, now, visit, drawn ? 'Logo de l’école changé' : 'Texte du logo changé');
    const undo = before ? { hash: before.hash, alt: before.alt } : { hash: '', alt: '' };
    return redirect(HOME, {
      text: drawn
        ? 'Votre logo est à côté du nom de l’école, dans les Espaces, à la connexion et sur les pages publiques.'
        : 'Le texte du logo est enregistré.',
      undo: { to: `${HOME}logo-montre`, values: undo },
    });
  });
}

/** What is no longer shown may come back for a day. */
const leave = (db: Transaction, logo: Logo | null, now: Date) =>
  logo && db('school_logos').where({ hash: logo.hash }).update({ kept_at: now });

const told = (error: unknown): string => {
  if (error instanceof Refusal) return error.message;
  throw error;
};

/** Takes the logo away, or shows one again that was there until yesterday at most. */
export async function turnLogo({
  db,
  input,
  school,
  account,
  person,
  now,
}: Visit<{ hash: string; alt: string }>): Promise<Reply> {
  const { logo: before } = looksOf(school);
  if (!input.hash) {
    await keepLooks(db, { logo: null });
    await leave(db, before, now);
    await audit(db, now, { account, person }, 'Logo de l’école retiré');
    return redirect(HOME, {
      text: 'Le logo est retiré.',
      ...(before ? { undo: { to: `${HOME}logo-montre`, values: { hash: before.hash, alt: before.alt } } } : {}),
    });
  }
  const row = await db('school_logos').where({ hash: input.hash }).first('hash', 'width', 'height');
  if (!row) return missing();
  await keepLooks(db, { logo: { ...row, alt: input.alt } });
  await audit(db, now, { account, person }, 'Logo de l’école remis');
  return redirect(HOME, 'Le logo est de nouveau là.');
}

/** `/{rne}/looks/logo/<hash>-192.png`, for anyone: only what the school shows now (F11-06). */
export async function serveLogo({ db, params, school }: Visit): Promise<Reply> {
  const { logo } = looksOf(school);
  const [, hash, side] = /^([0-9a-f]{16})-(\d{2,3})\.png$/.exec(params.file ?? '') ?? [];
  const size = LOGO_SIZES.find((one) => String(one) === side);
  if (!logo || hash !== logo.hash || !size) return missing();
  const row = await db('school_logos').where({ hash }).first(`png_${size} as png`);
  if (!row) return missing();
  const headers = { 'Cache-Control': 'public, max-age=31536000, immutable' };
  return { reply: 'file', name: 'logo.png', type: 'image/png', body: row.png, own: { keep: 31_536_000, headers } };
}
