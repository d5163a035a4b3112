import type { Knex } from 'knex';
import { fromKnex, PgBoss } from 'pg-boss';
import type { Logger } from 'pino';
import type { Container } from '../container.ts';
import type { Job, Json, School, Transaction } from '../plugin/contract.ts';
import { inSchool } from '../tenancy/in-school.ts';
import { schoolById } from '../tenancy/schools.ts';
import { slowOf } from '../web/slow.ts';
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
  const workers = new Map<string, string>();
  let started: Promise<unknown> | null = null;
  const start = () => {
    started ??= boss.start();
    return started;
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
      const worker = workers.get(queue);
      if (worker && !at)
        db.executionPromise.then(
          () => boss.notifyWorker(worker),
          () => {},
        );
    },
    async work(container) {
      await start();
      for (const name of queuesOf(container))
        workers.set(
          name,
          await boss.work<Row>(name, { pollingIntervalSeconds: 2 }, async ([job]) => {
            if (job) await run(container, boss, app, name, job.data, job.signal);
          }),
        );
      await boss.schedule('house.nightly', '30 3 * * *', null, { tz: 'Europe/Paris' });
    },
    async runDue(container) {
      await start();
      let ran = 0;
      for (const name of queuesOf(container))
        for (
          let due = await boss.fetch<Row>(name, { batchSize: 100 });
          due.length;
          due = await boss.fetch<Row>(name, { batchSize: 100 })
        )
          for (const job of due) {
            ran += 1;
            try {
              await run(container, boss, app, name, job.data, new AbortController().signal);
              await boss.complete(name, job.id);
            } catch (error) {
              await boss.fail(name, job.id, { message: String(error) });
            }
          }
      return ran;
    },
    async stop() {
      if (started) await boss.stop({ graceful: true, timeout: 10_000, close: true });
    },
  };
}

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
    slow: slowOf(house, school),
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
      await db.raw('select purge_audit_log()');
    });
}
