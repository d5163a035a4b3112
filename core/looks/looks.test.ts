import { gzipSync } from 'node:zlib';
import { expect } from 'chai';
import sharp from 'sharp';
import type { School } from '../plugin/contract.ts';
import { openSchool, type TestSchool } from '../testing.ts';
import { logoPath } from './logo.ts';

const HOME = '/gestion/looks/';
/** What the browser shows after a redirect. */
const flashOf = async (school: TestSchool) => (await school.as('direction').get(HOME)).text;
const settings = (school: TestSchool) =>
  school.db(async (db) => (await db('plugin_settings').where({ plugin: 'espaces-web' }).first())?.values ?? {});

describe('the colour of a school', () => {
  let school: TestSchool;
  const choose = (code: string, shown = '') => school.as('direction').post(HOME, { code, shown });
  const sheetOf = (html: string) => /href="(\/assets\/[^"]*\/style\/[^"]*)"/.exec(html)?.[1] as string;
  const parents = async () => (await school.as('parents').get('/espace/parents/accueil/')).text;
  before(async () => {
    school = await openSchool();
  });
  after(() => school.close());

  it('F11-06 without one the pages ask for the sheet of their theme, as before', async () => {
    expect(sheetOf(await parents())).to.match(/\/style\/base\.css$/);
    expect((await school.as('visiteur').get('/connexion/')).text).to.not.include('class="logo"');
  });

  it('F11-06 is refused below 4.5:1 in words, with the nearest one that can be read; nothing is kept', async () => {
    const answer = await choose('#FFE066');
    expect(answer.status).to.equal(422);
    expect(answer.text).to.include('blanc sur ce jaune, 1,3 pour 4,5 demandés').and.include('value="#FFE066"');
    const nearest = /name="code" value="(#[0-9a-f]{6})"><input type="hidden" name="shown" value="">/.exec(
      answer.text,
    )?.[1];
    expect(await settings(school)).to.not.have.property('colour');
    // What the page now shows began here: without JavaScript the palette counts too, if it is what changes.
    expect(answer.text)
      .to.include('name="shown" value="#FFE066"')
      .and.match(/name="picked" value="#ffe066"/);
    const palette = { picked: '#124a34', code: '#FFE066', shown: '#FFE066' };
    expect((await school.as('direction').post(HOME, { ...palette, picked: '#ffe066' })).status).to.equal(422);
    expect((await school.as('direction').post(HOME, palette)).status).to.equal(303);
    expect((await settings(school)).colour).to.equal('#124a34');
    expect((await choose(nearest as string)).status).to.equal(303);
    expect((await settings(school)).colour).to.equal(nearest);
  });

  for (const wrong of ['', 'rouge', '#12345', '#1f61480', 'url(x)', '#1f614g', '}*{'])
    it(`F11-06 « ${wrong} » is no colour`, async () => {
      const answer = await choose(wrong, 'x');
      expect([answer.status, answer.text.includes('Une couleur s’écrit avec #')]).to.deep.equal([422, true]);
    });

  it('F11-06 goes to the roof of Espaces, sign-in and public pages; never to Gestion, nor over Contraste', async () => {
    await school.db((db) =>
      db('espace_themes').insert([
        { espace: 'parents', theme: 'vert' },
        { espace: 'eleves', theme: 'contraste' },
      ]),
    );
    await choose('8A1F4B');
    expect(await flashOf(school))
      .to.include('de cette couleur : #8a1f4b')
      .and.include('Annuler');
    expect(sheetOf(await parents())).to.match(/\/style\/vert-8a1f4b\.css$/);
    const others = [
      (await school.as('visiteur').get('/connexion/')).text,
      (await school.as('visiteur').get('/potager/')).text,
      (await school.as('visiteur').get('/rien')).text,
    ];
    for (const html of others) expect(sheetOf(html)).to.match(/-8a1f4b\.css$/);
    expect(sheetOf((await school.as('eleves').get('/espace/eleves/accueil/')).text)).to.match(/\/contraste\.css$/);
    const gestion = (await school.as('direction').get('/gestion/accueil/')).text;
    expect(gestion).to.include('/style/base.css').and.not.include('8a1f4b');
    expect((await school.as('direction').get('/gestion/rien')).text).to.not.include('style=');
  });

  it('F11-06 arrives in the theme’s own sheet: the same requests, kept for a year, a few bytes more', async () => {
    const address = sheetOf(await parents());
    const [painted, plain] = await Promise.all(
      [address, address.replace('-8a1f4b', '')].map((one) => school.as('visiteur').get(one)),
    );
    const added = (painted as { text: string }).text.slice((plain as { text: string }).text.length);
    expect(added).to.match(/^@layer tokens\{\[data-theme="vert"\]\{--brand:#8a1f4b;/);
    expect(gzipSync(added).length).to.be.below(200);
    expect(painted?.headers.get('cache-control')).to.equal('public, max-age=31536000, immutable');
    const packed = await school.as('visiteur').get(address, { 'Accept-Encoding': 'br' });
    expect(packed.headers.get('content-encoding')).to.equal('br');
    expect(packed.text).to.equal(painted?.text);
  });

  for (const name of [
    'vert-8A1F4B',
    'vert-8a1f4',
    'vert-8a1f4b0',
    'contraste-8a1f4b',
    'rien-8a1f4b',
    'vert-',
    'vert--8a1f4b',
  ])
    it(`F11-06 no sheet is made for « ${name} »`, async () => {
      const folder = sheetOf(await parents()).replace(/[^/]*$/, '');
      expect((await school.as('visiteur').get(`${folder}${name}.css`)).status).to.equal(404);
    });

  it('F11-06 without JavaScript « Voir » shows it on the roof before it is chosen; the palette or the code counts, whichever changed', async () => {
    const look = async (query: string) => (await school.as('direction').get(`${HOME}?${query}`)).text;
    const good = await look('picked=%238a1f4b&code=%23124a34&shown=%238a1f4b');
    expect(good).to.include('/style/couleur-124a34.css').and.include('se lisent bien').and.include('value="#124a34"');
    expect(await look('picked=%23ffd45e&code=%238a1f4b&shown=%238a1f4b')).to.include('blanc sur ce jaune, 1,4 pour');
    expect(await look('picked=%3Cscript%3E&code=&shown=')).to.include('/style/couleur-8a1f4b.css');
    const part = await school.as('direction').get(`${HOME}?picked=%23124a34`, { 'HX-Request-Type': 'partial' });
    expect(part.text)
      .to.match(/^<div class="stack tight" id="apercu"/)
      .and.include('/style/couleur-124a34.css');
    expect((await settings(school)).colour).to.equal('#8a1f4b');
  });

  it('F11-06 what the other screens keep beside it stays, and it can be taken off, and back', async () => {
    await school.db((db) =>
      db.raw(`update plugin_settings set values = values || '{"index":true}' where plugin = 'espaces-web'`),
    );
    await school.as('direction').post(`${HOME}sans-couleur`);
    expect(await settings(school)).to.include({ index: true, colour: null });
    const undo = await flashOf(school);
    expect(undo).to.include('la couleur de son thème').and.include('name="picked" value="#8a1f4b"');
    expect(sheetOf(await parents())).to.match(/\/vert\.css$/);
    await choose('#8a1f4b');
    expect(await settings(school)).to.include({ index: true, colour: '#8a1f4b' });
    const acts = await school.db((db) => db('audit_log').where('about', '#8a1f4b').pluck('act'));
    expect(acts).to.include('Couleur de l’école choisie');
  });

  it('F11-06 two directors: the second is told what stands, and nothing is overwritten', async () => {
    const page = (await school.as('direction').get(HOME)).text;
    const version = /name="_version" value="([^"]*)"/.exec(page)?.[1] as string;
    await choose('#124a34');
    const late = await school.as('direction').post(HOME, { code: '#0a5a7c', shown: '#8a1f4b', _version: version });
    expect([late.status, late.text.includes('Quelqu’un d’autre')]).to.deep.equal([422, true]);
    expect((await settings(school)).colour).to.equal('#124a34');
  });

  it('F11-06 only who may choose it opens the screen; another school keeps its own', async () => {
    for (const role of ['quotidienne', 'parents', 'enseignants'] as const)
      expect((await school.as(role).post(HOME, { code: '#124a34', shown: '' })).status).to.equal(403);
    const other = await openSchool();
    expect((await other.as('visiteur').get('/connexion/')).text).to.not.include('124a34');
    await other.close();
  });
});

describe('the logo of a school', () => {
  let school: TestSchool;
  const picture = async (width: number, height: number, type: 'png' | 'jpeg' | 'webp' = 'png', name = 'logo.png') =>
    new File(
      [
        await sharp({ create: { width, height, channels: 4, background: '#8a1f4b80' } })
          [type]()
          .toBuffer(),
      ],
      name,
    );
  const send = (file: File | null, alt = '') =>
    school.as('direction').post(`${HOME}logo`, { alt, ...(file ? { picture: file } : {}) });
  const first = (role: 'accompagnants', state: 'provisional' | 'active') =>
    school.db((db) => db('accounts').where({ id: school.people[role].accountId }).update({ state }));
  const path = async (size: 96 | 192 | 512 = 192) =>
    logoPath({ settings: { 'espaces-web': await settings(school) } }, size);
  before(async () => {
    school = await openSchool();
  });
  after(() => school.close());

  it('F11-06 is drawn again on white in three sizes, and stands beside the school’s name with its words and its size', async () => {
    expect((await send(await picture(800, 400, 'webp'), 'Un cerf-volant <rouge>')).status).to.equal(303);
    for (const [size, expected] of [
      [96, [192, 96]],
      [192, [192, 192]],
      [512, [512, 512]],
    ] as const) {
      const answer = await school.as('visiteur').get((await path(size)) as string);
      const { width, height, format, exif, hasAlpha } = await sharp(answer.bytes).metadata();
      expect([width, height]).to.deep.equal(expected);
      expect([format, exif, hasAlpha]).to.deep.equal(['png', undefined, false]);
      expect(answer.headers.get('content-type')).to.equal('image/png');
      expect(answer.headers.get('cache-control')).to.equal('public, max-age=31536000, immutable');
    }
    const image = `<img class="logo" src="/${school.rne}${await path(96)}" width="96" height="48" alt="Un cerf-volant &lt;rouge&gt;">`;
    expect((await school.as('visiteur').get('/connexion/')).text).to.include(`<div class="plate with-logo">${image}`);
    expect((await school.as('parents').get('/espace/parents/accueil/')).text).to.include(image);
    expect((await school.as('visiteur').get('/potager/')).text).to.include(image);
    expect((await school.as('direction').get('/gestion/accueil/')).text).to.not.include('class="logo"');
  });

  it('F11-06 only the one that is shown now can be fetched, in the sizes there are, in its own school', async () => {
    const before = (await path()) as string;
    expect((await school.as('accompagnants').get(before)).status).to.equal(200);
    await first('accompagnants', 'provisional');
    expect((await school.as('accompagnants').get(before)).status, 'before the first steps').to.equal(200);
    await first('accompagnants', 'active');
    await send(await picture(300, 300, 'jpeg'));
    const now = (await path()) as string;
    const gone = [
      before,
      now.replace('192', '300'),
      now.replace('192', '0192'),
      now.replace('.png', ''),
      '/looks/logo/x.png',
    ];
    for (const address of gone) expect((await school.as('direction').get(address)).status, address).to.equal(404);
    expect((await school.as('visiteur').get(now)).status).to.equal(200);
    const other = await openSchool();
    expect((await other.as('visiteur').get(now)).status).to.equal(404);
    await other.close();
  });

  const svg = '<svg xmlns="http://www.w3.org/2000/svg" width="200" height="200"><script>alert(1)</script></svg>';
  const REFUSED: [string, () => Promise<File | null> | File | null, string][] = [
    ['a drawing (SVG)', () => new File([svg], 'logo.png'), 'n’est pas une image PNG, JPEG ou WebP'],
    ['a page', () => new File(['<h1>logo</h1>'], 'logo.png'), 'n’est pas une image PNG, JPEG ou WebP'],
    ['a tiny one', () => picture(60, 40), 'trop petite : 60 × 40 points. Il en faut 96'],
    ['one wider than any', () => picture(6100, 800), 'trop grande : 6 100 × 800 points, 6 000 au plus'],
    ['a line', () => picture(2000, 10), 'trop allongée'],
    [
      'half a picture',
      async () => new File([(await (await picture(400, 400, 'jpeg')).arrayBuffer()).slice(0, 300)], 'l.jpg'),
      'abîmée',
    ],
  ];
  for (const [what, file, reason] of REFUSED)
    it(`F11-06 ${what} is refused in French, and the logo of before stays`, async () => {
      const before = await path();
      const answer = await send(await file(), 'Mes mots');
      expect(answer.status).to.equal(422);
      expect(answer.text.replace(/[\u202f\u00a0]/g, ' '))
        .to.include(reason)
        .and.include('value="Mes mots"');
      expect(await path()).to.equal(before);
    });

  it('F11-06 its words change alone, and « Annuler » brings the earlier ones back', async () => {
    await send(null, 'Un cerf-volant');
    const before = await path();
    await send(null, 'École du Bourg');
    const door = async () => (await school.as('visiteur').get('/connexion/')).text;
    expect(await door()).to.include('alt="École du Bourg"');
    expect(await path()).to.equal(before);
    const undo = /name="alt" value="([^"]+)"><input type="hidden" name="hash" value="([0-9a-f]{16})"/;
    const [, alt, hash] = undo.exec(await flashOf(school)) as unknown as [string, string, string];
    await school.as('direction').post(`${HOME}logo-montre`, { hash, alt });
    expect(await door())
      .to.include('alt="Un cerf-volant"')
      .and.not.include('École du Bourg');
    expect(await path()).to.equal(before);
  });

  it('F11-06 is taken off and comes back by « Annuler »; a day later the night forgets it', async () => {
    const shown = (await path()) as string;
    await school.as('direction').post(`${HOME}logo-montre`, { hash: '', alt: '' });
    expect((await school.as('visiteur').get(shown)).status).to.equal(404);
    expect((await school.as('visiteur').get('/connexion/')).text).to.not.include('class="logo"');
    const [, hash = ''] = /name="hash" value="([0-9a-f]{16})"/.exec(await flashOf(school)) ?? [];
    await school.as('direction').post(`${HOME}logo-montre`, { hash, alt: 'Retour' });
    expect((await school.as('visiteur').get(shown)).status).to.equal(200);
    expect((await school.as('direction').post(`${HOME}logo-montre`, { hash: 'inconnu', alt: '' })).status).to.equal(
      404,
    );
    const kept = () => school.db((db) => db('school_logos').pluck('hash'));
    const [other] = (await kept()).filter((one) => one !== hash);
    await school.db((db) => db('school_logos').update({ kept_at: '2026-01-01' }));
    // Replaced an hour ago.
    await school.db((db) =>
      db('school_logos')
        .where({ hash: other })
        .update({ kept_at: new Date(Date.now() - 3_600_000) }),
    );
    await school.db((db) =>
      school.house.house.jobs.later(db, { id: school.id } as School, 'looks', 'nightly.sweep', null),
    );
    await school.runJobs();
    expect(await kept()).to.have.members([hash, other]);
    await school.db((db) => db('school_logos').update({ kept_at: '2026-01-01' }));
    await school.db((db) =>
      school.house.house.jobs.later(db, { id: school.id } as School, 'looks', 'nightly.sweep', null),
    );
    await school.runJobs();
    expect(await kept()).to.deep.equal([hash]);
  });

  it('F11-06 a school without a logo is asked for one, not for words about none', async () => {
    await school.as('direction').post(`${HOME}logo-montre`, { hash: '', alt: '' });
    const answer = await send(null, 'Rien');
    expect([answer.status, answer.text.includes('Choisissez l’image de votre logo.')]).to.deep.equal([422, true]);
    expect(await path()).to.equal(null);
  });
});

describe('light and dark', () => {
  let school: TestSchool;
  const head = async (path: string, role: 'parents' | 'direction' | 'visiteur') => {
    const { text } = await school.as(role).get(path);
    return [/data-mode="(\w*)"/.exec(text)?.[1], /name="color-scheme" content="([^"]*)"/.exec(text)?.[1]];
  };
  before(async () => {
    school = await openSchool();
  });
  after(() => school.close());

  it('P7 follow the device until the person says otherwise; then everywhere, Gestion too, on every device', async () => {
    expect(await head('/espace/parents/accueil/', 'parents')).to.deep.equal(['auto', 'light dark']);
    for (const [role, path] of [
      ['parents', '/espace/parents/accueil/'],
      ['direction', '/gestion/accueil/'],
    ] as const) {
      expect((await school.as(role).post('/compte/affichage', { appearance: 'dark' })).location).to.match(
        /\/compte\/$/,
      );
      expect(await head(path, role)).to.deep.equal(['dark', 'dark']);
      expect(await head('/fichiers/00000000-0000-4000-8000-000000000000', role)).to.deep.equal(['dark', 'dark']);
    }
    const again = await school.asAccount(school.people.parents.accountId, 'espace');
    expect((await again.get('/compte/')).text)
      .to.include('data-mode="dark"')
      .and.match(/value="dark" checked/);
    await school.as('parents').post('/compte/affichage', { appearance: 'light' });
    expect(await head('/compte/', 'parents')).to.deep.equal(['light', 'light']);
    expect(await head('/gestion/accueil/', 'direction')).to.deep.equal(['dark', 'dark']);
  });

  it('P7 before the sign-in they follow the device, and nothing else is a choice', async () => {
    expect(await head('/connexion/', 'visiteur')).to.deep.equal(['auto', 'light dark']);
    const wrong = await school.as('parents').post('/compte/affichage', { appearance: 'rose' });
    expect([wrong.status, wrong.text.includes('Choisissez « Affichage »')]).to.deep.equal([422, true]);
  });
});
