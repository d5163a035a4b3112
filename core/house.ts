import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import pino, { type Logger } from 'pino';
import type { Config } from '../config/config.ts';
import { limits } from './auth/limits.ts';
import type { Clock } from './clock.ts';
import { systemClock } from './clock.ts';
import { buildContainer, type Container, type House } from './container.ts';
import { connect, refuseStrongRole } from './database/connect.ts';
import { openStore } from './files/open-store.ts';
import { jobs } from './jobs/jobs.ts';
import type { Mailbox } from './mail/mailbox.ts';
import { mailer } from './mail/mailer.ts';
import { ownPlugins } from './own-plugins.ts';
import { pdf } from './pdf/pdf.ts';
import { type Loaded, loadPlugins, pluginFolders } from './plugin/load.ts';
import { modulesFrom } from './plugin/modules-of.ts';
import { secretsFrom } from './secret.ts';
import { loadViews } from './views/engine.ts';
import { buildApp } from './web/app.ts';
import { loadAssets } from './web/assets.ts';
import { slowOf } from './web/slow.ts';

export interface OpenHouse {
  container: Container;
  house: House;
  loaded: Loaded[];
  listen(port: number): Promise<{ port: number }>;
  close(): Promise<void>;
}

export interface HouseOptions {
  config: Readonly<Config>;
  database: { app: string; door: string };
  secret: Buffer;
  mailbox?: Mailbox | null;
  clock?: Clock;
  /** Plugin folders; default: plugins/* and PLUGIN_FOLDERS. */
  folders?: string[];
  log?: Logger;
}

/** Paths blanked in every log line. */
export const REDACTED = ['*.password', '*.code', '*.token', '*.secret', '*.cookie', 'req.headers'];

/** Puts a house together from its settings; nothing listens yet. @throws Refused for a module that cannot be used. */
export async function openHouse(options: HouseOptions): Promise<OpenHouse> {
  const { config, database } = options;
  // Few, and kept: a fresh connection plans every question anew, which costs more than waiting a turn. When a quiet school
  // is told something, all its parents come at once.
  const app = connect(database.app, { min: 8, max: 8 });
  const door = connect(database.door, { min: 4, max: 4 });
  // Some visits count a try while their transaction is open: two connections of one pool would wait for each other.
  const counters = connect(database.app, { max: 2 });
  const log = options.log ?? pino({ level: 'info', redact: REDACTED });
  const secrets = secretsFrom(options.secret);
  let container: Container;
  const house = {
    config,
    app,
    door,
    secrets,
    clock: options.clock ?? systemClock,
    log,
    limits: limits(counters, secrets),
    mailer: mailer(options.mailbox?.url ?? config.smtpUrl, config.mailFrom, config.smtpPrivateHosts),
    mailbox: options.mailbox ?? null,
    pdf: pdf(),
    jobs: jobs(app, database.app, log),
    slow: (school) => slowOf(house, school),
    store: await openStore(config),
  } as House;
  const folders = options.folders ?? houseFolders(config);
  const loaded = await loadPlugins({
    folders,
    packages: config.pluginPackages,
    own(outer) {
      house.views = loadViews(config.root, outer);
      house.assets = loadAssets(config.root, house.views.themes, outer);
      return ownPlugins(house, () => container, outer);
    },
  });
  house.modules = modulesFrom(loaded);
  container = buildContainer(house);
  await refuseStrongRole(app);

  let server: Server | null = null;
  return {
    container,
    house,
    loaded,
    async listen(port) {
      server = buildApp(container).listen(port);
      await new Promise<void>((resolve, reject) => {
        server?.once('listening', resolve);
        server?.once('error', reject);
      });
      return { port: (server.address() as AddressInfo).port };
    },
    async close() {
      if (server)
        await new Promise((resolve) => {
          server?.close(resolve);
          server?.closeIdleConnections();
          setTimeout(() => server?.closeAllConnections(), 5000).unref();
        });
      await house.jobs.stop();
      await house.pdf.close();
      house.mailer.close();
      await Promise.all([app.destroy(), door.destroy(), counters.destroy()]);
      await container.dispose();
    },
  };
}

export const houseFolders = (config: Readonly<Config>): string[] => [
  ...pluginFolders(config.root),
  ...config.pluginFolders,
];
export const varPath = (config: Readonly<Config>, ...parts: string[]): string => path.join(config.varFolder, ...parts);
