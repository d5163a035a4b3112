import { randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { expect } from 'chai';
import { ESPACE_TITLES } from '../access/espaces.ts';
import { ESPACES, type Espace, type Route, type Transaction } from '../plugin/contract.ts';
import type { Declared } from '../plugin/registry.ts';
import { type Client, espaceOf, openSchool, ROLES, type Role, type TestSchool } from '../testing.ts';
import { pathOf } from '../web/paths.ts';
import { openWork } from '../web/work.ts';

/** One of each Espace; `direction` and `mairie` come in the mode « Mon Espace », as the others do. */
const CAST = ROLES.filter((role) => role !== 'quotidienne');
const UNKNOWN = randomUUID();

interface Told {
  people: { personId: string; espace: Espace }[];
  parent: string;
  teacher: string;
  child: string;
  year: number;
  now: Date;
}

/** For each module that has files: something all who may have it hold, not yet opened. @returns its subject, by the rubric that leads to it. */
const THINGS: Record<string, (db: Transaction, told: Told) => Promise<Record<string, string>>> = {
  async infos(db, { people, teacher, now }) {
    const [item] = await db('infos_items')
      .insert({
        kind: 'information',
        state: 'published',
        title: 'Sortie au bois',
        body: '<p>Bottes</p>',
        author_name: 'Mme BRAUD',
        changed_at: now,
        published_at: now,
      })
      .returning('id');
    const rows = people.map(({ personId }) => ({
      item_id: item.id,
      person_id: personId,
      kind: 'staff',
      delivered_at: now,
    }));
    await db('infos_recipients').insert(rows);
    // And what a teacher has to take up again.
    const back = {
      kind: 'information',
      title: 'Piscine',
      author_id: teacher,
      author_name: 'Mme KRUG',
      changed_at: now,
    };
    const [draft] = await db('infos_items')
      .insert({ ...back, word: 'Ajoutez l’heure.' })
      .returning('id');
    return { 'infos.informations': item.id, 'infos.ecrire': draft.id };
  },
  async casier(db, { people, parent, child, now }) {
    const [one] = await db('casier_documents')
      .insert({
        state: 'sent',
        title: 'Bulletin',
        author_name: 'Mme BRAUD',
        by_school: true,
        made_at: now,
        sent_at: now,
      })
      .returning('id');
    const rows = people
      .filter(({ espace }) => espace !== 'eleves')
      .map(({ personId }) => ({ document_id: one.id, person_id: personId, kind: 'staff', delivered_at: now }));
    await db('casier_recipients').insert(rows);
    await db('casier_children').insert({ document_id: one.id, person_id: parent, pupil_id: child });
    return { 'casier.mon-casier': one.id };
  },
  async discussions(db, { people, now }) {
    const [thread] = await db('discussions_threads')
      .insert({ subject: 'Kermesse', created_at: now, sent_at: now })
      .returning('id');
    const rows = people.map(({ personId }) => ({ thread_id: thread.id, person_id: personId, joined_at: now }));
    await db('discussions_members').insert(rows);
    const [message] = await db('discussions_messages')
      .insert({ thread_id: thread.id, body: '<p>Qui vient ?</p>', search: 'qui vient', at: now, staff_at: now })
      .returning('id');
    return { 'discussions.discussions': message.id };
  },
  async collecte(db, { parent, teacher, child, year, now }) {
    const asked = { title: 'Assurance', year, changed_at: now, all_classes: true };
    const [one, other] = await db('collecte_documents')
      .insert([asked, { ...asked, title: 'Autorisation', teacher_id: teacher }])
      .returning('id');
    await db('collecte_readers').insert({ document_id: one.id, person_id: teacher });
    const [sending] = await db('collecte_sendings')
      .insert({ document_id: one.id, person_id: parent, by_name: 'Paul LEROY', at: now })
      .returning('id');
    await db('collecte_deposits').insert({
      sending_id: sending.id,
      document_id: one.id,
      pupil_id: child,
      state: 'accepted',
      decided_at: now,
      decided_by: 'Mme BRAUD',
    });
    expect(other.id).to.be.a('string');
    return { 'collecte.fournir': sending.id, 'collecte.collecter': sending.id };
  },
  // No file, but dates for everybody on every home.
  async agenda(db, { now }) {
    const day = { title: 'Kermesse', first_day: '2099-06-12', last_day: '2099-06-12', on_page: false };
    await db('agenda_events').insert({ ...day, audience: [...ESPACES], made_at: now, changed_at: now });
    return {};
  },
  async potager(db) {
    const [note] = await db('potager_notes').insert({ body: '<p>Semis</p>', class: 'CE1 Jonquilles' }).returning('id');
    return { 'potager.plants': note.id };
  },
};

describe('what an Espace publishes', function () {
  this.timeout(60_000);
  let school: TestSchool;
  const clients = new Map<Espace, Client>();
  /** The file of each rubric. */
  const files = new Map<string, string>();

  const modules = () => school.house.house.modules;
  const now = () => school.house.house.clock();
  const whole = () =>
    school.db(async (db) => (await db.raw('select door(?, null) as told', [school.rne])).rows[0].told.school);
  const work = <T>(act: (one: ReturnType<typeof openWork>) => Promise<T>) =>
    school.db(async (db) => {
      const { rows } = await db.raw('select door(?, null) as told', [school.rne]);
      return act(openWork(school.house.container, 'potager', rows[0].told.school, db));
    });
  const publish = (name: string, on: boolean) =>
    school.db((db) => db('published').insert({ name, on }).onConflict(['school_id', 'name']).merge(['on']));
  const client = (espace: Espace) => clients.get(espace) as Client;
  const personOf = (espace: Espace) => school.people[espace as Role].personId;
  const body = (html: string) => html.slice(html.indexOf('<main'), html.lastIndexOf('</main>'));

  before(async () => {
    school = await openSchool();
    for (const role of CAST)
      clients.set(espaceOf(role), await school.asAccount(school.people[role].accountId, 'espace'));
    const told: Omit<Told, 'year'> = {
      people: CAST.map((role) => ({ personId: school.people[role].personId, espace: espaceOf(role) })),
      parent: school.people.parents.personId,
      teacher: school.people.enseignants.personId,
      child: school.childId,
      now: new Date(now().getTime() - 1000),
    };
    const { store } = school.house.house;
    await work(async ({ db, services }) => {
      await db('plugin_settings').insert({ plugin: 'deconnexion', values: JSON.stringify({ zone: 'none' }) });
      for (const [plugin, make] of Object.entries(THINGS)) {
        if (!modules().plugin(plugin)) continue;
        for (const [rubric, subject] of Object.entries(await make(db, { ...told, year: services.people.year }))) {
          const key = `${school.id}/${randomUUID()}`;
          const arrival = await store.arrival(randomUUID());
          await writeFile(arrival, 'bonjour');
          await store.settle(arrival, key);
          const file = { about: `${plugin}:${subject}`, name: 'a.txt', type: 'text/plain', size: 7, sha256: '', key };
          const [row] = await db('files')
            .insert({ ...file, at: told.now, position: 0 })
            .returning('id');
          files.set(rubric, row.id);
        }
      }
    });
  });
  after(() => school.close());

  it('F11-15 has something to open of every module that has files and rubrics', async () => {
    const withFiles = modules()
      .installed.filter(({ plugin }) => plugin.files && plugin.rubrics)
      .map(({ plugin }) => plugin.name);
    const made = new Set([...files.keys()].map((rubric) => rubric.split('.')[0]));
    expect([...made].toSorted()).to.deep.equal(withFiles.toSorted());
  });

  /** Every page and act of a rubric in an Espace. */
  const routesOf = (rubric: string): Declared<Route>[] =>
    modules().routes.filter((route) => route.area === 'espace' && route.allow === rubric);

  async function opened(espace: Espace, rubric: string, method: 'get' | 'post'): Promise<Set<number>> {
    const paths = routesOf(rubric)
      .filter((route) => route.method === method)
      .map((route) => pathOf(route, espace).replace(/:\w+/g, UNKNOWN));
    const statuses = await Promise.all(paths.map(async (path) => (await client(espace)[method](path)).status));
    return new Set(statuses);
  }

  /** What a person meets of a rubric, wherever he may meet it. */
  async function met(espace: Espace, rubric: string) {
    const on = modules().of(await whole());
    const [plugin = ''] = rubric.split('.');
    const entries = on.nav('espace').filter((one) => one.allow === rubric);
    const blocks = [...on.blocks('espace/accueil'), ...on.blocks('espace/a-faire')].filter(
      (one) => one.allow === rubric,
    );
    const categories = [...on.noticeHomes].filter(([, home]) => home.rubric === rubric).map(([key]) => key);
    await work(async ({ db, services }) => {
      await db('notices').delete();
      await services.notices.tell(
        categories.map((category) => ({
          personId: personOf(espace),
          category,
          about: `${category}:${UNKNOWN}`,
          title: `Nouveau : ${category}`,
          path: `/${plugin}/`,
        })),
      );
    });
    const account = (await client(espace).get('/compte/')).text;
    const home = body((await client(espace).get(`/espace/${espace}/accueil/`)).text);
    const onHome = [
      `href="/${school.rne}/espace/${espace}/${plugin}/`,
      ...blocks.map((one) => `<h2>${one.title}</h2>`),
    ];
    const found = await Promise.all(
      entries.map(async (one) => {
        const { text } = await client(espace).get(`/aide/recherche?q=${encodeURIComponent(one.title)}`);
        return body(text).includes(`href="/${school.rne}${pathOf(one, espace)}"`);
      }),
    );
    const list = (await client(espace).get('/notifications/')).text;
    return {
      menu: entries.map((one) => account.includes(`href="/${school.rne}${pathOf(one, espace)}"`)),
      search: found,
      home: blocks.length ? [onHome.some((one) => home.includes(one))] : [],
      bell: Number(/class="count new num">(\d+)/.exec(account)?.[1] ?? 0),
      notices: categories.map((category) => list.includes(`Nouveau : ${category}`)),
      file: await download(espace, rubric),
    };
  }

  async function download(espace: Espace, rubric: string): Promise<number | null> {
    const id = files.get(rubric);
    return id ? (await client(espace).get(`/fichiers/${id}`)).status : null;
  }

  /** Address, menu, home, search, notifications and file of a rubric are all there, or all gone. */
  async function agree(espace: Espace, rubric: string, on: boolean, what: string) {
    if (on) expect([...(await opened(espace, rubric, 'get'))], what).to.not.include.members([403]);
    else
      for (const method of ['get', 'post'] as const)
        expect(
          [...(await opened(espace, rubric, method))].filter((one) => one !== 403),
          what,
        ).to.deep.equal([]);
    const { menu, search, home, bell, notices, file } = await met(espace, rubric);
    for (const [where, seen] of Object.entries({ menu, search, home, notices }))
      expect(seen, `${what}: ${where}`).to.deep.equal(seen.map(() => on));
    expect(bell, `${what}: bell`).to.equal(on ? notices.length : 0);
    if (file) expect(file, `${what}: file`).to.equal(on ? 200 : 404);
  }

  it('F11-05 F11-12 a notice follows its own rubric: a closed one is silent while another of its module speaks', async function () {
    if (!modules().plugin('infos')) this.skip();
    await publish('enseignants:infos.informations', false);
    const { bell, notices } = await met('enseignants', 'infos.informations');
    expect([bell, notices]).to.deep.equal([0, [false, false]]);
    expect((await met('enseignants', 'infos.ecrire')).bell).to.equal(1);
    await publish('enseignants:infos.informations', true);
  });

  for (const espace of ESPACES)
    it(`F11-12 F11-15 ${ESPACE_TITLES[espace]}: address, menu, home, search, notifications and files of each rubric agree, and all go with the whole Espace`, async () => {
      const rubrics = [...modules().of(await whole()).rubrics].filter(([, one]) => one.espaces.includes(espace));
      if (modules().plugin('infos')) expect(rubrics).to.not.have.length(0);
      for (const [rubric, { plugin }] of rubrics) {
        const sisters = rubrics.filter(([other, one]) => one.plugin === plugin && other !== rubric).map(([key]) => key);
        // One rubric of the module at a time: what is still there would be the other's.
        for (const other of sisters) await publish(`${espace}:${other}`, false);
        for (const on of [true, false]) {
          await publish(`${espace}:${rubric}`, on);
          const what = `${rubric} ${on ? 'published' : 'not published'}`;
          await agree(espace, rubric, on, what);
          for (const other of sisters)
            expect(await download(espace, other), `${what}: file of ${other}`).to.not.equal(200);
        }
        for (const other of [rubric, ...sisters]) await publish(`${espace}:${other}`, true);
      }
      await publish(espace, false);
      for (const [rubric] of rubrics) await agree(espace, rubric, false, `${rubric}, whole Espace not published`);
      await publish(espace, true);
    });
});
