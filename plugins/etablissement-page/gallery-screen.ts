import { randomUUID } from 'node:crypto';
import {
  attachments,
  audit,
  hidden,
  type InputOf,
  invalid,
  isId,
  missing,
  page,
  type Reply,
  redirect,
  text,
  tick,
  type Visit,
} from '@preau/core';
import { photoAbout } from './contents.ts';
import { nameOf, type Photo, photosOf, type Seen, seenOn, withheld } from './photos.ts';
import { HOME, oneByOne } from './words.ts';

const SCREEN = `${HOME}/galerie`;
const MOST = 24;
const PHOTOS = ['image/jpeg', 'image/png', 'image/webp', 'image/heic', 'image/heif'];

const words = {
  alt: text('Ce que montre la photo', {
    max: 200,
    hint: 'Lu à qui ne la voit pas. Sans nom d’enfant : « La marelle peinte par les CP ».',
  }),
  caption: text('Légende', { optional: true, max: 120, hint: 'Sous la photo. Sans nom d’enfant.' }),
};
export const addForm = {
  files: attachments('Photo', { max: 1, camera: true, photos: true }),
  ...words,
  nobody: tick('On ne reconnaît aucun enfant sur cette photo', { hint: 'Sinon, vous direz ensuite lesquels.' }),
};
export const editForm = words;
export const actForm = { id: hidden(), act: hidden() };

/** The gallery: each photo, who is on it, and why one is not shown (F10-4). */
export async function showGallery(visit: Visit): Promise<Reply> {
  const photos = await photosOf(visit.db);
  const seen = Map.groupBy(
    await seenOn(
      visit,
      photos.map(({ id }) => id),
    ),
    (one) => one.photo_id,
  );
  const shown = photos.map((photo, at) => ({
    ...line(photo, seen.get(photo.id) ?? []),
    up: at > 0,
    down: at < photos.length - 1,
  }));
  return page('etablissement-page/galerie', {
    photos: shown,
    held: shown.filter((one) => one.held).length,
    full: photos.length >= MOST,
  });
}

export function line(photo: Photo, seen: Seen[]) {
  const held = withheld(photo, seen);
  return {
    id: photo.id,
    alt: photo.alt,
    caption: photo.caption,
    url: `${SCREEN}/${photo.id}`,
    picture: photo.width ? `${HOME}/photo/${photo.id}-petite.jpg` : null,
    width: photo.width,
    height: photo.height,
    children: seen.map(nameOf).join(', '),
    nobody: photo.children_told && !seen.length,
    held,
  };
}

export async function addPhoto(visit: Visit<InputOf<typeof addForm>>): Promise<Reply> {
  const { db, input, now, services, later } = visit;
  const [file] = input.files.arrived;
  if (!file || !PHOTOS.includes(file.type))
    return invalid({ files: 'Choisissez une photo : JPEG, PNG, WebP ou HEIC.' });
  await oneByOne(visit);
  const there = await photosOf(db);
  if (there.length >= MOST) return invalid({ files: `La galerie a ${MOST} photos au plus. Retirez-en une d’abord.` });
  const { alt, caption, nobody } = input;
  const id = randomUUID();
  const position = Math.max(0, ...there.map((one) => one.position)) + 1;
  await db('etablissement_page_photos').insert({ id, alt, caption, children_told: nobody, position, added_at: now });
  await services.files.keep(input.files, { about: photoAbout(id) });
  await later('draw', { id, tries: 0 });
  await audit(db, now, visit, 'Page établissement : photo ajoutée', alt);
  if (nobody) return redirect(SCREEN, 'La photo est dans la galerie. Elle se montre dans quelques secondes.');
  return redirect(`${SCREEN}/${id}/enfants`, 'La photo est gardée. Dites maintenant quels enfants on y reconnaît.');
}

export const photoOf = async ({ db, params }: Pick<Visit, 'db' | 'params'>, hold = false): Promise<Photo | null> => {
  const query = db('etablissement_page_photos')
    .where({ id: params.id as string })
    .whereNull('removed_at');
  return (await (hold ? query.forUpdate() : query).first()) ?? null;
};

export const photoVersion = async (visit: Visit, hold: boolean): Promise<number | null> =>
  (await photoOf(visit, hold))?.version ?? null;

export async function showPhoto(visit: Visit): Promise<Reply> {
  const photo = await photoOf(visit);
  if (!photo) return missing();
  const { alt, caption } = photo;
  const seen = await seenOn(visit, [photo.id]);
  const people = seen.map((one) => ({
    name: nameOf(one),
    consents: one.consents,
    url: one.name && one.told ? `${HOME}/autorisations/${one.pupil_id}` : null,
  }));
  const data = { ...line(photo, seen), people, told: photo.children_told };
  return page('etablissement-page/photo', data, undefined, { form: { alt, caption } });
}

export async function savePhoto(visit: Visit<InputOf<typeof editForm>>): Promise<Reply> {
  const { db, input, params } = visit;
  const { alt, caption } = input;
  if (!(await photoOf(visit as Visit))) return missing();
  await db('etablissement_page_photos')
    .where({ id: params.id })
    .update({ alt, caption, version: db.raw('version + 1') });
  return redirect(`${SCREEN}/${params.id}`, 'C’est enregistré.');
}

/** Order, removal and its undo; what was removed goes for good with the night. */
export async function changePhoto(visit: Visit<InputOf<typeof actForm>>): Promise<Reply> {
  const { db, input, now } = visit;
  await oneByOne(visit);
  if (input.act === 'remettre') {
    if (!isId(input.id)) return missing();
    const removed = db('etablissement_page_photos').where({ id: input.id }).whereNotNull('removed_at');
    return (await removed.update({ removed_at: null }))
      ? redirect(SCREEN, 'La photo est de nouveau dans la galerie.')
      : missing();
  }
  const photos = await photosOf(db);
  const at = photos.findIndex(({ id }) => id === input.id);
  const [one] = at < 0 ? [] : photos.splice(at, 1);
  if (!one) return missing();
  if (input.act === 'retirer') {
    await db('etablissement_page_photos').where({ id: one.id }).update({ removed_at: now });
    await audit(db, now, visit, 'Page établissement : photo retirée', one.alt);
    const undo = { to: `${SCREEN}/ordre`, values: { id: one.id, act: 'remettre' } };
    return redirect(SCREEN, { text: 'La photo est retirée de la galerie.', undo });
  }
  if (input.act !== 'monter' && input.act !== 'descendre') return missing();
  photos.splice(Math.max(0, input.act === 'monter' ? at - 1 : at + 1), 0, one);
  for (const [position, { id }] of photos.entries())
    await db('etablissement_page_photos').where({ id }).update({ position });
  return redirect(`${SCREEN}#photo-${one.id}`);
}
