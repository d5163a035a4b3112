import { expect } from 'chai';
import sharp from 'sharp';
import { openSchool, type TestSchool } from '../testing.ts';
import { shortName } from './manifest.ts';

const MANIFEST = '/telephone/application.webmanifest';
const LINK = `rel="manifest"`;

describe('a school as an application (F11-07, F01-5, C-47)', () => {
  let school: TestSchool;
  before(async () => {
    school = await openSchool({ name: 'École élémentaire Jules Ferry' });
  });
  after(() => school.close());

  const manifest = async () => JSON.parse((await school.as('visiteur').get(MANIFEST)).text);
  const publish = (name: string, on: boolean) =>
    school.db((db) => db('published').insert({ name, on }).onConflict(['school_id', 'name']).merge());

  it('F01-5 tells a phone its name, its address, its colours and its icons, to whoever asks', async () => {
    const answer = await school.as('visiteur').get(MANIFEST);
    expect(answer.headers.get('Content-Type')).to.include('application/manifest+json');
    const told = JSON.parse(answer.text);
    const at = (path: string) => `/${school.rne}${path}`;
    expect(told).to.include({ name: 'École élémentaire Jules Ferry', short_name: 'Jules Ferry', lang: 'fr' });
    expect(told).to.include({ start_url: at('/accueil/'), scope: at('/'), id: at('/'), display: 'standalone' });
    expect(told.theme_color).to.equal('#17357f');
    expect(told.icons.map((one: { sizes: string; purpose: string }) => `${one.sizes} ${one.purpose}`)).to.deep.equal([
      '192x192 any',
      '512x512 any',
      '192x192 maskable',
      '512x512 maskable',
    ]);
  });

  it('wears the theme of the school, then its own colour; its logo when it has one', async () => {
    await school.db((db) => db('espace_themes').insert({ espace: 'parents', theme: 'vert' }));
    expect((await manifest()).theme_color).to.equal('#124a34');
    const png = await sharp({ create: { width: 40, height: 20, channels: 3, background: '#c00000' } })
      .png()
      .toBuffer();
    const hash = 'a'.repeat(32);
    const values = { colour: '#1f6148', logo: { hash, alt: 'Un blason', width: 40, height: 20 } };
    await school.db(async (db) => {
      const sizes = { png_96: png, png_192: png, png_512: png, width: 40, height: 20 };
      await db('school_logos').insert({ hash, ...sizes, kept_at: new Date() });
      await db('plugin_settings').insert({ plugin: 'espaces-web', values: JSON.stringify(values) });
    });
    const told = await manifest();
    expect(told.theme_color).to.equal('#1f6148');
    expect(told.icons[0].src).to.include(`/looks/logo/${hash}-192.png`);
    const icon = await school.as('visiteur').get('/telephone/icone-512.png');
    const { data, info } = await sharp(icon.bytes).raw().toBuffer({ resolveWithObject: true });
    const point = (x: number, y: number) => [...data.subarray((y * info.width + x) * info.channels).subarray(0, 3)];
    expect([info.width, info.height]).to.deep.equal([512, 512]);
    expect([point(10, 10), point(256, 256)], 'the logo in the middle of white').to.deep.equal([
      [255, 255, 255],
      [192, 0, 0],
    ]);
  });

  it('has room for two words under an icon', () => {
    for (const [name, short] of [
      ['École primaire publique Les Tilleuls', 'Les Tilleuls'],
      ['Groupe scolaire Ève Paré', 'Ève Paré'],
      ['École', 'École'],
      ['Le Bourg', 'Le Bourg'],
    ] as const)
      expect(shortName(name)).to.equal(short);
  });

  it('F11-07 offers itself on pages of an Espace whose version mobile is on, never in Gestion', async () => {
    const home = '/espace/parents/accueil/';
    const [parents, direction] = [school.as('parents'), school.as('direction')];
    expect((await parents.get(home)).text)
      .to.include(LINK)
      .and.include(`data-phone="/${school.rne}/"`);
    expect((await direction.get('/gestion/accueil/')).text)
      .to.not.include(LINK)
      .and.not.include('data-phone');
    expect((await parents.get('/compte/')).text).to.include('Sur mon téléphone');
    expect((await direction.get('/compte/')).text).to.not.include('Sur mon téléphone');
    const worker = async () => (await school.as('visiteur').get('/telephone/sw.js')).text;
    const reads = 'parents|accompagnants|eleves|periscolaire|mairie)/infos/lire/[';
    expect(await worker()).to.include(reads);
    await publish('parents:infos.informations', false);
    expect(await worker()).to.not.include(reads);
    await publish('parents:potager.plants', false);
    await publish('parents:agenda.dates', false);
    expect((await parents.get(home)).text)
      .to.include(LINK)
      .and.not.include('data-phone');
    await publish('parents:infos.informations', true);
    await publish('parents:potager.plants', true);
    await publish('parents:agenda.dates', true);
    await publish('mobile:parents', false);
    expect((await parents.get(home)).text)
      .to.not.include(LINK)
      .and.not.include('data-phone');
    expect((await parents.get('/compte/')).text).to.not.include('Sur mon téléphone');
    await publish('mobile:parents', true);
  });

  it('a sign-in page weighs no more on a first visit; a device that has been here may keep the offline page', async () => {
    const first = await school.as('visiteur').get('/connexion/');
    expect(first.text).to.not.include(LINK).and.not.include('data-phone');
    const Cookie = `preau-appareil=${'0a'.repeat(16)}.${school.rne}`;
    const again = await school.as('visiteur').get('/connexion/', { Cookie });
    expect(again.text).to.include(LINK).and.include('data-phone');
  });

  it('sends one small worker, for this school’s own pages only, and sends it away where no Espace has a version mobile', async () => {
    const answer = await fetch(school.url('/telephone/sw.js'), { headers: { 'Accept-Encoding': 'gzip' } });
    expect(Number(answer.headers.get('Content-Length')), 'bytes on the wire').to.be.within(1, 4000);
    expect(answer.headers.get('Service-Worker-Allowed')).to.equal(`/${school.rne}/`);
    expect(answer.headers.get('Content-Type')).to.include('text/javascript');
    const text = await answer.text();
    expect(text).to.include(`const SCHOOL="/${school.rne}/"`);
    // Another phone number on the offline page is another worker, so that phones fetch that page again.
    await school.house.house.app('schools').where({ id: school.id }).update({ phone: '04 74 11 11 11' });
    const after = (await school.as('visiteur').get('/telephone/sw.js')).text;
    expect(after).to.not.equal(text);
    expect((await school.as('visiteur').get('/telephone/hors-connexion')).text).to.include('tel:0474111111');
    const all = ['direction', 'enseignants', 'parents', 'accompagnants', 'eleves', 'periscolaire', 'mairie'];
    for (const espace of all) await publish(`mobile:${espace}`, false);
    expect((await school.as('visiteur').get('/telephone/sw.js')).text)
      .to.include('registration.unregister()')
      .and.not.include('SCHOOL');
    for (const espace of all) await publish(`mobile:${espace}`, true);
  });

  it('the offline page says nothing of whoever asks for it', async () => {
    const seen = await school.as('visiteur').get('/telephone/hors-connexion');
    expect(seen.text).to.include('Vous êtes hors connexion').and.include('data-account=""');
  });

  it('asks the browser to drop what it stored when somebody signs out, and only then; the device stays known', async () => {
    const parent = await school.asAccount(school.people.parents.accountId, 'espace');
    const home = await parent.get('/espace/parents/accueil/');
    expect(home.headers.get('Clear-Site-Data')).to.equal(null);
    const out = await parent.post('/connexion/sortie');
    expect(out.headers.get('Clear-Site-Data')).to.equal('"storage"');
    expect(out.headers.getSetCookie().join()).to.not.include('preau-appareil');
  });
});
