import { readFileSync, statSync } from 'node:fs';
import { expect } from 'chai';
import { sharedHouse } from '../testing/houses.ts';
import { type Client, openPdf, openSchool, type TestSchool } from '../testing.ts';
import { helpFor } from '../web/answer.ts';
import { finder } from './find.ts';
import { readPages } from './pages.ts';
import { helpPictures } from './pictures.ts';
import { SHOTS } from './shots.ts';

const FICHES = [
  ...['Ouvrir', 'Se connecter', 'Se repérer', 'Importer', 'professeurs', 'personnels', 'mairie', 'accompagnants'],
  ...['e-mails', 'établissement', 'Espaces', 'étiquettes', 'identifiants par e-mail', 'information', 'Discuter'],
  ...['casier', 'collecter', 'aide'],
];
/** Modules of the test house are not the product's. */
const OF_TESTS = ['potager', 'cantine', 'arrosage', 'cantine-dehors'];

describe('the knowledge base', function () {
  this.timeout(60_000);
  let school: TestSchool;
  let direction: Client;
  before(async () => {
    school = await openSchool();
    direction = school.as('direction');
  });
  after(() => school.close());
  const views = () => school.house.house.views;
  const pages = () => readPages(views()).filter(({ plugin }) => !OF_TESTS.includes(plugin));
  const pictures = () => helpPictures(school.house.house.config.root, school.house.loaded);
  const found = async (typed: string, client = direction) => {
    const { status, text } = await client.get(`/aide/recherche?q=${encodeURIComponent(typed)}`);
    expect(status).to.equal(200);
    const group = (title: string) => new RegExp(`<h2>${title}</h2>(.*?)</section>`, 's').exec(text)?.[1] ?? '';
    const urls = (title: string) =>
      [...group(title).matchAll(/href="\/\w+(\/(?:aide|gestion|espace)\/[^"]+)"/g)].map(([, url]) => url);
    return { text, help: urls('Aide'), screens: urls('Écrans'), people: urls('Personnes'), said: group('Aide') };
  };

  it('F18-1 says in one sentence what each page is for, then how; no two pages of a module have one title', () => {
    const titles = new Map<string, string>();
    for (const page of pages()) {
      const source = readFileSync(views().fileOf(page.name), 'utf8');
      expect(source, page.name).to.match(/^(\{\{! fiche \d+ \}\}\n)?<div class="card prose"><h1>[^<]+<\/h1>\s*<p>/);
      expect(page.summary.length, page.name).to.be.within(30, 180);
      const key = `${page.plugin} ${page.title}`;
      expect(titles.get(key), page.name).to.equal(undefined);
      titles.set(key, page.name);
    }
  });

  it('I-07 F18-2 every screen of Gestion and of the Espaces leads to a page of help', async () => {
    const { house } = await sharedHouse();
    const without = house.modules.routes
      .filter(({ area, plugin }) => area !== 'public' && area !== 'site' && !OF_TESTS.includes(plugin))
      .filter(({ plugin, path }) => plugin !== 'aide' && !path.includes('.'))
      .filter((route) => !helpFor(route, house.views))
      .map((route) => `${route.area} ${route.plugin} ${route.path}`);
    expect(without).to.deep.equal([]);
    for (const [screen, help] of [
      ['/gestion/ressources/eleves', 'ressources/eleves'],
      [`/gestion/ressources/eleves/${school.childId}/modifier`, 'ressources/eleves'],
      ['/gestion/infos/nouvelle', 'infos/nouvelle'],
    ])
      expect((await direction.get(screen as string)).text, screen).to.include(`href="/${school.rne}/aide/${help}"`);
    const parent = (await school.as('parents').get('/espace/parents/accueil/')).text;
    expect(parent).to.include(`href="/${school.rne}/aide/accueil/index"`);
  });

  it('F18-1 groups the pages by subject; in an Espace one’s own come first and open, those of Gestion last', async () => {
    const subjects = async (client: Client, path = '/aide/') => {
      const { text } = await client.get(path);
      const folds = [...text.matchAll(/<details class="fold"[^>]*?( open)?><summary>.*?<h2>(.*?)<\/h2>/gs)];
      return folds.map(([, open, title]) => (open ? `${title} (ouvert)` : title));
    };
    expect(await subjects(school.as('parents'))).to.deep.equal([
      'Dans votre Espace (ouvert)',
      'Se connecter, votre compte',
      'Dans les Espaces',
      'Pour la direction et le secrétariat',
    ]);
    const gestion = await subjects(direction, '/gestion/aide/');
    expect(gestion[0]).to.equal('Se connecter, votre compte (ouvert)');
    expect(gestion.at(-1)).to.equal('Dans les Espaces');
    expect(gestion)
      .to.include('Imports/Exports &gt; ONDE')
      .and.to.include('Ressources &gt; Élèves')
      .and.to.include('Communication &gt; Infos/sondages');
    expect((await subjects(school.as('visiteur')))[0]).to.equal('Se connecter, votre compte (ouvert)');
    const own = /Dans votre Espace(.*?)<\/details>/s.exec((await school.as('parents').get('/aide/')).text)?.[1];
    expect(own).to.include('/aide/collecte/a-fournir').and.include('/aide/infos/lire');
    expect(own).not.to.include('/aide/collecte/a-collecter').and.not.include('/aide/infos/nouvelle');
  });

  it('F18-2 each page proposes four others near to it, which the reader may open first', async () => {
    const next = async (client: Client, path: string) => {
      const { text } = await client.get(path);
      const list = /<h2 id="suite">.*?<\/section>/s.exec(text)?.[0] ?? '';
      return [...list.matchAll(/href="\/\w+(\/aide\/[^"]+)"/g)].map(([, url]) => url);
    };
    const labels = await next(direction, '/aide/credentials/etiquettes');
    expect(labels).to.have.length(4);
    expect(labels)
      .to.include('/aide/credentials/etiquettes-impressions')
      .and.not.include('/aide/credentials/etiquettes');
    const reading = await next(school.as('parents'), '/aide/infos/lire');
    expect(reading).to.have.length(4);
    expect(reading).to.include('/aide/infos/espace').and.not.include('/aide/infos/nouvelle');
    for (const url of ['/aide/connexion/index', '/aide/personnels/mairie', '/aide/telephone/index'])
      expect(await next(direction, url), url).to.have.length.within(3, 5);
  });

  it('F18-3 F03-5 the loupe forgives accents, plurals and slips of the finger, best page first, with the sentence', async () => {
    for (const [typed, page] of [
      ['étiquete', '/aide/credentials/etiquettes'],
      ['ETIQUETTES', '/aide/credentials/etiquettes'],
      ['mot de pase oublié', '/aide/connexion/oubli'],
      ['onde improt', '/aide/onde-import/eleves'],
      ['comment importer les éleves de onde', '/aide/onde-import/eleves'],
      ['signer une infromation', '/aide/infos/lire'],
      ['imprimer les étiquetes', '/aide/credentials/etiquettes'],
      ['casiers', '/aide/casier/index'],
    ]) {
      const { help } = await found(typed as string);
      expect(help.slice(0, 3), typed).to.include(page);
    }
    expect((await found('mot de pase')).said).to.include('mot de passe');
    const { screens, help } = await found('étiquete');
    expect(screens.join(), 'screens too').to.include('/gestion/credentials/etiquettes');
    expect(help.slice(0, 2)).to.include('/aide/credentials/etiquettes');
    expect((await found('leroy')).people, 'people as before').to.have.length.above(0);
    const { help: own } = await found('signer', school.as('parents'));
    expect(own).to.include.members(['/aide/infos/lire', '/aide/infos/nouvelle']);
    expect(own.indexOf('/aide/infos/lire'), 'what a parent meets first').to.be.below(
      own.indexOf('/aide/infos/nouvelle'),
    );
  });

  it('F18-3 what nothing answers says what to do, and leads to the Assistance', async () => {
    const { text, help } = await found('zzyzx');
    expect(help).to.deep.equal([]);
    expect(text).to.include('Rien ne répond à « zzyzx »').and.include(`href="/${school.rne}/assistance/"`);
    for (const odd of ['', '   ', '%', '<script>', 'a'.repeat(400), '’’']) await found(odd);
  });

  it('F18-3 one word right beats many nearly right, and what holds all words beats what holds some', () => {
    const doc = (title: string, ...sentences: string[]) => ({ title, summary: '', sentences });
    const find = finder([doc('Le code'), doc('ONDE', 'Importer de ONDE.'), doc('Le monde', 'Importer des cartes.')]);
    expect(find('onde').map(({ one }) => one.title)).to.deep.equal(['ONDE']);
    expect(find('onde improt').map(({ one, sentence }) => [one.title, sentence])).to.deep.equal([
      ['ONDE', 'Importer de ONDE.'],
    ]);
    expect(find('le la les')).to.deep.equal([]);
  });

  it('F18-2 F18-4 pictures of help exist, are small, are all used, and the command makes each of them', () => {
    const all = pictures();
    const named = pages().flatMap(({ name, plugin }) =>
      [...readFileSync(views().fileOf(name), 'utf8').matchAll(/aide\/image images\.([\w-]+) alt="([^"]{10,})"/g)].map(
        ([, picture]) => `${plugin}/${picture}`,
      ),
    );
    expect([...new Set(named)].toSorted()).to.deep.equal(all.map((one) => `${one.plugin}/${one.name}`).toSorted());
    const made = SHOTS.map(({ picture }) => picture);
    expect(made.toSorted()).to.deep.equal([...new Set(named)].toSorted());
    const sizes = all.map(({ file }) => statSync(file).size);
    expect(Math.max(...sizes)).to.be.at.most(25_000);
    expect(sizes.reduce((sum, size) => sum + size, 0)).to.be.at.most(500_000);
  });

  it('F18-1 a picture is told in words, has its size, and waits until it is seen', async () => {
    const { text } = await direction.get('/aide/credentials/etiquettes');
    const [, src] = /<img src="([^"]+)" alt="[^"]{10,}" width="\d+" height="\d+" loading="lazy"/.exec(text) ?? [];
    const answer = await fetch(school.house.origin + src);
    expect([answer.status, answer.headers.get('content-type')]).to.deep.equal([200, 'image/webp']);
  });

  it('F18-4 the guide holds the 18 steps in order, each with its steps, on screen and as a PDF', async () => {
    const marked = pages()
      .filter(({ fiche }) => fiche !== null)
      .sort((a, b) => (a.fiche as number) - (b.fiche as number));
    expect(marked.map(({ fiche }) => fiche)).to.deep.equal(FICHES.map((_, at) => at + 1));
    for (const [at, word] of FICHES.entries()) expect(marked[at]?.title).to.include(word);
    const { text } = await direction.get('/aide/guide');
    const heads = [...text.matchAll(/<h2 id="titre-(\d+)">/g)].map(([, n]) => Number(n));
    expect(heads).to.deep.equal(FICHES.map((_, at) => at + 1));
    for (const article of text.split('<article').slice(1)) expect(article).to.include('<ol>');
    expect((await school.as('visiteur').get('/aide/guide')).status).to.equal(200);
    const pdf = openPdf((await direction.get('/aide/guide/pdf')).bytes);
    expect(pdf.title).to.match(/^Les 18 étapes — /);
    expect([pdf.language, pdf.tagged]).to.deep.equal(['fr', true]);
    const sheets = Array.from({ length: pdf.pages }, (_, at) => pdf.text(at).replace(/\s+/g, ' '));
    const starts = marked.map(({ title, fiche }) =>
      sheets.findIndex((one) => one.trim().startsWith(`${fiche}. ${title}`)),
    );
    expect(starts, 'each step begins a page').to.deep.equal(starts.toSorted((a, b) => a - b));
    expect(Math.min(...starts)).to.be.at.least(1);
  });

  it('F18-4 notices for parents and teachers are one page each, with the address of the school’s sign-in to aim at', async () => {
    expect((await direction.get('/aide/documents')).text)
      .to.include('/aide/documents/parents')
      .and.include('/aide/documents/enseignants')
      .and.include('/aide/guide/pdf');
    for (const who of ['parents', 'enseignants']) {
      const pdf = openPdf((await direction.get(`/aide/documents/${who}`)).bytes);
      const address = `${school.house.house.config.url.origin}/${school.rne}/connexion/`;
      expect(pdf.pages, who).to.equal(1);
      expect(pdf.text(0)).to.include(address);
      expect((await pdf.codes(0)).map(({ text }) => text)).to.deep.equal([address]);
    }
    expect((await school.as('visiteur').get('/aide/documents/parents')).status, 'for who is signed in').to.equal(303);
  });
});
