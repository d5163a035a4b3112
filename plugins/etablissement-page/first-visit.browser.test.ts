import { HANDS, openPage, openSchool, type TestSchool, violations } from '@preau/core/testing';
import { expect } from 'chai';
import { deskOf, HOME } from './samples/school-page.test.ts';

describe('the Page établissement in a browser', function () {
  this.timeout(60_000);
  let school: TestSchool;
  let desk: ReturnType<typeof deskOf>;
  before(async () => {
    school = await openSchool({ rubrics: ['etablissement'] });
    desk = deskOf(school);
    await desk.texts({ intro: 'Une école au bord de la rivière', 'edito.html': '<p>Bienvenue</p>'.repeat(20) });
    for (let n = 0; n < 10; n++) await desk.information({ title: `Information ${n}`, body: '<p>Texte</p>'.repeat(40) });
    for (const alt of ['La cour', 'Le préau', 'Le jardin']) await desk.nobodyOn(await desk.photo(alt));
    await school.runJobs();
  });
  after(() => school.close());

  for (const width of [360, 1280] as const)
    it(`F10-1 C-02 the first visit at ${width} px: six requests and 60 kB at most besides the photos, nothing moves, nothing from elsewhere, no violation`, async () => {
      const { page, context } = await openPage(width);
      const met = { requests: [] as string[], bytes: 0, console: [] as string[] };
      const photos = new Set<string>();
      page.on('console', (message) => met.console.push(message.text()));
      const devtools = await page.createCDPSession();
      await devtools.send('Network.enable');
      devtools.on('Network.requestWillBeSent', ({ request, requestId }) => {
        if (request.url.startsWith('data:')) return;
        if (request.url.includes('/photo/')) photos.add(requestId);
        else met.requests.push(request.url);
      });
      devtools.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
        if (!photos.has(requestId)) met.bytes += encodedDataLength;
      });
      await page.goto(school.url('/'), { waitUntil: 'load' });
      await page.waitForNetworkIdle({ idleTime: 100 });
      const shift = await page.evaluate(() => {
        const watch = new PerformanceObserver(() => {});
        watch.observe({ type: 'layout-shift', buffered: true });
        const seen = watch.takeRecords() as (PerformanceEntry & { value: number })[];
        return seen.reduce((sum, one) => sum + one.value, 0);
      });
      expect(met.requests.length).to.be.at.most(6);
      expect(met.bytes).to.be.at.most(60_000);
      expect(met.requests.filter((url) => !url.startsWith(school.house.origin))).to.deep.equal([]);
      expect(shift).to.be.below(0.01);
      expect(await page.$$eval('.photos img', (all) => all.map((one) => one.loading))).to.deep.equal(
        Array(3).fill('lazy'),
      );
      expect(await violations(page, 'page')).to.deep.equal([]);
      expect(met.console).to.deep.equal([]);
      await context.close();
    });

  for (const hand of HANDS)
    it(`F10-2 an element is unticked, another moved, ${hand.name}`, async () => {
      await school.db((db) => db('etablissement_page_elements').delete());
      const { page, context } = await openPage(hand.width);
      await page.setJavaScriptEnabled(hand.javascript);
      const client = school.as('direction');
      await client.get('/compte/');
      const [name = '', value = ''] = client.cookie.split('; ')[0]?.split('=') ?? [];
      await context.setCookie({ name, value, domain: 'localhost', path: '/' });
      await page.goto(school.url(`${HOME}/corps`));
      await hand.press(page, '#montrer-edito');
      await hand.press(page, '#monter-galerie');
      const { text } = await school.as('visiteur').get('/');
      expect(text).to.include('id="galerie"').and.not.include('Bienvenue');
      expect(text.indexOf('id="galerie"')).to.be.below(text.indexOf('id="module-potager"'));
      await context.close();
    });

  it('B49 a site the school has named shows the page in its own, whose links open outside; the sign-in stays empty there', async () => {
    const site = 'https://www.ville.fr/';
    await school.as('direction').post(`${HOME}/sites`, { sites: site });
    const { page, context } = await openPage(1280);
    // That site is nowhere: what it would answer is said here, and the house is on the machine of who reads it.
    const devtools = await page.createCDPSession();
    await devtools.send('Browser.grantPermissions', {
      permissions: ['loopbackNetwork', 'localNetworkAccess'],
      browserContextId: context.id,
    });
    await page.setRequestInterception(true);
    page.on('request', (asked) =>
      asked.url() === site
        ? asked.respond({
            contentType: 'text/html; charset=utf-8',
            body: `<!doctype html><title>Site de la commune</title><iframe id="page" src="${school.url('/')}"></iframe><iframe id="porte" src="${school.url('/connexion/')}"></iframe>`,
          })
        : asked.continue(),
    );
    await page.goto(site, { waitUntil: 'networkidle0' });
    const inside = async (id: string) => (await (await page.$(id))?.contentFrame())?.$('#se-connecter, #form-form');
    expect(await inside('#porte')).to.equal(null);
    const link = await inside('#page');
    await Promise.all([page.waitForNavigation(), link?.evaluate((one) => (one as HTMLElement).click())]);
    expect(page.url()).to.equal(school.url('/connexion/'));
    await context.close();
  });
});
