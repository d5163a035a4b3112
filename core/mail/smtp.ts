import nodemailer from 'nodemailer';
import type { SmtpServer } from '../outbox/outbox-types.ts';
import type { Slow } from '../plugin/slow.ts';

/** Connects to a server and signs in, sending nothing. @returns null when it works, else which field is wrong and why. */
export async function trySmtp(server: SmtpServer): ReturnType<Slow['trySmtp']> {
  const transport = nodemailer.createTransport({
    host: server.host,
    port: server.port,
    secure: server.encryption === 'tls',
    requireTLS: server.encryption === 'starttls',
    ignoreTLS: server.encryption === 'none',
    auth: { user: server.user, pass: server.password },
    connectionTimeout: 10_000,
    greetingTimeout: 10_000,
    socketTimeout: 10_000,
  });
  try {
    await transport.verify();
    return null;
  } catch {
    return { field: 'host', reason: 'Ce serveur ne répond pas.' };
  } finally {
    transport.close();
  }
}
