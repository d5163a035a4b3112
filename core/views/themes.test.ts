import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import { readThemes } from './themes.ts';

describe('the folder of themes', () => {
  let home: string;
  const theme = (name: string, json: string | null, css: string | null = '') => {
    mkdirSync(path.join(home, name), { recursive: true });
    if (json !== null) writeFileSync(path.join(home, name, 'theme.json'), json);
    if (css !== null) writeFileSync(path.join(home, name, 'theme.css'), css);
  };
  beforeEach(() => {
    home = mkdtempSync(path.join(tmpdir(), 'preau-themes-'));
    theme('base', '{ "title": "Émail" }');
  });
  afterEach(() => rmSync(home, { recursive: true, force: true }));

  it('F11-06 a theme takes the school’s colour unless it, or one it stands on, keeps its own', () => {
    theme('nuit', '{ "title": "Nuit", "extends": "base", "takesColour": false }');
    theme('minuit', '{ "title": "Minuit", "extends": "nuit" }');
    const themes = readThemes(home);
    expect([...themes.keys()].sort()).to.deep.equal(['base', 'minuit', 'nuit']);
    expect([themes.get('base')?.takesColour, themes.get('minuit')?.takesColour]).to.deep.equal([true, false]);
    expect(themes.get('base')?.title).to.equal('Émail');
  });

  const WRONG: [string, () => void, string][] = [
    ['without a title', () => theme('pomme', '{}'), 'Thème « pomme » refusé : son theme.json n’a pas de titre'],
    ['with an empty title', () => theme('pomme', '{"title":" "}'), 'n’a pas de titre'],
    ['that is not JSON', () => theme('pomme', 'title: Pomme'), 'son theme.json ne peut pas être lu'],
    ['that is nothing', () => theme('pomme', 'null'), 'n’a pas de titre'],
    ['without theme.json', () => theme('pomme', null), 'il lui manque theme.json'],
    ['without theme.css', () => theme('pomme', '{"title":"Pomme"}', null), 'il lui manque theme.css'],
    [
      'on an unknown parent',
      () => theme('pomme', '{"title":"P","extends":"poire"}'),
      'prolonge « poire », qui n’existe',
    ],
    ['on something that is no name', () => theme('pomme', '{"title":"P","extends":3}'), 'n’est pas le nom d’un thème'],
    ['on itself', () => theme('pomme', '{"title":"P","extends":"pomme"}'), 'il se prolonge lui-même'],
    ['whose name is that of a sheet of the core', () => theme('couleur', '{"title":"C"}'), 'réservé au socle'],
    ['whose name is no address', () => theme('Pomme verte', '{"title":"P"}'), 'en minuscules sans accent'],
    [
      'in a circle',
      () => {
        theme('pomme', '{"title":"P","extends":"poire"}');
        theme('poire', '{"title":"P","extends":"pomme"}');
      },
      'il se prolonge lui-même, par « p',
    ],
  ];
  for (const [what, make, reason] of WRONG)
    it(`F11-06 the start is refused in one French sentence for a theme ${what}`, () => {
      make();
      expect(() => readThemes(home)).to.throw(reason);
    });
});
