import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import type { Config } from '../../config/config.ts';
import { lowPairs, tokensOf } from '../looks/pairs.ts';
import { themeCss } from '../looks/sheets.ts';
import { readThemes, type Theme } from '../views/themes.ts';
import { newTheme } from './theme-new.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');

describe('npm run preau -- theme:new', () => {
  let root: string;
  const make = async (name: string, options: Record<string, string> = {}) => {
    const { log } = console;
    console.log = () => {};
    try {
      await newTheme({ words: [name], options, flags: {} }, { root } as Config);
    } finally {
      console.log = log;
    }
  };
  const refusal = (name: string, options?: Record<string, string>) =>
    make(name, options).then(
      () => '',
      (error: Error) => error.message,
    );
  before(() => {
    root = mkdtempSync(path.join(tmpdir(), 'preau-theme-'));
    cpSync(path.join(ROOT, 'themes'), path.join(root, 'themes'), { recursive: true });
  });
  after(() => rmSync(root, { recursive: true, force: true }));

  for (const parent of ['base', 'vert', 'recre'])
    it(`F11-06 writes a theme on « ${parent} » that the house opens with, whose every word is readable, and which wears its parent’s drawing`, async () => {
      const name = `mon-${parent}`;
      await make(name, { title: `L'école ${parent}`, ...(parent === 'base' ? {} : { extends: parent }) });
      const themes = readThemes(path.join(root, 'themes'));
      const theme = themes.get(name) as Theme;
      expect([theme.title, theme.extends]).to.deep.equal([`L’école ${parent}`, parent]);
      expect(lowPairs(tokensOf(theme, themes))).to.deep.equal([]);
      expect(tokensOf(theme, themes)).to.deep.equal(tokensOf(themes.get(parent) as Theme, themes));
      const sheet = themeCss(theme, themes, `[data-theme="${name}"]`);
      expect(sheet.match(/\[data-theme=[^\]]*\]/g)).to.have.members(
        Array(parent === 'base' ? 1 : 2).fill(`[data-theme="${name}"]`),
      );
      if (parent !== 'base') expect(sheet).to.include('--roof-image: url(');
    });

  it('F11-06 what it writes passes npm run check', () => {
    const biome = path.join(ROOT, 'node_modules/.bin/biome');
    cpSync(path.join(ROOT, 'biome.json'), path.join(root, 'biome.json'));
    execFileSync(biome, ['check', 'themes/mon-base', '--vcs-enabled=false', '--no-errors-on-unmatched'], { cwd: root });
  });

  it('F11-06 refuses in one sentence a name, a title, a parent or a folder that will not do', async () => {
    expect(await refusal('Mon thème')).to.include('minuscules sans accent');
    for (const sheet of ['couleur', 'themes'])
      expect(await refusal(sheet), 'a sheet of the core').to.include('réservé au socle');
    expect(await refusal('pomme', { title: '"}' })).to.include('Le titre « "} » ne convient pas');
    expect(await refusal('pomme', { extends: 'poire' })).to.include('« poire » n’existe pas. Ceux-ci existent : base');
    const before = readFileSync(path.join(root, 'themes/vert/theme.css'), 'utf8');
    expect(await refusal('vert')).to.include('existe déjà');
    expect(readFileSync(path.join(root, 'themes/vert/theme.css'), 'utf8')).to.equal(before);
    expect(() => readThemes(path.join(root, 'themes')), 'nothing of it is left').to.not.throw();
  });
});
