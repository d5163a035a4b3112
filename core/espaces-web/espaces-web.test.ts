import { randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { expect } from 'chai';
import type { Knex } from 'knex';
import { connect } from '../database/connect.ts';
import { BELL } from '../notices/notices.ts';
import { openSchool, PASSWORD, type Role, type TestSchool } from '../testing.ts';
import { openWork } from '../web/work.ts';

const HOME = '/gestion/espaces-web/';

describe('Espaces web (fiche 11)', function () {
  this.timeout(60_000);
  let school: TestSchool;
  before(async () => {
    school = await openSchool({ plugins: ['infos', 'discussions', 'casier', 'collecte'] });
  });
  after(() => school.close());
  afterEach(() =>
    school.db(async (db) => {
      for (const table of ['published', 'espace_themes', 'plugin_settings']) await db(table).delete();
    }),
  );

  const direction = () => school.as('direction');
  const publish = (what: string, on: boolean) => direction().post(`${HOME}publier`, { what, on: on ? '1' : '0' });
  const status = async (role: Role, path: string) => (await school.as(role).get(path)).status;
  /** The address of a file joined to something. */
  async function joined(about: string): Promise<string> {
    const { store, clock } = school.house.house;
    const key = `${school.id}/${randomUUID()}`;
    const arrival = await store.arrival(randomUUID());
    await writeFile(arrival, 'bonjour');
    await store.settle(arrival, key);
    const file = { about, name: 'a.txt', type: 'text/plain', size: 7, sha256: '', key, at: clock(), position: 0 };
    const [{ id }] = await school.db((db) => db('files').insert(file).returning('id'));
    return `/fichiers/${id}`;
  }
  const acts = () => school.db((db) => db('audit_log').orderBy('at').select('act', 'about'));
  /** What « Annuler » of the next page would post. */
  async function undo(path: string) {
    const { text } = await direction().get(path);
    const form =
      /<form method="post" action="([^"]+)">((?:<input[^>]*>)*)<button class="btn">[^<]*<svg.*?Annuler/s.exec(
        text.slice(text.indexOf('id="messages"')),
      );
    const fields = [...(form?.[2] ?? '').matchAll(/name="([^"]*)" value="([^"]*)"/g)].map(([, name, value]) => [
      name,
      value,
    ]);
    return direction().post(form?.[1] as string, Object.fromEntries(fields));
  }

  it('F11-01 F11-02 F11-03 F11-04 shows every Espace, published at first, with how many people it has, and a sub-tab for each', async () => {
    const { text } = await direction().get(HOME);
    for (const name of ['Direction', 'Enseignants', 'Parents', 'Accompagnants', 'Élèves', 'Périscolaire', 'Mairie'])
      expect(text).to.include(`>Espace ${name}</a>`);
    expect(text)
      .to.include('7 publications en service sur 8')
      .and.include('Page commune')
      .and.not.include('Page établissement');
    expect(text)
      .to.match(/aria-checked="true" id="publier-parents"/)
      .and.match(/aria-checked="false" id="publier-commune"/);
    expect(text.match(/1 personne</g)).to.have.length(7);
    for (const role of ['quotidienne', 'enseignants'] as const) {
      expect(await status(role, HOME), role).to.equal(403);
      expect((await school.as(role).post(`${HOME}publier`, { what: 'parents', on: '0' })).status).to.equal(403);
    }
    expect((await school.as('visiteur').get(HOME)).status).to.equal(303);
  });

  it('F11-05 F11-15 an Espace that is not published says so in its own look, to whom to ask, and its people still sign in', async () => {
    await direction().post(`${HOME}visuel/parents`, { theme: 'vert' });
    expect((await publish('parents', false)).status).to.equal(303);
    for (const path of ['', 'infos/', 'discussions/']) {
      const { status: refused, text } = await school.as('parents').get(`/espace/parents/${path || 'accueil/'}`);
      expect(refused, path).to.equal(403);
      expect(text).to.include('L’Espace Parents n’est pas publié').and.include('data-theme="vert"');
      expect(text).to.include('tel:0474000000').and.include('/compte/');
    }
    expect(
      (await school.as('parents').post('/espace/parents/discussions/nouvelle', { subject: 'Bonjour' })).status,
    ).to.equal(403);
    const { login } = school.people.parents;
    const entered = await school
      .as('visiteur')
      .post('/connexion/', { login, password: PASSWORD, mode: 'espace', vers: '', suite: '' });
    expect(entered.location).to.equal(`/${school.rne}/espace/parents/accueil/`);
    for (const path of ['/compte/', '/aide/']) expect(await status('parents', path), path).to.equal(200);
    expect((await school.as('parents').get('/aide/recherche?q=leroy')).text).to.not.include('/enfants/');
    expect(await status('enseignants', '/espace/enseignants/accueil/'), 'the others').to.equal(200);

    expect((await undo(HOME)).status).to.equal(303);
    expect((await direction().get(HOME)).text).to.match(/Espace Parents\s: publication en service\./);
    expect(await status('parents', '/espace/parents/accueil/')).to.equal(200);
    const lines = (await acts()).map(({ act, about }) => `${act} : ${about}`);
    expect(lines).to.include.members(['Publication retirée : Espace Parents', 'Publication mise : Espace Parents']);
  });

  it('F11-05 C-34 « Pourquoi ? » names the Espace and the rubric, and leads to the screen that opens them', async () => {
    await publish('parents', false);
    const why = async () => (await direction().get(`/gestion/profils/pourquoi/${school.people.parents.personId}`)).text;
    expect(await why())
      .to.include('L’école ne publie pas cet Espace en ce moment.')
      .and.include(`href="/${school.rne}/gestion/espaces-web/parents"`);
    await publish('parents', true);
    await direction().post(`${HOME}parents/rubriques`, { 'rubrics.casier.mon-casier': 'on' });
    expect(await why()).to.include('L’école ne publie pas cette rubrique en ce moment.');
  });

  it('F11-06 offers every theme with its own colours, and dresses the Espace, its page of refusal and nothing else', async () => {
    const { assets, views } = school.house.house;
    const colour = '#8a1f4b';
    await school.db((db) =>
      db('plugin_settings').insert({ plugin: 'espaces-web', values: JSON.stringify({ colour }) }),
    );
    const { text } = await direction().get(`${HOME}visuel/parents`);
    const sheetOf = async (name: string) => (await school.as('visiteur').get(assets.url(`style/${name}.css`))).text;
    const [own, over] = [await sheetOf('themes'), await sheetOf('couleur-8a1f4b')];
    const tile = (name: string) => `:is\\(\\.specimen, ?\\.visuel\\)\\[data-theme="?${name}"?\\]`;
    for (const { name, takesColour } of views.themes.values()) {
      expect(text).to.include(`value="${name}"`);
      if (name === 'base') expect(text, 'the page itself wears it').to.include('<html lang="fr" data-theme="base"');
      else expect(own).to.match(new RegExp(`${tile(name)}\\{[^}]*--brand:`));
      expect(new RegExp(`${tile(name)}[^{]*\\{--brand:${colour}`).test(over), name).to.equal(takesColour);
    }
    for (const page of [text, (await direction().get(HOME)).text])
      expect(page).to.include(assets.url('style/themes.css')).and.include(assets.url('style/couleur-8a1f4b.css'));
    await direction().post(`${HOME}visuel/parents`, { theme: 'vert' });
    expect((await school.as('parents').get('/espace/parents/accueil/')).text).to.include('data-theme="vert"');
    expect((await school.as('parents').get('/espace/parents/accueil/enfants/rien')).text).to.include(
      'data-theme="vert"',
    );
    expect((await school.as('enseignants').get('/espace/enseignants/accueil/')).text).to.include('data-theme="base"');
    expect((await undo(HOME)).status).to.equal(303);
    expect((await school.as('parents').get('/espace/parents/accueil/')).text).to.include('data-theme="base"');
    for (const [place, theme] of [
      ['parents', '../vert'],
      ['rien', 'vert'],
      ['inscription', 'vert'],
    ])
      expect(
        (await direction().post(`${HOME}visuel/${place}`, { theme: theme as string })).status,
        `${place} ${theme}`,
      ).to.equal(404);
  });

  it('F11-07 F11-09 the version mobile follows its Espace, and is stopped apart from it', async () => {
    const modules = async () =>
      school.db(async (db) =>
        school.house.house.modules.of((await db.raw('select door(?, null) as told', [school.rne])).rows[0].told.school),
      );
    expect((await modules()).mobile('parents')).to.equal(true);
    await publish('mobile:parents', false);
    expect([(await modules()).mobile('parents'), (await modules()).publishes('parents')]).to.deep.equal([false, true]);
    await direction().post(`${HOME}parents`, { mobile: 'on', mail: 'on', contacts: 'on', teachers: 'on' });
    expect([(await modules()).mobile('parents'), (await modules()).publishes('parents')]).to.deep.equal([false, false]);
    await undo(`${HOME}parents`);
    expect([(await modules()).mobile('parents'), (await modules()).publishes('parents')]).to.deep.equal([false, true]);
    for (const what of ['mobile:commune', 'mobile:rien', 'parentsmobile:', 'rien', 'parents:infos.informations', ''])
      expect((await publish(what, true)).status, what).to.equal(404);
  });

  it('F11-08 search engines are kept out until the director lets them in, and then of what needs a sign-in all the same', async () => {
    await publish('commune', true);
    const robots = async (role: Role | 'visiteur', path: string) => {
      const { text, headers } = await school.as(role).get(path);
      return [text.includes('<meta name="robots" content="noindex">'), headers.get('x-robots-tag')];
    };
    const out = [true, 'noindex'];
    for (const path of ['/accueil/', '/connexion/']) expect(await robots('visiteur', path), path).to.deep.equal(out);
    await direction().post(`${HOME}referencement`, { block: '0' });
    for (const path of ['/accueil/', '/connexion/'])
      expect(await robots('visiteur', path), path).to.deep.equal([false, 'all']);
    for (const path of ['/connexion/oubli', '/connexion/?vers=x', '/aide/', '/rien/'])
      expect(await robots('visiteur', path), path).to.deep.equal(out);
    for (const path of ['/espace/parents/accueil/', '/compte/', '/connexion/'])
      expect(await robots('parents', path), path).to.deep.equal(out);
    await undo(HOME);
    expect(await robots('visiteur', '/accueil/')).to.deep.equal(out);
  });

  it('F11-10 F11-11 keeps for each Espace what is shown, in words in the journal', async () => {
    const phone = 'tel:0474000000';
    const parents = async () => (await school.as('parents').get('/espace/parents/accueil/')).text;
    expect(await parents())
      .to.include(phone)
      .and.include('Mme KRUG');
    const page = (await direction().get(`${HOME}parents`)).text;
    expect(page)
      .to.match(/name="mail" value="on" checked/)
      .and.not.include('name="level"');
    await direction().post(`${HOME}parents`, { published: 'on', mobile: 'on' });
    expect(await parents())
      .to.not.include(phone)
      .and.not.include('Mme KRUG');
    expect((await school.as('enseignants').get('/espace/enseignants/accueil/')).text).to.include(phone);
    const line = (await acts()).findLast(({ act }) => act === 'Espace Parents réglé')?.about;
    expect(line).to.include('Montrer les coordonnées de l’école : non').and.include('mots de passe oubliés : non');
    expect(line).to.not.include('version mobile');
    await undo(`${HOME}parents`);
    expect(await parents())
      .to.include(phone)
      .and.include('Mme KRUG');
    expect((await direction().get(`${HOME}eleves`)).text).to.match(/name="mail" value="on"(?! checked)/);
  });

  it('F11-11 the Espace Élèves opens from the level the school chooses, at the sign-in and at the next request, with the reason; below it nothing is mailed, found or downloaded', async () => {
    const from = (level: string) =>
      direction().post(`${HOME}eleves`, { published: 'on', mobile: 'on', contacts: 'on', level });
    const { login, personId } = school.people.eleves;
    const enter = () =>
      school.as('visiteur').post('/connexion/', { login, password: PASSWORD, mode: 'espace', vers: '', suite: '' });
    const email = `${login}@exemple.fr`;
    const now = new Date(school.house.house.clock().getTime() - 1000);
    const id = await school.db(async (db) => {
      await db('people').where({ id: personId }).update({ email });
      const one = { title: 'Chorale', author_name: 'Mme BRAUD', changed_at: now, published_at: now };
      const [made] = await db('infos_items')
        .insert({ ...one, kind: 'information', state: 'published', body: '' })
        .returning('id');
      await db('infos_recipients').insert({ item_id: made.id, person_id: personId, kind: 'pupils', delivered_at: now });
      return made.id;
    });
    const file = await joined(`infos:${id}`);
    /** What reaches a pupil outside of the pages of his Espace. */
    const reached = async () => {
      await school.db((db) =>
        db('notices').insert({
          person_id: personId,
          about: `infos:${id}:${randomUUID()}`,
          title: 'Chorale',
          path: `/infos/lire/${id}`,
          category: 'infos.information',
          urgent: false,
          at: now,
          mail: 'each',
          mail_at: now,
        }),
      );
      school.house.house.mailbox?.messages.splice(0);
      await school.db(async (db) => {
        const { rows } = await db.raw('select door(?, null) as told', [school.rne]);
        await openWork(school.house.container, BELL, rows[0].told.school, db).later('post', null);
      });
      await school.runJobs();
      const found = async (word: string, page: string) => {
        const { text } = await school.as('eleves').get(`/aide/recherche?q=${word}`);
        return text
          .slice(text.indexOf('<main'), text.lastIndexOf('</main>'))
          .includes(`href="/${school.rne}/espace/eleves/${page}`);
      };
      return {
        mail: (school.house.house.mailbox?.messages ?? []).some((one) => JSON.stringify(one).includes(email)),
        screens: await found('informations', 'infos/'),
        people: await found('leroy', 'accueil/enfants/'),
        file: await status('eleves', file),
      };
    };
    expect((await direction().get(`${HOME}eleves`)).text).to.match(/<option value="CP" selected/);
    expect(await status('eleves', '/espace/eleves/accueil/'), 'a CE1, from the CP on').to.equal(200);
    expect(await reached()).to.deep.equal({ mail: true, screens: true, people: true, file: 200 });
    await from('CE2');
    expect(await reached()).to.deep.equal({ mail: false, screens: false, people: false, file: 404 });
    const closed = await school.as('eleves').get('/espace/eleves/accueil/');
    expect([closed.status, closed.text.includes('s’ouvre à partir du niveau CE2')]).to.deep.equal([403, true]);
    expect((await enter()).status).to.equal(422);
    const why = (await direction().get(`/gestion/profils/pourquoi/${personId}`)).text;
    expect(why).to.include('cet élève est en CE1').and.include(`href="/${school.rne}/gestion/espaces-web/eleves"`);
    expect((await from('Terminale')).status).to.equal(422);
    await from('CE1');
    expect((await enter()).status).to.equal(303);
    expect(await status('eleves', '/espace/eleves/accueil/')).to.equal(200);
  });

  it('F11-12 F11-13 the tree holds the rubrics of the modules that are on, by group; what is unticked leaves the Espace', async () => {
    const page = (await direction().get(`${HOME}parents`)).text;
    expect(page).to.include('<strong>Communication</strong>').and.include('4 sur 4 cochés');
    expect(page).to.not.include('<strong>Évaluation</strong>');
    await direction().post(`${HOME}parents/rubriques`, {
      'rubrics.discussions.discussions': 'on',
      'rubrics.infos.informations': 'on',
      'rubrics.infos.ecrire': 'on',
      'rubrics.rien.du-tout': 'on',
    });
    expect(await school.db((db) => db('published').orderBy('name').pluck('name'))).to.deep.equal([
      'parents:casier.mon-casier',
      'parents:collecte.fournir',
    ]);
    expect(await status('parents', '/espace/parents/casier/')).to.equal(403);
    expect(await status('parents', '/espace/parents/discussions/')).to.equal(200);
    const after = (await direction().get(`${HOME}parents`)).text;
    expect(after).to.include('« Documents à fournir »').and.include('2 sur 4 cochés');
    expect((await acts()).at(-1)?.about).to.include('Mon casier : non');
  });

  it('F11-12 « Annuler » brings all of them back', async () => {
    await direction().post(`${HOME}parents/rubriques`, {});
    expect(await status('parents', '/espace/parents/infos/')).to.equal(403);
    await undo(`${HOME}parents`);
    for (const path of ['infos/', 'casier/', 'discussions/'])
      expect(await status('parents', `/espace/parents/${path}`), path).to.equal(200);
  });

  describe('F11-14 the options of a rubric', () => {
    const options = (rubric: string, fields: Record<string, string>) =>
      direction().post(`${HOME}parents/options/${rubric}`, fields);

    it('F11-14 stand beside the tree once the rubric is published, and are refused for what is not', async () => {
      const at = async (rubric: string) => (await direction().get(`${HOME}parents?rubrique=${rubric}`)).text;
      expect(await at('infos.informations')).to.match(/name="surveys" value="on" checked/);
      expect(await at('collecte.fournir')).to.include('Cette rubrique n’a pas d’option.');
      expect(await at('rien')).to.include('Options d’une rubrique');
      await direction().post(`${HOME}parents/rubriques`, { 'rubrics.casier.mon-casier': 'on' });
      expect(await at('infos.informations'))
        .to.include('cochez-la et publiez-la d’abord')
        .and.not.include('name="surveys"');
      expect((await options('infos.informations', {})).status).to.equal(404);
      expect((await direction().post(`${HOME}eleves/options/discussions.discussions`, {})).status).to.equal(404);
    });

    it('F11-14 « Montrer les sondages » takes surveys out of the feed, their address, their files and their notices', async () => {
      const now = new Date(school.house.house.clock().getTime() - 1000);
      const { personId } = school.people.parents;
      const id = await school.db(async (db) => {
        const one = { title: 'Menu préféré', author_name: 'Mme BRAUD', changed_at: now, published_at: now };
        const [{ id: made }] = await db('infos_items')
          .insert({ ...one, kind: 'survey', state: 'published', body: '' })
          .returning('id');
        await db('infos_recipients').insert({ item_id: made, person_id: personId, kind: 'staff', delivered_at: now });
        const notice = { person_id: personId, about: `infos:${made}`, title: 'Sondage', path: `/infos/lire/${made}` };
        await db('notices').insert({
          ...notice,
          category: 'infos.sondage',
          urgent: false,
          at: now,
          mail: 'none',
          mail_at: now,
        });
        return made;
      });
      const file = await joined(`infos:${id}`);
      const met = async () => {
        const feed = (await school.as('parents').get('/espace/parents/infos/')).text;
        return [
          feed.includes('Menu préféré'),
          (await school.as('parents').get(`/espace/parents/infos/lire/${id}`)).status,
          /class="count new num">1/.test(feed),
          await status('parents', file),
        ];
      };
      expect(await met()).to.deep.equal([true, 200, true, 200]);
      await options('infos.informations', { home: 'on' });
      expect(await met()).to.deep.equal([false, 404, false, 404]);
      expect((await school.as('parents').get('/espace/parents/accueil/')).text).to.not.include('Menu préféré');
      await undo(`${HOME}parents?rubrique=infos.informations`);
      expect(await met()).to.deep.equal([true, 200, true, 200]);
    });

    it('F11-14 « Montrer les dernières informations sur l’accueil » takes them off the home page only', async () => {
      const now = new Date(school.house.house.clock().getTime() - 1000);
      await school.db(async (db) => {
        const one = { title: 'Photo de classe', author_name: 'Mme BRAUD', changed_at: now, published_at: now };
        const [{ id }] = await db('infos_items')
          .insert({ ...one, kind: 'information', state: 'published', body: '<p>Mardi</p>' })
          .returning('id');
        await db('infos_recipients').insert({
          item_id: id,
          person_id: school.people.parents.personId,
          kind: 'staff',
          delivered_at: now,
        });
      });
      const on = async (path: string) =>
        (await school.as('parents').get(`/espace/parents/${path}`)).text.includes('Photo de classe');
      expect([await on('accueil/'), await on('infos/')]).to.deep.equal([true, true]);
      await options('infos.informations', { surveys: 'on' });
      expect([await on('accueil/'), await on('infos/')]).to.deep.equal([false, true]);
    });

    it('F11-14 « Peuvent commencer une discussion » leaves reading and answering', async () => {
      await options('discussions.discussions', {});
      const list = await school.as('parents').get('/espace/parents/discussions/');
      expect([list.status, list.text.includes('Nouvelle discussion')]).to.deep.equal([200, false]);
      const refused = await school.as('parents').get('/espace/parents/discussions/nouvelle');
      expect([refused.status, refused.text.includes('pas commencer une discussion')]).to.deep.equal([403, true]);
      const sent = await school
        .as('parents')
        .post('/espace/parents/discussions/nouvelle', { subject: 'Bonjour', act: 'garder' });
      expect(sent.status).to.equal(403);
      expect(await school.db((db) => db('discussions_threads'))).to.deep.equal([]);
      expect(await status('enseignants', '/espace/enseignants/discussions/nouvelle')).to.equal(200);
    });

    it('F11-14 « Peuvent déposer un document » leaves reading', async () => {
      await options('casier.mon-casier', {});
      const locker = await school.as('parents').get('/espace/parents/casier/');
      expect([locker.status, locker.text.includes('Déposer un document')]).to.deep.equal([200, false]);
      expect(await status('parents', '/espace/parents/casier/deposer')).to.equal(403);
      expect(
        (await school.as('parents').post('/espace/parents/casier/deposer', { title: 'Certificat' })).status,
      ).to.equal(403);
      expect(await status('enseignants', '/espace/enseignants/casier/deposer')).to.equal(200);
    });
  });

  it('F11-03 F10-8 the Page commune opens a door per published Espace, else the school’s address leads to the sign-in', async () => {
    const door = () => school.as('visiteur').get('/accueil/');
    expect((await door()).location).to.equal(`/${school.rne}/connexion/`);
    await publish('commune', true);
    await publish('mairie', false);
    await direction().post(`${HOME}visuel/commune`, { theme: 'vert' });
    const { status: shown, text } = await door();
    expect(shown).to.equal(200);
    expect(text).to.include('data-theme="vert"').and.include(school.rne);
    const vers = encodeURIComponent(`/${school.rne}/espace/parents/accueil/`);
    expect(text.replaceAll('&#x3D;', '=')).to.include(`/connexion/?vers=${vers}`);
    expect(text).to.not.include('Espace Mairie').and.not.include('Demander une inscription');
    expect((await school.as('parents').get('/accueil/')).location).to.equal(`/${school.rne}/espace/parents/accueil/`);

    expect((await publish('inscription', true)).status, 'no module brings it').to.equal(404);
    const turn = (on: boolean) =>
      school.house.house.app('school_plugins').where({ school_id: school.id, plugin: 'inscription' }).update({ on });
    await turn(true);
    expect((await door()).text, 'not published').to.not.include('Demander une inscription');
    await publish('inscription', true);
    const asks = new RegExp(`href="/${school.rne}/inscription/">[^/]*<svg.*?</svg>Demander une inscription`);
    expect((await door()).text).to.match(asks);
    await turn(false);
  });

  it('F11-10 what a school had said by groups of people becomes the same by Espace, for nobody more', async () => {
    const owner = connect(school.house.urls.owner, { max: 1 });
    const { up, down } = (await import('../../migrations/0018_recovery_by_espace.ts')) as Record<
      'up' | 'down',
      (knex: Knex) => Promise<void>
    >;
    const [once, again] = await owner.transaction(async (db) => {
      const here = () => db.raw("select set_config('app.school', ?, true)", [school.id]);
      const kept = async () => {
        await here();
        const rows: { plugin: string; values: Record<string, unknown> }[] = await db('plugin_settings');
        return Object.fromEntries(rows.map((row) => [row.plugin, row.values]));
      };
      await here();
      const values = JSON.stringify({ guardian: ['none'], mail: ['guardian', 'teacher', 'staff', 'quotidienne'] });
      await db('plugin_settings').insert({ plugin: 'securite', values });
      await up(db);
      const first = await kept();
      // Back and again, as an update that was undone; what an Espace keeps beside it stays.
      await db('plugin_settings')
        .where({ plugin: 'espace:parents' })
        .update({ values: db.raw(`values || '{"contacts":false}'`) });
      await down(db);
      await up(db);
      const second = await kept();
      await db('plugin_settings').delete();
      return [first, second];
    });
    await owner.destroy();
    const open = (one: typeof once) =>
      Object.entries(one)
        .filter(([, values]) => values.mail)
        .map(([name]) => name);
    expect(once.securite).to.deep.equal({ guardian: ['none'] });
    expect(again.securite).to.deep.equal({ guardian: ['none'] });
    expect(open(once).toSorted()).to.deep.equal(
      ['accompagnants', 'enseignants', 'mairie', 'parents', 'periscolaire'].map((one) => `espace:${one}`),
    );
    expect(open(once)).to.include.members(open(again));
    expect(again['espace:parents']).to.deep.equal({ contacts: false, mail: true });
  });
});
