import { existsSync } from 'node:fs';
import puppeteer, { type Browser } from 'puppeteer';

/** Chromium of the machine or of the package @sparticuz/chromium: Puppeteer's own download is often closed to a school's server. */
export async function launchBrowser(more: string[] = []): Promise<Browser> {
  const named =
    process.env.PUPPETEER_EXECUTABLE_PATH ??
    ['/usr/bin/chromium', '/usr/bin/google-chrome'].find((file) => existsSync(file));
  const quiet = [
    '--no-sandbox',
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    '--font-render-hinting=none',
    ...more,
  ];
  if (named || process.platform !== 'linux')
    return puppeteer.launch({ executablePath: named, headless: true, args: quiet });
  const { default: chromium } = await import('@sparticuz/chromium');
  const args = chromium.args.filter(
    (arg) => !/^--(single-process|no-zygote|headless|disable-web-security|allow-running-insecure-content)/.test(arg),
  );
  return puppeteer.launch({
    executablePath: await chromium.executablePath(),
    headless: 'shell',
    args: [...args, ...quiet],
  });
}
