import { execFile } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import ts from 'typescript';
import { connect } from '../database/connect.ts';
import { loadPlugins } from '../plugin/load.ts';
import { checkLetter } from '../tenancy/rne.ts';
import { openSchool, openTestHouse, sharedHouse, type TestHouse } from '../testing.ts';
import { routerPath } from '../web/paths.ts';
import { checkImports } from './check-imports.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');
const TEST_HOUSE = ['cantine', 'potager', 'arrosage'].map((name) => path.join(ROOT, 'core/testing/house', name));

interface Told {
  code: number;
  out: string;
  err: string;
}

/** Where compiled sources are kept: it makes a start shorter, and changes nothing else. */
const { PATH, NODE_COMPILE_CACHE, NODE_COMPILE_CACHE_PORTABLE } = process.env;

/** Runs a script with Node, in an environment that holds nothing but what is given. */
function node(args: string[], env: Record<string, string> = {}, cwd = ROOT): Promise<Told> {
  return new Promise((resolve) => {
    const options = {
      cwd,
      env: { PATH, NODE_COMPILE_CACHE, NODE_COMPILE_CACHE_PORTABLE, ...env },
      maxBuffer: 20_000_000,
    };
    execFile(process.execPath, args, options, (error, out, err) =>
      resolve({ code: error ? Number(error.code) : 0, out, err }),
    );
  });
}

const cli = (args: string[], env?: Record<string, string>) =>
  node([path.join(ROOT, 'core/scripts/cli.ts'), ...args], env);

function databaseOf(house: TestHouse): Record<string, string> {
  const { secret } = JSON.parse(process.env.PREAU_TEST_DATABASE as string);
  return {
    DATABASE_URL: house.urls.app,
    DATABASE_DOOR_URL: house.urls.door,
    DATABASE_OWNER_URL: house.urls.owner,
    PREAU_SECRET: secret,
    PREAU_URL: house.origin,
  };
}

describe('npm run preau', function () {
  this.timeout(60_000);

  it('lists its commands when it is given none, or one it does not know', async () => {
    for (const [args, first] of [
      [[], 'Donnez une commande.'],
      [['toString'], 'La commande « toString » n’existe pas.'],
    ] as const) {
      const told = await cli([...args]);
      expect(told.code).to.equal(1);
      expect(told.err).to.match(new RegExp(`^${first}`));
      for (const name of ['migrate', 'school:open', 'routes', 'plugin:new', 'module:forget', 'onde:check'])
        expect(told.err).to.include(`\n  ${name}`);
    }
  });

  it('says what is wrong in one sentence, without a stack', async () => {
    const away = 'postgres://preau_app@127.0.0.1:1/preau';
    const env = {
      DATABASE_URL: away,
      DATABASE_DOOR_URL: away,
      DATABASE_OWNER_URL: away,
      PREAU_SECRET: 'ab'.repeat(32),
    };
    for (const [args, sentence] of [
      [['migrate', 'tout'], /^Écrivez : npm run preau -- migrate\n$/],
      [['routes', '--json'], /^Écrivez : npm run preau -- routes\n$/],
      [['migrate'], /^La base de données ne répond pas \(ECONNREFUSED\) : [^\n]*\n$/],
    ] as const) {
      const told = await cli([...args], env);
      expect(told.err).to.match(sentence);
      expect(told.code).to.equal(1);
    }
    const told = await cli(['routes'], { PORT: 'quatre' });
    expect(told).to.deep.equal({ code: 1, out: '', err: 'PORT doit être un nombre de 1 à 65535, pas « quatre ».\n' });
  });

  it('shows every route of the house with what opens it, and needs no database for it', async () => {
    const { house } = await sharedHouse();
    const { code, out, err } = await cli(['routes'], { PLUGIN_FOLDERS: TEST_HOUSE.join(',') });
    expect(err).to.equal('');
    expect(code).to.equal(0);
    const [head, ...lines] = out.trimEnd().split('\n');
    expect(head?.split(/ +/)).to.deep.equal(['METHOD', 'URL', 'ALLOW', 'PLUGIN']);
    const rows = house.modules.routes.map((route) =>
      [route.method.toUpperCase(), routerPath(route), route.allow, route.plugin].join(' '),
    );
    expect(lines.map((line) => line.split(/ +/).join(' '))).to.have.members(rows);
    expect(rows).to.include('POST /:rne/gestion/cantine/ cantine.edit cantine');
  });
});

describe('the commands of modules', function () {
  this.timeout(60_000);
  let folder: string;
  const away = 'postgres://preau_app@127.0.0.1:1/preau';
  const nowhere = { DATABASE_URL: away, DATABASE_DOOR_URL: away, PREAU_SECRET: 'ab'.repeat(32) };
  const sample = (name: string) => path.join(ROOT, 'plugins/onde-import/samples', name);

  before(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'preau-commands-'));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  function module(name: string, declaration: string): Record<string, string> {
    mkdirSync(path.join(folder, name), { recursive: true });
    writeFileSync(path.join(folder, name, 'plugin.ts'), declaration);
    return { PLUGIN_FOLDERS: path.join(folder, name) };
  }
  const greeting = (name: string, command: string) =>
    module(
      name,
      `export default { name: '${name}', title: 'Salut', privacy: [], commands: { '${command}': {
        usage: '${command} MOT [--times N] [--loud]', summary: 'salue', words: 1, options: ['times'], flags: ['loud'],
        load: async () => async (line, desk) => desk.print(JSON.stringify(line)) } } };`,
    );

  it('run with their words, options and flags, and are listed beside the core’s', async () => {
    const env = greeting('salut', 'salut:dire');
    const told = await cli(['salut:dire', '--loud', 'bonjour', '--times', '2'], env);
    expect(JSON.parse(told.out)).to.deep.equal({
      words: ['bonjour'],
      options: { times: '2' },
      flags: { loud: true },
    });
    expect(JSON.parse((await cli(['salut:dire', 'bonjour'], env)).out)).to.deep.include({ flags: { loud: false } });
    const usage = 'Écrivez : npm run preau -- salut:dire MOT [--times N] [--loud]\n';
    for (const wrong of [[], ['a', 'b'], ['a', '--loud=1'], ['a', '--soft']])
      expect(await cli(['salut:dire', ...wrong], env)).to.deep.equal({ code: 1, out: '', err: usage });
    expect((await cli([], env)).err)
      .to.include('\n  salut:dire MOT')
      .and.include('\n  migrate');
  });

  it('take no name that is taken', async () => {
    const told = await cli(['autre'], greeting('voleur', 'migrate'));
    expect(told.err).to.equal('Module « voleur » refusé : la commande « migrate » existe déjà.\n');
  });

  it('a module that cannot be read is one sentence, and does not touch the commands of the core', async () => {
    const env = module('casse', 'export default {;');
    const told = await cli(['salut:dire'], env);
    expect(told.code).to.equal(1);
    expect(told.err).to.match(/^Module « casse » refusé : plugin\.ts ne se charge pas [^\n]*\n$/);
    expect((await cli(['plugin:new'], env)).err).to.match(/^Écrivez : npm run preau -- plugin:new/);
  });

  it('onde:check opens no database without --school, and exits 0 on a verdict of either kind', async () => {
    const good = await cli(['onde:check', sample('eleves.csv'), '--kind', 'eleves', '--json'], nowhere);
    expect(good).to.include({ code: 0, err: '' });
    expect(JSON.parse(good.out)).to.include({ verdict: 'accept', rows: 30, classes: 3 });
    const bad = await cli(['onde:check', sample('v12_vide.csv'), '--kind', 'eleves', '--json'], nowhere);
    expect(bad).to.include({ code: 0, err: '' });
    expect(JSON.parse(bad.out)).to.include({ verdict: 'reject' });
    for (const [args, sentence] of [
      [
        [sample('absent.csv'), '--kind', 'eleves'],
        /^Le fichier [^\n]*absent\.csv ne peut pas être lu : il n’existe pas\.\n$/,
      ],
      [[folder, '--kind', 'eleves'], /^Le fichier [^\n]* ne peut pas être lu : c’est un dossier\.\n$/],
      [[sample('eleves.csv')], /^Dites ce qu’est le fichier : [^\n]*\n$/],
      [[sample('eleves.csv'), '--kind', 'eleves', '--jsn'], /^Écrivez : npm run preau -- onde:check [^\n]*\n$/],
    ] as const) {
      const told = await cli(['onde:check', ...args], nowhere);
      expect(told).to.include({ code: 1, out: '' });
      expect(told.err).to.match(sentence);
    }
  });

  it('onde:check --school compares with that school alone, and names one that is not there', async () => {
    const school = await openSchool({ plugins: ['onde-import'], people: true });
    const env = databaseOf(school.house);
    const ask = (rne: string) =>
      cli(['onde:check', sample('eleves.csv'), '--kind', 'eleves', '--school', rne, '--json'], env);
    const known = await school.db((db) => db('people').where({ kind: 'pupil' }).count('* as n').first());
    const told = await ask(school.rne.toLowerCase());
    expect(told).to.include({ code: 0, err: '' });
    const { new: added, changed, same, absent } = JSON.parse(told.out);
    expect({ added, changed, same }).to.deep.equal({ added: 30, changed: 0, same: 0 });
    expect(absent).to.be.at.most(Number(known?.n));
    const stranger = `0110099${checkLetter('0110099')}`;
    expect(await ask(stranger)).to.deep.equal({
      code: 1,
      out: '',
      err: `Aucune école ${stranger} n’est connue ici.\n`,
    });
    await school.close();
  });
});

describe('npm run preau -- school:open', function () {
  this.timeout(60_000);
  let house: TestHouse;
  let env: Record<string, string>;
  const fields = [
    ...['--name', 'École Jean-Moulin', '--address', '2 place du Préau', '--postcode', '01000'],
    ...['--city', 'Bourg-Fictif', '--email', 'ecole.moulin@exemple.fr', '--phone', '04 74 00 00 01'],
  ];
  const rne = (digits: string) => digits + checkLetter(digits);

  before(async () => {
    house = await sharedHouse();
    env = { ...databaseOf(house), SMTP_URL: house.mailbox.url };
  });

  const schoolOf = (name: string) => house.house.app('schools').where({ rne: name }).first();
  const codeIn = (told: Told) => /une autre voie[^:]* : (\S{10})\n/.exec(told.out)?.[1] as string;
  const loginIn = (text: string) => /Identifiant d’ouverture : (\S+)/.exec(text)?.[1] as string;

  /** Types identifiant and code at the door of a school, as its director does. */
  async function open(name: string, login: string, code: string): Promise<string> {
    const answer = await fetch(`${house.origin}/${name}/ouverture/codes`, {
      method: 'POST',
      headers: { 'Sec-Fetch-Site': 'same-origin' },
      body: new URLSearchParams({ login, code, civility: 'Mme', lastName: 'BRAUD', firstName: 'Karine' }),
    });
    await answer.text();
    return (await schoolOf(name)).state;
  }

  it('prepares a school whose identifiant goes by e-mail and whose code does not (I-01)', async () => {
    const name = rne('0110001');
    const told = await cli(['school:open', name.toLowerCase(), ...fields, '--timezone', 'Indian/Reunion'], env);
    expect(told.err).to.equal('');
    expect(told.code).to.equal(0);
    const school = await schoolOf(name);
    expect(school).to.include({ state: 'prepared', city: 'Bourg-Fictif', timezone: 'Indian/Reunion' });
    const days = (school.opening_expires_at - Date.now()) / 86_400_000;
    expect(days).to.be.within(29.9, 30);

    const [mail, ...others] = house.mailbox.messages.filter((one) => one.text.includes(name));
    expect(others).to.deep.equal([]);
    expect(mail?.to).to.deep.equal(['ecole.moulin@exemple.fr']);
    expect(mail?.text, 'F01-1 the address that shows the school').to.include(`/${name}/ouverture/\n`);
    const login = loginIn(mail?.text ?? '');
    const code = codeIn(told);
    expect(login)
      .to.match(/^[A-HJKMNP-Z2-9]{8}$/)
      .and.equal(school.opening_login);
    expect(mail?.raw).not.to.include(code);
    expect(told.out).not.to.include(login);
    expect(JSON.stringify(school)).not.to.include(code);
    // The three of them open the school; the code alone, with a wrong identifiant, does not.
    expect(await open(name, 'ABCDEFGH', code)).to.equal('prepared');
    expect(await open(name, login, code)).to.equal('open');
  });

  it('renews both secrets of a school that is prepared, and refuses one that is open (I-01)', async () => {
    const name = rne('0110002');
    const first = codeIn(await cli(['school:open', name, ...fields], env));
    const firstLogin = (await schoolOf(name)).opening_login;
    const told = await cli(['school:open', name, ...fields, '--city', 'Autre-Bourg'], env);
    const { opening_login: login, city, id } = await schoolOf(name);
    expect(city).to.equal('Autre-Bourg');
    expect(login).not.to.equal(firstLogin);
    expect(await open(name, login, first)).to.equal('prepared');
    expect(await open(name, login, codeIn(told))).to.equal('open');
    const again = await cli(['school:open', name, ...fields], env);
    expect(again).to.deep.equal({
      code: 1,
      out: '',
      err: `L’école ${name} est déjà ouverte ici : « École Jean-Moulin ».\n`,
    });
    expect((await schoolOf(name)).id).to.equal(id);
  });

  it('refuses an RNE whose letter is wrong or whose form is not one (F01-2)', async () => {
    const right = rne('0110003');
    const wrong = right.slice(0, 7) + (right.endsWith('A') ? 'B' : 'A');
    expect(await cli(['school:open', wrong, ...fields], env)).to.deep.equal({
      code: 1,
      out: '',
      err: `La lettre ne va pas avec ces chiffres : vérifiez le numéro RNE ${wrong}, un caractère a été mal recopié.\n`,
    });
    const told = await cli(['school:open', '110003', ...fields], env);
    expect(told.err).to.equal('Le numéro RNE a sept chiffres puis une lettre, par exemple 0301674G.\n');
    expect(await schoolOf(wrong)).to.equal(undefined);
  });

  it('names what is missing or cannot be used, and writes nothing', async () => {
    const name = rne('0110004');
    const without = fields.filter((_, at) => at < 8);
    expect((await cli(['school:open', name, ...without], env)).err).to.match(/^Il manque --email\.\n$/);
    expect((await cli(['school:open', name, ...fields, '--email', 'ecole'], env)).err).to.equal(
      'L’adresse « ecole » n’a pas la forme nom@domaine.fr.\n',
    );
    expect((await cli(['school:open', name, ...fields, '--timezone', 'Paris'], env)).err).to.match(
      /^« Paris » n’est pas un fuseau horaire/,
    );
    expect(await schoolOf(name)).to.equal(undefined);
  });

  it('F07-5 prepares the console of a town hall the same way, and its two secrets open it', async () => {
    const told = await cli(['commune:open', '2b 033', '--name', 'Mairie de Bastelle', '--email', 'm@exemple.fr'], env);
    expect(told.err).to.equal('');
    expect(told.out).to.include('Console de la mairie 2B033 préparée');
    const mail = house.mailbox.messages.find((one) => one.text.includes('/commune/2B033/ouverture/\n'));
    expect(mail?.to).to.deep.equal(['m@exemple.fr']);
    expect(await open('commune/2B033', loginIn(mail?.text ?? ''), codeIn(told))).to.equal('open');
    await house.house.app('schools').where({ rne: 'commune/2B033' }).delete();
  });

  it('gives the identifiant to the operator when the message cannot leave', async () => {
    const name = rne('0110005');
    const told = await cli(['school:open', name, ...fields], { ...env, SMTP_URL: 'smtp://127.0.0.1:1' });
    const { opening_login: login } = await schoolOf(name);
    expect(told.out).to.include('n’est pas parti').and.include(`son identifiant : ${login}`);
    expect(await open(name, login, codeIn(told))).to.equal('open');
  });
});

describe('npm run preau -- migrate and module:forget', function () {
  this.timeout(60_000);

  it('forgets a module only when its folder has gone, and touches no table of another', async () => {
    const house = await openTestHouse();
    const gone = databaseOf(house);
    const there = { ...gone, PLUGIN_FOLDERS: TEST_HOUSE.join(',') };
    const owner = connect(house.urls.owner, { max: 1 });
    const tables = async () => (await owner('pg_tables').where({ schemaname: 'public' }).pluck('tablename')).sort();
    const before = await tables();

    expect(await cli(['migrate'], there)).to.include({ code: 0, err: '' });
    const orphan = await cli(['migrate'], gone);
    expect(orphan.err).to.match(/^Le module \w+ a des tables mais n’est plus installé : [^\n]*\n$/);

    const kept = await cli(['module:forget', 'cantine'], there);
    expect(kept.err).to.equal('Le module cantine est encore installé : retirez d’abord son dossier.\n');
    // The beginning of tables of the core, that of another module's, and the core itself.
    await Promise.all(
      ['form', 'onde', 'core'].map(async (name) => {
        const err = `Aucun module ${name} n’a de tables ici.\n`;
        expect(await cli(['module:forget', name], gone), name).to.include({ code: 1, err });
      }),
    );
    expect(await tables()).to.deep.equal(before);

    expect((await cli(['module:forget', 'cantine'], gone)).out).to.equal(
      'Le module cantine est oublié : une table supprimée.\n',
    );
    expect(await tables()).to.deep.equal(before.filter((name: string) => name !== 'cantine_menus'));
    await cli(['module:forget', 'potager'], gone);
    expect(await cli(['migrate'], gone)).to.include({ code: 0, err: '' });
    await owner.destroy();
  });
});

describe('npm run preau -- plugin:new', function () {
  this.timeout(120_000);
  let copy: string;

  /** This project beside itself, without its modules: packages are links, the core must be files of its own. */
  before(() => {
    copy = mkdtempSync(path.join(tmpdir(), 'preau-new-'));
    for (const name of [
      'config',
      'core',
      'migrations',
      'themes',
      'views',
      'package.json',
      'tsconfig.json',
      'biome.json',
      '.gitignore',
    ])
      cpSync(path.join(ROOT, name), path.join(copy, name), { recursive: true });
    mkdirSync(path.join(copy, 'node_modules/@preau'), { recursive: true });
    for (const name of readdirSync(path.join(ROOT, 'node_modules')))
      if (name !== '@preau') symlinkSync(path.join(ROOT, 'node_modules', name), path.join(copy, 'node_modules', name));
    symlinkSync('../../core', path.join(copy, 'node_modules/@preau/core'));
    mkdirSync(path.join(copy, 'plugins'));
  });
  after(() => rmSync(copy, { recursive: true, force: true }));

  const make = (name: string, ...more: string[]) =>
    cli(['plugin:new', name, '--into', path.join(copy, 'plugins'), ...more]);

  /** What the compiler says of the new modules; of the core, which `npm run check` judges, it takes what they use. */
  function typeFaults(): string[] {
    const { config } = ts.readConfigFile(path.join(copy, 'tsconfig.json'), ts.sys.readFile);
    const { options, fileNames } = ts.parseJsonConfigFileContent({ ...config, include: ['plugins'] }, ts.sys, copy);
    const program = ts.createProgram(fileNames, options);
    return fileNames
      .flatMap((file) => ts.getPreEmitDiagnostics(program, program.getSourceFile(file)))
      .map((one) => `${one.file?.fileName} ${ts.flattenDiagnosticMessageText(one.messageText, ' ')}`);
  }

  it('writes a module that the house takes and every check accepts, whatever the length of its name', async () => {
    const names = ['bus', 'carnet-de-bord-des-tout-petits'];
    for (const name of names) expect(await make(name, '--title', "L'heure du car")).to.include({ code: 0, err: '' });
    for (const name of names) {
      const folder = path.join(copy, 'plugins', name);
      const [loaded] = await loadPlugins({ folders: [folder] });
      expect(loaded?.plugin).to.include({ name, title: 'L’heure du car' });
      expect(readdirSync(folder).sort()).to.deep.equal(['migrations', 'plugin.test.ts', 'plugin.ts', 'views']);
    }
    const biome = await node(
      ['node_modules/@biomejs/biome/bin/biome', 'check', '--error-on-warnings', 'plugins'],
      {},
      copy,
    );
    expect(biome.code, biome.out + biome.err).to.equal(0);
    expect(biome.out + biome.err).to.include('Checked 6 files');
    expect(typeFaults()).to.deep.equal([]);
    // What the core itself imports is no affair of theirs.
    const doNotFollow = { path: ['node_modules', '^core/'] };
    expect(await checkImports(copy, { doNotFollow }, ['plugins'])).to.deep.equal([]);
  });

  it('writes tests that pass, but the one its author must write', async () => {
    await make('sorties');
    const args = ['--no-config', '--require', './core/testing/setup.ts', '--timeout', '60000', '--reporter', 'json'];
    const told = await node(['node_modules/mocha/bin/mocha.js', ...args, 'plugins/sorties/plugin.test.ts'], {}, copy);
    const result = JSON.parse(told.out.slice(told.out.indexOf('{\n')));
    expect(result.failures.map((one: { fullTitle: string }) => one.fullTitle)).to.deep.equal([
      'sorties écrivez ici ce que votre module promet',
    ]);
    expect(result.failures[0].err.message).to.include('remplacez ce test');
    expect(result.passes).to.have.length(6);
  });

  it('refuses a bad or taken name in one sentence, and writes nothing', async () => {
    for (const [name, why] of [
      ['Cantine', /n’est pas en kebab-case/],
      ['../ailleurs', /n’est pas en kebab-case/],
      ['gestion', /réservé au socle/],
      ['connexion', /réservé au socle/],
      ['ressources', /déjà pris/],
      ['onde-import', /déjà pris/],
      ['x'.repeat(31), /trop long/],
    ] as const) {
      const told = await make(name);
      expect(told.code, name).to.equal(1);
      expect(told.err, name)
        .to.match(why)
        .and.match(/^[^\n]*\.\n$/);
      expect(existsSync(path.join(copy, 'plugins', name)), name).to.equal(false);
    }
    await make('velos');
    expect((await make('velos')).err).to.match(/^Le dossier [^\n]*velos existe déjà\.\n$/);
    expect((await make('livres', '--title', '<b>')).err).to.match(/^Le titre « <b> » ne convient pas/);
  });
});
