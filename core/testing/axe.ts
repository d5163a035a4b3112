import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'puppeteer';

const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
let axe: string | null = null;

/** What is wrong with the page shown: rules of WCAG 2.2 AA, a page wider than its window, more or less than one h1. None of our pages has a frame. */
export async function violations(page: Page, path: string): Promise<string[]> {
  axe ??= readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
  await page.evaluate(axe);
  const { found, width, heads, frames } = await page.evaluate(
    async (runOnly) => ({
      found: await (window as unknown as { axe: typeof import('axe-core') }).axe.run(document, {
        resultTypes: ['violations'],
        runOnly,
      }),
      width: document.documentElement.scrollWidth - document.documentElement.clientWidth,
      heads: document.querySelectorAll('h1').length,
      frames: document.querySelectorAll('iframe, frame').length,
    }),
    RULES,
  );
  const said = found.violations.map(
    (one) => `${path}: ${one.id} ${one.nodes.map((node) => node.html.slice(0, 160)).join(' | ')}`,
  );
  if (width > 0) said.push(`${path}: ${width} px to scroll sideways`);
  if (heads !== 1) said.push(`${path}: ${heads} h1`);
  if (frames) said.push(`${path}: ${frames} frames, which nobody has looked into`);
  return said;
}
