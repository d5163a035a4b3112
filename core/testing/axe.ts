import { AxePuppeteer } from '@axe-core/puppeteer';
import type { Page } from 'puppeteer';

/** What is wrong with the page shown: rules of WCAG 2.2 AA, a page wider than its window, more or less than one h1. */
export async function violations(page: Page, path: string): Promise<string[]> {
  const found = await new AxePuppeteer(page)
    // All our frames are of one origin: no second page is needed to put their results together.
    .setLegacyMode()
    .options({ resultTypes: ['violations'] })
    .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'])
    .analyze();
  const said = found.violations.map(
    (one) => `${path}: ${one.id} ${one.nodes.map((node) => node.html.slice(0, 160)).join(' | ')}`,
  );
  const { width, heads } = await page.evaluate(() => ({
    width: document.documentElement.scrollWidth - document.documentElement.clientWidth,
    heads: document.querySelectorAll('h1').length,
  }));
  if (width > 0) said.push(`${path}: ${width} px to scroll sideways`);
  if (heads !== 1) said.push(`${path}: ${heads} h1`);
  return said;
}
