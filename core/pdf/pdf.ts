import type { Browser, Page } from 'puppeteer';
import { launchBrowser } from './browser.ts';
import { packed } from './pack.ts';

/** Prints designed pages to PDF: one warm browser, started on first use, closed when idle. */
export interface Pdf {
  /** @param html a whole page that carries its styles and fonts; network and file:// are blocked while printing. */
  print(html: string): Promise<Buffer>;
  /** The first sheet of such a page as a PNG. */
  picture(html: string): Promise<Buffer>;
  /** The browser's own process; null while there is none. */
  process(): Promise<number | null>;
  close(): Promise<void>;
}

interface Warm {
  browser: Browser;
  /** Rejects when its process ends, however it ends. */
  died: Promise<never>;
}
class Died extends Error {}
const isDead = (browser: Browser, error: unknown) =>
  !browser.connected || error instanceof Died || (error as Error).name === 'TargetCloseError';

/** What a large print on a small, busy machine may take, in milliseconds. */
const PATIENCE = 120_000;

/** A sheet of A4 at 96 dots an inch, drawn twice as fine. */
const SHEET = { width: 794, height: 1123, deviceScaleFactor: 2 };

/** @param idle how long the browser waits for the next page, in milliseconds. */
export function pdf({ idle = 60_000 }: { idle?: number } = {}): Pdf {
  let warm: Promise<Warm> | null = null;
  let timer: NodeJS.Timeout | null = null;
  let waiting = 0;
  /** One page at a time: 600 labels take 300 MB, and two at once would not be ready sooner. */
  let last: Promise<unknown> = Promise.resolve();

  const start = (): Promise<Warm> => {
    const mine = launchBrowser().then((browser): Warm => {
      const died = new Promise<never>((_, reject) => {
        browser.process()?.once('exit', () => {
          if (warm === mine) warm = null;
          reject(new Died('Le navigateur s’est arrêté.'));
        });
      });
      // Nobody may be printing when it happens.
      died.catch(() => {});
      return { browser, died };
    });
    mine.catch(() => {
      if (warm === mine) warm = null;
    });
    return mine;
  };
  const open = (): Promise<Warm> => {
    warm ??= start();
    return warm;
  };
  const shut = async () => {
    const one = warm;
    warm = null;
    await (await one?.catch(() => null))?.browser.close();
  };

  /** In turn; the browser is closed only when nobody prints or waits to. */
  async function inTurn<T>(work: () => Promise<T>): Promise<T> {
    if (timer) clearTimeout(timer);
    waiting += 1;
    const mine = last.then(work);
    last = mine.catch(() => {});
    try {
      return await mine;
    } finally {
      waiting -= 1;
      if (!waiting && warm) timer = setTimeout(() => void inTurn(shut), idle).unref();
    }
  }

  /** A browser that dies under a page is started anew, once: whoever asked need not know. */
  const withPage = <T>(html: string, work: (page: Page) => Promise<T>): Promise<T> =>
    inTurn(async () => {
      const once = async () => {
        const mine = open();
        const { browser, died } = await mine;
        try {
          return await Promise.race([onPage(browser, html, work), died]);
        } catch (error) {
          // What it was asked last may fail before its end is told.
          if (warm === mine && isDead(browser, error)) warm = null;
          throw error;
        }
      };
      try {
        return await once();
      } catch (error) {
        if (warm) throw error;
        return once();
      }
    });

  return {
    print: (html) =>
      withPage(html, async (page) =>
        packed(
          Buffer.from(
            await page.pdf({
              format: 'A4',
              printBackground: true,
              preferCSSPageSize: true,
              tagged: true,
              timeout: PATIENCE,
            }),
          ),
        ),
      ),
    picture: (html) =>
      withPage(html, async (page) => {
        await page.emulateMediaType('print');
        await page.setViewport(SHEET);
        return Buffer.from(await page.screenshot({ type: 'png' }));
      }),
    process: async () => (await warm)?.browser.process()?.pid ?? null,
    async close() {
      await inTurn(shut);
      if (timer) clearTimeout(timer);
    },
  };
}

/** A page that holds this HTML and reaches nothing else. */
async function onPage<T>(browser: Browser, html: string, work: (page: Page) => Promise<T>): Promise<T> {
  const page = await browser.newPage();
  try {
    await page.setJavaScriptEnabled(false);
    await page.setRequestInterception(true);
    page.on('request', (request) =>
      request.url().startsWith('data:') || request.url() === 'about:blank' ? request.continue() : request.abort(),
    );
    await page.setContent(html, { waitUntil: 'load' });
    // The fonts in the page are read beside it: a picture would be taken before, in whatever font there is.
    await page.evaluate(() => document.fonts.ready.then(() => undefined));
    return await work(page);
  } finally {
    await page.close().catch(() => {});
  }
}
