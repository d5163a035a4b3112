import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import PostalMime from 'postal-mime';
import { SMTPServer } from 'smtp-server';

export interface Received {
  at: Date;
  to: string[];
  from: string;
  subject: string;
  text: string;
  raw: string;
}

/** A real SMTP peer in this process: takes every message and sends nothing on. For the demo and the tests. */
export interface Mailbox {
  url: string;
  port: number;
  messages: Received[];
  close(): Promise<void>;
}

const KEPT = 200;

export async function startMailbox(): Promise<Mailbox> {
  const messages: Received[] = [];
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['AUTH', 'STARTTLS'],
    size: 30_000_000,
    onData(stream, session, done) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', async () => {
        const raw = Buffer.concat(chunks).toString('utf8');
        const mail = await PostalMime.parse(raw);
        messages.unshift({
          at: new Date(),
          to: session.envelope.rcptTo.map((one) => one.address),
          from: mail.from?.address ?? '',
          subject: mail.subject ?? '',
          text: mail.text ?? '',
          raw,
        });
        messages.length = Math.min(messages.length, KEPT);
        done();
      });
    },
  });
  server.on('error', () => {});
  const listening = server.listen(0, '127.0.0.1');
  if (!listening.listening) await once(listening, 'listening');
  const { port } = listening.address() as AddressInfo;
  return {
    url: `smtp://127.0.0.1:${port}`,
    port,
    messages,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
