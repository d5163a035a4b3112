import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import { openSchool, type Role, type TestSchool } from '../testing.ts';

const NOW = new Date('2026-11-25T10:00:00Z');

describe('two schools on one process', () => {
  const info = randomUUID();
  const locker = randomUUID();
  const box = randomUUID();
  const schools: { school: TestSchool; word: string }[] = [];

  /** The same identifiers and the same login in both; only the words differ. */
  async function furnish(school: TestSchool, word: string): Promise<void> {
    school.house.setNow(NOW);
    const { parents, enseignants } = school.people;
    await school.db(async (db) => {
      await db('accounts').where({ id: enseignants.accountId }).update({ login: 'SLEOTIN' });
      await db('infos_items').insert({
        ...{ id: info, kind: 'information', state: 'published', title: `Sortie ${word}`, body: `<p>${word}</p>` },
        ...{ author_name: word, changed_at: NOW, published_at: NOW, publish: true },
      });
      const seen = { person_id: parents.personId, kind: 'guardians', delivered_at: NOW };
      await db('infos_recipients').insert({ item_id: info, ...seen });
      await db('infos_versions').insert({
        ...{ item_id: info, number: 1, title: `Sortie ${word}`, body: `<p>${word}</p>`, files: '[]' },
        ...{ hash: '0', at: NOW, by_name: word },
      });
      await db('casier_documents').insert({
        ...{ id: locker, state: 'sent', title: `Bilan ${word}`, author_name: word, by_school: true },
        ...{ made_at: NOW, sent_at: NOW, begins_at: NOW },
      });
      await db('casier_recipients').insert({ document_id: locker, ...seen });
      const child = { person_id: parents.personId, pupil_id: school.childId };
      await db('infos_children').insert({ item_id: info, ...child });
      await db('casier_children').insert({ document_id: locker, ...child });
      await db('email_accounts_boxes').insert({
        ...{ id: box, label: `Compte ${word}`, address: `${word.toLowerCase()}@exemple.fr`, created_at: NOW },
      });
    });
  }

  before(async () => {
    for (const word of ['Hirondelle', 'Marronnier']) {
      const school = await openSchool();
      await furnish(school, word);
      schools.push({ school, word });
    }
  });
  after(() => Promise.all(schools.map(({ school }) => school.close())));

  const PAGES: { path: string; role: Role | 'visiteur'; told: boolean }[] = [
    { path: '/', role: 'visiteur', told: false },
    { path: '/connexion/', role: 'visiteur', told: false },
    { path: '/espace/parents/accueil/', role: 'parents', told: true },
    { path: `/espace/parents/infos/lire/${info}`, role: 'parents', told: true },
    { path: `/espace/parents/casier/${locker}`, role: 'parents', told: true },
    { path: '/gestion/email-accounts/', role: 'direction', told: true },
    { path: '/espace/enseignants/accueil/', role: 'enseignants', told: false },
  ];

  it('B51 400 requests in turns and all at once: no page says a word of the other school, none may be shared', async () => {
    const etags = new Map<string, string>();
    const ask = async (at: number) => {
      const mine = schools[at % 2] as (typeof schools)[0];
      const other = schools[(at + 1) % 2] as (typeof schools)[0];
      const { path, role, told } = PAGES[Math.floor(at / 2) % PAGES.length] as (typeof PAGES)[0];
      // What the other school's page was marked with: it must not make this one « not changed ».
      const answer = await mine.school.as(role).get(path, { 'If-None-Match': etags.get(other.word + path) ?? '"x"' });
      expect(answer.status, path).to.be.oneOf(role === 'visiteur' ? [200, 303] : [200]);
      if (told) expect(answer.text.includes(mine.word), `${path} says what it should`).to.equal(true);
      expect(answer.text.includes(other.word) || answer.text.includes(other.school.rne), path).to.equal(false);
      if (role !== 'visiteur') expect(answer.headers.get('cache-control'), path).to.match(/private/);
      etags.set(mine.word + path, answer.headers.get('etag') ?? '');
    };
    for (let at = 0; at < 200; at++) await ask(at);
    await Promise.all(Array.from({ length: 200 }, (_, at) => ask(at)));
  });

  it('B51 the same login opens its own school only', async () => {
    const [first, second] = schools as [(typeof schools)[0], (typeof schools)[0]];
    const { cookie } = first.school.as('enseignants');
    const crossed = await second.school.as('visiteur').get('/espace/enseignants/accueil/', { Cookie: cookie });
    expect(crossed.status).to.be.oneOf([303, 403, 404]);
    expect(crossed.text.includes(second.word)).to.equal(false);
  });
});
