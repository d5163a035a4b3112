import { expect } from 'chai';
import { type Client, openSchool, type Role, type TestSchool } from '../testing.ts';
import { addBrother, fillHomes, MODULES, NOW } from './samples/busy-school.test.ts';

const HOMES = ['direction', 'enseignants', 'parents', 'accompagnants', 'eleves', 'periscolaire', 'mairie'] as const;
const home = (role: Role) => `/espace/${role}/accueil/`;

/** What stands in the page itself, in plain words. */
const words = (html: string) =>
  html
    .slice(html.indexOf('<header'), html.indexOf('<nav class="bottom"'))
    .replace(/<nav class="rubrics".*?<\/nav>|<[^>]+>/gs, ' ')
    .replace(/\s+/g, ' ');
const titles = (html: string) =>
  [...html.matchAll(/<h[23][^>]*>(.*?)<\/h[23]>/gs)].map(([, title = '']) => title.replace(/<[^>]+>/g, '').trim());
const todo = (html: string): string => /aria-labelledby="a-faire">.*?<\/section>/s.exec(html)?.[0] ?? '';
const bar = (html: string): string => /<nav class="bottom".*?<\/nav>/s.exec(html)?.[0] ?? '';

describe('the homes of the seven Espaces (F11-03, issue 8)', () => {
  let school: TestSchool;
  let brother: string;
  before(async () => {
    school = await openSchool({ plugins: MODULES });
    school.house.setNow(NOW);
  });
  after(async () => {
    school.house.setNow(null);
    await school.close();
  });
  const text = async (role: Role, path = home(role)) => (await school.as(role).get(path)).text;

  it('say what will come and whom to ask while there is nothing, and show no « À faire »', async () => {
    for (const role of HOMES) {
      const html = await text(role);
      expect(words(html), role)
        .to.include('Rien ne vous attend.')
        .and.include('Rien de nouveau pour l’instant')
        .and.match(/Demandez à|en Gestion/)
        .and.not.include('À faire');
      expect(html, role).not.to.include('class="feed" aria-label=');
    }
  });

  it('tell a parent without a child, and a teacher without a class, whom to ask', async () => {
    const kept = await school.db(async (db) => ({
      links: await db('guardian_links'),
      classes: await db('class_teachers'),
    }));
    await school.db((db) => db('guardian_links').delete());
    await school.db((db) => db('class_teachers').delete());
    expect(words(await text('parents'))).to.include('Aucun enfant n’est rattaché à votre compte. Écrivez à l’école');
    expect(words(await text('enseignants'))).to.include('Aucune classe ne vous est affectée cette année. La direction');
    await school.db((db) => db('guardian_links').insert(kept.links));
    await school.db((db) => db('class_teachers').insert(kept.classes));
  });

  describe('with much to say', () => {
    before(async () => {
      brother = await addBrother(school);
      await fillHomes(school, brother);
    });

    it('ask first: one « À faire » with its number for whoever has something to do, nobody else', async () => {
      const asked: Partial<Record<Role, [number, string[]]>> = {
        parents: [4, ['Sortie à la ferme', 'Kermesse', 'Attestation d’assurance', 'Demande de rendez-vous']],
        enseignants: [4, ['Fiche sanitaire', 'Absence jeudi', 'Cahiers à couvrir', 'Bilan', 'Précisez l’heure.']],
        direction: [
          5,
          ['demande de mot de passe', 'Piscine lundi', 'Photos de la sortie', 'discussion signalée', 'Fiche sanitaire'],
        ],
      };
      for (const role of HOMES) {
        const html = await text(role);
        const [number, all] = asked[role] ?? [0, []];
        for (const title of all) expect(todo(html), `${role} ${title}`).to.include(title);
        if (!number) expect(html, role).not.to.include('À faire');
        else expect(todo(html), role).to.include(`<span class="count new">${number}</span>`);
        expect(words(html), role).to.include(number ? `${number} choses vous attendent` : 'Rien ne vous attend');
      }
    });

    it('show nothing twice, and of thirty informations the last five and « Tout voir »', async () => {
      for (const role of HOMES) {
        const html = await text(role);
        const shown = titles(html.slice(html.indexOf('<main')));
        // What two children lack is one thing to do, which names both.
        expect(shown, role).to.deep.equal([...new Set(shown)]);
        expect(
          shown.filter((one) => one.startsWith('Nouvelle ')),
          role,
        ).to.deep.equal([0, 1, 2, 3, 4].map((n) => `Nouvelle ${n}`));
        expect(html, role).to.include(`/espace/${role}/infos/">`).and.include('Tout voir');
      }
    });

    it('C-28 tell a parent of each thing for which child, in which class; the child’s page shows his own only', async () => {
      const html = await text('parents');
      const articles = [...html.matchAll(/<article.*?<\/article>/gs)].map(([one]) => one);
      for (const one of articles.filter((each) => !each.includes('/discussions/')))
        expect(one).to.match(/(Mila|Thomas-Alexandre).*(CE1 Jonquilles|GS)/s);
      expect(articles.find((one) => one.includes('Attestation'))).to.match(/Mila.*et aussi Thomas-Alexandre/s);
      const page = (id: string) => text('parents', `${home('parents')}enfants/${id}`);
      const mila = await page(school.childId);
      expect(words(mila))
        .to.include('2 choses vous attendent')
        .and.include('Sortie à la ferme')
        .and.include('Livret 1')
        .and.include('Nouvelle 0')
        .and.include('Mme KRUG');
      for (const other of ['Kermesse', 'Livret 2', 'Demande de rendez-vous']) expect(mila).not.to.include(other);
      const thomas = await page(brother);
      expect(words(thomas)).to.include('3 choses vous attendent').and.include('Kermesse').and.include('Livret 2');
      for (const other of ['Nouvelle 0', 'Livret 1', 'Droit à l’image']) expect(thomas).not.to.include(other);
    });

    it('F17-13 tell a family what the school has accepted this week, and not what another parent has deposited', async () => {
      const accepted = async () => titles(await text('parents')).includes('Droit à l’image');
      expect(await accepted()).to.equal(true);
      expect(await text('parents')).to.include('Accepté par l’école');
      const by = (person_id: string) => school.db((db) => db('collecte_sendings').update({ person_id }));
      await by(school.people.direction.personId);
      expect(await accepted(), 'of somebody else').to.equal(false);
      await by(school.people.parents.personId);
      const before = new Date(NOW.getTime() - 8 * 86_400_000);
      await school.db((db) => db('collecte_deposits').where({ state: 'accepted' }).update({ decided_at: before }));
      expect(await accepted(), 'a week later').to.equal(false);
    });

    it('F15-7 a message one has read, or of a discussion that is shut, asks for nothing', async () => {
      const mine = { person_id: school.people.parents.personId };
      await school.db((db) => db('discussions_threads').update({ closed_at: NOW, closed_by: 'Karine BRAUD' }));
      const shut = await text('parents');
      expect(todo(shut)).not.to.include('Demande de rendez-vous');
      expect(titles(shut)).to.include('Demande de rendez-vous');
      await school.db((db) => db('discussions_members').where(mine).update({ read_at: NOW }));
      expect(titles(await text('parents'))).not.to.include('Demande de rendez-vous');
      await school.db((db) => db('discussions_threads').update({ closed_at: null, closed_by: null }));
      await school.db((db) => db('discussions_members').where(mine).update({ read_at: null }));
    });

    it('S18-01 what waits for an approval shows to the direction in Administration only; its Espace alone opens nothing of Gestion', async () => {
      const alone: Client = await school.asAccount(school.people.direction.accountId, 'espace');
      const html = (await alone.get(home('direction'))).text;
      expect(todo(html)).to.equal('');
      expect(html).not.to.include('/gestion/').and.not.include('Piscine lundi');
      expect(words(html)).to.include('entrez par « Administration école/mairie »');
      for (const role of ['mairie', 'periscolaire'] as const)
        expect(await text(role))
          .not.to.include('Piscine lundi')
          .and.not.include('demande de mot de passe');
    });

    it('tell the town hall and the périscolaire how many pupils there are in each class, and no name of a child', async () => {
      for (const role of ['mairie', 'periscolaire'] as const) {
        const html = await text(role);
        expect(words(html), role).to.match(/2 élèves dans 2 classes\..*CE1 Jonquilles 1.*GS 1/);
        expect(html, role).not.to.include('Mila').and.not.include('LEROY');
      }
      expect(words(await text('eleves'))).not.to.include('Effectif');
    });

    it('F11-04 a rubric that is not published has left the home, « À faire » included', async () => {
      const names = ['infos.informations', 'collecte.fournir', 'casier.mon-casier', 'discussions.discussions'];
      await school.db((db) => db('published').insert(names.map((name) => ({ name: `parents:${name}`, on: false }))));
      const html = await text('parents');
      expect(words(html)).to.include('Rien ne vous attend.').and.include('Rien de nouveau pour l’instant');
      for (const gone of ['Sortie à la ferme', 'Attestation', 'Livret', 'rendez-vous', 'Nouvelle'])
        expect(html).not.to.include(gone);
      await school.db((db) => db('published').delete());
    });
  });

  it('F11-11 show the school’s contacts until the director hides them, in the Espaces he chooses', async () => {
    expect(await text('mairie')).to.include('tel:0474000000');
    await school.db((db) =>
      db('plugin_settings').insert({ plugin: 'espace:parents', values: JSON.stringify({ contacts: false }) }),
    );
    for (const path of [home('parents'), `${home('parents')}enfants/${school.childId}`])
      expect(await text('parents', path)).not.to.include('tel:0474000000');
    expect(await text('mairie')).to.include('tel:0474000000');
    await school.db((db) => db('plugin_settings').delete());
  });

  it('have five items at the foot of a phone, the last one « Plus », a page with the rest', async () => {
    for (const role of HOMES) {
      const items = [...bar(await text(role)).matchAll(/<span>([^<]+)<\/span>/g)].map(([, title]) => title);
      expect(items, role).to.have.length(5);
      expect([items[0], items[4]], role).to.deep.equal(['Accueil', 'Plus']);
    }
    const teacher = await text('enseignants', `${home('enseignants')}plus`);
    expect(bar(teacher)).to.match(/aria-current="page">.{0,400}Plus/s);
    const main = teacher.slice(teacher.indexOf('<main'));
    for (const path of ['/collecte/a-collecter', '/casier/', '/aide/recherche', '/compte/', '/connexion/sortie'])
      expect(main).to.include(path);
    for (const path of ['/infos/mes-envois', '/discussions/']) expect(main.split('</main>')[0]).not.to.include(path);
    expect((await school.as('parents').get('/espace/enseignants/accueil/plus')).status).to.equal(403);
  });
});
