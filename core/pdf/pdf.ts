import type { Browser } from 'puppeteer';
import { launchBrowser } from './browser.ts';

/** Prints designed pages to PDF: one warm browser, started on first use, closed when idle. */
export interface Pdf {
  /** @param html a whole page that carries its styles and fonts; network and file:// are blocked while printing. */
  print(html: string): Promise<Buffer>;
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
  return {
    async print(html) {
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
        return Buffer.from(
          await page.pdf({ format: 'A4', printBackground: true, preferCSSPageSize: true, tagged: true }),
        );
      } finally {
        await page.close();
        idle = setTimeout(() => void close(), IDLE);
        idle.unref();
      }
    },
    close,
  };
}
