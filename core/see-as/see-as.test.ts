import { expect } from 'chai';
import { ESPACES, type Espace, type Route, type School } from '../plugin/contract.ts';
import type { Declared } from '../plugin/registry.ts';
import { type Client, openSchool, PASSWORD, type TestSchool } from '../testing.ts';
import { routerPath } from '../web/paths.ts';
import { CANARY, privateThings } from './samples/private-things.test.ts';

const HOME = '/gestion/voir-comme/';
const ONLY_LOOKS = 'Vous regardez seulement';
const NOBODY = '00000000-0000-4000-8000-000000000000';
const words = ({ text }: { text: string }) => text.replace(/<[^>]+>/g, ' ').replace(/\s+/g, ' ');

describe('« Voir comme » (P9, F11-16)', function () {
  this.timeout(120_000);
  let school: TestSchool;
  let ids: string[];
  before(async () => {
    school = await openSchool();
    ids = await privateThings(school);
  });
  after(async () => {
    school.house.setNow(null);
    await school.close();
  });

  const director = () => school.asAccount(school.people.direction.accountId, 'administration');
  async function asModel(espace: Espace): Promise<Client> {
    const client = await director();
    const answer = await client.post(`${HOME}modele`, { espace, classId: school.classId });
    expect([answer.status, answer.location]).to.deep.equal([303, `/${school.rne}/espace/${espace}/accueil/`]);
    return client;
  }
  const look = (client: Client, personId: string) => client.post(`${HOME}personne`, { person: personId });
  async function asParent(): Promise<Client> {
    const client = await director();
    expect((await look(client, school.people.parents.personId)).status).to.equal(303);
    return client;
  }

  /** Every row of the school, and who is seen where: what a look may not change. */
  async function everything(): Promise<string[]> {
    return school.db(async (db) => {
      const { rows } = await db.raw(
        "select table_name as name from information_schema.columns where table_schema = 'public' and column_name = 'school_id'",
      );
      const hashes = (rows as { name: string }[])
        .filter(({ name }) => !['sessions', 'account_links'].includes(name))
        .map(({ name }) =>
          db.raw("select ? as name, md5(coalesce(string_agg(t::text, ',' order by t::text), '')) as hash from ?? t", [
            name,
            name,
          ]),
        );
      const told = await db.raw(hashes.map(String).join(' union all '));
      const { rows: jobs } = await db.raw("select count(*)::int as n from pgboss.job where data->>'school' = ?", [
        school.id,
      ]);
      return [
        ...told.rows.map((row: { name: string; hash: string }) => `${row.name} ${row.hash}`),
        `jobs ${jobs[0].n}`,
      ];
    });
  }

  const address = (route: Declared<Route>, espace: Espace, id: string) =>
    routerPath(route).replace(/:(\w+)/g, (_, word: string) => {
      const known: Record<string, string> = { rne: school.rne, espace, pupil: school.childId, class: school.classId };
      return known[word] ?? (word.endsWith('Id') || word === 'id' ? id : 'x');
    });
  const inSchoolRoutes = (method: 'get' | 'post') =>
    school.house.house.modules.routes.filter((one) => one.method === method && one.area !== 'site');
  /** Several at a time: most of it is waiting for the database. */
  async function each<T>(all: T[], act: (one: T, at: number) => Promise<void>): Promise<void> {
    const left = [...all.entries()];
    const hand = async () => {
      for (let next = left.pop(); next; next = left.pop()) await act(next[1], next[0]);
    };
    await Promise.all(Array.from({ length: 6 }, hand));
  }
  /** What a look opens, or might: the pages of an Espace, the core's own beside it, and one of each module's Gestion. */
  function pagesOf(espace: Espace, known: string[]): string[] {
    const { modules } = school.house.house;
    const gestion = new Set<string>();
    return inSchoolRoutes('get').flatMap((route) => {
      if (route.area === 'admin' && gestion.size === gestion.add(route.plugin).size) return [];
      const [plugin = '', key = ''] = route.allow.split('.');
      const rubric = modules.plugin(plugin)?.rubrics?.[key];
      if (route.area === 'espace' && rubric && !rubric.espaces.includes(espace)) return [];
      const among = /:(id|\w+Id)\b/.test(route.path) && route.area !== 'admin' ? known : [NOBODY];
      return among.map((id) => address(route, espace, id));
    });
  }
  async function lookAtAll(client: Client, paths: string[]) {
    const seen: { path: string; status: number; text: string }[] = [];
    await each(paths, async (path, at) => {
      // Whole pages and fragments.
      const { status, text } = await client.get(path, at % 2 ? { 'HX-Request-Type': 'partial' } : {});
      seen.push({ path, status, text });
    });
    return seen;
  }

  it('P9 shows every Espace as a model person: one made-up child, the class chosen, nobody’s name, no row written', async () => {
    const before = await everything();
    for (const espace of ESPACES) {
      const client = await asModel(espace);
      const home = await client.get(`/espace/${espace}/accueil/`);
      expect([espace, home.status]).to.deep.equal([espace, 200]);
      expect(words(home)).to.match(/Vous voyez l’ ?Espace .* comme Camille MODÈLE . Rien ne peut être envoyé/);
      const answers = await lookAtAll(
        client,
        pagesOf(espace, [NOBODY]).filter((path) => path.includes('/espace/')),
      );
      expect(answers.filter((one) => one.status >= 500).map((one) => one.path)).to.deep.equal([]);
      expect(answers.filter((one) => /LEROY|CANARI/.test(one.text)).map((one) => one.path)).to.deep.equal([]);
      expect((await client.get(`/espace/${espace === 'mairie' ? 'parents' : 'mairie'}/accueil/`)).status).to.equal(403);
    }
    expect(await everything()).to.deep.equal(before);
    const parent = words(await (await asModel('parents')).get('/espace/parents/accueil/'));
    expect(parent).to.include('Sacha MODÈLE').and.include('CE1 Jonquilles').and.include('Mme KRUG');
    const pupils = words(
      await (await asModel('enseignants')).get(
        '/espace/enseignants/accueil/classes/00000000-0000-4000-8000-000000000004',
      ),
    );
    expect(pupils).to.include('MODÈLE').and.include('CE1 Jonquilles');
  });

  it('P9 refuses every POST of the house during a look, save leaving it, and does nothing of it', async () => {
    const client = await asParent();
    const before = await everything();
    const wrong: string[] = [];
    await each(inSchoolRoutes('post'), async (route) => {
      if (route.plugin === 'voir-comme' && route.area === 'public') return;
      const { status, text } = await client.post(address(route, 'parents', ids[0] as string), { name: 'x', body: 'x' });
      // The console of a town hall is an address of no school (F07-5).
      const refused = route.plugin === 'console' ? status === 404 : status === 403 && text.includes(ONLY_LOOKS);
      if (!refused) wrong.push(`${routerPath(route)} ${status}`);
    });
    expect(wrong).to.deep.equal([]);
    expect(await everything()).to.deep.equal(before);
  });

  it('P9 F11-16 masks what is personal, opens what the school says to many, and leaves no trace of the look', async () => {
    const parent = school.as('parents');
    const threads = await parent.get('/espace/parents/discussions/');
    expect(threads.text, 'he sees it himself').to.include(CANARY.subject);
    const bell = (await parent.get('/espace/parents/infos/')).text;
    expect(bell).to.include('Fête du printemps').and.include('nouvelle');
    const client = await asParent();
    const before = await everything();
    const answers = await lookAtAll(client, pagesOf('parents', ids));
    for (const canary of Object.values(CANARY))
      expect(answers.filter((one) => one.text.includes(canary)).map((one) => one.path)).to.deep.equal([]);
    expect(answers.filter((one) => one.status >= 500).map((one) => one.path)).to.deep.equal([]);
    const open = answers.filter(({ path, status }) => status === 200 && !path.includes('/espace/parents/'));
    expect(open.every(({ path }) => !/gestion|compte|notifications|fichiers|confirmation/.test(path))).to.equal(true);
    expect(await everything()).to.deep.equal(before);
    expect(words(await client.get('/espace/parents/infos/'))).to.include('Fête du printemps');
    const masked = words(await client.get('/espace/parents/discussions/'));
    expect(masked)
      .to.include('Contenu masqué')
      .and.include('Mon casier')
      .and.include('ce qui est personnel est masqué');
    expect(masked, 'the bell of somebody else stays silent').to.not.match(/\d+ nouvelles?\b/);
    const unread = words(await parent.get('/espace/parents/infos/'));
    expect(unread).to.include('Fête du printemps');
  });

  it('P9 C-40 keeps from a look what families answered and was shared with the person seen', async () => {
    const [, , , item = ''] = ids;
    const { personId } = school.people.enseignants;
    await school.db((db) => db('infos_shares').insert({ item_id: item, person_id: personId }));
    const path = `/espace/enseignants/infos/lire/${item}/retours`;
    expect((await school.as('enseignants').get(path)).status).to.equal(200);
    const client = await director();
    await look(client, personId);
    const { status, text } = await client.get(path);
    expect([status, text.includes('Contenu masqué')]).to.deep.equal([403, true]);
  });

  it('P9 closes Gestion, the account, the notifications and the files, each with the reason', async () => {
    const client = await asParent();
    for (const path of [
      '/gestion/accueil/',
      HOME,
      '/compte/',
      '/autres-comptes/',
      '/confirmation/',
      '/notifications/',
      `/fichiers/${ids[0]}`,
      `/fichiers/${ids[0]}/apercu`,
    ]) {
      const { status, text } = await client.get(path);
      expect([path, status, text.includes(ONLY_LOOKS), text.includes('Revenir à Gestion')]).to.deep.equal([
        path,
        403,
        true,
        true,
      ]);
    }
  });

  it('P9 shows what is for anyone as a visitor sees it, under the banner', async () => {
    const client = await asParent();
    const { status, text } = await client.get('/potager/');
    expect(status).to.equal(200);
    expect(text).to.include('Revenir à Gestion').and.include('Se connecter').and.not.include('LEROY Paul');
  });

  it('P9 leaves with one button, to where the look began; outside of a look that address does not exist', async () => {
    const client = await asParent();
    const left = await client.post('/voir-comme/quitter');
    expect([left.status, left.location]).to.deep.equal([303, `/${school.rne}${HOME}`]);
    const back = await client.get(HOME);
    expect(back.status).to.equal(200);
    expect(back.text).to.include('Vous êtes de retour en Gestion').and.not.include('class="looking');
    expect((await client.post('/voir-comme/quitter')).status).to.equal(404);
    expect((await school.as('parents').post('/voir-comme/quitter')).status).to.equal(404);
  });

  it('P9 S18-12 ends at the next request: the right taken away, the account seen suspended, the own account suspended', async () => {
    const { accountId } = school.people.quotidienne;
    const reads = ['voir-comme.use', 'ressources.guardians-read', 'ressources.pupils-read'];
    const may = (permissions: string[]) =>
      school.db((db) => db('profiles').where({ name: 'Vie scolaire' }).update({ permissions }));
    const state = (id: string, to: string) => school.db((db) => db('accounts').where({ id }).update({ state: to }));
    const seen = async () => (await client.get('/espace/parents/accueil/')).status;
    await may(reads);
    const client = await school.asAccount(accountId, 'quotidienne');
    await look(client, school.people.parents.personId);
    expect(await seen()).to.equal(200);
    await may([]);
    expect(await seen()).to.equal(403);
    expect((await client.get('/gestion/accueil/')).status).to.equal(200);
    await may(reads);
    expect(await seen(), 'it does not come back with the right').to.equal(403);
    await look(client, school.people.parents.personId);
    await state(school.people.parents.accountId, 'suspended');
    expect(await seen()).to.equal(403);
    expect((await look(client, school.people.parents.personId)).status).to.equal(403);
    await state(school.people.parents.accountId, 'active');
    await look(client, school.people.parents.personId);
    await state(accountId, 'suspended');
    expect((await client.get('/espace/parents/accueil/')).location).to.include('/connexion/');
    await state(accountId, 'active');
  });

  it('P9 S18-13 nobody looks as one who holds more, whose card he may not read, or who is of another school', async () => {
    const other = await openSchool({ plugins: [] });
    const may = (permissions: string[]) =>
      school.db((db) => db('profiles').where({ name: 'Vie scolaire' }).update({ permissions }));
    const client = await school.asAccount(school.people.quotidienne.accountId, 'quotidienne');
    const status = async (personId: string) => (await look(client, personId)).status;
    const { people } = school;
    await may(['ressources.guardians-read', 'ressources.pupils-read']);
    expect(await status(people.parents.personId), 'without the right').to.equal(403);
    expect((await client.get(`/gestion/ressources/responsables/${people.parents.personId}`)).text).to.not.include(
      'Voir son Espace',
    );
    await may(['voir-comme.use', 'ressources.pupils-read']);
    expect(await status(people.parents.personId), 'without the families').to.equal(403);
    expect((await client.get(`${HOME}?q=leroy`)).text).to.not.include('LEROY Paul');
    await may(['voir-comme.use', 'ressources.guardians-read', 'ressources.pupils-read']);
    expect(await status(people.direction.personId), 'an administrator').to.equal(403);
    expect(await status(people.quotidienne.personId), 'without an Espace').to.equal(403);
    expect(await status(other.people.parents.personId), 'another school').to.equal(404);
    expect(await status('x')).to.equal(404);
    expect((await client.get(`${HOME}?q=braud`)).text).to.include('Cette personne a des droits que vous n’avez pas');
    expect(await status(people.parents.personId)).to.equal(303);
    const elsewhere = await fetch(other.url('/espace/parents/accueil/'), {
      redirect: 'manual',
      headers: { Cookie: client.cookie },
    });
    expect(elsewhere.headers.get('location')).to.include(`/${other.rne}/connexion/`);
    await other.close();
  });

  it('P9 C-44 is on the journal with whom and by whom, and the person reads it in « Mon compte » for 90 days', async () => {
    await school.db((db) => db('espace_looks').delete());
    await asParent();
    const [line] = await school.db((db) =>
      db('audit_log').where({ act: 'Espace vu comme une autre personne' }).orderBy('at', 'desc').limit(1),
    );
    expect([line.who, line.about]).to.deep.equal([
      'Karine BRAUD',
      `LEROY Paul (${school.people.parents.login}), Espace Parents`,
    ]);
    const told = async () => words(await school.as('parents').get('/compte/'));
    expect(await told())
      .to.include('L’école a regardé votre Espace')
      .and.include('Karine BRAUD');
    await school.db((db) => db('espace_looks').update({ at: new Date(Date.now() - 91 * 86_400_000) }));
    expect(await told()).to.not.include('L’école a regardé votre Espace');
    await school.db((db) =>
      school.house.house.jobs.later(db, { id: school.id } as School, 'voir-comme', 'nightly.purge', null),
    );
    await school.runJobs();
    expect(await school.db((db) => db('espace_looks'))).to.deep.equal([]);
  });

  it('S18-14 P9 asks the password again before one looks as a real person', async () => {
    school.house.setNow(new Date(Date.now()));
    const client = await director();
    school.house.setNow(new Date(Date.now() + 11 * 60_000));
    const asked = await look(client, school.people.parents.personId);
    expect([asked.status, asked.text.includes('Confirmez que c’est bien vous')]).to.deep.equal([422, true]);
    const done = await client.post(`${HOME}personne`, { person: school.people.parents.personId, _proof: PASSWORD });
    expect(done.status).to.equal(303);
    school.house.setNow(null);
  });

  it('P9 finds a person by name and kind, or begins from a card; an Espace that is not published is shown to nobody', async () => {
    const client = await director();
    const found = await client.get(`${HOME}?q=leroy&genre=guardian`);
    expect(words(found)).to.include('LEROY Paul').and.not.include('LEROY Mila');
    expect(words(await client.get(`${HOME}?q=zzz`))).to.include('Personne avec un compte ne porte ce nom');
    const { people } = school;
    const cards = [
      `/gestion/ressources/responsables/${people.parents.personId}`,
      `/gestion/ressources/eleves/${people.eleves.personId}`,
      `/gestion/personnels/professeurs/${people.enseignants.personId}`,
      `/gestion/personnels/personnels/${people.accompagnants.personId}`,
    ];
    for (const card of cards)
      expect([card, (await client.get(card)).text.includes('Voir son Espace')]).to.deep.equal([card, true]);
    await school.db((db) => db('published').insert({ name: 'parents', on: false }));
    expect(words(await client.get(HOME))).to.include('Pas publié : personne ne le voit');
    expect((await client.post(`${HOME}modele`, { espace: 'parents', classId: '' })).status).to.equal(403);
    expect((await look(client, people.parents.personId)).status).to.equal(403);
    expect((await client.post(`${HOME}modele`, { espace: 'x', classId: 'y' })).status).to.equal(404);
    await school.db((db) => db('published').where({ name: 'parents' }).delete());
  });
});
