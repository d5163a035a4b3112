import type { Browser } from 'puppeteer';
import { launchBrowser } from '../../pdf/browser.ts';
import { inSchool } from '../../tenancy/in-school.ts';
import { schoolOf } from './fill.ts';
import { kilobytes, type Row } from './row.ts';
import { signIn } from './school.ts';
import type { Stage } from './stage.ts';

interface Weight {
  requests: number;
  bytes: number;
}

/** Row 3: what a browser that has never been here asks for and receives, on a phone and on a desk. */
export async function measureVisits(stage: Stage): Promise<Row[]> {
  const { school } = await schoolOf(stage, 300, 600);
  const cookie = await inSchool(stage.app, school.id, async (db) => {
    const account = await db('guardian_links')
      .join('accounts', 'accounts.person_id', 'guardian_links.guardian_id')
      .first('accounts.id');
    await db('accounts').where({ id: account.id }).update({ state: 'active' });
    return signIn(db, account.id, 'espace');
  });
  const browser = await launchQuietly(stage);
  const door = await weigh(browser, `${stage.origin}/${school.rne}/connexion/`, null);
  const home = await weigh(browser, `${stage.origin}/${school.rne}/espace/parents/accueil/`, cookie);
  // Row 7 counts what browsers of ours hold.
  await browser.close();
  return [
    judge('Première visite : page de connexion', door, 4, 40_000),
    judge('Première visite : accueil Espace Parents', home, 8, 80_000),
  ];
}

const judge = (name: string, { requests, bytes }: Weight, most: number, heaviest: number): Row => ({
  name,
  figure: `${requests} demandes, ${kilobytes(bytes)}`,
  target: `≤ ${most} et ${heaviest / 1000} ko`,
  ok: requests <= most && bytes <= heaviest,
});

/** Puppeteer would end this process at Ctrl+C, before the database is stopped: its handlers go, ours closes the browser. */
async function launchQuietly({ closing }: Stage): Promise<Browser> {
  const before = new Set(process.listeners('SIGINT'));
  const browser = await launchBrowser();
  closing.add(() => browser.close());
  for (const listener of process.listeners('SIGINT')) if (!before.has(listener)) process.off('SIGINT', listener);
  return browser;
}

/** The heavier of a phone and a desk, each with an empty profile. */
async function weigh(browser: Browser, url: string, cookie: string | null): Promise<Weight> {
  const weights: Weight[] = [];
  for (const width of [360, 1280]) {
    const context = await browser.createBrowserContext();
    if (cookie) {
      const [name = '', value = ''] = cookie.split('=');
      await context.setCookie({ name, value, domain: 'localhost', path: '/', httpOnly: true, sameSite: 'Lax' });
    }
    const page = await context.newPage();
    await page.setViewport({ width, height: 800 });
    const devtools = await page.createCDPSession();
    await devtools.send('Network.enable');
    const weight: Weight = { requests: 0, bytes: 0 };
    devtools.on('Network.requestWillBeSent', ({ request, redirectResponse }) => {
      if (request.url.startsWith('data:')) return;
      weight.requests += 1;
      weight.bytes += redirectResponse?.encodedDataLength ?? 0;
    });
    devtools.on('Network.loadingFinished', ({ encodedDataLength }) => {
      weight.bytes += encodedDataLength;
    });
    const answer = await page.goto(url, { waitUntil: 'networkidle0' });
    if (answer?.status() !== 200 || page.url() !== url) throw new Error(`${url} mène à ${page.url()}.`);
    await context.close();
    weights.push(weight);
  }
  return weights.reduce((worst, one) => ({
    requests: Math.max(worst.requests, one.requests),
    bytes: Math.max(worst.bytes, one.bytes),
  }));
}
