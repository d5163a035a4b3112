import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Config } from '../../config/config.ts';
import { runningEmbedded, startEmbedded } from './embedded.ts';

export interface OpenDatabase {
  app: string;
  door: string;
  /** Null when only the server's own roles are configured: tables are then migrated by hand. */
  owner: string | null;
  secret: Buffer;
  /** Where the data are, in words. */
  place: string;
  stop(): Promise<void>;
}

/** The configured database, or the embedded one of this folder, started. */
export async function openDatabase(config: Readonly<Config>): Promise<OpenDatabase> {
  const secret = houseSecret(config);
  if (config.database) return { ...config.database, secret, place: 'DATABASE_URL', stop: async () => {} };
  const embedded = await startEmbedded({ folder: config.varFolder, secret });
  return {
    app: embedded.appUrl,
    door: embedded.doorUrl,
    owner: embedded.ownerUrl,
    secret,
    place: embedded.place,
    stop: embedded.stop,
  };
}

/** For command line tools: joins the database of a running house, or starts it for the time of the command. */
export async function borrowDatabase(config: Readonly<Config>): Promise<OpenDatabase> {
  const secret = houseSecret(config);
  if (config.database) return openDatabase(config);
  mkdirSync(config.varFolder, { recursive: true, mode: 0o755 });
  const running = await runningEmbedded({ folder: config.varFolder, secret });
  if (!running) return openDatabase(config);
  return {
    app: running.appUrl,
    door: running.doorUrl,
    owner: running.ownerUrl,
    secret,
    place: running.place,
    stop: async () => {},
  };
}

/** PREAU_SECRET, or in the demo one made once and kept in var/secret, readable by its owner only. */
export function houseSecret(config: Readonly<Config>): Buffer {
  if (config.secret) return config.secret;
  const file = path.join(config.varFolder, 'secret');
  if (!existsSync(file)) {
    mkdirSync(config.varFolder, { recursive: true, mode: 0o755 });
    writeFileSync(file, randomBytes(32).toString('hex'), { mode: 0o600 });
  }
  return Buffer.from(readFileSync(file, 'utf8').trim(), 'hex');
}
