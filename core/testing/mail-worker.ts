import { pino } from 'pino';
import type { Container } from '../container.ts';
import { connect } from '../database/connect.ts';
import { jobs } from '../jobs/jobs.ts';
import { mailer } from '../mail/mailer.ts';
import { deliver } from '../outbox/deliver.ts';
import { POST } from '../outbox/outbox.ts';
import { secretsFrom } from '../secret.ts';

/**
 * A worker that only sends, in a process of its own: the queue, the send job and the mailer of the product, without the
 * web. Light enough to be killed by the hundred; see `core/outbox/kill.test.ts`.
 */
const order = JSON.parse(process.env.PREAU_WORKER ?? '{}') as {
  database: string;
  secret: string;
  smtp: string;
  /** How far its clock is ahead, in milliseconds. */
  ahead: number;
};
process.once('disconnect', () => process.exit());
const app = connect(order.database, { max: 6 });
const log = pino({ level: 'silent' });
const queue = jobs(app, order.database, log);
const post = {
  secrets: secretsFrom(Buffer.from(order.secret, 'hex')),
  mailer: mailer(order.smtp, 'preau@exemple.fr'),
  log,
};
const modules = {
  installed: [{ plugin: { name: POST, jobs: { send: null } } }],
  plugin: () => ({ jobs: { send: (job: never, data: never) => deliver(house, () => container, job, data) } }),
  of: () => ({ has: () => true, senders: [], listeners: () => [] }),
};
const clock = () => new Date(Date.now() + order.ahead);
const house = {
  ...post,
  slow: () => ({}),
  app,
  modules,
  jobs: queue,
  clock,
  config: { smtpPrivateHosts: false },
} as never;
const container = { house, services: () => ({}) } as unknown as Container;
process.once('SIGTERM', async () => {
  await queue.stop();
  post.mailer.close();
  await app.destroy();
  process.exit();
});
await queue.work(container);
process.send?.('open');
