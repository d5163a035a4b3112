import type { ElementHandle, KeyInput, Page } from 'puppeteer';

/** What a person does on a screen: a click, a field filled or chosen, a key other than writing. */
export interface Gestures {
  clicks: number;
  fields: number;
  keys: number;
}

/** A hand that does what a user does with a mouse and a keyboard at a desk, and counts it. */
export function countingHand(page: Page) {
  let done: Gestures = { clicks: 0, fields: 0, keys: 0 };

  /** A click that leads to another page. */
  const press = async (selector: string): Promise<void> => {
    await page.waitForSelector(selector, { visible: true });
    await Promise.all([page.waitForNavigation(), click(selector)]);
  };
  /** A click that stays on the page. @param then what is there afterwards. */
  const click = async (selector: string, then?: string): Promise<void> => {
    done.clicks++;
    await page.waitForSelector(selector);
    await page.$eval(selector, (one) => one.scrollIntoView({ block: 'center' }));
    await page.click(selector);
    if (then) await page.waitForSelector(then, { visible: true });
  };
  /** A field one goes to and writes in; what stood there is replaced. */
  const fill = async (selector: string, value: string): Promise<void> => {
    done.fields++;
    await page.waitForSelector(selector, { visible: true });
    await page.focus(selector);
    await page.$eval(selector, (one) => {
      if (one instanceof HTMLInputElement) one.select();
    });
    await page.keyboard.type(value);
  };
  /** A day, written as a calendar gives it. */
  const date = async (selector: string, day: string): Promise<void> => {
    done.fields++;
    await page.$eval(
      selector,
      (one, value) => {
        (one as HTMLInputElement).value = value;
      },
      day,
    );
  };
  const choose = async (selector: string, label: string): Promise<void> => {
    done.fields++;
    const value = await page.$eval(
      selector,
      (one, wanted) => [...(one as HTMLSelectElement).options].find((option) => option.text.includes(wanted))?.value,
      label,
    );
    if (value === undefined) throw new Error(`${selector} : « ${label} » n’y est pas`);
    await page.select(selector, value);
  };
  const file = async (selector: string, path: string): Promise<void> => {
    done.fields++;
    await ((await page.$(selector)) as ElementHandle<HTMLInputElement>).uploadFile(path);
  };
  const key = async (name: KeyInput, held?: KeyInput): Promise<void> => {
    done.keys++;
    if (held) await page.keyboard.down(held);
    await page.keyboard.press(name);
    if (held) await page.keyboard.up(held);
  };
  const back = async (): Promise<void> => {
    done.clicks++;
    await page.goBack();
  };
  /** Onglet, sous-onglet, affichage, menu: the link of the roof with this title, one click each. */
  const go = async (...titles: string[]): Promise<void> => {
    for (const title of titles) {
      const id = await page.evaluate((wanted) => {
        const links = document.querySelectorAll<HTMLElement>('.roof-bar a, .onglets a, .sous-onglets a, .affichages a');
        const link = [...links].find((one) => one.textContent?.trim() === wanted);
        if (link) link.id ||= 'way';
        return link?.id;
      }, title);
      if (!id) throw new Error(`« ${title} » n’est pas dans le bandeau de ${page.url()}`);
      await press(`[id="${id}"]`);
    }
  };
  /** The link or button of the page that says these words. */
  const named = async (text: string, within = 'main'): Promise<string> => {
    const id = await page.evaluate(
      (wanted, zone) => {
        const all = document.querySelectorAll<HTMLElement>(`${zone} :is(a, button, summary, label)`);
        const one = [...all].find((each) => each.innerText.replace(/\s+/g, ' ').includes(wanted));
        if (one) one.id ||= 'named';
        return one?.id;
      },
      text,
      within,
    );
    if (!id) throw new Error(`« ${text} » n’est pas dans ${page.url()}`);
    return `[id="${id}"]`;
  };
  /** What was done since the last time this was asked. */
  const count = (): Gestures => {
    const gestures = done;
    done = { clicks: 0, fields: 0, keys: 0 };
    return gestures;
  };
  return { press, click, fill, date, choose, file, key, back, go, named, count };
}

export type CountingHand = ReturnType<typeof countingHand>;
