import { expect } from 'chai';
import { openSession } from '../auth/sessions.ts';
import { openSchool, type SpawnedHouse, spawnHouse, type TestSchool } from '../testing.ts';

const HOW_MANY = 200;

describe('two hundred people with one profile', function () {
  this.timeout(120_000);
  let school: TestSchool;
  let second: SpawnedHouse;
  let tokens: string[];
  let profile: string;

  before(async () => {
    school = await openSchool();
    second = await spawnHouse(school.house);
    tokens = await school.db(async (db) => {
      profile = (await db('profiles').where({ name: 'Vie scolaire' }).first('id')).id;
      const people: { id: string }[] = await db('people')
        .insert(
          Array.from({ length: HOW_MANY }, (_, n) => ({
            kind: 'staff',
            genre: 'administratif',
            last_name: `AGENT ${n}`,
            first_name: 'Camille',
            search: `agent ${n} camille`,
          })),
        )
        .returning('id');
      const accounts: { id: string }[] = await db('accounts')
        .insert(
          people.map(({ id }, n) => ({
            person_id: id,
            login: `CAGENT${n}`,
            mode: 'quotidienne',
            profile_id: profile,
            state: 'active',
          })),
        )
        .returning('id');
      const made: string[] = [];
      for (const { id } of accounts)
        made.push(await openSession(db, id, 'quotidienne', 'Test', school.house.house.clock()));
      return made;
    });
  });
  after(async () => {
    await second.kill();
    await school.close();
  });

  /** Status of one page for everybody, half of them at each process. */
  const everybody = async (path: string): Promise<Record<string, number>> => {
    const met: Record<string, number> = {};
    for (let from = 0; from < tokens.length; from += 20)
      await Promise.all(
        tokens.slice(from, from + 20).map(async (token, at) => {
          const origin = at % 2 ? second.origin : school.house.origin;
          const answer = await fetch(`${origin}/${school.rne}${path}`, {
            redirect: 'manual',
            headers: { Cookie: `preau=${token}` },
          });
          await answer.arrayBuffer();
          const key = `${at % 2 ? 'second' : 'first'} ${answer.status}`;
          met[key] = (met[key] ?? 0) + 1;
        }),
      );
    return met;
  };

  it('F06-11 one profile changed works for all 200 at their next request, on two processes', async () => {
    const half = HOW_MANY / 2;
    expect(await everybody('/gestion/cantine/')).to.deep.equal({ 'first 403': half, 'second 403': half });
    const saved = await school.as('direction').post(`/gestion/profils/${profile}`, {
      name: 'Vie scolaire',
      'permissions.cantine.edit': 'on',
    });
    expect(saved.status).to.equal(303);
    expect(await everybody('/gestion/cantine/')).to.deep.equal({ 'first 200': half, 'second 200': half });
    expect(await everybody('/gestion/ressources/eleves')).to.deep.equal({ 'first 403': half, 'second 403': half });
    expect((await school.as('direction').get('/gestion/profils/')).text).to.include('201 personnes');
  });

  it('F11-05 an Espace, and a rubric of it, closed at one process are closed at the next request on the other', async () => {
    const here = school.as('parents');
    await here.get('/compte/');
    const both = async (path: string) => {
      const there = await fetch(`${second.origin}/${school.rne}${path}`, { headers: { Cookie: here.cookie } });
      await there.arrayBuffer();
      return [(await here.get(path)).status, there.status];
    };
    const publish = (path: string, fields: Record<string, string>) =>
      school.as('direction').post(`/gestion/espaces-web/${path}`, fields);
    for (const path of ['accueil/', 'infos/']) expect(await both(`/espace/parents/${path}`)).to.deep.equal([200, 200]);
    await publish('publier', { what: 'parents', on: '0' });
    for (const path of ['accueil/', 'infos/']) expect(await both(`/espace/parents/${path}`)).to.deep.equal([403, 403]);
    await publish('publier', { what: 'parents', on: '1' });
    await publish('parents/rubriques', { 'rubrics.casier.mon-casier': 'on' });
    expect(await both('/espace/parents/infos/')).to.deep.equal([403, 403]);
    expect(await both('/espace/parents/casier/')).to.deep.equal([200, 200]);
  });
});
