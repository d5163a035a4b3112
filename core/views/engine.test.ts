import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import type { Loaded } from '../plugin/load.ts';
import { openSchool, sharedHouse, type TestHouse, type TestSchool } from '../testing.ts';
import { loadViews, type Views } from './engine.ts';
import type { Seen } from './helpers.ts';

const seen: Seen = {
  url: (to) => `/0000000A${to}`,
  asset: (name) => `/assets/x/${name}`,
  can: () => false,
  timezone: 'Europe/Paris',
  origin: 'https://exemple.fr',
  blocks: {},
  inlineIcon: null,
};

describe('the look-up of a view', () => {
  let home: string;
  let house: TestHouse;
  let views: Views;
  const write = (file: string, source: string) => {
    mkdirSync(path.dirname(path.join(home, file)), { recursive: true });
    writeFileSync(path.join(home, file), source);
  };
  const theme = (name: string, parent: string | null, own: Record<string, string>) => {
    write(`themes/${name}/theme.json`, JSON.stringify({ title: name, ...(parent ? { extends: parent } : {}) }));
    write(`themes/${name}/theme.css`, '');
    for (const [view, source] of Object.entries(own)) write(`themes/${name}/views/${view}.hbs`, source);
  };
  const load = (loaded: Loaded[] = house.loaded) =>
    loadViews(house.house.config.root, loaded, path.join(home, 'themes'));

  before(async () => {
    house = await sharedHouse();
    home = mkdtempSync(path.join(tmpdir(), 'preau-views-'));
    theme('base', null, {});
    theme('prairie', 'base', {
      'potager/_plants': '<ul id="prairie">{{#each plants}}<li>{{name}}</li>{{/each}}</ul>',
      'potager/plant': '<h1>Prairie {{name}}</h1>',
      'errors/404': '<h1>Perdu dans la prairie</h1>',
    });
    theme('fleurs', 'prairie', { 'potager/plant': '<h1>Fleurs {{name}}</h1>' });
    views = load();
  });
  after(() => rmSync(home, { recursive: true, force: true }));

  const plants = { plants: [{ id: '1', name: 'menthe', watered: false }], motto: '', form: null };
  const partial = (name: string) => views.render(name, 'potager/_plants', plants, seen);
  const plant = (name: string) => views.render(name, 'potager/plant', { name: 'x' }, seen);

  it('takes the theme’s own view first, then its parent’s, then the module’s', () => {
    expect(plant('fleurs')).to.include('Fleurs x');
    expect(partial('fleurs')).to.include('id="prairie"');
    expect(plant('prairie')).to.include('Prairie x');
    expect(partial('base')).to.include('<ul id="plants">').and.include('menthe');
    expect(plant('base').trim()).to.equal('<h1>x</h1>');
  });

  it('takes the core’s view last, which a theme may own as well', () => {
    const lost = { reason: 'x', home: '/' };
    expect(views.render('base', 'errors/404', lost, seen)).to.include('Page introuvable');
    expect(views.render('fleurs', 'errors/404', lost, seen)).to.include('Perdu dans la prairie');
  });

  it('puts the theme’s part into the page of the module, which the theme does not own', () => {
    expect(views.render('fleurs', 'potager/plants', plants, seen))
      .to.include('<h1>Potager</h1>')
      .and.include('id="prairie"');
    expect(views.render('base', 'potager/plants', plants, seen))
      .to.include('<h1>Potager</h1>')
      .and.include('id="plants"');
  });

  it('is not shaken by a theme that nobody knows', () => {
    expect(plant('inconnu').trim()).to.equal('<h1>x</h1>');
  });

  it('keeps the views of one theme out of another', () => {
    theme('pomme', 'base', { 'potager/plant': '<h1>Pomme</h1>' });
    theme('poire', 'base', { 'potager/plant': '<h1>Poire</h1>' });
    const both = load();
    const shown = ['pomme', 'poire', 'base'].map((name) =>
      both.render(name, 'potager/plant', { name: 'x' }, seen).trim(),
    );
    expect(shown).to.deep.equal(['<h1>Pomme</h1>', '<h1>Poire</h1>', '<h1>x</h1>']);
  });

  describe('a mistake in a template is an error, never an empty place', () => {
    const wrong = (source: string, data: object = { name: 'x' }) => {
      theme('faute', 'base', { 'potager/plant': source });
      return () => load().render('faute', 'potager/plant', data, seen);
    };
    for (const source of [
      '<h1>{{nmae}}</h1>',
      '<h1>{{name.first}}</h1>',
      '{{urll "/x"}}',
      '{{> potager/_palnts}}',
      '{{field form.name}}',
      '{{#if name}}',
    ])
      it(`${source}`, () => {
        expect(wrong(source)).to.throw();
      });

    it('tells a view that nobody has by its name', () => {
      expect(() => views.render('base', 'potager/rien', {}, seen)).to.throw('Vue inconnue : potager/rien');
      for (const name of ['constructor', '__proto__', '../package', 'toString'])
        expect(() => views.render('base', name, {}, seen), name).to.throw();
    });
  });

  describe('S18-05 what people wrote stays text', () => {
    const EVIL = `<script>alert(1)</script><img src=x onerror="alert('2')">&amp;{{name}}`;
    const SAFE = /&lt;script&gt;alert\(1\)&lt;\/script&gt;&lt;img src(=|&#x3D;)x onerror(=|&#x3D;)&quot;/;

    it('S18-05 in the body, in an attribute and in a part', () => {
      theme('lieu', 'base', {
        'potager/plant': '<h1 title="{{name}}">{{name}}</h1>{{> potager/_nom}}',
        'potager/_nom': '{{name}}',
      });
      const html = load().render('lieu', 'potager/plant', { name: EVIL }, seen);
      expect(html.match(/&lt;script&gt;/g)).to.have.length(3);
      expect(html)
        .to.match(SAFE)
        .and.not.match(/<script|<img|" onerror/);
    });

    for (const source of [
      '{{concat name "x"}}',
      '{{initial name}}',
      '{{icon name}}',
      '{{icon "house" class=name}}',
      '{{url name}}',
      '{{asset name}}',
      '{{date-fr name}}',
      '{{count 2 name}}',
      '{{count 2 "a" name}}',
      '<input {{attributes record}}>',
    ])
      it(`S18-05 through ${source}`, () => {
        theme('aide', 'base', { 'potager/plant': source });
        const html = load().render('aide', 'potager/plant', { name: EVIL, record: { value: EVIL } }, seen);
        expect(html).to.not.match(/<script|<img|" onerror/);
      });

    it('S18-05 a plant named like a script is a plant with a strange name, on every page that shows it', async () => {
      const school = await openSchool();
      const name = '<script>alert(1)</script>';
      const saved = await school.as('direction').post('/gestion/potager/', { name });
      expect(saved.status).to.equal(303);
      const list = (await school.as('direction').get('/gestion/potager/')).text;
      expect(list).to.include('&lt;script&gt;alert(1)&lt;/script&gt; est planté.');
      const id = /plant-([0-9a-f-]{36})/.exec(list)?.[1];
      const refused = await school
        .as('direction')
        .post('/gestion/potager/', { name: `"><script>alert(1)</script>${'x'.repeat(40)}` });
      expect(refused.status).to.equal(422);
      for (const text of [
        list,
        refused.text,
        (await school.as('direction').get(`/gestion/potager/plants/${id}`)).text,
        (await school.as('parents').get('/espace/parents/potager/')).text,
        (await school.as('direction').get(`/aide/recherche?q=${encodeURIComponent(name)}`)).text,
        (
          await school
            .as('visiteur')
            .get(`/connexion/?vers=${encodeURIComponent(`/${school.rne}/"><script>alert(1)</script>`)}`)
        ).text,
      ]) {
        expect(text).to.not.include('<script>alert').and.not.include('"><script');
        expect(text).to.match(/alert\(1\)|%3Cscript%3E|&lt;script|Connexion/);
      }
      expect((await school.as('direction').get(`/gestion/potager/plants/${id}`)).text).to.include(
        '<title>&lt;script&gt;alert(1)&lt;/script&gt; —',
      );
      await school.close();
    });
  });
});

describe('the dress of a school', () => {
  let school: TestSchool;
  before(async () => {
    school = await openSchool();
    await school.db((db) =>
      db('espace_themes').insert([
        { espace: 'parents', theme: 'vert' },
        { espace: 'direction', theme: 'vert' },
        { espace: 'eleves', theme: 'disparu' },
      ]),
    );
  });
  after(() => school.close());
  const dress = (text: string) => ({
    theme: /<html[^>]*data-theme="([^"]+)"/.exec(text)?.[1],
    style: /\/style\/([\w-]+)\.css/.exec(text)?.[1],
  });
  const worn = async (role: 'direction' | 'parents' | 'eleves' | 'enseignants' | 'visiteur', path: string) =>
    dress((await school.as(role).get(path)).text);
  const base = { theme: 'base', style: 'base' };
  const vert = { theme: 'vert', style: 'vert' };

  it('is worn by the Espace the school chose it for, and no other', async () => {
    expect(await worn('parents', '/espace/parents/accueil/')).to.deep.equal(vert);
    expect(await worn('parents', '/espace/parents/potager/')).to.deep.equal(vert);
    expect(await worn('enseignants', '/espace/enseignants/accueil/')).to.deep.equal(base);
  });

  it('is never worn by Gestion, so that no theme can lock a director out', async () => {
    for (const path of ['/gestion/accueil/', '/gestion/potager/', '/gestion/configuration/modules', '/compte/'])
      expect(await worn('direction', path), path).to.deep.equal(base);
    expect(await worn('direction', '/espace/direction/accueil/')).to.deep.equal(vert);
  });

  it('is the parents’ before one has signed in', async () => {
    expect(await worn('visiteur', '/connexion/')).to.deep.equal(vert);
  });

  it('falls back on the base when the theme it names is no longer installed', async () => {
    const { status, text } = await school.as('eleves').get('/espace/eleves/accueil/');
    expect(status).to.equal(200);
    const { style } = dress(text);
    const css = await school.as('eleves').get(/href="(\/assets\/[^"]+\.css)"/.exec(text)?.[1] ?? '');
    expect({ style: style === 'base' || style === 'disparu', css: css.status }).to.deep.equal({
      style: true,
      css: 200,
    });
  });

  it('stays in its school', async () => {
    const other = await openSchool();
    expect(dress((await other.as('parents').get('/espace/parents/accueil/')).text)).to.deep.equal(base);
    await other.close();
  });
});
