import { expect } from 'chai';
import { IN_COMMUNE } from '../plugin/modules-of.ts';
import { prepareCommune } from '../tenancy/prepare-school.ts';
import { type Answer, type Client, openSchool, PASSWORD, type TestSchool } from '../testing.ts';
import { communePath, routerPath } from '../web/paths.ts';
import { openCommune, type TestCommune, words } from './samples/open-commune.test.ts';

/** A Wednesday at 11 h in Paris: no quiet hour. */
const NOW = new Date('2026-11-25T10:00:00Z');
const NOBODY = '00000000-0000-4000-8000-000000000000';
const CONSOLE = '/gestion/console/';
const INFOS = '/gestion/console/informations';

describe('a town hall and the schools that open themselves to it (F07-5, P10)', () => {
  let here: TestCommune;
  let other: TestCommune;
  let plane: TestSchool;
  let linden: TestSchool;

  before(async () => {
    here = await openCommune('Mairie de Bourg-Fictif');
    other = await openCommune('Mairie de Val-Inventé');
    plane = await openSchool({ name: 'École des Platanes' });
    linden = await openSchool({ name: 'École des Tilleuls' });
    plane.house.setNow(NOW);
    await grant(plane);
  });
  beforeEach(() => plane.house.setNow(NOW));
  after(async () => {
    plane.house.setNow(null);
    for (const one of [plane, linden, here.commune, other.commune]) await one.close();
  });

  const profileOf = async (school: TestSchool, name = 'Mairie'): Promise<string> =>
    (await school.db((db) => db('profiles').where({ name }).first('id'))).id;
  const grant = async (school: TestSchool, to = here): Promise<Answer> =>
    (await director(school)).post('/gestion/mairie/', { commune: to.commune.id, profile: await profileOf(school) });
  const withdraw = async (school: TestSchool) => (await director(school)).post('/gestion/mairie/retirer');
  const allows = (school: TestSchool, ...permissions: string[]) =>
    school.db((db) => db('profiles').where({ name: 'Mairie' }).update({ permissions }));
  /** A session as fresh as the clock of the house. */
  const director = (school: TestSchool): Promise<Client> =>
    school.asAccount(school.people.direction.accountId, 'administration');
  const at = (school: TestSchool) => `${CONSOLE}ecoles/${school.id}`;
  const journal = (school: TestSchool): Promise<string[]> =>
    school.db((db) => db('audit_log').orderBy('at').pluck('act'));

  it('F07-5 a town hall is prepared, opened with its two secrets, and its first agent administrates it', async () => {
    const { app, secrets, clock } = plane.house.house;
    const fields = {
      rne: '2a004',
      name: 'Mairie d’Ajout',
      address: '',
      postcode: '',
      city: 'Ajout',
      email: 'm@exemple.fr',
    };
    const { login, code } = await prepareCommune(app, secrets, fields, clock());
    const visit = (path: string, fields?: Record<string, string>) =>
      fetch(plane.house.origin + path, {
        method: fields ? 'POST' : 'GET',
        redirect: 'manual',
        headers: { 'Sec-Fetch-Site': 'same-origin' },
        body: fields && new URLSearchParams(fields),
      });
    expect((await visit('/ouverture', { rne: '2A 004' })).headers.get('location')).to.equal(
      '/commune/2A004/ouverture/',
    );
    expect((await visit('/ouverture', { rne: '2A005' })).status).to.equal(422);
    expect((await visit('/commune/2a004/connexion/')).headers.get('location')).to.equal('/commune/2A004/ouverture/');
    const codes = { login, code, civility: '', lastName: 'MAIRE', firstName: 'Lou' };
    const opened = await (await visit('/commune/2A004/ouverture/codes', codes)).text();
    expect(opened).to.include('Votre console est ouverte').and.include('LMAIRE');
    const door = await (await visit('/commune/2A004/connexion/')).text();
    expect(door).to.include('INSEE 2A004').and.not.include('étiquette').and.not.include('Mon Espace');
    const typed = { login: 'LMAIRE', password: code, mode: 'quotidienne', vers: '', suite: '' };
    const entered = await visit('/commune/2A004/connexion/', typed);
    expect(entered.headers.get('location')).to.equal('/commune/2A004/compte/mot-de-passe');
    const cookie = entered.headers.getSetCookie().find((one) => one.startsWith('preau=')) as string;
    const inside = async (path: string, fields?: Record<string, string>) =>
      (
        await fetch(`${plane.house.origin}/commune/2A004${path}`, {
          method: fields ? 'POST' : 'GET',
          redirect: 'manual',
          headers: { Cookie: cookie, 'Sec-Fetch-Site': 'same-origin' },
          body: fields && new URLSearchParams(fields),
        })
      ).headers.get('location');
    const first = '/commune/2A004/compte/mot-de-passe';
    expect(await inside('/gestion/console/'), 'the first password comes before all').to.equal(first);
    const chosen = { password: PASSWORD, again: PASSWORD };
    expect(await inside('/compte/mot-de-passe', chosen)).to.equal('/commune/2A004/compte/securite');
    expect(await inside('/compte/securite', { measure: 'none' })).to.equal('/commune/2A004/gestion/accueil/');
    expect(await inside('/gestion/accueil/'), 'its home is the console').to.equal('/commune/2A004/gestion/console/');
    await app('schools').where({ rne: 'commune/2A004' }).delete();
  });

  it('F07-5 a school finds its town hall by name or INSEE, reads what it opens in words, and the journal keeps it', async () => {
    const desk = await director(linden);
    expect(words(await desk.get('/gestion/mairie/'))).to.include('Aucune mairie ne voit votre école');
    for (const q of ['fictif', here.insee])
      expect(words(await desk.get(`/gestion/mairie/?q=${q}`)))
        .to.include(`Mairie de Bourg-Fictif, Bourg-Fictif (INSEE ${here.insee})`)
        .and.include('Le nombre de classes');
    const none = await desk.post('/gestion/mairie/', { commune: linden.id, profile: await profileOf(linden) });
    expect(none.status, 'a school is no town hall').to.equal(422);
    for (const [commune = '', profile = ''] of [
      [],
      ['x', 'y'],
      [here.commune.id, NOBODY],
      [NOBODY, await profileOf(linden)],
    ])
      expect((await desk.post('/gestion/mairie/', { commune, profile })).status).to.equal(422);
    expect(words(await here.chief.get(CONSOLE))).to.not.include('Tilleuls');
    const plain = await director(plane);
    expect(words(await plain.get('/gestion/mairie/')))
      .to.include('Mairie de Bourg-Fictif voit votre école')
      .and.include('Le nombre d’élèves, par classe et par niveau (droit « Voir les élèves »)')
      .and.include(
        'Informer vos familles et votre équipe en son nom (droit « Publier des informations et des sondages ») : fermé',
      );
    expect(await journal(plane)).to.include('École ouverte à la console mairie');
  });

  it('S18-14 P10 opening asks the password again, and nobody opens more than he may do himself', async () => {
    plane.house.setNow(new Date(NOW.getTime() - 11 * 60_000));
    const old = await director(linden);
    plane.house.setNow(NOW);
    const asked = await old.post('/gestion/mairie/', { commune: here.commune.id, profile: await profileOf(linden) });
    expect(asked.text).to.include('Confirmez');
    await linden.db((db) =>
      db('profiles')
        .where({ name: 'Vie scolaire' })
        .update({ permissions: ['mairie.open'] }),
    );
    const clerk = await linden.asAccount(linden.people.quotidienne.accountId, 'quotidienne');
    const tried = await clerk.post('/gestion/mairie/', { commune: here.commune.id, profile: await profileOf(linden) });
    expect(tried.status).to.equal(422);
    expect(words(await here.chief.get(CONSOLE))).to.not.include('Tilleuls');
  });

  it('F07-5 P10 the console shows the schools that opened themselves, how far they are and how to join them, and no other', async () => {
    const list = words(await here.looker.get(CONSOLE));
    expect(list)
      .to.include('École des Platanes')
      .and.include('Ouverte')
      .and.include('04 74 00 00 00')
      .and.match(/\d+ étapes? faites? sur \d+/)
      .and.include('1 classe, 1 élève');
    expect(list).to.not.include('Tilleuls');
    expect((await here.chief.get(at(linden))).status).to.equal(404);
    expect(words(await other.chief.get(CONSOLE))).to.include('Aucune école ne s’ouvre');
    expect((await other.chief.get(at(plane))).status, 'of another town hall').to.equal(404);
    for (const id of ['x', NOBODY, here.commune.id])
      expect((await here.chief.get(`${CONSOLE}ecoles/${id}`)).status).to.equal(404);
  });

  it('P10 each permission opens one thing and no other, at the next page', async () => {
    await grant(linden);
    const seen = async () => words(await here.chief.get(at(linden)));
    const told: [string, string][] = [
      ['ressources.classes-read', '1 classe'],
      ['ressources.pupils-read', '1 élève'],
      ['personnels.read', 'personnes dans l’équipe'],
      ['infos.read', 'Rien en ce moment'],
    ];
    await allows(linden);
    for (const [, text] of told) expect(await seen()).to.not.include(text);
    for (const [permission, text] of told) {
      await allows(linden, permission);
      const page = await seen();
      expect(page, permission).to.include(text);
      for (const [, hidden] of told.filter(([, one]) => one !== text)) expect(page, permission).to.not.include(hidden);
    }
    await allows(linden, ...told.map(([permission]) => permission));
    expect(await seen()).to.include('Par classe CE1 Jonquilles 1 Par niveau CE1 1');
  });

  it('P10 S18-02 nobody of a school is named in the console', async () => {
    await allows(plane, ...plane.house.house.modules.of(await schoolOf(plane)).permissions.keys());
    const names = await plane.db((db) => db('people').pluck('last_name'));
    expect(names).to.include('LEROY');
    for (const path of [CONSOLE, at(plane), `${INFOS}/nouvelle`, INFOS, '/gestion/envois/']) {
      const { status, text } = await here.chief.get(path);
      expect(status, path).to.equal(200);
      for (const name of names) expect(text, path).to.not.include(name);
    }
  });
  const schoolOf = async (school: TestSchool) =>
    (await plane.house.house.app.raw('select door(?, null) as told', [school.rne])).rows[0].told.school;

  it('P10 C-37 informs several schools at once: the people are counted first, each school publishes by its own rules', async () => {
    for (const school of [plane, linden]) await allows(school, 'infos.send', 'infos.read');
    const form = await here.sender.get(`${INFOS}/nouvelle`);
    expect(words(form)).to.include('Les familles (1 responsable)').and.include('L’équipe (');
    const text = { title: 'Travaux rue des Écoles', body: 'Passez par le parc.\n\nMerci <b>à tous</b>.' };
    const bad = await here.sender.post(`${INFOS}/nouvelle`, text);
    expect(bad.status).to.equal(422);
    expect(bad.text).to.include('Cochez au moins une école').and.include('Travaux rue des Écoles');
    const none = await here.sender.post(`${INFOS}/nouvelle`, { title: '', body: '', families: plane.id });
    expect(none.status).to.equal(422);
    expect(none.text, 'what was ticked stays').to.match(new RegExp(`familles-${plane.id}"[^>]* checked`));
    const draft = await here.sender.post(`${INFOS}/nouvelle`, {
      ...text,
      families: [plane.id, linden.id],
      staff: plane.id,
    });
    expect(draft.status).to.equal(303);
    const home = draft.location as string;
    const before = words(await here.sender.get(home));
    expect(before)
      .to.match(/École des Platanes : 1 responsable, \d personnes de l’équipe/)
      .and.include('Tilleuls : 1 responsable');
    expect(await plane.db((db) => db('infos_items'))).to.deep.equal([]);
    expect((await here.sender.post(home, { sure: '' })).status).to.equal(303);
    await here.sender.post(home, { sure: '' });
    expect(words(await here.sender.get(home))).to.include('En cours');
    await plane.runJobs();
    const items = await plane.db((db) => db('infos_items'));
    expect(items.map((one) => [one.author_name, one.state, one.body])).to.deep.equal([
      ['Mairie de Bourg-Fictif', 'published', '<p>Passez par le parc.</p><p>Merci &#60;b&#62;à tous&#60;/b&#62;.</p>'],
    ]);
    expect(words(await here.sender.get(home))).to.match(/Platanes Envoyée publiée pour \d personnes ; lue par 0 sur/);

    const read = `/espace/parents/infos/lire/${items[0].id}`;
    const parent = plane.as('parents');
    expect((await parent.get(read)).status, 'the minute of any information').to.equal(404);
    plane.house.setNow(new Date(NOW.getTime() + 120_000));
    expect(words(await parent.get(read)))
      .to.include('De Mairie de Bourg-Fictif')
      .and.include('Passez par le parc.');
    await parent.post(`${read}/lu`);
    expect(words(await here.sender.get(home)))
      .to.include('lue par 1 sur')
      .and.include('lue par 0 sur 1');

    const desk = await director(plane);
    const page = await desk.get(`/gestion/infos/${items[0].id}`);
    expect(words(page)).to.include('De Mairie de Bourg-Fictif').and.not.include('Modifier le texte');
    expect(
      (await desk.get(`/gestion/infos/${items[0].id}/modifier`)).status,
      'its words are not the school’s',
    ).to.equal(403);
    await desk.post(`/gestion/infos/${items[0].id}/retirer`, { sure: '' });
    expect((await parent.get(read)).status).to.equal(410);
    expect(words(await here.sender.get(home))).to.include('Retirée par l’école');
    sent = home;
  });
  let sent = '';

  it('P10 the town hall takes back its own words where they still are, at once, and both journals say so', async () => {
    const back = `${sent}/retirer`;
    const page = await here.sender.get(back);
    expect(words(page)).to.include('Tilleuls : 0 personne').and.not.include('Platanes');
    const [, target = ''] = /name="schools" value="([^"]+)"/.exec(page.text) ?? [];
    const none = await here.sender.post(back);
    expect(none.status).to.equal(422);
    expect(none.text).to.include('Cochez au moins une école');
    expect((await here.looker.post(back, { schools: target })).status).to.equal(403);
    expect((await other.chief.post(back, { schools: target })).status, 'another town hall').to.equal(404);
    const [item] = await linden.db((db) => db('infos_items').where({ state: 'published' }));
    const read = `/espace/parents/infos/lire/${item.id}`;
    plane.house.setNow(new Date(NOW.getTime() + 120_000));
    expect((await linden.as('parents').get(read)).status).to.equal(200);
    expect((await here.sender.post(back, { schools: target })).location).to.equal(sent);
    expect((await linden.as('parents').get(read)).status).to.equal(410);
    expect(words(await here.sender.get(sent)))
      .to.include('Tilleuls Retirée')
      .and.include('retirée par la mairie');
    expect(await journal(linden)).to.include.members([
      'Information publiée par la mairie',
      'Information retirée par la mairie',
    ]);
    expect(await journal(here.commune)).to.include('Information retirée dans des écoles');
    expect((await here.sender.post(back, { schools: target })).status, 'twice').to.equal(422);
  });

  it('P10 a school that withdraws, forbids or cuts in between gets nothing and is named; the others get it', async () => {
    const send = async (title: string) => {
      const targets = { families: [plane.id, linden.id] };
      const draft = await here.sender.post(`${INFOS}/nouvelle`, { title, body: 'Texte', ...targets });
      await here.sender.post(draft.location as string, { sure: '' });
      return draft.location as string;
    };
    const titles = (school: TestSchool): Promise<string[]> => school.db((db) => db('infos_items').pluck('title'));
    for (const school of [plane, linden]) await allows(school, 'infos.send');
    const first = await send('Retrait');
    await withdraw(linden);
    const stranger = await here.sender.post(`${INFOS}/nouvelle`, { title: 'T', body: 'T', families: linden.id });
    expect(stranger.status, 'a school that is not open to it').to.equal(422);
    await plane.runJobs();
    expect(words(await here.sender.get(first)))
      .to.include('Tilleuls Pas envoyée Cette école n’ouvre plus')
      .and.include('Platanes Envoyée');
    expect(await titles(linden)).to.not.include('Retrait');
    expect(await titles(plane)).to.include('Retrait');
    await grant(linden);
    const second = await send('Interdit, coupé');
    await allows(plane);
    await (await director(linden)).post('/gestion/communication/coupure', { scope: 'all', reason: 'Insultes' });
    plane.house.setNow(new Date(NOW.getTime() + 2 * 3_600_000));
    expect(words(await here.sender.get(second)), 'a queue that gave up').to.include('Une panne l’a empêchée');
    plane.house.setNow(NOW);
    await plane.runJobs();
    await linden.db((db) => db('messaging_cuts').delete());
    for (const school of [plane, linden]) expect(await titles(school)).to.not.include('Interdit, coupé');
    expect(words(await here.sender.get(second)))
      .to.include('Platanes Pas envoyée Cette école ne vous permet pas')
      .and.include('Tilleuls Pas envoyée La direction a coupé la messagerie');
    // What it had published before stays the school's to withdraw.
    expect(words(await here.sender.get(`${first}/retirer`))).to.match(
      /ne s’ouvrent plus à votre console : École des Plat/,
    );
    await allows(plane, 'infos.send');
    const { app } = plane.house.house;
    await app('school_plugins').insert({ school_id: linden.id, plugin: 'infos', on: false });
    expect(words(await here.sender.get(`${INFOS}/nouvelle`)), 'the module is off').to.include(
      'Sans cette permission : École des Tilleuls',
    );
    await app('school_plugins').where({ school_id: linden.id }).delete();
  });

  it('F07-5 P10 withdrawn, nothing of the school answers at the next request, and its profile gone is the same', async () => {
    expect((await here.chief.get(at(linden))).status).to.equal(200);
    expect((await withdraw(linden)).status).to.equal(303);
    expect((await here.chief.get(at(linden))).status).to.equal(404);
    expect(words(await here.chief.get(CONSOLE))).to.not.include('Tilleuls');
    expect(words(await here.chief.get(`${INFOS}/nouvelle`))).to.not.include('Tilleuls');
    expect(await journal(linden)).to.include('École retirée de la console mairie');
    expect((await withdraw(linden)).status, 'twice does no harm').to.equal(303);
    await linden.db((db) => db('profiles').insert({ name: 'Ville' }));
    const fields = { commune: here.commune.id, profile: await profileOf(linden, 'Ville') };
    await (await director(linden)).post('/gestion/mairie/', fields);
    await (await director(linden)).post(`/gestion/profils/${fields.profile}/supprimer`);
    expect((await here.chief.get(at(linden))).status, 'a profile in use stays').to.equal(200);
    await linden.db((db) => db('profiles').where({ name: 'Ville' }).delete());
    expect((await here.chief.get(at(linden))).status).to.equal(404);
  });

  it('F07-5 a town hall’s account opens nothing in a school, and a school’s nothing in the console', async () => {
    await here.chief.get(CONSOLE);
    const session = here.chief.cookie;
    const knock = async (path: string, cookie: string) =>
      (await fetch(plane.house.origin + path, { redirect: 'manual', headers: { Cookie: cookie } })).headers.get(
        'location',
      );
    expect(await knock(`/${plane.rne}/gestion/accueil/`, session)).to.match(/connexion/);
    const desk = await director(plane);
    await desk.get('/compte/');
    expect(await knock(`/commune/${here.insee}${CONSOLE}`, desk.cookie)).to.match(/connexion/);
    expect((await desk.get(CONSOLE)).status, 'a school has no console').to.equal(404);
    expect(await plane.db((db) => db('people').where({ last_name: 'MAIRE' }))).to.deep.equal([]);
    const search = await desk.get('/autres-comptes/enfant?ecole=Mairie');
    expect(search.text).to.not.include('commune/');
  });

  it('S18-01 F07-5 every screen of a school is unknown below a commune, each of its own opens to whom it should', async () => {
    const { routes } = plane.house.house.modules;
    const wrong: string[] = [];
    const clients = {
      chief: here.chief,
      sender: here.sender,
      looker: here.looker,
      visitor: here.commune.as('visiteur'),
    };
    const MAY: Record<string, (keyof typeof clients)[]> = {
      'console.see': ['chief', 'sender', 'looker'],
      'console.send': ['chief', 'sender'],
      'console.agents': ['chief'],
    };
    const own = ({ plugin, area }: (typeof routes)[number]) => IN_COMMUNE.includes(plugin) && area !== 'espace';
    const place = (path: string) =>
      path
        .replace(':insee', here.insee)
        .replace(':espace', 'mairie')
        .replace(/:\w*id/i, NOBODY)
        .replace(/:\w+/g, 'x');
    const pages = routes.filter(({ method, area }) => method === 'get' && area !== 'site');
    for (const route of pages.filter((one) => own(one) && one.plugin === 'console'))
      for (const [who, client] of Object.entries(clients) as [keyof typeof clients, Client][]) {
        const path = place(communePath(route));
        const { status } = await client.get(path);
        const opens = status === 200 || status === 404;
        if (opens !== MAY[route.allow]?.includes(who)) wrong.push(`${who} ${path} ${status}`);
      }
    // One door of each module and area: below a commune the others are no addresses either, for the same reason.
    const doors = new Map(pages.filter((one) => !own(one)).map((one) => [`${one.plugin} ${one.area}`, one]));
    expect(doors.size).to.be.greaterThan(30);
    for (const route of doors.values()) {
      const path = place(routerPath(route).replace(':rne', 'commune/:insee'));
      const { status } = await here.chief.get(path);
      if (status !== 404) wrong.push(`${path} ${status}`);
    }
    const on = plane.house.house.modules.of(await schoolOf(here.commune));
    expect(pages.filter((one) => on.has(one.plugin) && !own(one) && one.area !== 'espace')).to.deep.equal([]);
    expect(wrong).to.deep.equal([]);
    expect((await here.looker.get(`${INFOS}/nouvelle`)).status).to.equal(403);
    expect((await here.sender.get('/gestion/console/agents')).status).to.equal(403);
  });

  it('F07-5 the administrator enters agents, hands out their password, suspends them', async () => {
    const { chief } = here;
    const wrong = await chief.post('/gestion/console/agents', {
      lastName: '',
      firstName: 'Zoé',
      email: 'zoe',
      level: 'send',
    });
    expect(wrong.status).to.equal(422);
    expect(wrong.text).to.include('value="Zoé"').and.include('zoe');
    const fields = { lastName: 'PLUME', firstName: 'Zoé', email: 'zoe@exemple.fr', level: 'send' };
    const made = await chief.post('/gestion/console/agents', fields);
    expect(made.status).to.equal(303);
    const card = made.location as string;
    expect(words(await chief.get(card)))
      .to.include('Identifiant ZPLUME')
      .and.include('Voir les écoles et les informer');
    const confirmed = await chief.post(`${card}/afficher`);
    expect(confirmed.text).to.include('Confirmez');
    expect((await chief.post(`${card}/niveau`, { level: 'see' })).status).to.equal(303);
    expect(words(await chief.get(card))).to.match(/ZPLUME \. Voir les écoles\. /);
    const own = `/gestion/console/agents/${here.chiefId}`;
    const last = await chief.post(`${own}/niveau`, { level: 'see' });
    expect(last.status, 'the last who administrates').to.equal(422);
    await chief.post(`${card}/suspendre`);
    expect(words(await chief.get('/gestion/console/agents'))).to.match(/PLUME Zoé .* Suspendu/);
    await chief.post(`${card}/retablir`);
    expect(words(await chief.get(card))).to.include('Pas encore ouvert');
    expect((await chief.post(`${own}/suspendre`)).status, 'the last one').to.equal(403);
  });

  it('C-01 no link of the console leads nowhere', async () => {
    const dead: string[] = [];
    const seen = new Set<string>();
    for (const path of [
      CONSOLE,
      at(plane),
      INFOS,
      `${INFOS}/nouvelle`,
      '/gestion/console/agents',
      '/compte/',
      '/aide/',
      '/gestion/envois/',
      '/assistance/',
      '/aide/recherche?q=ecole',
      '/connexion/',
    ]) {
      const { text } = await here.chief.get(path);
      for (const [, href = ''] of text.matchAll(/(?:href|data-phone)="(\/commune\/\d+\/(?!aide\/\w+\/)[^"#]*)"/g))
        seen.add(href);
    }
    expect(seen.size).to.be.greaterThan(8);
    for (const href of seen) {
      const { status } = await here.chief.get(href);
      if (status >= 400) dead.push(`${href} ${status}`);
    }
    expect(dead).to.deep.equal([]);
  });
});
