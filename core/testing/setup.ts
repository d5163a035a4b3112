import { randomBytes } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { enableCompileCache, flushCompileCache } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Embedded } from '../database/embedded.ts';

// Our sources are compiled once for every process of a run, copies of the project included, and for the next run: so they are imported below, after this.
process.env.NODE_COMPILE_CACHE ??= path.join(import.meta.dirname, '../../node_modules/.cache/preau');
process.env.NODE_COMPILE_CACHE_PORTABLE = '1';
enableCompileCache({ directory: process.env.NODE_COMPILE_CACHE, portable: true });

/** One PostgreSQL for the whole run: a template database migrated once, copied for each house. */
let database: Embedded;
let folder: string;

export async function mochaGlobalSetup(): Promise<void> {
  const { startEmbedded } = await import('../database/embedded.ts');
  const { migrate } = await import('../database/migrate.ts');
  const { loadPlugins } = await import('../plugin/load.ts');
  const { houseConfig, testFolders } = await import('./houses.ts');
  folder = mkdtempSync(path.join(tmpdir(), 'preau-test-'));
  // Open to the plain account PostgreSQL runs as when the tests run as root.
  chmodSync(folder, 0o755);
  const secret = randomBytes(32);
  database = await startEmbedded({ folder, secret, fast: true });
  const config = houseConfig();
  await migrate(database.ownerUrl, config.root, await loadPlugins({ folders: testFolders() }));
  process.env.PREAU_TEST_DATABASE = JSON.stringify({
    app: database.appUrl,
    door: database.doorUrl,
    owner: database.ownerUrl,
    admin: database.adminUrl,
    secret: secret.toString('hex'),
  });
  // Now, and not when this process ends: others are about to read the same sources.
  flushCompileCache();
}

export async function mochaGlobalTeardown(): Promise<void> {
  const { closeBrowser } = await import('./browser.ts');
  const { closeHouses } = await import('./houses.ts');
  await closeBrowser();
  await closeHouses();
  await database?.stop();
  if (database) rmSync(database.place, { recursive: true, force: true });
  rmSync(folder, { recursive: true, force: true });
}
