import type { ElementHandle, Page } from 'puppeteer';

/** Three ways of using a page: pointer, keyboard alone, and plain forms on a phone. */
export interface Hand {
  name: string;
  width: 360 | 1280;
  javascript: boolean;
  fill(page: Page, selector: string, value: string): Promise<void>;
  /** Presses the control and waits for the next page. */
  press(page: Page, selector: string): Promise<void>;
  /** Ticks a box or chooses a radio button. */
  tick(page: Page, selector: string): Promise<void>;
  /** Chooses a file. */
  choose(page: Page, selector: string, file: string): Promise<void>;
}

/** Away from the bars that stick to an edge, as one would scroll. */
const inSight = (page: Page, selector: string) =>
  page.$eval(selector, (element) => element.scrollIntoView({ block: 'center' }));

async function tabTo(page: Page, selector: string): Promise<void> {
  for (let n = 0; n < 400; n++) {
    const at = await page.evaluate((wanted) => {
      const element = document.querySelector(wanted);
      return element && element === document.activeElement;
    }, selector);
    if (at === null) throw new Error(`${selector} n’est pas dans la page`);
    if (at) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`${selector} n’est pas atteint au clavier`);
}

async function tabToGroup(page: Page, name: string): Promise<void> {
  for (let n = 0; n < 400; n++) {
    if (await page.evaluate((wanted) => (document.activeElement as HTMLInputElement | null)?.name === wanted, name))
      return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`${name} n’est pas atteint au clavier`);
}

export const HANDS: Hand[] = [
  {
    name: 'with the mouse at 1280 px',
    width: 1280,
    javascript: true,
    fill: async (page, selector, value) => {
      await page.click(selector);
      await page.type(selector, value);
    },
    press: async (page, selector) => {
      await Promise.all([page.waitForNavigation(), page.click(selector)]);
    },
    tick: async (page, selector) => {
      await inSight(page, selector);
      await page.click(selector);
    },
    choose: async (page, selector, file) => {
      await ((await page.$(selector)) as ElementHandle<HTMLInputElement>).uploadFile(file);
    },
  },
  {
    name: 'by keyboard only',
    width: 1280,
    javascript: true,
    fill: async (page, selector, value) => {
      await tabTo(page, selector);
      await page.keyboard.type(value);
    },
    press: async (page, selector) => {
      await tabTo(page, selector);
      await Promise.all([page.waitForNavigation(), page.keyboard.press('Enter')]);
    },
    tick: async (page, selector) => {
      // A group of radio buttons is one stop of the Tab key; within it the choice is by arrows.
      const name = await page.$eval(selector, (input) =>
        (input as HTMLInputElement).type === 'radio' ? (input as HTMLInputElement).name : null,
      );
      await (name ? tabToGroup(page, name) : tabTo(page, selector));
      while (name && !(await page.$eval(selector, (element) => element === document.activeElement)))
        await page.keyboard.press('ArrowDown');
      await page.keyboard.press('Space');
    },
    choose: async (page, selector, file) => {
      await tabTo(page, selector);
      await page.bringToFront();
      const opening = page.waitForFileChooser();
      // Asked after it, answered after it: the browser is listening before the key is pressed.
      await page.evaluate(() => document.hasFocus());
      await page.keyboard.press('Space');
      const chooser = await opening;
      await chooser.accept([file]);
    },
  },
  {
    name: 'with JavaScript off at 360 px',
    width: 360,
    javascript: false,
    fill: async (page, selector, value) => {
      await page.tap(selector);
      await page.type(selector, value);
    },
    press: async (page, selector) => {
      await Promise.all([page.waitForNavigation(), page.tap(selector)]);
    },
    tick: async (page, selector) => {
      await inSight(page, selector);
      await page.tap(selector);
    },
    choose: async (page, selector, file) => {
      await ((await page.$(selector)) as ElementHandle<HTMLInputElement>).uploadFile(file);
    },
  },
];
