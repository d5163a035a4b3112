import type { House } from '../container.ts';
import type { Job } from '../plugin/contract.ts';
import { ARRIVALS } from './store.ts';

const DAY = 86_400_000;

/** The night takes away the bytes no row knows: forms given up, files removed, a server that stopped in between. */
export async function sweep(house: House, { school, now, step }: Job): Promise<void> {
  const old: string[] = [];
  for await (const { key, at } of house.store.list(school.id)) if (now.getTime() - at.getTime() > DAY) old.push(key);
  const known = new Set<string>(await step(({ db }) => db('files').pluck('key')));
  for (const key of old) if (!known.has(key)) await house.store.drop(key);
  for await (const { key, at } of house.store.list(ARRIVALS))
    if (now.getTime() - at.getTime() > DAY) await house.store.drop(key);
}
