import { expect } from 'chai';
import type { Page } from 'puppeteer';
import sharp from 'sharp';
import { HANDS, openPage, openSchool, type Role, type TestSchool } from '../testing.ts';

const HOME = '/gestion/looks/';
const background = (page: Page, selector: string) =>
  page.$eval(selector, (element) => getComputedStyle(element).backgroundColor);

describe('colour, logo, light and dark, in a browser', function () {
  this.timeout(120_000);
  let school: TestSchool;
  before(async () => {
    school = await openSchool({ plugins: [] });
  });
  after(() => school.close());

  /** What the browser complains of, the policy on inline styles first of all. */
  async function open(width: 360 | 1280, role: Role | null, javascript = true) {
    const { page, context } = await openPage(width, { javascript });
    const said: string[] = [];
    page.on('console', (message) => void (message.type() === 'error' && said.push(message.text())));
    if (role) {
      await school.as(role).get('/compte/');
      const [name = '', value = ''] = school.as(role).cookie.split('; ')[0]?.split('=') ?? [];
      await context.setCookie({ name, value, domain: 'localhost', path: '/' });
    }
    return { page, context, said };
  }

  it('F11-06 the palette shows each colour on the roof at once, says when it cannot be read, and the Espace then wears it', async () => {
    const { page, context, said } = await open(1280, 'direction');
    await page.goto(school.url(HOME));
    const choose = (colour: string) =>
      page.$eval(
        '[name=picked]',
        (input, value) => {
          (input as HTMLInputElement).value = value;
          input.dispatchEvent(new Event('input', { bubbles: true }));
        },
        colour,
      );
    await choose('#ffd45e');
    await page.waitForSelector('#apercu .state.bad');
    await page.waitForFunction(
      () =>
        getComputedStyle(document.querySelector('#apercu .canopy') as Element).backgroundColor === 'rgb(255, 212, 94)',
    );
    expect(await page.$eval('[name=code]', (input) => (input as HTMLInputElement).value)).to.equal('#ffd45e');
    expect(await background(page, 'header.roof')).to.equal('rgb(23, 53, 127)');
    await choose('#124a34');
    await page.waitForSelector('#apercu .state.ok');
    await Promise.all([page.waitForNavigation(), page.click('#garder-couleur')]);
    expect(await page.$eval('#messages', (zone) => zone.textContent)).to.include('de cette couleur : #124a34');
    expect(await background(page, 'header.roof')).to.equal('rgb(23, 53, 127)');
    expect(said).to.deep.equal([]);
    await context.close();
    const parent = await open(360, 'parents');
    await parent.page.goto(school.url('/espace/parents/accueil/'));
    expect(await background(parent.page, '.canopy')).to.equal('rgb(18, 74, 52)');
    expect(parent.said).to.deep.equal([]);
    await parent.context.close();
  });

  for (const hand of HANDS.slice(1))
    it(`F11-06 a colour too light is mended in one press, ${hand.name}`, async () => {
      const { page, context } = await open(hand.width, 'direction', hand.javascript);
      await page.goto(school.url(HOME));
      await page.$eval('[name=code]', (input) => {
        (input as HTMLInputElement).value = '';
      });
      await hand.fill(page, '[name=code]', '#ff8a3c');
      await hand.press(page, '#garder-couleur');
      expect(await page.$eval('main', (main) => main.textContent)).to.include('blanc sur cet orange');
      await hand.press(page, '#plus-proche');
      const kept = await school.db((db) => db('plugin_settings').where({ plugin: 'espaces-web' }).first());
      expect(kept.values.colour).to.equal('#b3612a');
      await context.close();
    });

  it('F11-06 the logo moves nothing when it arrives: the door keeps its place from the first moment', async () => {
    const file = new File(
      [
        await sharp({ create: { width: 600, height: 300, channels: 3, background: 'red' } })
          .png()
          .toBuffer(),
      ],
      'l.png',
    );
    await school.as('direction').post(`${HOME}logo`, { picture: file, alt: 'Un carré rouge' });
    const { page, context, said } = await open(360, null);
    await page.evaluateOnNewDocument(() => {
      const shifts: number[] = [];
      Object.assign(window, { shifts });
      new PerformanceObserver((list) => {
        for (const entry of list.getEntries()) shifts.push((entry as unknown as { value: number }).value);
      }).observe({ type: 'layout-shift', buffered: true });
    });
    await page.goto(school.url('/connexion/'), { waitUntil: 'networkidle0' });
    expect(await page.$eval('.plate .logo', (one) => (one as HTMLImageElement).naturalWidth)).to.equal(192);
    expect(await page.evaluate(() => (window as unknown as { shifts: number[] }).shifts)).to.deep.equal([]);
    expect(said).to.deep.equal([]);
    await context.close();
  });

  it('P7 pages are dark or light by hand against the device, and as the device has it without a choice', async () => {
    const { page, context } = await open(360, 'parents');
    const shown = async (scheme: string) => {
      await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: scheme }]);
      await page.goto(school.url('/compte/'));
      return background(page, 'body');
    };
    const [light, dark] = [await shown('light'), await shown('dark')];
    expect([light, dark]).to.deep.equal(['rgb(241, 242, 238)', 'rgb(19, 24, 28)']);
    const choose = async (value: string) => {
      await page.click(`input[name=appearance][value=${value}]`);
      await Promise.all([page.waitForNavigation(), page.click('#garder-affichage')]);
    };
    await choose('light');
    expect([await shown('dark'), await shown('light')]).to.deep.equal([light, light]);
    await choose('dark');
    expect([await shown('light'), await shown('dark')]).to.deep.equal([dark, dark]);
    await choose('auto');
    expect([await shown('light'), await shown('dark')]).to.deep.equal([light, dark]);
    await context.close();
  });
});
