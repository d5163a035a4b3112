import type { Knex } from 'knex';
import { fromKnex, type JobWithMetadata, PgBoss } from 'pg-boss';
import type { Logger } from 'pino';
import type { Container } from '../container.ts';
import { sweepHouse } from '../files/sweep.ts';
import type { Job, Json, School, Transaction } from '../plugin/contract.ts';
import { inSchool } from '../tenancy/in-school.ts';
import { schoolById } from '../tenancy/schools.ts';
import { openWork } from '../web/work.ts';

/** The queue. Job rows hold ids only; they are written in the visit's own transaction, so an act and its job stand or fall together. */
export interface Jobs {
  later(db: Transaction, school: School, plugin: string, job: string, data: Json | Json[], at?: Date): Promise<void>;
  /** Begins to take jobs, and plans the night. */
  work(container: Container): Promise<void>;
  /** Runs what is due now, once; tests need no sleep. @returns how many ran. */
  runDue(container: Container): Promise<number>;
  stop(): Promise<void>;
}

interface Row {
  school: string;
  data: Json;
}

export function jobs(app: Knex, connectionString: string, log: Logger): Jobs {
  // The tables' owner migrates pg-boss (see database/migrate.ts); the server's role only uses it.
  const boss = new PgBoss({
    connectionString,
    max: 3,
    migrate: false,
    createSchema: false,
    reindex: false,
    monitorVacuum: false,
    schedule: true,
  });
  boss.on('error', (error) => log.error({ err: error }, 'queue'));
  const workers = new Map<string, string[]>();
  let started: Promise<unknown> | null = null;
  const start = () => {
    started ??= boss.start();
    return started;
  };
  const wake = (queue: string) => {
    for (const worker of workers.get(queue) ?? []) boss.notifyWorker(worker);
  };
  return {
    async later(db, school, plugin, job, data, at) {
      await start();
      const rows = (Array.isArray(data) ? data : [data]).map((one) => ({
        data: { school: school.id, data: one },
        startAfter: at,
      }));
      const queue = `${plugin}.${job}`;
      await boss.insert(queue, rows, { db: fromKnex(db) });
      // Who waits for it on a page should not wait for the next look at the queue as well.
      if (!at)
        db.executionPromise.then(
          () => wake(queue),
          () => {},
        );
    },
    async work(container) {
      await start();
      for (const name of queuesOf(container))
        for (let n = 0; n < (AT_ONCE[name] ?? 1); n++) {
          const known = workers.get(name) ?? [];
          workers.set(name, known);
          const id = await boss.work<Row>(name, { pollingIntervalSeconds: 2 }, async ([job]) => {
            if (job) await run(container, boss, app, name, job.data, job.signal);
            // Where one was, there may be more: it looks again at once.
            const self = known[n];
            if (self) boss.notifyWorker(self);
          });
          known.push(id);
        }
      await boss.schedule('house.nightly', '30 3 * * *', null, { tz: 'Europe/Paris' });
    },
    async runDue(container) {
      await start();
      const now = container.house.clock();
      await makeDue(app, now);
      const early: string[] = [];
      let ran = 0;
      // A job may write one for a queue that has been looked at.
      for (let before = -1; ran > before; ) {
        before = ran;
        for (const name of queuesOf(container)) ran += await runQueue(container, boss, app, name, now, early);
      }
      if (early.length)
        await app.raw("update pgboss.job set state = 'created', started_on = null where id = any(?)", [early]);
      return ran;
    },
    async stop() {
      if (started) await boss.stop({ graceful: true, timeout: 10_000, close: true });
    },
  };
}

/** Queues whose jobs wait for others: one slow mail server must not hold up the messages for the next. */
const AT_ONCE: Record<string, number> = { 'envois.send': 4 };

/** The queue goes by PostgreSQL's hour; where the house's clock is ahead, what is due by it is due. */
async function makeDue(app: Knex, now: Date): Promise<void> {
  await app.raw(
    "update pgboss.job set start_after = now() where state in ('created', 'retry') and start_after > now() and start_after <= ?",
    [now],
  );
}

/** @param early takes what was put off to a moment PostgreSQL has reached and the house has not: it is not run, nor met again. */
async function runQueue(
  container: Container,
  boss: PgBoss,
  app: Knex,
  name: string,
  now: Date,
  early: string[],
): Promise<number> {
  let ran = 0;
  const fetch = () => boss.fetch<Row>(name, { batchSize: 100, includeMetadata: true });
  for (let due = await fetch(); due.length; due = await fetch())
    for (const job of due) {
      if (isEarly(job, now)) {
        early.push(job.id);
        continue;
      }
      ran += 1;
      try {
        await run(container, boss, app, name, job.data, new AbortController().signal);
        await boss.complete(name, job.id);
      } catch (error) {
        await boss.fail(name, job.id, { message: String(error) });
      }
    }
  return ran;
}

/** What was put off to no moment carries that of its writing; a new try has one of PostgreSQL's. */
const isEarly = ({ startAfter, createdOn, retryCount }: JobWithMetadata, now: Date) =>
  startAfter > now && startAfter.getTime() !== createdOn.getTime() && retryCount === 0;

function queuesOf({ house }: Container): string[] {
  return [
    'house.nightly',
    ...house.modules.installed.flatMap(({ plugin }) => [
      ...Object.keys(plugin.jobs ?? {}).map((job) => `${plugin.name}.${job}`),
      ...Object.keys(plugin.nightly ?? {}).map((job) => `${plugin.name}.nightly.${job}`),
    ]),
  ];
}

async function run(
  container: Container,
  boss: PgBoss,
  app: Knex,
  queue: string,
  row: Row | null,
  signal: AbortSignal,
): Promise<void> {
  const { house } = container;
  if (queue === 'house.nightly') {
    const schools: string[] = await app('schools').where({ state: 'open' }).pluck('id');
    await tidy(app, schools, house.clock());
    for (const name of queuesOf(container).filter((one) => one.includes('.nightly.')))
      await boss.insert(
        name,
        schools.map((school) => ({ data: { school, data: null } })),
      );
    await sweepHouse(house);
    return;
  }
  if (!row) return;
  const [pluginName, ...rest] = queue.split('.') as [string, ...string[]];
  const plugin = house.modules.plugin(pluginName);
  const school = await schoolById(app, row.school);
  if (!plugin || !school) return;
  if (!house.modules.of(school).has(pluginName)) {
    // A module that is off keeps its jobs: put back for the next day, without counting as a try. A night is no debt.
    if (rest[0] === 'nightly') return;
    await boss.send(queue, row, { startAfter: new Date(house.clock().getTime() + 86_400_000) });
    return;
  }
  const job: Job = {
    school,
    settings: school.settings[pluginName] ?? {},
    now: house.clock(),
    signal,
    slow: house.slow(school),
    step: (work) => inSchool(app, school.id, (db) => work(openWork(container, pluginName, school, db))),
  };
  if (rest[0] === 'nightly') await plugin.nightly?.[rest[1] as string]?.(job);
  else await plugin.jobs?.[rest.join('.')]?.(job, row.data);
}

/** What the core itself forgets each night, as its privacy declarations promise. */
async function tidy(app: Knex, schools: string[], now: Date): Promise<void> {
  const before = (days: number) => new Date(now.getTime() - days * 86_400_000);
  await app.raw('select purge_sessions(?)', [before(30)]);
  for (const school of schools)
    await inSchool(app, school, async (db) => {
      await db('form_keys').where('at', '<', before(1)).delete();
      await db('devices').where('last_at', '<', before(365)).delete();
      await db('sign_ins').where('at', '<', before(90)).delete();
      await db('password_requests').where('at', '<', before(90)).delete();
      await db('reset_links').where('expires_at', '<', now).delete();
      await db('account_keys').where('expires_at', '<', before(90)).delete();
      await db.raw('select purge_audit_log()');
    });
}
