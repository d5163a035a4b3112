import type { House } from '../container.ts';
import type { Actor, Transaction } from '../plugin/contract.ts';
import type { Files, KeptFile } from './files-types.ts';
import { kindInWords } from './kinds.ts';
import { sizeInWords } from './names.ts';
import { Refusal } from './refusal.ts';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** The scoped service `files`: rows only, the bytes came before the transaction and leave in the night. */
export function files({
  db,
  now,
  by,
  config,
}: {
  db: Transaction;
  now: Date;
  by: Actor;
  config: House['config'];
}): Files {
  const of = async (about: string | string[]): Promise<KeptFile[]> => {
    const rows = await db('files').whereIn('about', [about].flat()).orderBy(['at', 'position']);
    return rows.map(shown);
  };
  return {
    of,
    async keep({ arrived, removed }, { about }) {
      const ids = removed.filter((id) => UUID.test(id));
      if (ids.length) await db('files').where({ about }).whereIn('id', ids).delete();
      if (arrived.length) {
        const told = await db('files').sum({ used: 'size' }).first();
        const room = config.filesPerSchool - Number(told?.used ?? 0) - arrived.reduce((sum, one) => sum + one.size, 0);
        if (room < 0)
          throw new Refusal(
            `La place de l’école est remplie : ${sizeInWords(config.filesPerSchool)} de fichiers. Retirez-en d’anciens, ou demandez plus de place à l’exploitant.`,
          );
        await db('files').insert(
          arrived.map((one, position) => ({ ...one, about, position, account_id: by.accountId, at: now })),
        );
      }
      return of(about);
    },
    async remove(about) {
      await db('files').whereIn('about', [about].flat()).delete();
    },
  };
}

/** A row of the table `files` as modules and pages see it. */
export const shown = (row: Record<string, unknown>): KeptFile => {
  const { id, about, name, type, size, sha256, at } = row as unknown as KeptFile;
  const words = `${kindInWords(type)}, ${sizeInWords(size)}`;
  return {
    id,
    about,
    name,
    words,
    type,
    size,
    sha256,
    path: `/fichiers/${id}`,
    accountId: row.account_id as string | null,
    at,
  };
};
