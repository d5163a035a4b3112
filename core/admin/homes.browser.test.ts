import { expect } from 'chai';
import type { Page } from 'puppeteer';
import { openPage, openSchool, type Role, type TestSchool } from '../testing.ts';
import { addBrother, fillHomes, MODULES, NOW } from './samples/busy-school.test.ts';

/** An information whose page has said that it is read. */
const READ = '#lecture:not(:has(#lu))';
/** The main action of each home, in taps, and what is then in sight. */
const ACTIONS: [Role, string[], string][] = [
  ['parents', ['.feed a.btn[href*="/infos/lire/"]'], `${READ} ~ form #signer`],
  ['enseignants', ['a[href*="/accueil/classes/"]', '.calls > summary'], 'a[href^="tel:"]'],
  ['direction', ['.feed a.btn[href$="/securite/demandes"]'], 'a[href*="/securite/demandes/"]'],
  ['accompagnants', ['a[href*="/accueil/enfants/"]'], 'h1'],
  ['eleves', ['h3 a[href*="/infos/lire/"]'], READ],
  ['periscolaire', ['h3 a[href*="/infos/lire/"]'], READ],
  ['mairie', ['h3 a[href*="/infos/lire/"]'], READ],
];

describe('the homes of the Espaces on a phone of 360 px (I-04, issue 8 acceptance 2)', function () {
  this.timeout(120_000);
  let school: TestSchool;
  let page: Page;
  let close: () => Promise<void>;
  const wrong: string[] = [];

  before(async () => {
    school = await openSchool({ plugins: MODULES });
    school.house.setNow(NOW);
    await school.db((db) =>
      db('people').where({ id: school.people.parents.personId }).update({ phone_mobile: '06 00 00 00 01' }),
    );
    const opened = await openPage(360);
    page = opened.page;
    close = () => opened.context.close();
    page.on('console', (message) => {
      if (message.type() === 'error') wrong.push(`${page.url()} ${message.text()}`);
    });
    page.on('pageerror', (error) => wrong.push(`${page.url()} ${error}`));
    await page.evaluateOnNewDocument(() => {
      const moved: string[] = [];
      Object.assign(window, { moved });
      new PerformanceObserver((list) => {
        for (const entry of list.getEntries() as (PerformanceEntry & { value: number; hadRecentInput: boolean })[])
          if (!entry.hadRecentInput) moved.push(`moved by ${entry.value}`);
      }).observe({ type: 'layout-shift', buffered: true });
    });
  });
  beforeEach(() => {
    wrong.length = 0;
  });
  after(async () => {
    school.house.setNow(null);
    await close();
    await school.close();
  });

  async function open(role: Role): Promise<void> {
    const client = school.as(role);
    if (!client.cookie) await client.get('/compte/');
    const [name = '', value = ''] = client.cookie.split('; ')[0]?.split('=') ?? [];
    await page.browserContext().setCookie({ name, value, domain: 'localhost', path: '/' });
    await page.goto(school.url(`/espace/${role}/accueil/`), { waitUntil: 'load' });
  }

  /** Sideways scroll, small targets (WCAG 2.5.8 leaves out links in a sentence), a title below the fold, a shift. */
  const faults = (): Promise<string[]> =>
    page.evaluate(async () => {
      await document.fonts.ready;
      // Two frames later what had to move has moved, and was told.
      await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
      const said = [...(window as unknown as { moved: string[] }).moved];
      const wide = document.documentElement.scrollWidth - innerWidth;
      if (wide > 0) said.push(`${wide} px to scroll sideways`);
      const head = document.querySelector('h1')?.getBoundingClientRect();
      if (!head || head.bottom > innerHeight) said.push('the title is not in the first screen');
      for (const one of document.querySelectorAll<HTMLElement>('a, button, summary, input, select')) {
        if (!one.checkVisibility() || one.matches('.skip, p a:not(.btn), [type="hidden"]')) continue;
        const { width, height } = one.getBoundingClientRect();
        if (width < 44 || height < 44) said.push(`${one.textContent?.trim()} is ${width} by ${height}`);
      }
      return said;
    });

  async function look(state: string): Promise<void> {
    for (const [role] of ACTIONS) {
      await open(role);
      wrong.push(...(await faults()).map((one) => `${role}, ${state}: ${one}`));
    }
    await page.goto(school.url('/espace/mairie/accueil/plus'), { waitUntil: 'load' });
    wrong.push(...(await faults()).map((one) => `Plus: ${one}`));
    expect(wrong).to.deep.equal([]);
  }

  it('are right while there is nothing', () => look('empty'));

  it('are right with thirty informations, two children and everything that can be asked', async () => {
    await fillHomes(school, await addBrother(school));
    await look('full');
  });

  for (const [role, taps, sight] of ACTIONS)
    it(`lead ${role} to the main action in ${taps.length === 1 ? 'one tap' : 'two taps'}`, async () => {
      await open(role);
      for (const tap of taps) {
        await page.$eval(tap, (one) => one.scrollIntoView({ block: 'center' }));
        const leaves = await page.$eval(tap, (one) => one.matches('a'));
        await Promise.all([leaves ? page.waitForNavigation() : null, page.tap(tap)]);
      }
      expect(await page.waitForSelector(sight, { visible: true })).not.to.equal(null);
      expect(wrong).to.deep.equal([]);
    });
});
