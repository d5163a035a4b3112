import type { Browser, Page } from 'puppeteer';
import { launchBrowser } from './browser.ts';

/** Prints designed pages to PDF: one warm browser, started on first use, closed when idle. */
export interface Pdf {
  /** @param html a whole page that carries its styles and fonts; network and file:// are blocked while printing. */
  print(html: string): Promise<Buffer>;
  /** The first sheet of such a page as a PNG. */
  picture(html: string): Promise<Buffer>;
  close(): Promise<void>;
}

const IDLE = 60_000;

export function pdf(): Pdf {
  let browser: Promise<Browser> | null = null;
  let idle: NodeJS.Timeout | null = null;
  const close = async () => {
    const open = browser;
    browser = null;
    if (idle) clearTimeout(idle);
    await (await open)?.close();
  };
  /** A page that holds this HTML and reaches nothing else. */
  async function withPage<T>(html: string, work: (page: Page) => Promise<T>): Promise<T> {
    if (idle) clearTimeout(idle);
    browser ??= launchBrowser();
    const page = await (await browser).newPage();
    try {
      await page.setJavaScriptEnabled(false);
      await page.setRequestInterception(true);
      page.on('request', (request) =>
        request.url().startsWith('data:') || request.url() === 'about:blank' ? request.continue() : request.abort(),
      );
      await page.setContent(html, { waitUntil: 'load' });
      return await work(page);
    } finally {
      await page.close();
      idle = setTimeout(() => void close(), IDLE);
      idle.unref();
    }
  }
  return {
    print: (html) =>
      withPage(html, async (page) =>
        Buffer.from(await page.pdf({ format: 'A4', printBackground: true, preferCSSPageSize: true, tagged: true })),
      ),
    picture: (html) =>
      withPage(html, async (page) => {
        await page.emulateMediaType('print');
        // 210 × 297 mm at 96 dots an inch, drawn twice as fine.
        await page.setViewport({ width: 794, height: 1123, deviceScaleFactor: 2 });
        return Buffer.from(await page.screenshot({ type: 'png' }));
      }),
    close,
  };
}
