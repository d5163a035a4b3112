import { expect } from 'chai';
import type { Page } from 'puppeteer';
import { HANDS, openPage, openSchool, type TestSchool, violations } from '../testing.ts';

describe('Espaces web by hand', function () {
  this.timeout(60_000);
  let school: TestSchool;
  before(async () => {
    school = await openSchool({ plugins: ['infos', 'discussions', 'casier'] });
    await school.as('direction').get('/gestion/accueil/');
  });
  after(() => school.close());

  async function come(page: Page, path: string): Promise<void> {
    const [name = '', value = ''] = school.as('direction').cookie.split('=');
    await page.setCookie({ name, value, url: school.house.origin });
    await page.goto(school.url(path));
  }
  const on = (page: Page, id: string) => page.$eval(`#${id}`, (button) => button.getAttribute('aria-checked'));

  it('F11-05 a double click in the cell « Publié » takes it away, once; « Annuler » gives it back', async () => {
    const { page, context } = await openPage(1280);
    await come(page, '/gestion/espaces-web/');
    const cell = await page.evaluateHandle(() => document.getElementById('publier-parents')?.closest('td') as Element);
    const { x, y, width, height } = (await cell.boundingBox()) as {
      x: number;
      y: number;
      width: number;
      height: number;
    };
    await Promise.all([page.waitForNavigation(), page.mouse.click(x + width - 4, y + height - 4, { count: 2 })]);
    expect(await on(page, 'publier-parents')).to.equal('false');
    expect(await page.evaluate(() => document.activeElement?.id), 'the focus').to.equal('publier-parents');
    await Promise.all([page.waitForNavigation(), page.click('#messages button')]);
    expect(await on(page, 'publier-parents')).to.equal('true');
    await context.close();
  });

  for (const hand of HANDS)
    it(`F11-05 F11-06 F11-12 F11-14 the director publishes, dresses and chooses rubrics ${hand.name}`, async () => {
      const { page, context } = await openPage(hand.width, { javascript: hand.javascript });
      await come(page, '/gestion/espaces-web/');
      await hand.press(page, '#publier-commune');
      expect(await on(page, 'publier-commune')).to.equal('true');
      await page.goto(school.url('/gestion/espaces-web/visuel/parents'));
      await hand.press(page, '#theme-vert');
      expect(await page.$eval('#visuel-parents .visuel', (one) => (one as HTMLElement).dataset.theme)).to.equal('vert');

      await page.goto(school.url('/gestion/espaces-web/parents'));
      await hand.tick(page, '[name="rubrics.casier.mon-casier"]');
      if (hand.javascript) {
        expect(await page.$eval('[data-all]', (box) => (box as HTMLInputElement).indeterminate)).to.equal(true);
        expect(await page.$eval('[data-count]', (words) => words.textContent)).to.equal('2 sur 3 cochés');
      }
      await hand.press(page, '#publier');
      expect(await page.$eval('#messages', (zone) => zone.textContent)).to.include('« Mon casier »');
      await page.goto(school.url('/gestion/espaces-web/parents?rubrique=infos.informations'));
      await hand.tick(page, '[name="surveys"]');
      await hand.press(page, '#garder-options');
      expect(await page.$eval('[name="surveys"]', (box) => (box as HTMLInputElement).checked)).to.equal(false);
      if (hand.width === 360) {
        await page.goto(school.url('/gestion/espaces-web/'));
        expect(await page.evaluate(() => document.documentElement.scrollWidth)).to.equal(360);
      } else expect(await violations(page, '/gestion/espaces-web/parents')).to.deep.equal([]);
      await context.close();
      await school.db(async (db) => {
        for (const table of ['published', 'espace_themes', 'plugin_settings']) await db(table).delete();
      });
    });
});
