import type { House } from '../container.ts';
import { isId } from '../identifier.ts';
import type { Actor, Transaction, Work } from '../plugin/contract.ts';
import type { Arrival, Files, KeptFile } from './files-types.ts';
import { isHeic, kindInWords } from './kinds.ts';
import { sizeInWords } from './names.ts';
import { hasPreview } from './preview.ts';
import { wantRoom } from './room.ts';
import type { Store } from './store.ts';

/** What the table `files` holds. */
export interface Row extends Arrival {
  id: string;
  about: string;
  account_id: string | null;
  at: Date;
  position: number;
}

/** The scoped service `files`: rows only, the bytes came before the transaction and leave in the night. */
export function files({
  db,
  now,
  by,
  config,
  store,
  workOf,
}: {
  db: Transaction;
  now: Date;
  by: Actor;
  config: House['config'];
  store: Store;
  workOf: (plugin: string) => Work;
}): Files {
  const of = async (about: string | string[]): Promise<KeptFile[]> => {
    const rows: Row[] = await db('files').whereIn('about', [about].flat()).orderBy(['at', 'position']);
    return rows.map((row) => shown(row, store));
  };
  return {
    of,
    async keep({ arrived, removed }, { about }) {
      const ids = removed.filter((id) => isId(id));
      if (ids.length) await db('files').where({ about }).whereIn('id', ids).delete();
      if (arrived.length) {
        await wantRoom(
          db,
          config,
          arrived.reduce((sum, one) => sum + one.size, 0),
        );
        const rows: Row[] = await db('files')
          .insert(arrived.map((one, position) => ({ ...one, about, position, account_id: by.accountId, at: now })))
          .returning('*');
        const photos = rows.filter(({ type }) => isHeic(type)).map(({ id }) => id);
        if (photos.length) await workOf('fichiers').later('convert', photos);
      }
      return of(about);
    },
    async remove(about) {
      await db('files').whereIn('about', [about].flat()).delete();
    },
  };
}

/** A row of the table `files` as modules and pages see it. */
function shown(row: Row, store: Store): KeptFile {
  const { id, about, name, type, size, sha256, pages, remark, at } = row;
  return {
    id,
    about,
    name,
    words: `${kindInWords(type)}, ${sizeInWords(size)}`,
    type,
    size,
    sha256,
    pages,
    remark,
    preview: hasPreview(row) ? `/fichiers/${id}/apercu` : null,
    path: `/fichiers/${id}`,
    accountId: row.account_id,
    at,
    open: () => store.read(row.key),
  };
}
