import { expect } from 'chai';
import pg from 'pg';
import { PgBoss } from 'pg-boss';
import { queueNames } from '../database/migrate.ts';
import type { Json, School } from '../plugin/contract.ts';
import { openSchool, openTestHouse, type TestHouse, type TestSchool } from '../testing.ts';

interface JobRow {
  name: string;
  state: string;
  tries: number;
  at: Date;
  data: { school: string; data: Json } | null;
}

describe('the queue', () => {
  let house: TestHouse;
  let school: TestSchool;
  let admin: pg.Client;
  /** Another hand on the queue, with the server's own rights. */
  let boss: PgBoss;
  before(async () => {
    // A house of its own: the night calls every school there is.
    house = await openTestHouse();
    admin = new pg.Client({ connectionString: house.urls.admin });
    await admin.connect();
    boss = new PgBoss({
      connectionString: house.urls.app,
      max: 1,
      migrate: false,
      createSchema: false,
      supervise: false,
      schedule: false,
    });
    await boss.start();
  });
  after(async () => {
    await boss.stop({ graceful: false, close: true });
    await admin.end();
  });
  beforeEach(async () => {
    school = await openSchool({ house });
  });
  afterEach(async () => {
    house.setNow(null);
    await school.close();
    await admin.query('delete from pgboss.job');
  });

  const jobs = async (name?: string): Promise<JobRow[]> =>
    (
      await admin.query(
        `select name, state, retry_count as tries, start_after as at, data from pgboss.job
         where $1::text is null or name = $1 order by created_on, id`,
        [name ?? null],
      )
    ).rows;
  const plant = (name: string, at = school) => at.as('direction').post('/gestion/potager/', { name });
  const watered = (at = school): Promise<string[]> =>
    at.db((db) => db('potager_plants').where({ watered: true }).orderBy('name').pluck('name'));
  const schoolOf = async (at: TestSchool): Promise<School> =>
    (await house.house.app.raw('select door(?, null) as told', [at.rne])).rows[0].told.school;
  const night = () => boss.send('house.nightly', {});
  const makeDue = () => admin.query("update pgboss.job set start_after = now() where state in ('created', 'retry')");

  it('holds the job of a visit that was kept, and runs it once', async () => {
    expect((await plant('menthe')).status).to.equal(303);
    expect(await watered(), 'not in the visit').to.deep.equal([]);
    expect((await jobs()).map(({ name, state }) => `${name} ${state}`)).to.deep.equal(['potager.water created']);
    expect(await school.runJobs()).to.equal(1);
    expect(await watered()).to.deep.equal(['menthe']);
    expect((await jobs()).map(({ state }) => state)).to.deep.equal(['completed']);
    await school.db((db) => db('potager_plants').update({ watered: false }));
    expect(await school.runJobs()).to.equal(0);
    expect(await watered()).to.deep.equal([]);
  });

  it('holds no job of a visit that was undone, before or after the job was written', async () => {
    expect((await plant('cactus')).status).to.equal(422);
    expect((await plant('ortie')).status).to.equal(500);
    await house.house.app
      .transaction(async (db) => {
        await db.raw("select set_config('app.school', ?, true)", [school.id]);
        await house.house.jobs.later(db, await schoolOf(school), 'potager', 'water', 'menthe');
        throw new Error('undone');
      })
      .catch(() => {});
    expect(await jobs()).to.deep.equal([]);
    expect(await school.runJobs()).to.equal(0);
  });

  it('shows nobody a job before its visit is over', async () => {
    await school.db(async (db) => {
      await house.house.jobs.later(db, await schoolOf(school), 'potager', 'water', 'menthe');
      expect(await jobs()).to.deep.equal([]);
    });
    expect(await jobs()).to.have.length(1);
  });

  it('writes of a job its school and what the module gave, and nothing else', async () => {
    await plant('menthe');
    const [row] = await jobs();
    expect(row?.data).to.deep.equal({ school: school.id, data: 'menthe' });
    expect(row?.tries).to.equal(0);
  });

  it('writes many jobs at once, each for its own time', async () => {
    const at = new Date('2031-01-01T08:00:00Z');
    await school.db(async (db) =>
      house.house.jobs.later(db, await schoolOf(school), 'potager', 'water', ['menthe', 'thym', 'sauge'], at),
    );
    expect((await jobs()).map(({ data, at: when }) => [data?.data, when.toISOString()])).to.have.deep.members(
      ['menthe', 'thym', 'sauge'].map((name) => [name, at.toISOString()]),
    );
    expect(await school.runJobs(), 'not before its time').to.equal(0);
    await makeDue();
    expect(await school.runJobs()).to.equal(3);
  });

  it('runs a job inside its own school, be it that another has a plant of the same name', async () => {
    const other = await openSchool({ house });
    await plant('menthe', other);
    await admin.query('delete from pgboss.job');
    await plant('menthe');
    await school.runJobs();
    expect(await watered()).to.deep.equal(['menthe']);
    expect(await watered(other)).to.deep.equal([]);
    await other.close();
  });

  describe('when a job fails', () => {
    const forbid = () => admin.query('revoke update on potager_plants from preau_app');
    const allow = () => admin.query('grant update on potager_plants to preau_app');
    afterEach(allow);

    it('tries it again, later, and with success once nothing stands in its way', async () => {
      await plant('menthe');
      await forbid();
      expect(await school.runJobs()).to.equal(1);
      const [failed] = await jobs();
      expect(failed?.state).to.equal('retry');
      const { rows } = await admin.query('select now() as now');
      expect(failed?.at.getTime()).to.be.greaterThan(rows[0].now.getTime());
      expect(await school.runJobs(), 'not at once').to.equal(0);
      await allow();
      await makeDue();
      await school.runJobs();
      expect(await watered()).to.deep.equal(['menthe']);
      expect((await jobs()).map(({ state, tries }) => ({ state, tries }))).to.deep.equal([
        { state: 'completed', tries: 1 },
      ]);
    });

    it('gives it up after some tries, and says so in its row', async () => {
      await plant('menthe');
      await forbid();
      for (let tries = 0; tries < 10; tries += 1) {
        await makeDue();
        await school.runJobs();
      }
      expect((await jobs()).map(({ state, tries }) => ({ state, tries }))).to.deep.equal([
        { state: 'failed', tries: 5 },
      ]);
    });
  });

  it('lets go the job of a school that is no longer there', async () => {
    const gone = await openSchool({ house });
    await plant('menthe', gone);
    await gone.close();
    await school.runJobs();
    expect((await jobs()).map(({ state }) => state)).to.deep.equal(['completed']);
  });

  it('calls at night every school that is open, each in its own turn, and none that is only prepared', async () => {
    const [second, prepared] = [await openSchool({ house }), await openSchool({ house })];
    for (const one of [school, second, prepared])
      await one.db((db) => db('potager_plants').insert({ name: 'menthe', watered: true }));
    await house.house.app('schools').where({ id: prepared.id }).update({ state: 'prepared' });
    await night();
    await school.runJobs();
    const called = (await jobs('potager.nightly.dry')).map(({ data }) => data?.school);
    expect(called).to.have.members([school.id, second.id]);
    await school.runJobs();
    expect([await watered(), await watered(second), await watered(prepared)]).to.deep.equal([[], [], ['menthe']]);
    await second.close();
    await prepared.close();
  });

  it('ends at night the sessions that have been over for a month', async () => {
    await school.as('direction').get('/gestion/accueil/');
    const count = async () => Number((await admin.query('select count(*) from sessions')).rows[0].count);
    expect(await count()).to.equal(1);
    await night();
    await school.runJobs();
    expect(await count()).to.equal(1);
    house.setNow(new Date(Date.now() + 32 * 86_400_000));
    await night();
    await school.runJobs();
    expect(await count()).to.equal(0);
  });

  it('forgets at night the codes of labels that have been over for 90 days, and no earlier', async () => {
    const over = (days: number) => ({
      account_id: school.people.parents.accountId,
      way: 'print',
      token_hash: Buffer.from(String(days)),
      made_at: new Date(0),
      made_by: school.people.direction.accountId,
      expires_at: new Date(Date.now() - days * 86_400_000),
    });
    await school.db((db) => db('account_keys').insert([over(89), over(91)]));
    await night();
    await school.runJobs();
    const kept = await school.db((db) => db('account_keys').pluck('token_hash'));
    expect(kept.map(String)).to.deep.equal(['89']);
  });

  it('runs in a house whose clock is behind only what is due there, and the rest in its time', async () => {
    const { rows } = await house.house.app.raw('select door(?, null) as told', [school.rne]);
    const morning = new Date(Date.now() - 3_600_000);
    house.setNow(morning);
    const ten = new Date(morning.getTime() + 600_000);
    await school.db((db) => house.house.jobs.later(db, rows[0].told.school, 'envois', 'nightly.tidy', null, ten));
    await school.db((db) => house.house.jobs.later(db, rows[0].told.school, 'envois', 'nightly.tidy', null));
    expect(await school.runJobs()).to.equal(1);
    expect(await school.runJobs()).to.equal(0);
    house.setNow(ten);
    expect(await school.runJobs()).to.equal(1);
  });

  it('does not pile up night upon night in a school where the module is stopped', async () => {
    await house.house.app('school_plugins').insert({ school_id: school.id, plugin: 'potager', on: false });
    for (let nights = 0; nights < 3; nights += 1) {
      await night();
      await school.runJobs();
      await makeDue();
      await school.runJobs();
    }
    const waiting = (await jobs('potager.nightly.dry')).filter(({ state }) => state === 'created' || state === 'retry');
    expect(waiting).to.have.length.at.most(1);
  });

  it('refuses a job its module has not declared, and keeps nothing of the visit', async () => {
    const said = await school
      .db(async (db) => {
        await db('potager_plants').insert({ name: 'menthe' });
        await house.house.jobs.later(db, await schoolOf(school), 'potager', 'arroser', 'menthe');
      })
      .then(
        () => 'rien',
        () => 'refusé',
      );
    expect(said).to.equal('refusé');
    expect(await school.db((db) => db('potager_plants').pluck('name'))).to.deep.equal([]);
  });

  it('has a queue for every job and every night the modules declare', async () => {
    const names = (await boss.getQueues()).map((queue) => queue.name);
    expect(queueNames(house.loaded)).to.include.members(['house.nightly', 'potager.water', 'potager.nightly.dry']);
    expect(names).to.include.members(queueNames(house.loaded));
  });
});
