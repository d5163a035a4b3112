import { dayIn } from '../clock.ts';
import type { House } from '../container.ts';
import { page, type Reply, type Visit } from '../plugin/contract.ts';
import { sizeInWords } from './names.ts';
import { type Room, roomOf } from './room.ts';

const BIGGEST = 10;

const roomInWords = ({ used, allowed, percent, tight }: Room) => ({
  used: sizeInWords(used),
  allowed: sizeInWords(allowed),
  percent,
  tight,
});

/** For the home of Gestion: null while there is room enough. */
export async function tightRoom(db: Visit['db'], config: House['config']) {
  const room = await roomOf(db, config);
  return room.tight ? roomInWords(room) : null;
}

/** Configuration > Place des fichiers: how much, of which module, what is biggest, what leaves by itself. No file is named: some are private. */
export async function showRoom({ config, modules }: House, { db, school }: Visit): Promise<Reply> {
  const titleOf = (module: string) => modules.plugin(module)?.title ?? module;
  const byModule: { module: string; files: number; size: number }[] = await db('files')
    .select(db.raw("split_part(about, ':', 1) as module, count(*)::int as files, sum(size)::float8 as size"))
    .groupBy('module')
    .orderBy('size', 'desc');
  const biggest: { about: string; files: number; size: number; at: Date }[] = await db('files')
    .select('about', db.raw('count(*)::int as files, sum(size)::float8 as size, max(at) as at'))
    .groupBy('about')
    .orderBy('size', 'desc')
    .limit(BIGGEST);
  return page('fichiers/place', {
    room: roomInWords(await roomOf(db, config)),
    files: byModule.reduce((sum, one) => sum + one.files, 0),
    byModule: byModule.map(({ module, files, size }) => ({
      title: titleOf(module),
      files,
      size: sizeInWords(size),
      stays: modules.plugin(module)?.privacy[0]?.retention ?? null,
    })),
    biggest: biggest.map(({ about, files, size, at }) => ({
      title: titleOf(about.split(':')[0] as string),
      files,
      size: sizeInWords(size),
      day: dayIn(at, school.timezone),
    })),
  });
}
