import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { pathToFileURL } from 'node:url';
import { readConfig } from '../../../config/config.ts';
import { houseFolders, openHouse } from '../../house.ts';
import { inChild } from './child.ts';

/** What the house needs to open; `folders` are modules beside those of the product. */
export interface HouseOrder {
  app: string;
  door: string;
  secret: string;
  folders: string[];
  /** Folder of the files it keeps. */
  files: string;
}

/** A house as `npm start` opens it, its worker and its journal included: they are part of what a visit costs. */
await inChild<HouseOrder>(async ({ app, door, secret, folders, files }) => {
  const FILES_URL = pathToFileURL(files).href;
  const config = readConfig({ PREAU_DEMO: '1', PORT: String(await freePort()), FILES_URL });
  const open = await openHouse({
    config,
    database: { app, door },
    secret: Buffer.from(secret, 'hex'),
    folders: [...houseFolders(config), ...folders],
  });
  const { port } = await open.listen(config.port);
  await open.house.jobs.work(open.container);
  return { port, close: open.close };
});

/** The public address holds the port, so it must be known before the house listens. */
async function freePort(): Promise<number> {
  const probe = createServer().listen(0);
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  return port;
}
