import { createHash } from 'node:crypto';
import { isIP } from 'node:net';
import nodemailer, { type Transporter } from 'nodemailer';
import type { SmtpServer } from '../outbox/outbox-types.ts';
import { reach } from './guard.ts';

/** Well under the five minutes after which a message is thought lost and sent again. */
export const PATIENCE = {
  connectionTimeout: 10_000,
  greetingTimeout: 10_000,
  dnsTimeout: 10_000,
  socketTimeout: 60_000,
};
const IDLE = 30_000;

const POOLED = {
  ...PATIENCE,
  pool: true,
  maxConnections: 2,
  maxMessages: 500,
  idleTimeout: IDLE,
  // A message whose connection broke may have arrived: whoever keeps its state decides, not the pool.
  maxRequeues: 0,
  disableFileAccess: true,
  disableUrlAccess: true,
};

/** How nodemailer is told of an account's own server, at an address already looked up. */
export const toServer = (server: SmtpServer, address: string) => ({
  host: address,
  port: server.port,
  secure: server.encryption === 'tls',
  requireTLS: server.encryption === 'starttls',
  ignoreTLS: server.encryption === 'none',
  auth: { user: server.user, pass: server.password },
  tls: { servername: isIP(server.host) ? undefined : server.host },
});

/** Connections kept for the next message: one pool for the house's server, one per server of an account, closed when idle. */
export interface Transports {
  house: Transporter | null;
  /** @throws ForbiddenServer, or what the look-up of its name says. */
  of(server: SmtpServer): Promise<Transporter>;
  /** Gives up a pool that does not answer: the next message looks its server up again. */
  drop(server: SmtpServer): void;
  close(): void;
}

export function transports(smtpUrl: string | null, privateHosts: boolean): Transports {
  const local = smtpUrl && ['localhost', '127.0.0.1'].includes(new URL(smtpUrl).hostname);
  const tls = local ? { rejectUnauthorized: false } : undefined;
  const house = smtpUrl ? nodemailer.createTransport({ ...POOLED, url: smtpUrl, tls } as object) : null;
  const own = new Map<string, { transport: Transporter; idle: NodeJS.Timeout }>();
  const drop = (key: string) => {
    const kept = own.get(key);
    if (!kept) return;
    clearTimeout(kept.idle);
    own.delete(key);
    kept.transport.close();
  };
  return {
    house,
    async of(server) {
      const key = keyOf(server);
      const address = own.has(key) ? '' : await reach(server, privateHosts);
      let kept = own.get(key);
      if (!kept) {
        const transport = nodemailer.createTransport({ ...POOLED, ...toServer(server, address) } as object);
        kept = { transport, idle: setTimeout(() => {}, 0) };
        own.set(key, kept);
      }
      clearTimeout(kept.idle);
      // Its password is forgotten with it.
      kept.idle = setTimeout(() => drop(key), 4 * IDLE).unref();
      return kept.transport;
    },
    drop: (server) => drop(keyOf(server)),
    close() {
      for (const key of [...own.keys()]) drop(key);
      house?.close();
    },
  };
}

const keyOf = (server: SmtpServer) => createHash('sha256').update(JSON.stringify(server)).digest('base64');
