import type { Browser, BrowserContext, Page } from 'puppeteer';
import { launchBrowser } from '../pdf/browser.ts';

/**
 * Few processes and threads: the server and the database share the cores with it. No document lives long enough to give
 * back what the optimising compilers of V8 cost: without them an axe run takes half the time.
 */
const LEAN = [
  '--renderer-process-limit=1',
  '--num-raster-threads=1',
  '--disable-software-rasterizer',
  '--js-flags=--no-opt --no-maglev --single-threaded-gc',
];

let browser: Promise<Browser> | null = null;

/** A page in a profile of its own, as wide as a phone (360) or a desk (1280). */
export async function openPage(
  width: 360 | 1280,
  options: { javascript?: boolean } = {},
): Promise<{ page: Page; context: BrowserContext }> {
  browser ??= launchBrowser(LEAN);
  const context = await (await browser).createBrowserContext();
  const page = await context.newPage();
  await page.setViewport({
    width,
    height: width === 360 ? 740 : 900,
    isMobile: width === 360,
    hasTouch: width === 360,
  });
  if (options.javascript === false) await page.setJavaScriptEnabled(false);
  await page.emulateMediaFeatures([{ name: 'prefers-reduced-motion', value: 'reduce' }]);
  page.setDefaultTimeout(15_000);
  return { page, context };
}

export async function closeBrowser(): Promise<void> {
  await (await browser)?.close();
  browser = null;
}
