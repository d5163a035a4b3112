import { expect } from 'chai';
import pg from 'pg';
import { openSchool, sharedHouse, type TestHouse, type TestSchool } from '../testing.ts';
import { routerPath } from '../web/paths.ts';
import { definePlugin, type Plugin, type School } from './contract.ts';
import { modulesFrom } from './modules-of.ts';

const MODULES = '/gestion/configuration/modules';
const SETTINGS = `${MODULES}/potager`;
const NOBODY = '00000000-0000-4000-8000-000000000000';

describe('Configuration > Modules', () => {
  let house: TestHouse;
  let school: TestSchool;
  let admin: pg.Client;
  before(async () => {
    house = await sharedHouse();
    admin = new pg.Client({ connectionString: house.urls.admin });
    await admin.connect();
  });
  after(() => admin.end());
  beforeEach(async () => {
    school = await openSchool();
  });
  afterEach(async () => {
    house.setNow(null);
    await school.close();
  });

  const director = () => school.as('direction');
  const turn = (module: string, on: boolean, sure = false) =>
    director().post(MODULES, { module, on: on ? '1' : '0', sure: sure ? '1' : '' });
  const switches = async (at = school): Promise<Record<string, boolean>> => {
    const rows = await house.house.app('school_plugins').where({ school_id: at.id });
    return Object.fromEntries(rows.map((row) => [row.plugin, row.on]));
  };
  /** The school as the house sees it at the next visit. */
  const asSeen = async (at = school): Promise<School> =>
    (await house.house.app.raw('select door(?, null) as told', [at.rne])).rows[0].told.school;
  /** Every address of a module, its words filled with what does exist. */
  const addresses = (plugin: string) =>
    house.house.modules.routes
      .filter((route) => route.plugin === plugin)
      .map((route) => {
        const words: Record<string, string> = {
          rne: school.rne,
          espace: 'parents',
          pupil: school.childId,
          class: school.classId,
          id: NOBODY,
        };
        const path = routerPath(route).replace(/:(\w+)/g, (_, word: string) => words[word] ?? 'x');
        return { method: route.method, area: route.area, path };
      });

  describe('a module that is stopped', () => {
    it('answers 404 on every one of its addresses, in Gestion, in the Espaces and in public', async () => {
      const all = [...addresses('potager'), ...addresses('arrosage')];
      expect(new Set(all.map((one) => one.area))).to.include.keys('admin', 'espace');
      await turn('potager', false, true);
      const open: string[] = [];
      for (const { method, path } of all)
        for (const role of ['direction', 'parents', 'quotidienne', 'visiteur'] as const) {
          const { status } = await school.as(role)[method](path);
          if (status !== 404) open.push(`${role} ${method} ${path} ${status}`);
        }
      expect(open).to.deep.equal([]);
    });

    it('answers exactly like an address that does not exist', async () => {
      await turn('potager', false, true);
      const stopped = await director().get('/gestion/potager/');
      const unknown = await director().get('/gestion/potiron/');
      expect(stopped.status).to.equal(unknown.status);
      expect(stopped.text).to.equal(unknown.text);
    });

    it('has left the menus, the blocks, the steps, the loupe and the help of everybody', async () => {
      const traces = {
        menu: async () => (await director().get('/gestion/accueil/')).text.includes('/gestion/potager/'),
        step: async () => (await director().get('/gestion/accueil/')).text.includes('Planter quelque chose'),
        rubric: async () =>
          (await school.as('parents').get('/espace/parents/accueil/')).text.includes('/espace/parents/potager/'),
        block: async () => (await school.as('parents').get('/espace/parents/accueil/')).text.includes('Au potager'),
        loupe: async () => (await director().get('/aide/recherche?q=plants')).text.includes('/gestion/potager/'),
        help: async () => (await director().get('/aide/')).text.includes('/aide/potager/index'),
        'help page': async () => (await director().get('/aide/potager/index')).status === 200,
        settings: async () => (await director().get(SETTINGS)).status === 200,
      };
      const look = async () =>
        Object.fromEntries(await Promise.all(Object.entries(traces).map(async ([name, see]) => [name, await see()])));
      const everywhere = (seen: boolean) => Object.fromEntries(Object.keys(traces).map((name) => [name, seen]));
      expect(await look()).to.deep.equal(everywhere(true));
      await turn('potager', false, true);
      expect(await look()).to.deep.equal(everywhere(false));
      await turn('potager', true);
      expect(await look()).to.deep.equal(everywhere(true));
    });

    it('takes its block out of the places of others, which stay open', async () => {
      const board = async () => (await director().get('/gestion/potager/')).text.includes('À arroser : 0');
      expect(await board()).to.equal(true);
      await turn('arrosage', false);
      expect(await board()).to.equal(false);
      expect((await director().get('/gestion/potager/')).status).to.equal(200);
    });

    it('hears nothing any more of what others tell', async () => {
      expect((await director().post('/gestion/potager/', { name: 'ortie' })).status).to.equal(500);
      await turn('arrosage', false);
      expect((await director().post('/gestion/potager/', { name: 'ortie' })).status).to.equal(303);
      expect((await director().post('/gestion/potager/', { name: 'radis' })).status).to.equal(303);
      expect(await school.db((db) => db('potager_plants').orderBy('name').pluck('name'))).to.deep.equal([
        'ortie',
        'radis',
      ]);
    });

    it('takes its rights out of every profile, and gives them back when it is on again', async () => {
      const account = school.people.quotidienne.accountId;
      await school.db((db) =>
        db('profiles')
          .where({ name: 'Vie scolaire' })
          .update({ permissions: ['potager.look'] }),
      );
      const secretary = await school.asAccount(account, 'quotidienne');
      const sees = async () => ({
        known: house.house.modules.of(await asSeen()).permissions.has('potager.look'),
        page: (await secretary.get('/gestion/potager/')).status,
        menu: (await secretary.get('/gestion/accueil/')).text.includes('/gestion/potager/'),
      });
      expect(await sees()).to.deep.equal({ known: true, page: 200, menu: true });
      await turn('potager', false, true);
      expect(await sees()).to.deep.equal({ known: false, page: 404, menu: false });
      await turn('potager', true);
      expect(await sees()).to.deep.equal({ known: true, page: 200, menu: true });
    });

    it('keeps its data, which are there when it is on again', async () => {
      await director().post('/gestion/potager/', { name: 'glaïeul' });
      await director().post(SETTINGS, { motto: 'Qui sème récolte' });
      await turn('potager', false, true);
      expect(await school.db((db) => db('potager_plants').pluck('name'))).to.deep.equal(['glaïeul']);
      await turn('potager', true);
      expect((await director().get('/gestion/potager/')).text)
        .to.include('glaïeul')
        .and.include('Qui sème récolte');
    });

    it('keeps its jobs for a later day, without counting a try, and runs each once when it is on again', async () => {
      const jobs = async () =>
        (
          await admin.query(
            `select state, retry_count as tries, start_after as at, data from pgboss.job
             where name = 'potager.water' and data->>'school' = $1 order by created_on`,
            [school.id],
          )
        ).rows;
      const watered = () => school.db((db) => db('potager_plants').where({ watered: true }).pluck('name'));
      await director().post('/gestion/potager/', { name: 'menthe' });
      await turn('potager', false, true);
      const evening = new Date('2031-03-14T17:30:00Z');
      house.setNow(evening);
      await school.runJobs();
      house.setNow(null);
      expect(await watered()).to.deep.equal([]);
      const waiting = (await jobs()).filter((job) => job.state === 'created');
      expect(waiting).to.deep.equal([
        {
          state: 'created',
          tries: 0,
          at: new Date('2031-03-15T17:30:00Z'),
          data: { school: school.id, data: 'menthe' },
        },
      ]);

      await turn('potager', true);
      await school.runJobs();
      expect(await watered(), 'not before its day').to.deep.equal([]);
      await admin.query(
        `update pgboss.job set start_after = now() where name = 'potager.water' and data->>'school' = $1`,
        [school.id],
      );
      await school.runJobs();
      expect(await watered()).to.deep.equal(['menthe']);
      await school.db((db) => db('potager_plants').update({ watered: false }));
      await school.runJobs();
      expect(await watered(), 'once').to.deep.equal([]);
      expect((await jobs()).map((job) => job.state)).to.not.include.members(['created']);
    });
  });

  describe('the switch', () => {
    it('says what is on, and that a stopped module is only hidden', async () => {
      const { text } = await director().get(MODULES);
      expect(text).to.include('<h1>Modules</h1>').and.include('Ce qui pousse derrière l’école.');
      expect(text).to.include('Sert à : Arrosage.').and.include('ses données sont gardées');
    });

    it('asks first, and names them, before it stops a module others need', async () => {
      const asked = await turn('potager', false);
      expect(asked.location).to.equal(`/${school.rne}${MODULES}?arreter=potager`);
      expect(await switches()).to.deep.equal({});
      const { text } = await director().get(`${MODULES}?arreter=potager`);
      expect(text).to.include('Avant d’arrêter « Potager »').and.include('« Arrosage » s’arrête aussi.');
      expect(text).to.include('name="sure" value="1"').and.include('Arrêter les 2 modules');
      expect((await director().get('/gestion/potager/')).status).to.equal(200);
    });

    it('asks nothing about a module nobody needs, is unknown, or is off', async () => {
      await turn('cantine', false);
      for (const name of ['arrosage', 'cantine', 'rien', '%27', 'configuration'])
        expect((await director().get(`${MODULES}?arreter=${name}`)).text, name).to.not.include('Avant d’arrêter');
    });

    it('stops them all together once the director is sure, and says so', async () => {
      const { location } = await turn('potager', false, true);
      expect(location).to.equal(`/${school.rne}${MODULES}`);
      expect(await switches()).to.deep.equal({ potager: false, arrosage: false });
      const { text } = await director().get(MODULES);
      expect(text).to.include('« Potager » et « Arrosage » sont arrêtés. Leurs données sont gardées.');
      expect(text, 'no undo for several').to.not.include('Annuler</button>');
    });

    it('gives a button to undo the stop of one module', async () => {
      await turn('arrosage', false);
      expect(await switches()).to.deep.equal({ arrosage: false });
      const { text } = await director().get(MODULES);
      expect(text).to.include('« Arrosage » est arrêté. Ses données sont gardées.');
      const form = /<form[^>]*action="([^"]+)">((?:<input[^>]*>)+)<button class="btn">(?:<svg.*?<\/svg>)?Annuler/.exec(
        text,
      );
      const values = Object.fromEntries(
        [...(form?.[2] ?? '').matchAll(/name="([^"]+)" value="([^"]*)"/g)].map(([, name, value]) => [name, value]),
      );
      expect(form?.[1]).to.equal(`/${school.rne}${MODULES}`);
      await director().post(MODULES, values as Record<string, string>);
      expect(await switches()).to.deep.equal({ arrosage: true });
      expect((await director().get(MODULES)).text).to.include('« Arrosage » est en service.');
    });

    it('lets a module be on before the one it needs, and says what it waits for', async () => {
      await turn('potager', false, true);
      await turn('arrosage', true);
      const { text } = await director().get(MODULES);
      expect(text).to.include('« Arrosage » est en service. Il attend encore : Potager.');
      expect(text).to.include('Attend : Potager');
      expect(house.house.modules.of(await asSeen()).has('arrosage')).to.equal(false);
      await turn('potager', true);
      expect(house.house.modules.of(await asSeen()).has('arrosage')).to.equal(true);
    });

    it('touches the school it is turned in, and no other', async () => {
      const other = await openSchool();
      await turn('potager', false, true);
      expect(await switches(other)).to.deep.equal({});
      expect((await other.as('direction').get('/gestion/potager/')).status).to.equal(200);
      expect((await other.as('parents').get('/espace/parents/potager/')).status).to.equal(200);
      await other.close();
    });

    it('works at the next request of those who are already in', async () => {
      expect((await school.as('parents').get('/espace/parents/potager/')).status).to.equal(200);
      await turn('potager', false, true);
      expect((await school.as('parents').get('/espace/parents/potager/')).status).to.equal(404);
      await turn('potager', true);
      expect((await school.as('parents').get('/espace/parents/potager/')).status).to.equal(200);
    });

    it('knows no module that is not installed, and none of the core', async () => {
      for (const name of ['rien', 'configuration', 'connexion', '', '__proto__', 'constructor'])
        expect((await turn(name, false, true)).status, name).to.equal(404);
      expect(await switches()).to.deep.equal({});
    });

    it('writes in the journal who turned what', async () => {
      await turn('potager', false, true);
      await turn('potager', true);
      const lines = await school.db((db) => db('audit_log').orderBy('at').select('who', 'act', 'about', 'account_id'));
      expect(lines.map(({ act, about }) => `${act} : ${about}`)).to.deep.equal([
        'Module arrêté : potager, arrosage',
        'Module mis en service : potager',
      ]);
      expect(lines[0]).to.include({ account_id: school.people.direction.accountId });
      expect(lines[0].who).to.include('BRAUD');
    });

    it('is shut to a profile without the right, and open to one that has it', async () => {
      const secretary = school.as('quotidienne');
      for (const path of [MODULES, SETTINGS]) {
        expect((await secretary.get(path)).status).to.equal(403);
        expect((await secretary.post(path, { module: 'potager', on: '0', sure: '1' })).status).to.equal(403);
      }
      expect(await switches()).to.deep.equal({});
      const refused = await secretary.get(MODULES);
      expect(refused.text).to.include('« Vie scolaire » n’a pas le droit').and.include('La direction peut l’ajouter.');
      await school.db((db) =>
        db('profiles')
          .where({ name: 'Vie scolaire' })
          .update({ permissions: ['configuration.modules'] }),
      );
      expect((await secretary.get(MODULES)).status).to.equal(200);
      expect((await secretary.post(MODULES, { module: 'arrosage', on: '0', sure: '' })).status).to.equal(303);
      expect(await switches()).to.deep.equal({ arrosage: false });
    });
  });

  describe('the settings screen a module declares', () => {
    it('shows its fields, keeps what is saved, and shows it again', async () => {
      const empty = (await director().get(SETTINGS)).text;
      expect(empty).to.include('Réglages : Potager').and.include('Devise').and.include('Ouvert aux familles');
      expect(empty).to.not.match(/id="form-open"[^>]* checked/);
      const saved = await director().post(SETTINGS, { motto: 'Qui sème « bien » récolte', open: 'on' });
      expect(saved).to.include({ status: 303, location: `/${school.rne}${SETTINGS}` });
      const { text } = await director().get(SETTINGS);
      expect(text).to.include('Réglages de « Potager » enregistrés.');
      expect(text)
        .to.include('value="Qui sème « bien » récolte"')
        .and.match(/id="form-open"[^>]* checked/);
      expect((await director().get('/gestion/potager/')).text).to.include('<p>Qui sème « bien » récolte</p>');
    });

    it('replaces what was saved before', async () => {
      await director().post(SETTINGS, { motto: 'Première', open: 'on' });
      await director().post(SETTINGS, { motto: '' });
      const { text } = await director().get(SETTINGS);
      expect(text)
        .to.not.include('Première')
        .and.not.match(/id="form-open"[^>]* checked/);
      expect(await school.db((db) => db('plugin_settings').pluck('values'))).to.deep.equal([
        { motto: null, open: false },
      ]);
    });

    it('refuses what its form refuses, shows it again, and keeps what was there', async () => {
      await director().post(SETTINGS, { motto: 'Bonne' });
      const { status, text } = await director().post(SETTINGS, { motto: 'trop '.repeat(50), open: 'on' });
      expect(status).to.equal(422);
      expect(text).to.include('Raccourcissez : 200 caractères au plus.').and.include('trop trop');
      expect(text).to.match(/id="form-open"[^>]* checked/);
      expect(await school.db((db) => db('plugin_settings').pluck('values'))).to.deep.equal([
        { motto: 'Bonne', open: false },
      ]);
    });

    it('belongs to one school', async () => {
      const other = await openSchool();
      await director().post(SETTINGS, { motto: 'À nous seuls' });
      expect((await other.as('direction').get(SETTINGS)).text).to.not.include('À nous seuls');
      expect((await other.as('direction').get('/gestion/potager/')).text).to.not.include('À nous seuls');
      await other.close();
    });

    it('is there for modules that have settings only', async () => {
      for (const name of ['arrosage', 'cantine', 'rien'])
        expect((await director().get(`${MODULES}/${name}`)).status, name).to.equal(404);
    });
  });
});

describe('what is on in a school', () => {
  const plugin = (name: string, more: Partial<Plugin> = {}) => ({
    plugin: definePlugin({ name, title: name, privacy: [], ...more }),
    folder: null,
    core: false,
  });
  const school = (plugins: Record<string, boolean> = {}, published: Record<string, boolean> = {}) =>
    ({ rne: '0000000A', plugins, published }) as School;
  const rubrics = { menus: { title: 'Menus', espaces: ['parents' as const], published: true } };

  it('begins as the module wishes, until the director decides', () => {
    const modules = modulesFrom([plugin('a'), plugin('b', { startsOn: false })]);
    const on = (plugins: Record<string, boolean>) => ['a', 'b'].filter((name) => modules.of(school(plugins)).has(name));
    expect(on({})).to.deep.equal(['a']);
    expect(on({ a: false, b: true })).to.deep.equal(['b']);
  });

  it('is off when what it needs is off, through any number of others', () => {
    const modules = modulesFrom([plugin('a'), plugin('b', { dependsOn: ['a'] }), plugin('c', { dependsOn: ['b'] })]);
    expect(['a', 'b', 'c'].map((name) => modules.of(school({ a: false })).has(name))).to.deep.equal([
      false,
      false,
      false,
    ]);
    expect(modules.leaveWith(school(), 'a').map((one) => one.name)).to.deep.equal(['a', 'b', 'c']);
    expect(modules.leaveWith(school({ b: false }), 'a').map((one) => one.name)).to.deep.equal(['a']);
  });

  it('forgets a module that is no longer installed', () => {
    expect(
      modulesFrom([plugin('a')])
        .of(school({ gone: true }))
        .has('gone'),
    ).to.equal(false);
  });

  it('publishes a rubric as its module wishes, until the director decides, and nothing of an Espace that is shut', () => {
    const modules = modulesFrom([plugin('a', { rubrics })]);
    const shown = (published: Record<string, boolean>) =>
      modules.of(school({}, published)).publishes('parents', 'a.menus');
    expect(shown({})).to.equal(true);
    expect(shown({ 'parents:a.menus': false })).to.equal(false);
    expect(shown({ parents: false })).to.equal(false);
    expect(modules.of(school({}, { 'eleves:a.menus': true })).publishes('eleves', 'a.menus')).to.equal(false);
    expect(modules.of(school({ a: false }, { 'parents:a.menus': true })).publishes('parents', 'a.menus')).to.equal(
      false,
    );
  });
});
