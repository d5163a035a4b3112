import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import { checkImports } from './check-imports.ts';

/** A small house that keeps every rule. */
const CLEAN: Record<string, string> = {
  'package.json': '{ "workspaces": ["core"] }',
  'config/config.ts': 'export const config = 1;',
  'core/package.json': '{ "name": "@preau/core", "exports": { ".": "./api.ts", "./testing": "./testing.ts" } }',
  'core/api.ts': "export { config } from '../config/config.ts';\nexport type { Word } from './words.ts';",
  'core/testing.ts': "export { config } from './api.ts';",
  'core/words.ts': "import type { config } from './api.ts';\nexport type Word = typeof config;",
  'core/plugin/registry.ts': 'export type Declared = string;\nexport const registry = 1;',
  'core/plugin/modules-of.ts': "import { registry } from './registry.ts';\nexport const of = registry;",
  'core/web.ts':
    "import Koa from 'koa';\nimport type { Declared } from './plugin/registry.ts';\nexport const app = (_: Declared) => new Koa();",
  'migrations/0001_schools.ts': "import type { Knex } from 'knex';\nexport const up = (_: Knex) => 1;",
  'plugins/infos/contract.ts': 'export interface Infos { send(): void }',
  'plugins/infos/plugin.ts': "import './contract.ts';\nexport default { name: 'infos' };",
  'plugins/cantine/menu.ts': 'export const menu = 1;',
  'plugins/cantine/plugin.ts':
    "import { config } from '@preau/core';\nimport type { Infos } from '../infos/contract.ts';\nimport { menu } from './menu.ts';\nexport default { config, menu, ask: (_: Infos) => 1 };",
  'plugins/cantine/migrations/0001_menus.ts': "import type { Knex } from 'knex';\nexport const up = (_: Knex) => 1;",
  'plugins/cantine/plugin.test.ts':
    "import { readFileSync } from 'node:fs';\nimport { config } from '@preau/core/testing';\nimport plugin from './plugin.ts';\nexport const all = [readFileSync, config, plugin];",
};

const PACKAGES = ['koa', '@koa/router', 'awilix', 'pg', 'pg-boss', 'handlebars', 'argon2', 'nodemailer', 'puppeteer'];

describe('import rules', function () {
  this.timeout(30_000);
  const folders: string[] = [];

  function tree(files: Record<string, string>): string {
    const root = mkdtempSync(path.join(tmpdir(), 'preau-imports-'));
    folders.push(root);
    for (const name of [...PACKAGES, 'knex', 'csv-parse']) {
      write(root, `node_modules/${name}/package.json`, '{ "main": "index.js" }');
      write(root, `node_modules/${name}/index.js`, 'module.exports = {};');
    }
    for (const [name, text] of Object.entries({ ...CLEAN, ...files })) write(root, name, text);
    mkdirSync(path.join(root, 'node_modules/@preau'));
    symlinkSync('../../core', path.join(root, 'node_modules/@preau/core'));
    return root;
  }

  function write(root: string, name: string, text: string): void {
    mkdirSync(path.dirname(path.join(root, name)), { recursive: true });
    writeFileSync(path.join(root, name), text);
  }

  /** The names of the rules a tree breaks. */
  async function broken(files: Record<string, string>): Promise<string[]> {
    return (await checkImports(tree(files))).map((fault) => /\(([\w-]+)\)$/.exec(fault)?.[1] ?? fault);
  }

  after(() => {
    for (const folder of folders) rmSync(folder, { recursive: true, force: true });
  });

  it('has nothing to say of a house that keeps them', async () => {
    expect(await checkImports(tree({}))).to.deep.equal([]);
  });

  it('keeps plugins and themes out of the core', async () => {
    expect(await broken({ 'core/web.ts': "export * from '../plugins/cantine/menu.ts';" })).to.deep.equal([
      'core-knows-no-plugin',
    ]);
    // A type is an import too.
    const type = { 'core/web.ts': "export type { Infos } from '../plugins/infos/contract.ts';" };
    expect(await broken(type)).to.deep.equal(['core-knows-no-plugin']);
    const theme = {
      'themes/vert/theme.ts': 'export const green = 1;',
      'core/web.ts': "import '../themes/vert/theme.ts';",
    };
    expect(await broken(theme)).to.deep.equal(['core-knows-no-plugin']);
    const house = { 'core/testing/house/potager/plant.ts': 'export const plant = 1;' };
    const wrong = { ...house, 'core/web.ts': "import './testing/house/potager/plant.ts';" };
    expect(await broken(wrong)).to.deep.equal(['core-knows-no-test-house']);
    const right = { ...house, 'core/web.test.ts': "import './testing/house/potager/plant.ts';" };
    expect(await broken(right)).to.deep.equal([]);
  });

  it('shows plugins the public face of the core only', async () => {
    for (const file of ['core/web.ts', 'core/testing.ts', 'config/config.ts', 'migrations/0001_schools.ts'])
      expect(await broken({ 'plugins/cantine/menu.ts': `import '../../${file}';` }), file).to.include.members([
        'plugin-public-face',
      ]);
    const inTestHouse = { 'core/testing/house/cantine/plugin.ts': "import '../../../web.ts';" };
    expect(await broken(inTestHouse)).to.deep.equal(['plugin-public-face']);
    const testing = { 'plugins/cantine/menu.ts': "import '@preau/core/testing';" };
    expect(await broken(testing)).to.deep.equal(['plugin-public-face']);
    const test = { 'plugins/cantine/menu.test.ts': "import '../../core/web.ts';" };
    expect(await broken(test)).to.deep.equal(['plugin-test-public-face']);
  });

  it('wants the core called by its name', async () => {
    const code = { 'plugins/cantine/menu.ts': "export { config as menu } from '../../core/api.ts';" };
    expect(await broken(code)).to.deep.equal(['plugin-says-core-by-name']);
    const test = { 'plugins/cantine/menu.test.ts': "import '../../core/testing.ts';" };
    expect(await broken(test)).to.deep.equal(['plugin-says-core-by-name']);
  });

  it('lets a plugin see of another one the types of its contract only', async () => {
    const file = { 'plugins/infos/plugin.ts': "export type { menu } from '../cantine/menu.ts';" };
    expect(await broken(file)).to.deep.equal(['plugin-public-face']);
    const test = { 'plugins/infos/plugin.test.ts': "import '../cantine/menu.ts';" };
    expect(await broken(test)).to.deep.equal(['plugin-test-public-face']);
    const value = { 'plugins/cantine/menu.ts': "import '../infos/contract.ts';\nexport const menu = 1;" };
    expect(await broken(value)).to.deep.equal(['plugin-contract-types-only']);
  });

  it('keeps server, database, files and processes out of plugins', async () => {
    const own = ['node:fs', 'node:fs/promises', 'fs', 'node:child_process'];
    const lines = [...PACKAGES, ...own].map((name) => `import '${name}';`);
    const faults = await checkImports(tree({ 'plugins/cantine/menu.ts': lines.join('\n') }));
    for (const name of [...PACKAGES, 'fs', 'fs/promises', 'child_process'])
      expect(
        faults.some((one) => one.includes('(plugin-plain-packages)') && new RegExp(`[/ ]${name}[/ ]`).test(one)),
        name,
      ).to.equal(true);
    const type = { 'plugins/cantine/menu.ts': "import type { Pool } from 'pg';\nexport const menu = (_: Pool) => 1;" };
    expect(await broken(type)).to.deep.equal(['plugin-plain-packages']);
    expect(await broken({ 'plugins/cantine/menu.ts': "await import('node:fs');" })).to.deep.equal([
      'plugin-plain-packages',
    ]);
    expect(await broken({ 'plugins/cantine/menu.ts': "process.getBuiltinModule('node:fs');" })).to.deep.equal([
      'plugin-plain-packages',
    ]);
    expect(await broken({ 'plugins/cantine/menu.ts': "import 'csv-parse';" })).to.deep.equal([]);
  });

  it('gives plugins only the types of knex', async () => {
    const value = { 'plugins/cantine/menu.ts': "import knex from 'knex';\nexport const menu = knex;" };
    expect(await broken(value)).to.deep.equal(['plugin-knex-types-only']);
  });

  it('refuses the word set_config in a plugin', async () => {
    const code = { 'plugins/cantine/menu.ts': "export const menu = `select set_config('app.school', 'x', true)`;" };
    expect(await broken(code)).to.deep.equal(['no-set-config']);
    const set = {
      'core/testing/house/cantine/migrations/0001_menus.ts': "export const up = 'SET LOCAL app.school = 1';",
    };
    expect(await broken(set)).to.deep.equal(['no-set-config']);
  });

  it('lets modules-of.ts alone read the registry', async () => {
    const value = { 'core/web.ts': "import { registry } from './plugin/registry.ts';\nexport const app = registry;" };
    expect(await broken(value)).to.deep.equal(['one-switch']);
    const mixed = {
      'core/web.ts':
        "import { type Declared, registry } from './plugin/registry.ts';\nexport const app = (_: Declared) => registry;",
    };
    expect(await broken(mixed)).to.deep.equal(['one-switch']);
  });

  it('refuses a cycle, unless types alone close it', async () => {
    const a = "import { b } from './b.ts';\nexport const a = () => b;";
    const b = "import { a } from './a.ts';\nexport const b = () => a;";
    expect(await broken({ 'core/a.ts': a, 'core/b.ts': b })).to.deep.equal(['no-cycle']);
    const types = "import type { a } from './a.ts';\nexport const b = (_: typeof a) => 1;";
    expect(await broken({ 'core/a.ts': a, 'core/b.ts': types })).to.deep.equal([]);
  });

  it('sees a cycle at run time beside one closed by types', async () => {
    // From each file the first way back goes by the hub, whose types all of them import.
    const ring = ['a', 'b', 'c', 'd'];
    const files = Object.fromEntries(
      ring.map((name, at) => {
        const next = ring[(at + 1) % ring.length];
        return [
          `core/${name}.ts`,
          `import type { hub } from './0.ts';\nimport { ${next} } from './${next}.ts';\nexport const ${name} = (_: typeof hub) => ${next};`,
        ];
      }),
    );
    files['core/0.ts'] = `${ring.map((name) => `import { ${name} } from './${name}.ts';`).join('\n')}
      export const hub = () => [${ring.join(', ')}];`;
    expect(await broken(files)).to.deep.equal(['no-cycle']);
  });

  it('fails when it was not shown every file', async () => {
    const root = tree({ 'plugins/infos/page.ts': "import 'koa';" });
    const [fault, ...others] = await checkImports(root, { exclude: { path: '^plugins/infos/page' } });
    expect(others).to.deep.equal([]);
    expect(fault).to.match(/^Seuls 14 fichiers \.ts sur 15 ont été examinés, plugins\/infos\/page\.ts ne l’est pas/);
  });
});
