import { isId, missing, type Reply, type Visit } from '@preau/core';
import { isShown } from './elements.ts';
import { showable } from './photos.ts';

/** Seconds a browser keeps a photo: after a withdrawal it is nowhere five minutes later. */
const KEPT = 300;

const SIZES = { petite: 'small', grande: 'large' } as const;

/**
 * `/photo/<id>-petite.jpg`: for anyone only what the page shows now, also when its address was kept.
 * @param all in Gestion, every photo that was not removed.
 */
export async function servePhoto({ db, params }: Visit, all: boolean): Promise<Reply> {
  const [, id = '', size = ''] = /^([0-9a-f-]{36})-(petite|grande)\.jpg$/.exec(params.file ?? '') ?? [];
  if (!isId(id) || !(all || (await isShown(db, 'galerie')))) return missing();
  const column = SIZES[size as keyof typeof SIZES];
  const photos = all ? db('etablissement_page_photos').whereNull('removed_at') : showable(db);
  const row = await photos.where({ id }).first(`${column} as jpeg`);
  if (!row?.jpeg) return missing();
  return { reply: 'file', name: 'photo.jpg', type: 'image/jpeg', body: row.jpeg, own: { keep: KEPT } };
}
