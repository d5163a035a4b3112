import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, Page } from 'puppeteer';
import { type Config, readConfig } from '../../config/config.ts';
import { openSession } from '../auth/sessions.ts';
import { migrate } from '../database/migrate.ts';
import { openDatabase } from '../database/open.ts';
import { sharp } from '../files/picture.ts';
import { SHOTS, type Shot } from '../help-base/shots.ts';
import { houseFolders, type OpenHouse, openHouse } from '../house.ts';
import { startMailbox } from '../mail/mailbox.ts';
import { launchBrowser } from '../pdf/browser.ts';
import { inSchool } from '../tenancy/in-school.ts';
import type { Run } from './command.ts';
import { fillDemo } from './demo.ts';

const DESK = { width: 1280, height: 700, deviceScaleFactor: 1 };
/** What a desk is drawn at: its words stay readable. */
const DRAWN = 960;
const PHONE = { width: 360, height: 640, deviceScaleFactor: 1.25, isMobile: true, hasTouch: true };
/** A page of help stays light on a phone. */
const LARGEST = 20_500;
const QUALITIES = [80, 70, 60, 50, 40, 30, 20];
const RNE = '0999901Z';

/** `help:pictures`: photographs the screens of a demo house of its own, on a database that goes with it. */
export const takePictures: Run = async (_, { root }) => {
  const folder = mkdtempSync(path.join(tmpdir(), 'preau-images-'));
  // The database's own account enters it too: all goes with the folder.
  chmodSync(folder, 0o755);
  const port = await freePort();
  const config: Readonly<Config> = {
    ...readConfig({
      PREAU_DEMO: '1',
      PORT: String(port),
      OPERATOR_NAME: 'Commune de Bourg-Fictif',
      OPERATOR_CONTACT: 'aide@exemple.fr',
      FILES_URL: pathToFileURL(path.join(folder, 'files')).href,
    }),
    varFolder: folder,
  };
  const closing: (() => unknown)[] = [() => rmSync(folder, { recursive: true, force: true })];
  try {
    const database = await openDatabase(config);
    closing.push(database.stop);
    const mailbox = await startMailbox();
    closing.push(mailbox.close);
    const open = await openHouse({ config, database, secret: database.secret, mailbox, folders: houseFolders(config) });
    closing.push(open.close);
    await migrate(database.owner as string, root, open.loaded);
    await open.listen(port);
    await open.house.jobs.work(open.container);
    await fillDemo(open, config.url.origin);
    const browser = await launchBrowser(['--lang=fr-FR']);
    closing.push(() => browser.close());
    const cookies = await cookiesOf(open);
    let total = 0;
    for (const shot of SHOTS) {
      const bytes = await small(await photograph(browser, config.url.origin, shot, cookies[shot.who]));
      total += bytes.length;
      const file = fileOf(open, shot);
      mkdirSync(path.dirname(file), { recursive: true });
      writeFileSync(file, bytes);
      console.log(`${path.relative(root, file)} : ${Math.round(bytes.length / 1000)} ko`);
    }
    console.log(`${SHOTS.length} images, ${Math.round(total / 1000)} ko.`);
  } finally {
    for (const close of closing.reverse()) await close();
  }
};

/** Beside the help pages of its module. */
function fileOf({ house, loaded }: OpenHouse, { picture }: Shot): string {
  const [plugin = '', name] = picture.split('/');
  const outer = loaded.find((one) => one.plugin.name === plugin)?.folder;
  return path.join(
    outer ? path.join(outer, 'help') : path.join(house.config.root, 'core/help', plugin),
    `${name}.webp`,
  );
}

/** Sessions of invented people, by who they are. */
async function cookiesOf({ house }: OpenHouse): Promise<Record<Shot['who'], string | null>> {
  const school = await house.app('schools').where({ rne: RNE }).first('id');
  return inSchool(house.app, school.id, async (db) => {
    const account = async (query: object) =>
      (await db('accounts').join('people', 'people.id', 'person_id').where(query).orderBy('login').first('accounts.id'))
        .id as string;
    const open = async (query: object, mode: 'administration' | 'espace') =>
      openSession(db, await account(query), mode, 'Images de l’aide', house.clock());
    return {
      visiteur: null,
      direction: await open({ login: 'KBRAUD' }, 'administration'),
      parent: await open({ 'people.kind': 'guardian', 'accounts.state': 'active' }, 'espace'),
    };
  });
}

async function photograph(browser: Browser, origin: string, shot: Shot, cookie: string | null): Promise<Uint8Array> {
  const context = await browser.createBrowserContext();
  try {
    const page = await context.newPage();
    await page.setViewport(shot.phone ? PHONE : DESK);
    await page.emulateMediaFeatures([{ name: 'prefers-reduced-motion', value: 'reduce' }]);
    if (cookie) await context.setCookie({ name: 'preau', value: cookie, domain: 'localhost', path: '/' });
    const address = shot.path.startsWith('//') ? shot.path.slice(1) : `/${RNE}${shot.path}`;
    const answer = await page.goto(origin + address, { waitUntil: 'networkidle0' });
    if (!answer?.ok()) throw new Error(`${shot.picture} : la page ${address} répond ${answer?.status()}.`);
    for (const selector of shot.press ?? []) await press(page, selector);
    return await page.screenshot({ type: 'png' });
  } finally {
    await context.close();
  }
}

async function press(page: Page, selector: string): Promise<void> {
  await page.waitForSelector(selector);
  await page.$eval(selector, (one) => (one as HTMLElement).click());
  await page.waitForNetworkIdle({ idleTime: 400 });
}

/** The best quality that is small enough. */
async function small(png: Uint8Array): Promise<Buffer> {
  const draw = await sharp();
  let bytes: Buffer = Buffer.alloc(0);
  for (const quality of QUALITIES) {
    bytes = await draw(png)
      .flatten()
      .resize({ width: DRAWN, withoutEnlargement: true })
      .webp({ quality, effort: 6 })
      .toBuffer();
    if (bytes.length <= LARGEST) break;
  }
  return bytes;
}

const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
