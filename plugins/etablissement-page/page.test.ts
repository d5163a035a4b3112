import { openSchool, type TestSchool } from '@preau/core/testing';
import { expect } from 'chai';
import { deskOf, HOME } from './samples/school-page.test.ts';

describe('the Page établissement (fiche 10)', () => {
  let school: TestSchool;
  let desk: ReturnType<typeof deskOf>;
  before(async () => {
    school = await openSchool();
    desk = deskOf(school);
  });
  after(() => school.close());
  afterEach(() =>
    school.db(async (db) => {
      for (const table of ['published', 'plugin_settings', 'infos_items']) await db(table).delete();
      for (const table of ['elements', 'contents', 'links', 'photos']) await db(`etablissement_page_${table}`).delete();
    }),
  );
  const direction = () => school.as('direction');
  const visitor = () => school.as('visiteur');
  const order = (text: string, ...words: string[]) => words.map((word) => text.indexOf(word));

  it('F10-8 not published, whoever comes to the school lands on the sign-in; published, both addresses show the page, the sign-in one click away', async () => {
    for (const path of ['/', '/accueil/']) expect((await visitor().get(path)).location).to.match(/\/connexion\/$/);
    expect((await visitor().get('/etablissement-page/')).location).to.match(/\/accueil\/$/);
    await desk.publish();
    for (const path of ['/', '/accueil/', '/etablissement-page/']) {
      const { status, text } = await visitor().get(path);
      expect(status, path).to.equal(200);
      expect(text).to.include(`<title>École ${school.rne}, `);
      expect(text).to.include('2 place du Préau').and.include(`href="/${school.rne}/connexion/"`);
      expect(text).to.include(`<link rel="canonical" href="${school.url('/')}">`);
    }
    expect((await school.as('parents').get('/')).location).to.match(/\/espace\/parents\/accueil\/$/);
    await desk.publish(false);
    expect((await visitor().get('/')).location).to.match(/\/connexion\/$/);
  });

  it('F10-8 F11-03 the Page commune stays as it is when it alone is published; with both, « Se connecter » leads to its doors', async () => {
    await direction().post('/gestion/espaces-web/publier', { what: 'commune', on: '1', from: '' });
    expect((await visitor().get('/')).text).to.include('aria-label="Espaces"');
    await desk.publish();
    expect((await visitor().get('/')).text).to.include(`href="/${school.rne}/accueil/espaces"`);
    expect((await visitor().get('/accueil/espaces')).text).to.include('aria-label="Espaces"');
  });

  it('F10-1 one switch publishes the page and its mobile version, says so, and is undone', async () => {
    const off = await direction().get(`${HOME}/`);
    expect(off.text)
      .to.include('Publier la page établissement et la version mobile')
      .and.match(/aria-checked="false" id="publier"/);
    expect((await desk.publish()).location).to.equal(`/${school.rne}${HOME}/?regle=etablissement`);
    const on = await direction().get(`${HOME}/`);
    expect(on.text)
      .to.match(/aria-checked="true" id="publier"/)
      .and.include(school.url('/'));
    expect((await direction().get('/gestion/espaces-web/')).text).to.include(
      `href="/${school.rne}${HOME}/">Page établissement`,
    );
    expect((await visitor().get('/')).text).to.include('name="viewport" content="width=device-width');
  });

  it('F10-2 En-tête, Corps and Pied: what is unticked leaves the page, what the law asks stays, and the order is kept', async () => {
    await desk.publish();
    await desk.texts({
      intro: 'Une école au bord de la rivière',
      hours: 'Accueil à 8 h 20',
      'edito.html': '<p>Bonjour</p>',
    });
    await direction().post(`${HOME}/documents/ajouter`, { title: 'La mairie', address: 'https://www.ville.fr/' });
    await desk.information({ title: 'Kermesse samedi' });
    const page = async () => (await visitor().get('/')).text.split('</head>')[1] as string;
    const [intro, address] = order(await page(), 'au bord de la rivière', '2 place du Préau') as [number, number];
    expect(intro).to.be.within(1, address);
    await desk.set('presentation', 'descendre');
    await desk.set('module-infos', 'monter', 'corps');
    const [introNow, addressNow] = order(await page(), 'au bord de la rivière', '2 place du Préau') as [number, number];
    expect(addressNow).to.be.within(1, introNow);
    const [news, word] = order(await page(), 'Kermesse samedi', 'Le mot de la direction') as [number, number];
    expect(news).to.be.within(1, word);

    for (const [key, tab, words] of [
      ['horaires', '', 'Accueil à 8 h 20'],
      ['edito', 'corps', 'Bonjour'],
      ['liens', 'corps', 'La mairie'],
      ['module-infos', 'corps', 'Kermesse samedi'],
    ] as const) {
      expect(await page(), key).to.include(words);
      expect((await desk.set(key, 'cacher', tab)).location).to.include(`regle=${key}`);
      expect(await page(), key).to.not.include(words);
    }
    await desk.set('contact', 'cacher', 'pied');
    expect((await desk.set('mentions', 'cacher', 'pied')).status).to.equal(404);
    await desk.set('accessibilite', 'monter', 'pied');
    const foot = (await page()).split('<footer')[1] as string;
    expect(foot).to.include('href="/mentions-legales"').and.not.include('tel:');
    const [accessible, data] = order(foot, '/accessibilite', '/donnees-personnelles') as [number, number];
    expect(accessible).to.be.below(data);
    for (const [key, act] of [
      ['rien', 'monter'],
      ['edito', 'cacher'],
      ['nom', 'effacer'],
    ] as const)
      expect((await desk.set(key, act)).status, `${key} ${act}`).to.equal(404);
  });

  it('F10-2 two who put elements in order at the same moment lose nothing', async () => {
    const moves = [
      ['galerie', 'monter'],
      ['edito', 'descendre'],
      ['module-infos', 'descendre'],
      ['galerie', 'descendre'],
    ];
    const answers = await Promise.all(moves.map(([key, act]) => desk.set(key as string, act as string, 'corps')));
    expect(answers.map(({ status }) => status)).to.deep.equal([303, 303, 303, 303]);
    const places: number[] = await school.db((db) =>
      db('etablissement_page_elements').orderBy('position').pluck('position'),
    );
    expect(places).to.deep.equal([...places.keys()]);
  });

  it('F10-3 a diagram shows where each ticked element sits, and which are still empty', async () => {
    const diagram = async () =>
      /<div class="plan">(.*?)<\/section>/s.exec((await direction().get(`${HOME}/corps`)).text)?.[1] ?? '';
    expect(await diagram()).to.match(
      /aria-label="En-tête".*Adresse.*aria-label="Corps".*Informations.*aria-label="Pied".*Mentions légales/s,
    );
    expect(await diagram()).to.include('<li class="vacant">Édito</li>');
    await desk.texts({ 'edito.html': '<p>Bonjour</p>' });
    await desk.set('adresse', 'cacher');
    expect(await diagram())
      .to.include('<li class="">Édito</li>')
      .and.not.include('>Adresse<');
  });

  it('F10-5 F14-10 shows the informations ticked for it, within their period, with their documents; never another one', async () => {
    await desk.publish();
    const shown = await desk.information({
      title: 'Menus de décembre',
      body: '<p>Avec des <strong>frites</strong></p>',
    });
    const wrong = {
      'Sans la coche': { on_page: false },
      'Encore un brouillon': { state: 'draft' },
      'Retirée hier': { state: 'withdrawn' },
      'Période passée': { to_day: '2020-01-01' },
      'Pas encore commencée': { from_day: '2029-01-01' },
      'Encore annulable': { cancel_until: '2029-01-01' },
    };
    const ids: string[] = [];
    for (const [title, row] of Object.entries(wrong)) ids.push(await desk.information({ title, ...row }));
    const { text } = await visitor().get('/');
    expect(text).to.include('Menus de décembre').and.include(`/infos/publiques/${shown}`);
    for (const title of Object.keys(wrong)) expect(text).to.not.include(title);
    const files = await school.db(async (db) => {
      const { key } = (await db('files').first('key')) ?? { key: 'rien' };
      const row = (id: string) => ({
        about: `infos:${id}`,
        name: 'menu.pdf',
        type: 'application/pdf',
        size: 3,
        sha256: '',
        key,
        at: new Date(),
        position: 0,
      });
      return db('files')
        .insert([shown, ...ids].map(row))
        .returning(['id', 'about']);
    });
    const one = await visitor().get(`/infos/publiques/${shown}`);
    expect(one.text).to.include('<strong>frites</strong>').and.include('menu.pdf').and.not.include('Auteur');
    expect(one.headers.get('x-robots-tag')).to.equal('noindex');
    for (const id of ids) expect((await visitor().get(`/infos/publiques/${id}`)).status).to.equal(404);
    for (const { id, about } of files) {
      // Its bytes are not there: 404 too, but the module was asked.
      expect((await visitor().get(`/fichiers/${id}`)).status, 'the private address').to.equal(303);
      if (about !== `infos:${shown}`) expect((await visitor().get(`/fichiers/public/${id}`)).status).to.equal(404);
    }
    await desk.publish(false);
    expect((await visitor().get(`/infos/publiques/${shown}`)).status).to.equal(404);
    await school.db((db) => db('files').whereLike('about', 'infos:%').delete());
  });

  it('F10-5 F10-7 a block of another module is asked as by a visitor, also when the director looks', async () => {
    await desk.publish();
    for (const [role, path] of [
      ['visiteur', '/'],
      ['direction', '/etablissement-page/'],
      ['direction', `${HOME}/apercu`],
      ['parents', '/etablissement-page/'],
    ] as const)
      expect((await school.as(role).get(path)).text, `${role} ${path}`).to.include('Vu par tout le monde.');
    await desk.set('module-potager', 'cacher', 'corps');
    expect((await visitor().get('/')).text).to.not.include('potager');
  });

  it('F10-7 what a module publishes opens at no address, its files neither, once its element is unticked', async () => {
    await desk.publish();
    const id = await desk.information({ title: 'Menus' });
    await desk.document('Plan.txt', 'Plan');
    const { about, id: file } = await school.db((db) => db('files').first('id', 'about'));
    await school.db((db) =>
      db('files')
        .where({ id: file })
        .update({ about: `infos:${id}` }),
    );
    const addresses = [`/infos/publiques/${id}`, `/fichiers/public/${file}`, '/agenda/etablissement.ics'];
    const statuses = async () => {
      const all: number[] = [];
      for (const path of addresses) all.push((await visitor().get(path)).status);
      return all;
    };
    expect(await statuses()).to.deep.equal([200, 200, 200]);
    for (const name of ['infos', 'agenda']) await desk.set(`module-${name}`, 'cacher', 'corps');
    expect(await statuses()).to.deep.equal([404, 404, 404]);
    await school.db((db) => db('files').where({ id: file }).update({ about }));
    expect((await visitor().get(addresses[1] as string)).status, 'of the page itself').to.equal(200);
    await desk.set('documents', 'cacher', 'corps');
    expect((await visitor().get(addresses[1] as string)).status).to.equal(404);
  });

  it('F10-6 shows the page before and after publishing; before, only to whoever prepares it, and never to a search engine', async () => {
    await desk.texts({ 'edito.html': '<p>Bienvenue à tous</p>' });
    const preview = `${HOME}/apercu`;
    const { text, headers } = await direction().get(preview);
    expect(text)
      .to.include('Bienvenue à tous')
      .and.include('Aperçu de la page établissement')
      .and.not.include('og:title');
    expect(headers.get('x-robots-tag')).to.equal('noindex');
    expect((await visitor().get(preview)).location).to.include('/connexion/');
    for (const role of ['parents', 'enseignants', 'mairie'] as const)
      expect((await school.as(role).get(preview)).status, role).to.equal(403);
    await desk.publish();
    expect((await direction().get(`${HOME}/`)).text).to.include(`href="${school.url('/')}"`);
    expect((await direction().get('/etablissement-page/')).text).to.include('Bienvenue à tous');
  });

  it('B48 F11-08 search engines find the page only when the school lets them in, its files never; nothing hides it in robots.txt', async () => {
    const robots = async (path: string) => (await visitor().get(path)).headers.get('x-robots-tag');
    await desk.publish();
    await desk.document('Plan.txt', 'Plan');
    const file = /\/fichiers\/public\/[0-9a-f-]+/.exec((await visitor().get('/')).text)?.[0] as string;
    for (const path of ['/', file, '/connexion/']) expect(await robots(path), path).to.equal('noindex');
    await direction().post('/gestion/espaces-web/referencement', { block: '0' });
    expect(await robots('/')).to.equal('all');
    expect((await visitor().get('/')).text).to.not.include('name="robots"');
    for (const path of [file, '/espace/parents/accueil/', '/?q=1', `${HOME}/apercu`])
      expect(await robots(path), path).to.equal('noindex');
    for (const path of ['/robots.txt', '/sitemap.xml'])
      expect((await fetch(school.house.origin + path, { redirect: 'manual' })).status, path).to.equal(404);

    await desk.texts({ intro: 'Une école au bord de la rivière' });
    expect((await visitor().get('/')).text)
      .to.include(`og:title" content="École ${school.rne}"`)
      .and.include('og:description" content="Une école au bord de la rivière"');
    await desk.publish(false);
    const door = await visitor().get('/connexion/');
    expect(door.text).to.include(school.rne).and.not.include('og:').and.not.include('rivière');
    expect((await visitor().get(file)).status).to.equal(404);
  });

  it('B49 only the sites the school names may frame the page, and the sign-in is framed by nobody', async () => {
    const framed = async (path: string) => {
      const { headers } = await visitor().get(path);
      const [, by] = /frame-ancestors ([^;]+)/.exec(headers.get('content-security-policy') ?? '') ?? [];
      return [by, headers.get('x-frame-options')];
    };
    await desk.publish();
    expect(await framed('/')).to.deep.equal(["'none'", 'DENY']);
    expect((await visitor().get('/')).text).to.not.include('<base');
    for (const sites of [
      'http://www.ville.fr',
      'https://www.ville.fr/ecoles',
      'https://*.ville.fr',
      "https://ville.fr'; script-src *",
      'https://moi:secret@ville.fr',
      'https://localhost',
      'https://ville.fr *',
      'ville.fr',
    ]) {
      const refused = await direction().post(`${HOME}/sites`, { sites: `https://www.bon.fr\n${sites}` });
      expect(refused.status, sites).to.equal(422);
      expect(refused.text).to.include('n’est pas l’adresse d’un site').and.include('https://www.bon.fr');
    }
    await direction().post(`${HOME}/sites`, {
      sites: ' https://www.ville.fr/\nhttps://WWW.ville.fr\nhttps://agglo.fr:8443\nhttps://www.Été.fr',
    });
    for (const path of ['/', '/etablissement-page/'])
      expect(await framed(path), path).to.deep.equal([
        'https://www.ville.fr https://agglo.fr:8443 https://www.xn--t-9fab.fr',
        null,
      ]);
    expect((await visitor().get('/')).text).to.include('<base target="_top">');
    // A row that came with another server's archive was typed on no screen.
    const framed_by = ['https://a.fr; script-src *', '*', 'https://bon.fr'];
    await school.db((db) => db('etablissement_page_contents').update({ framed_by }));
    expect((await framed('/'))[0]).to.equal('https://bon.fr');
    const code = (await direction().get(`${HOME}/sites`)).text.replaceAll('&#x3D;', '=');
    expect(code).to.include(
      `&lt;iframe src=&quot;${school.url('/etablissement-page/')}&quot; title=&quot;École ${school.rne}&quot;`,
    );
    for (const path of ['/connexion/', '/accueil/espaces', '/aide/', `${HOME}/apercu`, '/infos/publiques/x'])
      expect(await framed(path), path).to.deep.equal(["'none'", 'DENY']);
    await desk.publish(false);
    expect(await framed('/')).to.deep.equal(["'none'", 'DENY']);
  });

  it('says beside each field what is wrong and loses nothing; links are https only', async () => {
    const long = await desk.texts({ intro: 'x'.repeat(201), hours: 'Accueil à 8 h 20' });
    expect(long.status).to.equal(422);
    expect(long.text).to.include('200 caractères au plus').and.include('Accueil à 8 h 20');
    for (const address of ['http://www.ville.fr', 'javascript:alert(1)', 'https://moi:secret@ville.fr', 'ville'])
      expect(
        (await direction().post(`${HOME}/documents/ajouter`, { title: 'Ville', address })).status,
        address,
      ).to.equal(422);
    for (const title of ['Un', 'Deux'])
      await direction().post(`${HOME}/documents/ajouter`, { title, address: `https://${title}.fr` });
    const links = () => school.db((db) => db('etablissement_page_links').orderBy('position').select('id', 'title'));
    const [first] = await links();
    await direction().post(`${HOME}/documents/lien`, { id: first.id, act: 'descendre', title: '', address: '' });
    expect((await links()).map(({ title }) => title)).to.deep.equal(['Deux', 'Un']);
    const forged = { id: '', act: 'remettre', title: '', address: 'https://ville.fr' };
    expect((await direction().post(`${HOME}/documents/lien`, forged)).status).to.equal(404);
    await direction().post(`${HOME}/documents/lien`, { id: first.id, act: 'retirer', title: '', address: '' });
    expect((await direction().get(`${HOME}/documents`)).text).to.include('value="remettre"');
    for (const path of ['/documents/lien', '/galerie/ordre', '/elements'])
      expect((await direction().post(HOME + path, { id: 'x', key: 'x', act: 'x' })).status, path).to.equal(404);
  });

  it('is not there when its module is off, and another school’s page tells nothing of this one', async () => {
    await desk.publish();
    await desk.texts({ intro: 'Une école au bord de la rivière' });
    const other = await openSchool({ rubrics: ['etablissement'] });
    expect((await other.as('visiteur').get('/')).text).to.not.include('rivière');
    expect((await visitor().get('/')).text).to.include('rivière');
    const id = await desk.information({ title: 'Menus' });
    const [photo] = await school.db((db) =>
      db('etablissement_page_photos')
        .insert({ alt: 'La cour', children_told: true, small: Buffer.from('x'), position: 1, added_at: new Date() })
        .returning('id'),
    );
    for (const path of [`/infos/publiques/${id}`, `/etablissement-page/photo/${photo.id}-petite.jpg`]) {
      expect((await visitor().get(path)).status, path).to.equal(200);
      expect((await other.as('visiteur').get(path)).status, `${path} elsewhere`).to.equal(404);
    }
    await other.close();
    const switched = (on: boolean) =>
      school.db((db) =>
        db('school_plugins')
          .insert({ school_id: school.id, plugin: 'etablissement-page', on })
          .onConflict(['school_id', 'plugin'])
          .merge(),
      );
    await switched(false);
    for (const path of [`${HOME}/`, '/etablissement-page/']) expect((await direction().get(path)).status).to.equal(404);
    expect((await visitor().get('/')).location).to.match(/\/connexion\/$/);
    await switched(true);
    expect((await visitor().get('/')).status).to.equal(200);
  });
});
