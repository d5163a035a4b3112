import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { type Measure, measured, written } from '../files/meter.ts';
import type { Store } from '../files/store.ts';
import { Damaged } from './rows.ts';

/** Bytes that come from elsewhere, with what is said of them. */
export interface Coming extends Measure {
  /** Where they will lie. */
  key: string;
  /** As it is named in a refusal. */
  name: string;
  open(): Promise<Readable>;
  /** @throws Damaged when what came is not what it should be. */
  check?(arrival: string): Promise<void>;
}

/** Gives files their place in the store, each only if it is what is said of it. */
export async function bringFiles(store: Store, files: Iterable<Coming>, brought: string[]): Promise<void> {
  for (const file of files) {
    if (await isThere(store, file)) continue;
    await bringFile(store, file);
    brought.push(file.key);
  }
}

/** A restored school still has most of its files: they never change under their key. */
async function isThere(store: Store, { key, size, sha256 }: Coming): Promise<boolean> {
  const there = await store.read(key).then(measured, () => null);
  return there?.size === size && there.sha256 === sha256;
}

async function bringFile(store: Store, { key, name, size, sha256, open, check }: Coming): Promise<void> {
  const arrival = await store.arrival(randomUUID());
  try {
    const told = await written(await open(), arrival);
    if (told.size !== size || told.sha256 !== sha256) throw new Damaged(`Le fichier « ${name} » est abîmé.`);
    await check?.(arrival);
    await store.settle(arrival, key);
  } finally {
    await rm(arrival, { force: true });
  }
}
