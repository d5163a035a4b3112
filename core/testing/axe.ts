import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'puppeteer';

const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
let axe: string | null = null;

const source = (): string =>
  (axe ??= readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8'));

/** For a page that shows many documents: axe goes to the browser once, and stands in each of them. */
export async function bringAxe(page: Page): Promise<void> {
  await page.evaluateOnNewDocument(source());
}

/** What is wrong with the page shown: rules of WCAG 2.2 AA, a page wider than its window, more or less than one h1. None of our pages has a frame. */
export async function violations(page: Page, path: string): Promise<string[]> {
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(source());
  const { found, width, heads, frames } = await page.evaluate(
    async (runOnly) => ({
      found: (
        await (window as unknown as { axe: typeof import('axe-core') }).axe.run(document, {
          resultTypes: ['violations'],
          runOnly,
        })
      ).violations.map(({ id, nodes }) => `${id} ${nodes.map((node) => node.html.slice(0, 160)).join(' | ')}`),
      width: document.documentElement.scrollWidth - document.documentElement.clientWidth,
      heads: document.querySelectorAll('h1').length,
      frames: document.querySelectorAll('iframe, frame').length,
    }),
    RULES,
  );
  const said = found.map((one) => `${path}: ${one}`);
  if (width > 0) said.push(`${path}: ${width} px to scroll sideways`);
  if (heads !== 1) said.push(`${path}: ${heads} h1`);
  if (frames) said.push(`${path}: ${frames} frames, which nobody has looked into`);
  return said;
}
