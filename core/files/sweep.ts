import type { House } from '../container.ts';
import { isId } from '../identifier.ts';
import type { Job } from '../plugin/contract.ts';
import { ARRIVALS } from './store.ts';

const DAY = 86_400_000;
/** The night takes away the bytes no row knows: forms given up, files removed, a server that stopped in between. */
export async function sweep(house: House, { school, now, step }: Job): Promise<void> {
  const old: string[] = [];
  for await (const { key, at } of house.store.list(school.id)) if (now.getTime() - at.getTime() > DAY) old.push(key);
  // Read after the list: a row written meanwhile is known.
  const known = new Set<string>(await step(({ db }) => db('files').pluck('key')));
  for (const key of old) if (!known.has(key)) await house.store.drop(key);
}

/** Once a night for the whole house: what stopped on its way in, and the files of schools that are gone. */
export async function sweepHouse({ app, store, clock }: House): Promise<void> {
  const now = clock().getTime();
  const schools = new Set<string>(await app('schools').pluck('id'));
  // A database that has just been made says nothing about what lies here.
  if (!schools.size) return;
  for (const folder of await store.folders()) {
    const gone = isId(folder) && !schools.has(folder);
    if (gone || folder === ARRIVALS)
      for await (const { key, at } of store.list(folder)) if (now - at.getTime() > DAY) await store.drop(key);
  }
}
