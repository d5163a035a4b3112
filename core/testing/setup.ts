import { randomBytes } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type Embedded, startEmbedded } from '../database/embedded.ts';
import { migrate } from '../database/migrate.ts';
import { loadPlugins } from '../plugin/load.ts';
import { closeBrowser } from './browser.ts';
import { closeHouses, houseConfig, testFolders } from './houses.ts';

/** One PostgreSQL for the whole run: a template database migrated once, copied for each house. */
let database: Embedded;
let folder: string;

export async function mochaGlobalSetup(): Promise<void> {
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
}

export async function mochaGlobalTeardown(): Promise<void> {
  await closeBrowser();
  await closeHouses();
  await database?.stop();
  if (database) rmSync(database.place, { recursive: true, force: true });
  rmSync(folder, { recursive: true, force: true });
}
