import { expect } from 'chai';
import { listSessions } from '../auth/sessions.ts';
import { COMMUNES } from '../tenancy/communes.ts';
import { inSchool } from '../tenancy/in-school.ts';
import { openTestHouse, type TestHouse } from '../testing.ts';
import { fillDemo } from './demo.ts';

describe('the demo', function () {
  this.timeout(120_000);

  it('shows an information, a survey, a discussion and documents to collect in each school, and its page for whoever comes, made by the school’s own pages; a second start adds nothing', async () => {
    const house = await openTestHouse();
    const printed = (await fillDemo(house, house.origin)).join('\n');
    expect(printed.match(/Parent \(Mon Espace\)/g)).to.have.length(2);
    expect(printed).to.match(/Mairie de Bourg-Fictif : .*\/commune\/01999\/\n {2}Console .* LTERRIER/);
    const first = await shown(house);
    expect(first).to.have.length(2);
    for (const { titles, subjects, lockers, collected, page } of first) {
      expect(titles).to.deep.equal([
        'Fête de l’école\u00a0: quel jour\u00a0?',
        'Portes ouvertes au potager',
        'Sortie à la ferme\u00a0: votre accord',
      ]);
      expect(subjects).to.deep.equal(['Rendez-vous du premier trimestre']);
      expect(collected, 'one deposited, three on paper').to.deep.equal([
        'accepted',
        'accepted',
        'accepted',
        'deposited',
      ]);
      expect(page).to.deep.equal({ published: true, photos: 2, links: 2, words: 'Bienvenue' });
      expect(lockers).to.deep.equal(['Protocole de sortie', 'Règlement intérieur']);
    }
    await fillDemo(house, house.origin);
    expect(await shown(house)).to.deep.equal(first);
    const town = await house.house.app('schools').whereLike('rne', COMMUNES).first('id');
    const { rows } = await inSchool(house.house.app, town.id, (db) => db.raw('select name from granted_schools()'));
    expect(rows, 'F07-5 both schools open themselves to the town hall').to.have.length(2);
    const links = await house.house.door('account_links').select('human');
    expect([links.length, new Set(links.map((one) => one.human)).size], 'a family with children in both').to.deep.equal(
      [2, 1],
    );
  });

  /** What has reached families, by school, and how many connections of the director stand open. */
  async function shown({ house }: TestHouse) {
    const schools: string[] = await house
      .app('schools')
      .where({ state: 'open' })
      .whereNot('rne', 'like', COMMUNES)
      .orderBy('rne')
      .pluck('id');
    return Promise.all(
      schools.map((id) =>
        inSchool(house.app, id, async (db) => ({
          titles: await db('infos_items').where({ state: 'published' }).orderBy('title').pluck('title'),
          lockers: await db('casier_documents').where({ state: 'sent' }).orderBy('title').pluck('title'),
          collected: await db('collecte_deposits').orderBy('state').pluck('state'),
          page: {
            published: (await db('published').where({ name: 'etablissement' }).first('on'))?.on,
            photos: (await db('etablissement_page_photos').where({ children_told: true })).length,
            links: (await db('etablissement_page_links')).length,
            words: (await db('etablissement_page_contents').first('edito_title'))?.edito_title,
          },
          subjects: await db('discussions_threads').whereNotNull('sent_at').pluck('subject'),
          open: (
            await listSessions(db, (await db('accounts').where({ login: 'KBRAUD' }).first('id')).id, house.clock())
          ).length,
        })),
      ),
    );
  }
});
