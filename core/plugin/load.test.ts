import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import pino from 'pino';
import { openHouse } from '../house.ts';
import { houseConfig, testFolders } from '../testing/houses.ts';
import { openSchool, openTestHouse, outsideCantine, sharedHouse } from '../testing.ts';
import { Refused } from './check.ts';
import { loadPlugins, pluginFolders } from './load.ts';

/** A module that may be used; each test spoils one word of it. */
const GOOD = {
  title: "'Verger'",
  privacy: '[]',
  permissions: "{ pick: 'Demandes > Cueillir' }",
  rubrics: "{ fruits: { title: 'Fruits', espaces: ['parents'], published: true } }",
  places: "['verger/bord']",
  nav: "[{ area: 'admin', under: 'Demandes > Verger', title: 'Fruits', path: '/', allow: 'verger.pick' }]",
  routes: `[
    { method: 'get', area: 'admin', path: '/', allow: 'verger.pick', as: 'form', back: '/', handle },
    { method: 'get', area: 'espace', path: '/', allow: 'verger.fruits', as: 'form', back: '/', handle },
    { method: 'get', area: 'public', path: '/', allow: 'anyone', as: 'form', back: '/', handle },
    { method: 'post', area: 'admin', path: '/', allow: 'verger.pick', as: 'form', back: '/', form: {}, handle },
  ]`,
};
type Words = Partial<Record<string, string>>;
const route = (words: string) =>
  `[{ method: 'get', area: 'admin', path: '/', allow: 'verger.pick', as: 'form', back: '/', handle, ${words} }]`;
const block = (words: string) =>
  `[{ place: 'verger/bord', title: 'Pommes', allow: 'verger.pick', view: 'verger/_pommes', data: async () => ({}), ${words} }]`;

const act = (words: string) =>
  `[{ list: 'ressources.pupils', key: 'x', icon: 'x', title: 'Cueillir pour {qui}', allow: 'verger.pick', path: '/', ${words} }]`;

describe('loading the modules of a house', () => {
  let home: string;
  let made = 0;
  before(() => {
    home = mkdtempSync(path.join(tmpdir(), 'preau-load-'));
  });
  after(() => rmSync(home, { recursive: true, force: true }));

  /** A folder with a plugin.ts and one view; each in a home of its own, so that two may have one name. */
  function folder(name: string, source: string): string {
    made += 1;
    const at = path.join(home, String(made), name);
    mkdirSync(path.join(at, 'views'), { recursive: true });
    writeFileSync(path.join(at, 'plugin.ts'), source);
    writeFileSync(path.join(at, 'views/_pommes.hbs'), '<p>Pommes</p>');
    return at;
  }
  /** A good module but for these words; `undefined` leaves one out. */
  function module(name: string, words: Words = {}): string {
    const own = Object.fromEntries(
      Object.entries(GOOD).map(([word, value]) => [word, value.replaceAll('verger', name)]),
    );
    const all: Words = { name: `'${name}'`, ...own, ...words };
    const body = Object.entries(all).flatMap(([word, value]) => (value === undefined ? [] : [`  ${word}: ${value},`]));
    return folder(name, `const handle = () => ({ reply: 'missing' });\nexport default {\n${body.join('\n')}\n};\n`);
  }
  const said = async (...folders: string[]): Promise<string> => {
    try {
      await loadPlugins({ folders });
    } catch (error) {
      expect(error).to.be.instanceOf(Refused);
      return (error as Error).message;
    }
    return 'rien';
  };
  /** What the house itself says when it opens with one more module. */
  async function opened(folder: string): Promise<string> {
    const { urls } = await sharedHouse();
    const options = { config: houseConfig(), database: urls, secret: randomBytes(32), log: pino({ level: 'silent' }) };
    return openHouse({ ...options, folders: [...testFolders(), folder] }).then(
      async (house) => {
        await house.close();
        return 'ouverte';
      },
      (error: Error) => error.message,
    );
  }
  /** One French sentence that names the module. */
  function expectSentence(message: string, name: string, reason: RegExp): void {
    expect(message).to.match(new RegExp(`^Module « ${name} » refusé : [^\\n]+\\.$`));
    expect(message).to.match(reason);
  }

  it('takes a module that says all it must', async () => {
    expect(await said(module('verger'))).to.equal('rien');
  });

  it('sorts them so that each comes after those it needs', async () => {
    const loaded = await loadPlugins({
      folders: [
        module('confiture', { dependsOn: "['verger', 'sucre']" }),
        module('verger', { dependsOn: "['terre']" }),
        module('sucre'),
        module('terre'),
      ],
    });
    const names = loaded.map((one) => one.plugin.name);
    expect(names).to.have.members(['confiture', 'verger', 'sucre', 'terre']);
    expect(names.indexOf('terre')).to.be.lessThan(names.indexOf('verger'));
    expect(names.indexOf('verger')).to.be.lessThan(names.indexOf('confiture'));
    expect(names.indexOf('sucre')).to.be.lessThan(names.indexOf('confiture'));
  });

  const REFUSALS: Record<string, [Words, RegExp]> = {
    'whose name is not its folder’s': [{ name: "'potager'" }, /n’est pas celui de son dossier/],
    'whose name is not kebab-case': [{ name: "'Verger_2'" }, /n’est pas en kebab-case/],
    'that needs a module which is not there': [{ dependsOn: "['lune']" }, /besoin du module « lune »/],
    'that needs itself': [{ dependsOn: "['verger']" }, /dépend de lui-même/],
    'whose route asks for a right nobody declares': [
      { nav: undefined, routes: route("allow: 'verger.eat'") },
      /inconnue, « verger\.eat »/,
    ],
    'whose menu asks for a right nobody declares': [
      { nav: GOOD.nav.replace("'verger.pick'", "'verger.eat'") },
      /menu « Fruits ».*inconnue, « verger\.eat »/,
    ],
    'whose step asks for a right nobody declares': [
      { steps: "[{ title: 'Cueillir', path: '/', allow: 'verger.eat', done: async () => true }]" },
      /étape « Cueillir ».*inconnue, « verger\.eat »/,
    ],
    'whose route says an inherited word for a right': [
      { nav: undefined, routes: route("allow: 'verger.constructor'") },
      /inconnue, « verger\.constructor »/,
    ],
    'whose menu leads to none of its pages': [{ nav: GOOD.nav.replace("path: '/'", "path: '/rien'") }, /\/rien/],
    'whose rubric is for an Espace nobody has': [
      { rubrics: "{ fruits: { title: 'Fruits', espaces: ['jardiniers'], published: true } }" },
      /Espace inconnu, « jardiniers »/,
    ],
    'whose route of an Espace stands on no rubric of its own': [
      { routes: route("area: 'espace', allow: 'verger.pick'"), nav: undefined },
      /rubriques/,
    ],
    'whose route of Gestion stands on a rubric': [
      { routes: route("allow: 'verger.fruits'"), nav: undefined },
      /rubrique hors d’un Espace/,
    ],
    'whose block is for a place nobody opens': [
      { blocks: block("place: 'verger/cime'") },
      /place inconnue, « verger\/cime »/,
    ],
    'whose block for anyone would stand on a page of somebody': [
      { blocks: block("allow: 'anyone'") },
      /ouvert à tous hors d’une place publique/,
    ],
    'whose block on a public page does not say that it is for anyone': [
      { publicPlaces: "['verger/haie']", blocks: block("place: 'verger/haie'") },
      /il doit le dire/,
    ],
    'whose block asks for a right nobody declares': [
      { blocks: block("allow: 'verger.eat'") },
      /inconnue, « verger\.eat »/,
    ],
    'whose block shows a view that is not there': [{ blocks: block("view: 'verger/_poires'") }, /verger\/_poires/],
    'whose act is for a list nobody declares': [
      { acts: act("list: 'verger.arbres'") },
      /liste inconnue, « verger\.arbres »/,
    ],
    'whose act asks for a right nobody declares': [{ acts: act("allow: 'verger.eat'") }, /inconnue, « verger\.eat »/],
    'whose act leads nowhere': [{ acts: act("path: '/cueillir'") }, /mène à \/cueillir/],
    'whose route does not say who may open it': [
      { nav: undefined, routes: route('allow: undefined') },
      /ne dit pas qui peut l’ouvrir \(allow\)/,
    ],
    'whose route of Gestion is open to anyone': [
      { nav: undefined, routes: route("allow: 'anyone'") },
      /ouverte à tous hors de la zone publique/,
    ],
    'whose route of an Espace is open to anyone': [
      { nav: undefined, routes: route("area: 'espace', allow: 'anyone'") },
      /ouverte à tous hors de la zone publique/,
    ],
    'that wants a route outside of the schools': [
      { nav: undefined, routes: route("area: 'site', path: '/verger', allow: 'anyone'") },
      /hors d’une école/,
    ],
    'whose route is in an area nobody knows': [{ nav: undefined, routes: route("area: 'cave'") }, /cave/],
    'whose route does not begin with a slash': [{ nav: undefined, routes: route("path: 'fruits'") }, /commence par \//],
    'that has two routes alike': [
      {
        routes: `[
          { method: 'get', area: 'admin', path: '/', allow: 'verger.pick', as: 'form', back: '/', handle },
          { method: 'get', area: 'admin', path: '/fruits/:id', allow: 'verger.pick', as: 'form', back: '/', handle },
          { method: 'get', area: 'admin', path: '/fruits/:fruit', allow: 'verger.pick', as: 'form', back: '/', handle },
        ]`,
      },
      /routes sont pareilles/,
    ],
    'whose form has no page to come back to': [
      { nav: undefined, routes: route("method: 'post', path: '/cueillir', back: '/panier', form: {}") },
      /pas de page où revenir \(\/panier\)/,
    ],
    'whose form comes back to a page of another area': [
      {
        nav: undefined,
        routes: `[
          { method: 'get', area: 'public', path: '/', allow: 'anyone', as: 'form', back: '/', handle },
          { method: 'post', area: 'admin', path: '/', allow: 'verger.pick', as: 'form', back: '/', form: {}, handle },
        ]`,
      },
      /pas de page où revenir/,
    ],
    'that has one word for a right and a rubric': [
      { permissions: "{ pick: 'Demandes > Cueillir', fruits: 'Demandes > Fruits' }" },
      /« fruits » est à la fois une permission et une rubrique/,
    ],
    'whose right stands in no category': [{ permissions: "{ pick: 'Cueillir' }" }, /Catégorie > Libellé/],
    'that does not say which personal data it keeps': [{ privacy: undefined }, /données personnelles/],
  };
  for (const [what, [words, reason]] of Object.entries(REFUSALS))
    it(`refuses a module ${what}`, async () => {
      expectSentence(await said(module('verger', words)), 'verger', reason);
    });

  it('refuses a name that another module has taken', async () => {
    expectSentence(await said(module('verger'), module('verger')), 'verger', /déjà pris/);
  });

  it('refuses the names of the core’s own screens, and then opens no house at all', async () => {
    for (const name of ['accueil', 'aide', 'configuration', 'portail', 'ressources'])
      expectSentence(await opened(module(name)), name, /déjà pris|réservé/);
    expectSentence(await opened(module('verger', { privacy: undefined })), 'verger', /données personnelles/);
  });

  it('refuses the words that begin the core’s own addresses', async () => {
    for (const name of [
      'gestion',
      'espace',
      'connexion',
      'compte',
      'fichiers',
      'c',
      'ouverture',
      'sante',
      'commune',
      'assets',
    ])
      expectSentence(await said(module(name)), name, /réservé au socle/);
  });

  it('refuses a circle and tells the way round', async () => {
    const message = await said(
      module('verger', { dependsOn: "['confiture']" }),
      module('confiture', { dependsOn: "['sucre']" }),
      module('sucre', { dependsOn: "['verger']" }),
    );
    expectSentence(message, 'verger', /lui-même en passant par verger, confiture, sucre/);
  });

  it('refuses a module whose plugin.ts does not load', async () => {
    expectSentence(await said(folder('verger', 'export default {{{')), 'verger', /plugin\.ts ne se charge pas/);
    expectSentence(await said(folder('verger', "throw new Error('gel')")), 'verger', /ne se charge pas \(gel\)/);
    expectSentence(await said(folder('verger', "import 'introuvable';")), 'verger', /ne se charge pas/);
    expectSentence(await said(folder('verger', 'export const plugin = {};')), 'verger', /n’exporte pas de déclaration/);
    expectSentence(await said(folder('verger', 'export default {};')), 'verger', /n’exporte pas de déclaration/);
  });

  it('refuses a folder that holds no module', async () => {
    const empty = path.join(home, 'vide');
    mkdirSync(empty);
    expectSentence(await said(empty), 'vide', /pas de fichier plugin\.ts/);
    expectSentence(await said(path.join(home, 'nulle-part')), 'nulle-part', /pas de fichier plugin\.ts/);
  });

  it('refuses a package that is not installed, in the same words', async () => {
    const message = await loadPlugins({ folders: [], packages: ['preau-module-introuvable'] }).then(
      () => 'rien',
      (error: Error) => error.message,
    );
    expectSentence(message, 'preau-module-introuvable', /./);
  });

  it('takes the folders of plugins/, in the order of their names, hidden ones left out', () => {
    const root = path.join(home, 'racine');
    for (const name of ['verger', 'abeilles', '.git']) mkdirSync(path.join(root, 'plugins', name), { recursive: true });
    writeFileSync(path.join(root, 'plugins/LISEZMOI.md'), '');
    expect(pluginFolders(root).map((one) => path.basename(one))).to.deep.equal(['abeilles', 'verger']);
    expect(pluginFolders(path.join(home, 'nulle-part'))).to.deep.equal([]);
  });

  it('opens a module from a folder outside of the house, and it works like those inside', async () => {
    const outside = outsideCantine();
    expect(path.relative(houseConfig().root, outside)).to.match(/^\.\./);
    const house = await openTestHouse({
      folders: [...testFolders().filter((one) => !one.endsWith('cantine')), outside],
    });
    expect(house.loaded.find((one) => one.plugin.name === 'cantine')?.folder).to.equal(outside);
    const school = await openSchool({ house, plugins: ['cantine'], rubrics: ['parents:cantine.menus'] });
    const saved = await school.as('direction').post('/gestion/cantine/', { day: '2026-11-25', dishes: 'Soupe' });
    expect(saved).to.include({ status: 303, location: `/${school.rne}/gestion/cantine/` });
    expect((await school.as('direction').get('/gestion/cantine/')).text).to.include('Menu enregistré.');
    const { status, text } = await school.as('parents').get('/espace/parents/cantine/');
    expect(status).to.equal(200);
    expect(text).to.include('2026-11-25 : Soupe').and.not.include('<form id="form-form"');
    expect((await school.as('direction').post('/gestion/cantine/', { day: '31/02/2026', dishes: '' })).status).to.equal(
      422,
    );
    expect((await school.as('visiteur').get('/espace/parents/cantine/')).status).to.equal(303);
    await school.close();
  });

  it('finds it by PLUGIN_FOLDERS alone', async () => {
    const config = houseConfig({ PLUGIN_FOLDERS: outsideCantine() });
    expect(config.pluginFolders).to.deep.equal([outsideCantine()]);
    const loaded = await loadPlugins({ folders: [...pluginFolders(config.root), ...config.pluginFolders] });
    expect(loaded.map((one) => one.plugin.name)).to.include('cantine');
  });
});
