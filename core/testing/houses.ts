import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import pg from 'pg';
import pino from 'pino';
import { type Config, readConfig } from '../../config/config.ts';
import type { Clock } from '../clock.ts';
import { type OpenHouse, openHouse } from '../house.ts';
import { type Mailbox, startMailbox } from '../mail/mailbox.ts';
import { pluginFolders } from '../plugin/load.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');

/** A house that answers on a port of its own, over its own copy of the template database. */
export interface TestHouse extends OpenHouse {
  origin: string;
  mailbox: Mailbox;
  urls: { app: string; door: string; owner: string; admin: string };
  /** Moves the clock; null gives it back. */
  setNow(now: Date | null): void;
}

/** Holds the files of all test houses of a run, each in a folder of its own. */
function filesFolder(): string {
  process.env.PREAU_TEST_FILES ??= mkdtempSync(path.join(tmpdir(), 'preau-files-'));
  return process.env.PREAU_TEST_FILES;
}

export const houseConfig = (env: Record<string, string> = {}): Readonly<Config> =>
  readConfig(
    {
      PREAU_DEMO: '1',
      OPERATOR_NAME: 'Commune de Bourg-Fictif',
      OPERATOR_CONTACT: 'donnees@exemple.fr',
      OPERATOR_PHONE: '04 00 00 00 00',
      OPERATOR_HOURS: 'du lundi au vendredi, de 8 h à 17 h',
      OPERATOR_HOST: 'Hébergeur SAS, Lille, France',
      FILES_URL: pathToFileURL(filesFolder()).href,
      ...env,
    },
    ROOT,
  );

let outside: string | null = null;

/** Modules of the test house: those of the product, those of core/testing/house, and the cantine once more as an outside folder. */
export function testFolders(): string[] {
  const home = path.join(import.meta.dirname, 'house');
  const inside = existsSync(home)
    ? ['cantine', 'potager', 'arrosage'].map((name) => path.join(home, name)).filter((folder) => existsSync(folder))
    : [];
  return [...pluginFolders(ROOT), ...inside];
}

/** The cantine as somebody else's folder, outside of the repository, with @preau/core linked in its node_modules. */
export function outsideCantine(): string {
  if (!outside) {
    outside = mkdtempSync(path.join(tmpdir(), 'preau-module-'));
    const folder = path.join(outside, 'cantine');
    cpSync(path.join(import.meta.dirname, 'house/cantine'), folder, { recursive: true });
    cpSync(path.join(ROOT, 'node_modules/@preau'), path.join(outside, 'node_modules/@preau'), {
      recursive: true,
      verbatimSymlinks: false,
    });
  }
  return path.join(outside, 'cantine');
}

const open: TestHouse[] = [];
let shared: Promise<TestHouse> | null = null;
let copies = 0;

/** The house most tests share; each test works in schools of its own, which is a test of the wall too. */
export function sharedHouse(): Promise<TestHouse> {
  shared ??= openTestHouse();
  return shared;
}

/** A house of one's own: other folders, other settings, another copy of the database. */
export async function openTestHouse(
  options: { folders?: string[]; env?: Record<string, string>; log?: pino.Logger } = {},
): Promise<TestHouse> {
  const told = process.env.PREAU_TEST_DATABASE;
  if (!told) throw new Error('La base des tests n’est pas démarrée : lancez mocha depuis la racine du projet.');
  const database = JSON.parse(told) as { app: string; door: string; owner: string; admin: string; secret: string };
  const name = `house_${process.pid}_${++copies}`;
  await asAdmin(database.admin, `create database ${name} template preau owner preau_owner`);
  const at = (url: string) => url.replace(/\/preau$/, `/${name}`);
  const urls = { app: at(database.app), door: at(database.door), owner: at(database.owner), admin: at(database.admin) };
  let now: Date | null = null;
  const clock: Clock = () => now ?? new Date();
  const mailbox = await startMailbox(5000);
  // A house sweeps what it does not know: none shares its files with another.
  const files = path.join(filesFolder(), name);
  const read = houseConfig({ PORT: String(await freePort()), FILES_URL: pathToFileURL(files).href, ...options.env });
  const config = read.filesBucket ? { ...read, filesFolder: files } : read;
  const log = options.log ?? pino({ level: process.env.PREAU_TRACE ? 'error' : 'silent' });
  const house = await openHouse({
    config,
    database: urls,
    secret: Buffer.from(database.secret, 'hex'),
    mailbox,
    clock,
    folders: options.folders ?? testFolders(),
    log,
  });
  const { port } = await house.listen(config.port);
  const test: TestHouse = {
    ...house,
    origin: `http://localhost:${port}`,
    mailbox,
    urls,
    setNow: (moment) => {
      now = moment;
    },
  };
  open.push(test);
  return test;
}

/** A second process of the same house, to be killed like a server that loses its power. */
export interface SpawnedHouse {
  origin: string;
  /** Kills the process at once, and waits until PostgreSQL has ended what it was doing. */
  kill(): Promise<void>;
}

let spawned = 0;

/** @param files folder of its own. @param inside a shell command that goes before, in the process that becomes the server. */
export async function spawnHouse(
  house: TestHouse,
  { files = house.house.config.filesFolder, inside = [] }: { files?: string; inside?: string[] } = {},
): Promise<SpawnedHouse> {
  const port = await freePort();
  const name = `spawned-${++spawned}`;
  const named = (url: string) => `${url}?application_name=${name}`;
  const { secret } = JSON.parse(process.env.PREAU_TEST_DATABASE as string);
  const order = { database: { app: named(house.urls.app), door: named(house.urls.door) }, secret, port };
  const line = [...inside, process.execPath, '--no-warnings', path.join(import.meta.dirname, 'spawned.ts')];
  const child = spawn(line[0] as string, line.slice(1), {
    env: {
      ...process.env,
      PREAU_SPAWNED: JSON.stringify(order),
      PREAU_TEST_FILES: files,
    },
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  await once(child, 'message');
  return {
    origin: `http://localhost:${port}`,
    async kill() {
      child.kill('SIGKILL');
      await once(child, 'exit');
      const admin = new pg.Client({ connectionString: house.urls.admin });
      await admin.connect();
      // A connection whose process is gone is noticed at the next word it is to be told.
      let alive = 1;
      while (alive) {
        const { rows } = await admin.query(
          'select count(*)::int as n, pg_sleep(0.02) from pg_stat_activity where application_name = $1',
          [name],
        );
        alive = rows[0].n;
      }
      await admin.end();
    },
  };
}

/** A port nobody uses: the public address must be known before the house listens. */
async function freePort(): Promise<number> {
  const probe = createServer().listen(0);
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  return port;
}

async function asAdmin(url: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: url.replace(/\/preau$/, '/postgres') });
  await client.connect();
  await client.query(sql);
  await client.end();
}

export async function closeHouses(): Promise<void> {
  for (const house of open) {
    await house.close();
    await house.mailbox.close();
  }
  for (const folder of [outside, process.env.PREAU_TEST_FILES])
    if (folder) rmSync(folder, { recursive: true, force: true });
}
