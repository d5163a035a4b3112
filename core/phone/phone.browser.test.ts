import { expect } from 'chai';
import type { BrowserContext, CDPSession, Page, Target } from 'puppeteer';
import { type Client, openPage, openSchool, type TestSchool } from '../testing.ts';

const NOW = new Date('2026-11-25T09:00:00Z');
const LATER = new Date('2026-11-25T09:05:00Z');
const SECRET = 'Le car part à huit heures';

describe('the school on a phone, without a network (I-04, F11-07, C-47, proposal 14)', function () {
  this.timeout(60_000);
  let school: TestSchool;
  /** Two informations for the parent and the teacher. */
  let read: string;
  let other: string;
  before(async () => {
    school = await openSchool({ plugins: ['infos', 'discussions'] });
    school.house.setNow(NOW);
    read = await inform('Sortie à la ferme');
    other = await inform('Photo de classe');
    school.house.setNow(LATER);
  });
  after(async () => {
    school.house.setNow(null);
    await school.close();
  });

  async function inform(title: string): Promise<string> {
    const direction = school.as('direction');
    const fields = { title, body: `${SECRET}.`, publish: 'on', from: '2026-11-25', to: '2026-12-10', receipt: 'sign' };
    const made = await direction.post('/gestion/infos/nouvelle', fields);
    const id = /[0-9a-f]{8}-[0-9a-f-]{27}/.exec(made.location ?? '')?.[0] as string;
    const to = [school.people.parents.personId, school.people.enseignants.personId];
    const was = { q: '', par: 'classe', resp: 'tous', was: 'q=&par=classe&resp=tous', act: '' };
    await direction.post(`/gestion/infos/${id}/destinataires`, { to, ...was });
    const sent = await direction.post(`/gestion/infos/${id}/publier`, { sure: '' });
    expect(sent.status, sent.text).to.equal(303);
    return id;
  }

  async function wear(context: BrowserContext, client: Client): Promise<void> {
    await client.get('/compte/');
    const [name = '', value = ''] = client.cookie.split('; ')[0]?.split('=') ?? [];
    const device = { name: 'preau-appareil', value: `${'0a'.repeat(16)}.${school.rne}` };
    for (const one of [{ name, value }, device]) await context.setCookie({ ...one, domain: 'localhost', path: '/' });
  }
  /** A phone of the parent that has read one information and the list, and looked at discussions. */
  async function phoneOfParent(): Promise<{ page: Page; context: BrowserContext; said: string[] }> {
    const { page, context } = await openPage(360);
    const said: string[] = [];
    page.on('console', (message) => {
      // A browser says of each lost request that it is lost.
      if (message.type() === 'error' && !/ERR_INTERNET_DISCONNECTED/.test(message.text())) said.push(message.text());
    });
    page.on('pageerror', (error) => said.push(String(error)));
    await wear(context, await school.asAccount(school.people.parents.accountId, 'espace'));
    await page.goto(school.url('/espace/parents/infos/'));
    await settled(page, '/espace/parents/infos/');
    await page.goto(school.url('/espace/parents/discussions/'));
    await page.goto(school.url(`/espace/parents/infos/lire/${read}`));
    await settled(page, `/lire/${read}`);
    return { page, context, said };
  }
  /** Whether a path ending so is kept. */
  const settled = (page: Page, end: string, kept = true) =>
    page.waitForFunction(
      async (wanted, there) => {
        const all = [];
        for (const name of await caches.keys()) all.push(...(await (await caches.open(name)).keys()));
        return all.some((one) => one.url.endsWith(wanted)) === there && !!navigator.serviceWorker.controller;
      },
      { polling: 20 },
      end,
      kept,
    );
  const lines = new Map<Target, CDPSession>();
  /** No network, for the page and for the worker, which has a network of its own. */
  async function offline(page: Page, yes: boolean): Promise<void> {
    await page.setOfflineMode(yes);
    // An earlier worker may still be on its way out.
    const workers = page
      .browserContext()
      .targets()
      .filter((one) => one.type() === 'service_worker');
    const target = workers.at(-1) as Target;
    const devtools = lines.get(target) ?? (await target.createCDPSession());
    lines.set(target, devtools);
    await devtools.send('Network.enable');
    const speed = { latency: 0, downloadThroughput: -1, uploadThroughput: -1 };
    await devtools.send('Network.emulateNetworkConditions', { offline: yes, ...speed });
  }
  const text = (page: Page) => page.$eval('main', (main) => main.innerText.replace(/\s+/g, ' '));
  const open = async (page: Page, path: string) => {
    await page.goto(school.url(path));
    return text(page);
  };
  /** Everything a browser has kept that somebody could read. */
  const left = (page: Page) =>
    page.evaluate(async () => {
      const texts = [JSON.stringify({ ...localStorage }), JSON.stringify({ ...sessionStorage })];
      for (const { name } of await indexedDB.databases()) texts.push(`database ${name}`);
      for (const name of await caches.keys()) {
        const cache = await caches.open(name);
        for (const one of await cache.keys())
          texts.push(`${name} ${one.url} ${await (await cache.match(one))?.text()}`);
      }
      return texts.join('\n');
    });

  let phone: Awaited<ReturnType<typeof phoneOfParent>>;

  it('opens the list and the information read, not a discussion, and says since when', async () => {
    phone = await phoneOfParent();
    const { page, said } = phone;
    await offline(page, true);
    expect(await open(page, `/espace/parents/infos/lire/${read}`))
      .to.include('Hors connexion : lu le')
      .and.include(SECRET);
    expect(await page.title()).to.match(/^Sortie à la ferme — /);
    expect(await open(page, '/espace/parents/infos/')).to.include('Hors connexion : lu le');
    for (const path of ['/espace/parents/discussions/', `/espace/parents/infos/lire/${other}`, '/accueil/']) {
      const shown = await open(page, path);
      expect(shown)
        .to.include('Vous êtes hors connexion')
        .and.include('04 74 00 00 00')
        .and.include('Sortie à la ferme');
      expect(shown).to.not.include('Photo de classe');
    }
    expect(await left(page))
      .to.include(SECRET)
      .and.not.include('discussions');
    await offline(page, false);
    expect(said).to.deep.equal([]);
  });

  it('a new version takes over at once and loses nothing that was read', async () => {
    const { page } = phone;
    await school.house.house.app('schools').where({ id: school.id }).update({ phone: '04 74 22 22 22' });
    await page.evaluate(async (address) => {
      await fetch(address, { cache: 'reload' });
      await (await navigator.serviceWorker.ready).update();
    }, `/${school.rne}/telephone/sw.js`);
    await page.waitForFunction(
      async (path) => (await (await caches.match(path))?.text())?.includes('04 74 22 22 22'),
      { polling: 20 },
      `/${school.rne}/telephone/hors-connexion`,
    );
    expect(await left(page)).to.include(SECRET);
  });

  it('keeps the newest 30 readings, drops what the list does not show any more, and sees what was signed', async () => {
    const { page } = phone;
    const count = () =>
      page.evaluate(async () => {
        const [name = ''] = (await caches.keys()).filter((one) => one.includes(' lu '));
        return (await (await caches.open(name)).keys()).filter((one) => one.url.includes('/lire/')).length;
      });
    await page.evaluate(async (school) => {
      const [name = ''] = (await caches.keys()).filter((one) => one.includes(' lu '));
      const cache = await caches.open(name);
      for (let n = 0; n < 40; n++)
        await cache.put(`/${school}/espace/parents/infos/lire/ancienne-${n}`, new Response());
    }, school.rne);
    await page.goto(school.url(`/espace/parents/infos/lire/${other}`));
    await settled(page, '/ancienne-10', false);
    expect(await count()).to.equal(30);
    await page.goto(school.url('/espace/parents/infos/'));
    await settled(page, '/ancienne-39', false);
    expect(await count()).to.equal(1);
    await page.goto(school.url(`/espace/parents/infos/lire/${other}`));
    await page.type('[name=name]', 'Paul Leroy');
    await Promise.all([page.waitForNavigation(), page.click('#signer')]);
    await page.waitForFunction(
      async (path) => (await (await caches.match(path))?.text())?.includes('a signé'),
      { polling: 20 },
      `/${school.rne}/espace/parents/infos/lire/${other}`,
    );
  });

  it('where a browser keeps nothing, the pages work as before and say no error', async () => {
    for (const refuse of [
      () => Object.defineProperty(Navigator.prototype, 'serviceWorker', { value: undefined }),
      () => Object.assign(ServiceWorkerContainer.prototype, { register: () => Promise.reject(new Error('privé')) }),
    ]) {
      const { page, context } = await openPage(360);
      const said: string[] = [];
      page.on('pageerror', (error) => said.push(String(error)));
      await page.evaluateOnNewDocument(refuse);
      await wear(context, await school.asAccount(school.people.parents.accountId, 'espace'));
      await page.goto(school.url(`/espace/parents/infos/lire/${read}`), { waitUntil: 'load' });
      await page.waitForNetworkIdle({ idleTime: 100 });
      await Promise.all([
        page.waitForNavigation(),
        page.$eval('form[action$="/connexion/sortie"] button', (button) => (button as HTMLElement).click()),
      ]);
      expect(page.url()).to.include('/connexion/');
      expect(said).to.deep.equal([]);
      await context.close();
    }
  });

  it('leaves nothing readable after the sign-out, only the offline page of the school; the device stays known', async () => {
    const { page, context, said } = phone;
    await page.goto(school.url(`/espace/parents/infos/lire/${read}`));
    await settled(page, `/lire/${read}`);
    const leave = () =>
      page.$eval('form[action$="/connexion/sortie"] button', (button) => (button as HTMLElement).click());
    await Promise.all([page.waitForNavigation({ waitUntil: 'load' }), leave()]);
    expect(new URL(page.url()).pathname).to.equal(`/${school.rne}/connexion/`);
    await settled(page, '/telephone/hors-connexion');
    expect(await left(page))
      .to.not.include(SECRET)
      .and.not.include('Sortie à la ferme')
      .and.not.include('Photo de classe')
      .and.not.include(school.people.parents.accountId)
      .and.not.include('LEROY');
    expect((await context.cookies()).map(({ name }) => name)).to.deep.equal(['preau-appareil']);
    await offline(page, true);
    for (const path of [`/espace/parents/infos/lire/${read}`, '/espace/parents/infos/', '/accueil/'])
      expect(await open(page, path))
        .to.include('Vous êtes hors connexion')
        .and.not.include('ferme');
    expect(said).to.deep.equal([]);
    await context.close();
  });

  it('a form without a network says so and keeps what was typed; whoever leaves then leaves nothing', async () => {
    phone = await phoneOfParent();
    const { page } = phone;
    await page.type('[name=name]', 'Paul Leroy');
    await offline(page, true);
    await page.click('#signer');
    expect(await page.$eval('.hors-ligne', (note) => note.textContent)).to.include('rien n’est parti');
    expect(await page.$eval('[name=name]', (field) => (field as HTMLInputElement).value)).to.equal('Paul Leroy');
    await page.click('[popovertarget=moi]');
    await page.click('#moi form[action$="/connexion/sortie"] button');
    await page.waitForFunction(() => document.body.innerText.includes('pas encore déconnecté'));
    expect(await left(page)).to.not.include(SECRET);
    await offline(page, false);
  });

  it('forgets when the session has ended, when somebody else is here, and when the director closes it', async () => {
    const { page, context } = phone;
    const again = async () => {
      await wear(context, await school.asAccount(school.people.parents.accountId, 'espace'));
      await page.goto(school.url(`/espace/parents/infos/lire/${read}`));
      await settled(page, `/lire/${read}`);
    };
    const gone = () => settled(page, `/lire/${read}`, false);

    await again();
    // The school gave a new password: all sessions ended.
    await school.db((db) => db.raw('select end_sessions(?, null, null)', [school.people.parents.accountId]));
    await page.goto(school.url('/espace/parents/accueil/'));
    await gone();

    await again();
    await wear(context, await school.asAccount(school.people.enseignants.accountId, 'espace'));
    await page.goto(school.url('/espace/enseignants/accueil/'));
    await gone();

    for (const name of ['mobile:parents', 'parents:infos.informations', 'parents']) {
      await again();
      await school.db((db) => db('published').insert({ name, on: false }));
      await page.goto(school.url('/espace/parents/accueil/'));
      await gone();
      await school.db((db) => db('published').where({ name }).delete());
    }
    await context.close();
  });

  it('F01-5 is an application a phone installs: the browser finds nothing missing, every icon has its size', async () => {
    const { page, context } = await openPage(360);
    await wear(context, await school.asAccount(school.people.parents.accountId, 'espace'));
    await page.goto(school.url('/espace/parents/accueil/'));
    const devtools = await page.createCDPSession();
    const { errors, data, url } = await devtools.send('Page.getAppManifest');
    expect([url, errors]).to.deep.equal([school.url('/telephone/application.webmanifest'), []]);
    const { installabilityErrors } = await devtools.send('Page.getInstallabilityErrors');
    expect(installabilityErrors.map((one) => one.errorId).filter((one) => one !== 'in-incognito')).to.deep.equal([]);
    const { icons } = JSON.parse(data ?? '{}') as { icons: { src: string; sizes: string }[] };
    for (const { src, sizes } of icons) {
      const drawn = await page.evaluate(async (from) => {
        const image = new Image();
        image.src = from;
        await image.decode();
        return `${image.naturalWidth}x${image.naturalHeight}`;
      }, src);
      expect(drawn, src).to.equal(sizes);
    }
    // The browser's offer waits for a button of « Mon compte », and is made nowhere by itself.
    await page.goto(school.url('/compte/'));
    expect(await page.$eval('#installer', (one) => one.checkVisibility())).to.equal(false);
    const held = await page.evaluate(() => {
      const offer = new Event('beforeinstallprompt', { cancelable: true });
      Object.assign(offer, { prompt: async () => document.body.classList.add('asked') });
      return !dispatchEvent(offer);
    });
    expect(held).to.equal(true);
    await page.waitForSelector('#installer button', { visible: true });
    await page.click('#installer button');
    await page.waitForSelector('body.asked');
    await context.close();
  });
});
