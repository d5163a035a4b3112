import { expect } from 'chai';
import sharp from 'sharp';
import { ESPACE_TITLES } from '../access/espaces.ts';
import { ESPACES, type Espace } from '../plugin/contract.ts';
import { espaceOf, openPage, openSchool, ROLES, type TestSchool } from '../testing.ts';

interface Met {
  requests: number;
  bytes: number;
  elsewhere: string[];
  console: string[];
  shift: number;
}

describe('a first visit (issue 8, acceptance 4; DESIGN 21)', function () {
  this.timeout(60_000);
  let school: TestSchool;
  before(async () => {
    school = await openSchool();
  });
  after(() => school.close());

  /** What a browser that has never been here asks for and receives, and what it sees move. */
  async function meet(path: string, cookie: string, width: 360 | 1280): Promise<Met> {
    const { page, context } = await openPage(width);
    const [name = '', value = ''] = cookie.split('; ')[0]?.split('=') ?? [];
    if (value) await context.setCookie({ name, value, domain: 'localhost', path: '/' });
    const met: Met = { requests: 0, bytes: 0, elsewhere: [], console: [], shift: 0 };
    page.on('console', (message) => {
      if (['error', 'warn'].includes(message.type())) met.console.push(message.text());
    });
    page.on('pageerror', (error) => met.console.push(String(error)));
    const devtools = await page.createCDPSession();
    await devtools.send('Network.enable');
    devtools.on('Network.requestWillBeSent', ({ request }) => {
      if (request.url.startsWith('data:')) return;
      met.requests += 1;
      if (!request.url.startsWith(school.house.origin)) met.elsewhere.push(request.url);
    });
    devtools.on('Network.loadingFinished', ({ encodedDataLength }) => {
      met.bytes += encodedDataLength;
    });
    const answer = await page.goto(school.url(path), { waitUntil: 'load' });
    await page.waitForNetworkIdle({ idleTime: 100 });
    expect(answer?.status(), path).to.equal(200);
    met.shift = await page.evaluate(
      () =>
        new Promise<number>((told) => {
          const watch = new PerformanceObserver(() => {});
          watch.observe({ type: 'layout-shift', buffered: true });
          requestAnimationFrame(() =>
            told(
              (watch.takeRecords() as (PerformanceEntry & { value: number })[]).reduce(
                (sum, one) => sum + one.value,
                0,
              ),
            ),
          );
        }),
    );
    await context.close();
    return met;
  }

  const homes = ESPACES.map((espace): [string, Espace | null, string] => [
    ESPACE_TITLES[espace],
    espace,
    `/espace/${espace}/accueil/`,
  ]);
  for (const [title, espace, path] of [['the sign-in page', null, '/connexion/'] as const, ...homes])
    it(`${title} keeps to its requests and bytes, moves nothing, says no error and asks no other host`, async () => {
      const role = ROLES.find((one) => espace && espaceOf(one) === espace);
      const client = school.as(role ?? 'visiteur');
      if (role) await client.get('/compte/');
      const [requests, bytes] = espace ? [8, 80_000] : [4, 40_000];
      for (const met of await Promise.all([meet(path, client.cookie, 360), meet(path, client.cookie, 1280)])) {
        expect(met.requests, 'requests').to.be.at.most(requests);
        expect(met.bytes, 'bytes').to.be.at.most(bytes);
        expect(met.shift, 'layout shift').to.be.below(0.01);
        expect([...met.elsewhere, ...met.console]).to.deep.equal([]);
      }
    });

  it('a school with a colour and a logo asks for that picture more at the sign-in page, and for nothing else', async () => {
    const square = sharp({ create: { width: 600, height: 300, channels: 3, background: '#8a1f4b' } });
    const picture = new File([await square.png().toBuffer()], 'logo.png');
    const direction = school.as('direction');
    const dressed = [
      await direction.post('/gestion/looks/', { code: '#8a1f4b', shown: '' }),
      await direction.post('/gestion/looks/logo', { picture, alt: '' }),
    ];
    expect(dressed.map(({ status }) => status)).to.deep.equal([303, 303]);
    for (const width of [360, 1280] as const) {
      const met = await meet('/connexion/', '', width);
      expect(met).to.deep.include({ requests: 5, elsewhere: [], console: [] });
      expect(met.shift, 'layout shift').to.be.below(0.01);
    }
  });
});
