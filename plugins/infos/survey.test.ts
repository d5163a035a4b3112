import { type Client, openSchool, type TestSchool } from '@preau/core/testing';
import { expect } from 'chai';
import { type Cast, choose, GESTION, idIn, later, NOW, night, twoClasses, words } from './samples/two-classes.test.ts';

describe('surveys', () => {
  let school: TestSchool;
  let cast: Cast;
  let direction: Client;
  before(async () => {
    school = await openSchool({ plugins: ['infos'] });
    school.house.setNow(NOW);
    cast = await twoClasses(school);
    direction = school.as('direction');
  });
  beforeEach(() => school.house.setNow(NOW));
  after(async () => {
    school.house.setNow(null);
    await school.close();
  });
  const readers = () => [school.as('parents'), cast.claire.client, cast.grace.client];
  const page = (id: string, client = school.as('parents')) => client.get(`/espace/parents/infos/lire/${id}`);
  const reply = (id: string, client: Client, answers: Record<string, string>) =>
    client.post(`/espace/parents/infos/lire/${id}/repondre`, answers);

  /** @returns its id and those of its three questions: dates, one choice, free text. */
  async function survey(
    fields: Record<string, string>,
  ): Promise<{ id: string; dates: string; place: string; idea: string }> {
    const answer = await direction.post(`${GESTION}/nouveau-sondage`, {
      title: 'Quel jour pour la fête ?',
      publish: 'on',
      to: '2026-12-10',
      closesOn: '2026-12-01',
      ...fields,
    });
    const id = idIn(answer);
    for (const question of [
      { title: 'Quelles dates ?', kind: 'dates', options: '19/06/2027\n12/06/2027' },
      { title: 'Le lieu ?', kind: 'one', options: 'La cour\nLe parc' },
      { title: 'Une idée ?', kind: 'text', options: '' },
    ])
      expect((await direction.post(`${GESTION}/${id}/questions`, question)).status).to.equal(303);
    await choose(direction, GESTION, id, [school.people.parents.personId, cast.claire.personId, cast.grace.personId]);
    expect((await direction.post(`${GESTION}/${id}/publier`, { sure: '' })).status).to.equal(303);
    school.house.setNow(later(2));
    const [dates, place, idea] = await school.db((db) =>
      db('infos_questions').where({ item_id: id }).orderBy('rank').pluck('id'),
    );
    return { id, dates, place, idea };
  }

  it('F14-15 a named survey: dates, one choice, free text; answers change until the closing, results as bars and a table', async () => {
    const { id, dates, place, idea } = await survey({ resultsShown: 'on' });
    const form = await page(id);
    expect(words(form))
      .to.include('L’école voit votre nom à côté de vos réponses')
      .and.include('samedi 12 juin samedi 19 juin');
    const empty = await reply(id, school.as('parents'), {});
    expect(empty.status).to.equal(422);
    expect(words(empty)).to.include('Répondez à une question au moins');
    const first = {
      [`answers.${dates}.0`]: 'on',
      [`answers.${dates}.1`]: 'on',
      [`answers.${place}`]: '0',
      [`answers.${idea}`]: 'Un bal',
    };
    expect((await reply(id, school.as('parents'), first)).status).to.equal(303);
    await reply(id, cast.grace.client, {
      [`answers.${place}`]: '1',
      [`answers.${dates}.9`]: 'on',
      'answers.rien': 'x',
    });
    expect((await page(id)).text).to.match(new RegExp(`answers.${place}" value="0" checked`));
    await reply(id, school.as('parents'), { ...first, [`answers.${place}`]: '1' });
    const results = await direction.get(`${GESTION}/${id}/resultats`);
    expect(results.text).to.match(/<progress max="100" value="100"[^>]*>100 %/);
    expect(words(results))
      .to.match(/Le parc 2 100 % 100 % LEROY Paul, OKAFOR Grâce/)
      .and.include('Un bal LEROY Paul');
    const seen = words(await page(id));
    expect(seen).to.include('Résultats').and.not.include('OKAFOR');
    expect(words(await direction.get(`${GESTION}/${id}/retours`)))
      .to.include('Répondu par 2 sur 3')
      .and.include('Relancer 1 personne');
    expect((await direction.get(`${GESTION}/${id}/resultats/tableur`)).text).to.include(
      'Le lieu ?;Le parc;2;LEROY Paul, OKAFOR Grâce',
    );
    await direction.post(`${GESTION}/${id}/clore`, { sure: '' });
    const late = await reply(id, cast.claire.client, { [`answers.${place}`]: '0' });
    expect(late.status).to.equal(422);
    expect(words(late)).to.include('Ce sondage est clos');
  });

  it('B34 an anonymous survey: who answered is known, what he answered is nowhere, and this cannot be undone', async () => {
    const { id, place, idea } = await survey({ anonymous: 'on', resultsShown: 'on' });
    expect(words(await page(id)))
      .to.include('L’école voit que vous avez répondu, jamais ce que vous avez répondu')
      .and.include('ne peut plus être changée');
    const ideas = ['Zumba', 'Bal', 'Musique'];
    for (const [at, client] of readers().entries())
      await reply(id, client, { [`answers.${place}`]: at === 0 ? '0' : '1', [`answers.${idea}`]: ideas[at] as string });
    const again = await reply(id, school.as('parents'), { [`answers.${place}`]: '1' });
    expect(again.status).to.equal(303);
    // In the tables: no answer beside a person, no time, texts in the order of the alphabet, all boxes written by the same hand.
    const rows = await school.db((db) => db('infos_answers').where({ item_id: id }));
    expect(rows.map((row) => [row.answers, row.at])).to.deep.equal([
      [null, null],
      [null, null],
      [null, null],
    ]);
    const boxes = await school.db((db) =>
      db('infos_boxes').where({ item_id: id }).select('*', db.raw('xmin::text as by')),
    );
    expect(Object.keys(boxes[0])).to.have.members([
      'school_id',
      'id',
      'item_id',
      'question_id',
      'counts',
      'texts',
      'by',
    ]);
    expect(new Set(boxes.map((box) => box.by)).size).to.equal(1);
    const box = (question: string) => boxes.find((one) => one.question_id === question);
    expect(box(place)?.counts).to.deep.equal([1, 2]);
    expect(box(idea)?.texts).to.deep.equal(['Bal', 'Musique', 'Zumba']);
    // On the screens and in the exports of the director, before and after the closing.
    const returns = words(await direction.get(`${GESTION}/${id}/retours`));
    expect(returns).to.include('Répondu par 3 sur 3').and.include('A répondu').and.not.include('A répondu mercredi');
    expect(words(await direction.get(`${GESTION}/${id}/resultats`)))
      .to.include('s’ouvrent à la clôture')
      .and.not.include('Zumba');
    expect((await direction.get(`${GESTION}/${id}/resultats/tableur`)).status).to.equal(303);
    const off = await direction.post(`${GESTION}/${id}/sondage`, { title: 'x', publish: 'on', to: '2026-12-10' });
    expect(off.status).to.equal(422);
    expect((await school.db((db) => db('infos_items').where({ id }).first('anonymous'))).anonymous).to.equal(true);
    await direction.post(`${GESTION}/${id}/clore`, { sure: '' });
    const results = words(await direction.get(`${GESTION}/${id}/resultats`));
    expect(results)
      .to.include('Zumba')
      .and.include('Le parc 2 67 %')
      .and.not.include('LEROY')
      .and.not.include('OKAFOR');
    const sheet = (await direction.get(`${GESTION}/${id}/resultats/tableur`)).text;
    expect(sheet).to.include('Le lieu ?;La cour;1').and.not.include('LEROY');
    expect(await school.db((db) => db('audit_log').where({ act: 'Résultats exportés' }))).to.not.have.length(0);
    expect(words(await page(id)))
      .to.include('Zumba')
      .and.not.include('OKAFOR');
    const everywhere = await school.db((db) =>
      db.raw("select coalesce(json_agg(n), '[]')::text as t from notices n").then(({ rows: [one] }) => one.t),
    );
    expect(everywhere).to.not.include('Zumba');
  });

  it('B34 with fewer than three answers an anonymous result stays closed, since it would name its author', async () => {
    const { id, place } = await survey({ anonymous: 'on' });
    await reply(id, school.as('parents'), { [`answers.${place}`]: '0' });
    await direction.post(`${GESTION}/${id}/clore`, { sure: '' });
    expect(words(await direction.get(`${GESTION}/${id}/resultats`)))
      .to.include('à moins de 3 réponses')
      .and.not.include('La cour');
  });

  it('two answers at once to an anonymous survey are both counted, and a double press once', async () => {
    const { id, place } = await survey({ anonymous: 'on' });
    const [paul, claire] = readers() as [Client, Client];
    await Promise.all([paul, claire, paul].map((client) => reply(id, client, { [`answers.${place}`]: '0' })));
    const box = await school.db((db) => db('infos_boxes').where({ question_id: place }).first('counts'));
    expect(box.counts).to.deep.equal([2, 0]);
  });

  it('the closing day counts to its end; the next night closes the survey', async () => {
    const { id, place } = await survey({ closesOn: '2026-11-26' });
    const at = async (moment: string) => {
      school.house.setNow(new Date(moment));
      return (
        await reply(id, await school.asAccount(school.people.parents.accountId, 'espace'), {
          [`answers.${place}`]: '0',
        })
      ).status;
    };
    expect(await at('2026-11-26T23:59:00+01:00')).to.equal(303);
    expect(await at('2026-11-27T00:00:00+01:00')).to.equal(422);
    await night(school, 'close');
    expect((await school.db((db) => db('infos_items').where({ id }).first('closed_at'))).closed_at).to.not.equal(null);
    const told = await school.db((db) =>
      db('notices').where({ person_id: school.people.direction.personId, category: 'infos.suivi' }),
    );
    expect(told.map((one) => one.title)).to.deep.equal(['Sondage clos : Quel jour pour la fête ?']);
  });

  it('a question without answers to tick, or with a date that does not exist, is refused in words', async () => {
    const answer = await direction.post(`${GESTION}/nouveau-sondage`, { title: 'Q', publish: 'on', to: '2026-12-10' });
    const over = { title: 'Q', publish: 'on', from: '', to: '2026-12-10', closesOn: '2026-11-24' };
    expect(words(await direction.post(`${GESTION}/nouveau-sondage`, over))).to.include('personne ne pourrait répondre');
    const id = idIn(answer);
    const ask = (kind: string, options: string) =>
      direction.post(`${GESTION}/${id}/questions`, { title: 'Quand ?', kind, options });
    expect(words(await ask('one', 'Seul'))).to.include('au moins deux réponses');
    expect(words(await ask('dates', '31/02/2027\n12/06/2027'))).to.include('« 31/02/2027 » n’est pas une date');
    await choose(direction, GESTION, id, [school.people.parents.personId]);
    expect(words(await direction.get(`${GESTION}/${id}/publier`))).to.include('Il n’y a aucune question');
  });
});
