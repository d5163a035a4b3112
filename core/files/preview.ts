import type { House } from '../container.ts';
import type { School } from '../plugin/contract.ts';
import type { Row } from './files.ts';
import { shrink } from './picture.ts';
import { pdfReader } from './reader.ts';
import type { Store } from './store.ts';

const PICTURES = ['image/jpeg', 'image/png', 'image/webp', 'image/gif'];
const ROOM = 24_000_000;

/** Whether a page of it can be shown as a picture. */
export const hasPreview = ({ type, pages }: Pick<Row, 'type' | 'pages'>): boolean =>
  PICTURES.includes(type) || (type === 'application/pdf' && pages !== null);

/** Pictures of pages of one house, drawn when they are asked for; the last ones seen are held in memory, none on disk. */
export function previewsOf(house: House) {
  const held = new Map<string, Buffer>();
  let size = 0;
  function hold(key: string, jpeg: Buffer): void {
    held.set(key, jpeg);
    size += jpeg.length;
    for (const [oldest, { length }] of held) {
      if (size <= ROOM) break;
      held.delete(oldest);
      size -= length;
    }
  }
  /** @returns null when the file has no such page, or cannot be drawn. */
  return async (school: School, row: Row, page: number): Promise<Buffer | null> => {
    if (!hasPreview(row) || page < 1 || page > (row.pages ?? 1)) return null;
    // The school's id comes first: the same bytes in two schools are two files (case B51).
    const key = `${school.id} ${row.sha256} ${page}`;
    const known = held.get(key);
    if (known) {
      held.delete(key);
      held.set(key, known);
      return known;
    }
    const jpeg = await draw(house.store, row, page).catch((error) =>
      house.log.warn({ err: error, file: row.id }, 'preview not drawn'),
    );
    if (jpeg && !held.has(key)) hold(key, jpeg);
    return jpeg ?? null;
  };
}

async function draw(store: Store, row: Row, page: number): Promise<Buffer | null> {
  const bytes = () => bytesOf(store, row.key);
  if (row.type !== 'application/pdf') return shrink(bytes);
  const told = await pdfReader.ask({ work: 'page', page }, bytes);
  return told.state === 'drawn' ? Buffer.from(told.jpeg) : null;
}

/** A whole file in memory: 20 MB at most. */
export async function bytesOf(store: Store, key: string): Promise<Uint8Array> {
  return Buffer.concat(await (await store.read(key)).toArray());
}
