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

/** A sheet of A4 at 96 dots an inch, drawn twice as fine. */
const SHEET = { width: 794, height: 1123, deviceScaleFactor: 2 };

/** @param idle how long the browser waits for the next page, in milliseconds. */
export function pdf({ idle = 60_000 }: { idle?: number } = {}): Pdf {
  let browser: Promise<Browser> | null = null;
  let timer: NodeJS.Timeout | null = null;
  let waiting = 0;
  /** One page at a time: 600 labels take 300 MB, and two at once would not be ready sooner. */
  let last: Promise<unknown> = Promise.resolve();

  const warm = (): Promise<Browser> => {
    browser ??= launchBrowser().then(
      (open) => {
        open.on('disconnected', () => {
          browser = null;
        });
        return open;
      },
      (error) => {
        browser = null;
        throw error;
      },
    );
    return browser;
  };
  const shut = async () => {
    const open = browser;
    browser = null;
    await (await open?.catch(() => null))?.close();
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
      if (!waiting && browser) timer = setTimeout(() => void inTurn(shut), idle).unref();
    }
  }

  /** A browser that dies under a page is started anew, once: whoever asked need not know. */
  const withPage = <T>(html: string, work: (page: Page) => Promise<T>): Promise<T> =>
    inTurn(async () => {
      const open = await warm();
      try {
        return await onPage(open, html, work);
      } catch (error) {
        if (open.connected) throw error;
        return onPage(await warm(), html, work);
      }
    });

  return {
    print: (html) =>
      withPage(html, async (page) =>
        packed(
          Buffer.from(await page.pdf({ format: 'A4', printBackground: true, preferCSSPageSize: true, tagged: true })),
        ),
      ),
    picture: (html) =>
      withPage(html, async (page) => {
        await page.emulateMediaType('print');
        await page.setViewport(SHEET);
        return Buffer.from(await page.screenshot({ type: 'png' }));
      }),
    process: async () => (await browser)?.process()?.pid ?? null,
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
