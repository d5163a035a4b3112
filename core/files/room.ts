import type { Config } from '../../config/config.ts';
import type { House } from '../container.ts';
import type { Account, School, Transaction } from '../plugin/contract.ts';
import { counted } from '../table/problem.ts';
import { inSchool } from '../tenancy/in-school.ts';
import { sizeInWords } from './names.ts';
import { Refusal } from './refusal.ts';

/** What a school's files take of the room the operator gives to each (FILES_PER_SCHOOL). */
export interface Room {
  used: number;
  allowed: number;
  percent: number;
  /** From 80 % on, the school is told while there is still time. */
  tight: boolean;
}

export async function roomOf(db: Transaction, { filesPerSchool: allowed }: Readonly<Config>): Promise<Room> {
  const told = await db('files').sum({ used: 'size' }).first();
  const used = Number(told?.used ?? 0);
  return { used, allowed, percent: Math.min(100, Math.floor((used * 100) / allowed)), tight: used >= allowed * 0.8 };
}

/** @throws Refusal when so many bytes more would not fit. */
export async function wantRoom(db: Transaction, config: Readonly<Config>, more: number): Promise<void> {
  const { used, allowed } = await roomOf(db, config);
  if (used + more > allowed)
    throw new Refusal(
      `La place de l’école est remplie : ${sizeInWords(allowed)} de fichiers. La direction peut en retirer d’anciens, ou demander plus de place à l’exploitant.`,
    );
}

/** Asked before a file's first byte is written; no connection is held afterwards. @throws Refusal */
export async function admit({ app, config, limits }: House, school: School, account: Account | null): Promise<void> {
  const tries = await limits.take('files', account?.id ?? school.id);
  if (!tries.ok)
    throw new Refusal(
      `Vous avez envoyé beaucoup de fichiers en peu de temps. Recommencez dans ${counted(tries.minutes, 'minute')}.`,
    );
  await inSchool(app, school.id, (db) => wantRoom(db, config, 1));
}
