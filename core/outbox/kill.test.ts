import { type ChildProcess, fork } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect } from 'chai';
import pg from 'pg';
import { PgBoss } from 'pg-boss';
import { openSchool, openTestHouse, type TestHouse, type TestSchool } from '../testing.ts';

/** Acceptance 4 asks for 200 and 50: PREAU_KILLS=200. */
const KILLS = Number(process.env.PREAU_KILLS ?? 16);
const TERMS = Math.ceil(KILLS / 4);
/** Worker processes at a time. */
const HANDS = 4;
/** Messages one process has in hand at a time (core/jobs/jobs.ts). */
const IN_HAND = 4;
const LOST = 6 * 60_000;

describe('the outbox, when its workers are killed', function () {
  this.timeout(900_000);
  let house: TestHouse;
  let school: TestSchool;
  let admin: pg.Pool;
  const alive = new Set<ChildProcess>();

  before(async () => {
    house = await openTestHouse();
    admin = new pg.Pool({ connectionString: house.urls.admin, max: HANDS });
  });
  beforeEach(async () => {
    school = await openSchool({ house, people: false });
    house.mailbox.messages.length = 0;
  });
  afterEach(async () => {
    for (const child of alive) child.kill('SIGKILL');
    house.mailbox.play({});
    await school.close();
    await admin.query('delete from pgboss.job');
  });
  after(() => admin.end());

  /** A process that does nothing but send, its clock ahead of ours. */
  async function worker(ahead = 0): Promise<ChildProcess> {
    const { secret } = JSON.parse(process.env.PREAU_TEST_DATABASE as string);
    const order = { database: house.urls.app, secret, smtp: house.mailbox.url, ahead };
    const child = fork(path.join(import.meta.dirname, '../testing/mail-worker.ts'), {
      env: { ...process.env, PREAU_WORKER: JSON.stringify(order) },
      execArgv: ['--no-warnings'],
    });
    alive.add(child);
    child.once('exit', () => alive.delete(child));
    await once(child, 'message');
    return child;
  }
  async function end(child: ChildProcess, signal: 'SIGKILL' | 'SIGTERM') {
    const gone = once(child, 'exit');
    child.kill(signal);
    await gone;
  }

  let made = 0;
  async function queue(n: number) {
    const { rows } = await house.house.app.raw('select door(?, null) as told', [school.rne]);
    await school.db((db) =>
      house.container.services(rows[0].told.school, db, new Date()).outbox.send({
        title: 'Réunion',
        purpose: 'test.letter',
        letters: Array.from({ length: n }, () => {
          const address = `p${++made}@exemple.fr`;
          return { to: { name: address, address }, subject: 'Réunion', text: 'Bonjour' };
        }),
      }),
    );
  }
  const rows = async (where = 'true'): Promise<{ to_address: string; message_id: string; attempts: number }[]> =>
    (
      await admin.query(`select to_address, message_id, attempts from outbox where school_id = $1 and ${where}`, [
        school.id,
      ])
    ).rows;
  /** Comes back when PostgreSQL says so. */
  async function until(where: string, left: number) {
    for (let n = left + 1; n > left; )
      n = (
        await admin.query(`select count(*)::int as n, pg_sleep(0.02) from outbox where school_id = $1 and ${where}`, [
          school.id,
        ])
      ).rows[0].n;
  }

  /** Messages a worker could take now. */
  const ready = async (): Promise<number> =>
    (
      await admin.query(
        "select count(*)::int as n from pgboss.job where name = 'envois.send' and state = 'created' and start_after <= now()",
      )
    ).rows[0].n;

  /** Five minutes later: what dead workers held is taken up by living ones. */
  async function finish(hands: number) {
    await admin.query("update pgboss.job set started_on = started_on - interval '1 hour' where state = 'active'");
    await admin.query("update pgboss.queue set monitor_claim_on = monitor_claim_on - interval '1 hour'");
    const boss = new PgBoss({
      connectionString: house.urls.app,
      max: 1,
      migrate: false,
      createSchema: false,
      supervise: false,
      schedule: false,
    });
    await boss.start();
    await boss.supervise('envois.send');
    await boss.stop({ graceful: false, close: true });
    await admin.query("update pgboss.job set start_after = now() where state in ('created', 'retry')");
    const workers = await Promise.all(Array.from({ length: hands }, () => worker(LOST)));
    await until("state <> 'sent'", 0);
    await Promise.all(workers.map((child) => end(child, 'SIGTERM')));
  }

  /** Deliveries by address, each under the Message-ID of its row. @returns how many were repeated, how many left in flight. */
  async function balance() {
    const all = await rows();
    const got = Map.groupBy(house.mailbox.messages, (one) => one.to.join(','));
    const lost = all.filter((row) => !got.has(row.to_address));
    expect(lost, 'lost').to.deep.equal([]);
    expect(got.size, 'sent to nobody else').to.equal(all.length);
    for (const row of all)
      for (const one of got.get(row.to_address) ?? [])
        expect(one.raw, row.to_address).to.include(`Message-ID: ${row.message_id}`);
    return {
      doubles: house.mailbox.messages.length - all.length,
      left: all.reduce((sum, row) => sum + row.attempts - 1, 0),
    };
  }

  it('B23 two processes send 50 messages once each; one is killed at the 25th, and none is lost', async () => {
    const { outbox, smtpDelayMs, killOneAt } = JSON.parse(
      readFileSync(path.join(import.meta.dirname, 'samples/B23-deux-travailleurs.json'), 'utf8'),
    );
    await queue(outbox);
    const [first, second] = await Promise.all([worker(), worker()]);
    await until("state <> 'sent'", 0);
    expect((await balance()).doubles, 'two that live').to.equal(0);
    house.mailbox.messages.length = 0;
    await admin.query('delete from outbox where school_id = $1', [school.id]);
    let seen = 0;
    const half = new Promise<void>((reached) => {
      house.mailbox.play({
        delay: smtpDelayMs,
        message() {
          if (++seen === killOneAt) reached();
          return null;
        },
      });
    });
    await queue(outbox);
    await half;
    await end(first, 'SIGKILL');
    // What the dead process had fetched and not begun comes back with its job.
    await until("state = 'queued'", IN_HAND);
    await end(second, 'SIGTERM');
    await finish(1);
    const { doubles, left } = await balance();
    expect(left).to.be.at.most(IN_HAND);
    expect(doubles).to.be.at.most(left);
  });

  /** `HANDS` processes at a time, each ended at a random moment of its work, `times` in all. */
  async function endAtRandom(times: number, signal: 'SIGKILL' | 'SIGTERM') {
    const seed = randomInt(2 ** 31);
    console.log(`      graine ${seed}`);
    const random = mulberry(seed);
    // A moment is so many messages from now, and a little more: it strikes while they flow, however slow the machine.
    let arrived = 0;
    const waiting = new Set<{ at: number; go(): void }>();
    const message = () => {
      arrived += 1;
      for (const one of waiting) if (one.at <= arrived && waiting.delete(one)) one.go();
      return null;
    };
    const passed = (n: number) => new Promise<void>((go) => waiting.add({ at: arrived + n, go }));
    house.mailbox.play({ delay: 4, message });
    let left = times;
    await Promise.all(
      Array.from({ length: HANDS }, async () => {
        while (left-- > 0) {
          if ((await ready()) < 20 * HANDS) await queue(100);
          const child = await worker();
          await passed(1 + Math.floor(random() * 6));
          await new Promise((resolve) => setTimeout(resolve, random() * 8));
          await end(child, signal);
        }
      }),
    );
  }

  it(`P17 ${KILLS} kills at random moments: nothing lost, nothing doubled but what was in flight, and under the same Message-ID`, async () => {
    await endAtRandom(KILLS, 'SIGKILL');
    await finish(2);
    const { doubles, left } = await balance();
    expect(left, 'kills struck').to.be.greaterThan(KILLS / 4);
    expect(left).to.be.at.most(KILLS * IN_HAND);
    expect(doubles).to.be.at.most(left);
  });

  it(`P17 ${TERMS} orderly stops: what is in hand is finished, nothing is doubled`, async () => {
    await endAtRandom(TERMS, 'SIGTERM');
    expect(await rows("state = 'sending'")).to.deep.equal([]);
    await finish(2);
    expect(await balance()).to.deep.equal({ doubles: 0, left: 0 });
  });
});

/** A small generator whose moments can be had again from their seed. */
function mulberry(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}
