import { randomBytes } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Knex } from 'knex';
import { readConfig } from '../../../config/config.ts';
import { connect } from '../../database/connect.ts';
import { startEmbedded } from '../../database/embedded.ts';
import { migrate } from '../../database/migrate.ts';
import { houseFolders } from '../../house.ts';
import { loadPlugins } from '../../plugin/load.ts';
import { startChild } from './child.ts';
import type { Closing } from './closing.ts';
import type { HouseOrder } from './server.ts';

/** The project's folder. */
export const ROOT = path.resolve(import.meta.dirname, '../../..');
/** The module of the test house whose list is measured beside the product's. */
const POTAGER = path.join(ROOT, 'core/testing/house/potager');

export interface BenchOptions {
  quick: boolean;
  /** Folder for CPU profiles of both servers. */
  profile: string | null;
}

/** A database with normal durability, and a house on it in a process of its own. */
export interface Stage extends BenchOptions {
  origin: string;
  app: Knex;
  /** Superuser: sees all schools, and keeps the statistics as fresh as the nightly autovacuum would. */
  admin: Knex;
  adminUrl: string;
  /** What a command of the house is told. */
  environment: Record<string, string>;
  /** The server's process, and the folder of its files. */
  pid: number;
  files: string;
  closing: Closing;
}

/** Opens everything the measures of a running house need. */
export async function openStage(options: BenchOptions, closing: Closing): Promise<Stage> {
  const folder = temporaryFolder(closing);
  const secret = randomBytes(32);
  const database = await startEmbedded({ folder, secret });
  // Root may have to keep the data elsewhere, see embedded.ts.
  closing.add(() => rmSync(database.place, { recursive: true, force: true }));
  closing.add(database.stop);
  const config = readConfig({});
  await migrate(database.ownerUrl, config.root, await loadPlugins({ folders: [...houseFolders(config), POTAGER] }));
  const app = connect(database.appUrl, { max: 2 });
  const admin = connect(database.adminUrl, { max: 2 });
  closing.add(() => Promise.all([app.destroy(), admin.destroy()]));
  const { appUrl, doorUrl, adminUrl } = database;
  const files = path.join(folder, 'files');
  const order: HouseOrder = {
    ...{ app: appUrl, door: doorUrl, secret: secret.toString('hex') },
    ...{ folders: [POTAGER], files },
  };
  const { port, pid } = await startChild('server.ts', order, closing, options.profile);
  const environment = {
    ...{ DATABASE_URL: appUrl, DATABASE_DOOR_URL: doorUrl, DATABASE_OWNER_URL: database.ownerUrl },
    ...{ PREAU_SECRET: order.secret, FILES_URL: pathToFileURL(files).href },
  };
  return { ...options, origin: `http://localhost:${port}`, app, admin, adminUrl, environment, pid, files, closing };
}

/** A folder that goes at the end, and that the account PostgreSQL runs under may enter. */
export function temporaryFolder(closing: Closing): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'preau-bench-'));
  closing.add(() => rmSync(folder, { recursive: true, force: true }));
  chmodSync(folder, 0o755);
  return folder;
}
