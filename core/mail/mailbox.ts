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

/** What a test may make of the peer: a provider that refuses, counts, hurries nobody. Answers are written as SMTP writes them. */
export interface Behaviour {
  /** Answer to a recipient (`550 5.1.1 unknown user`); null takes him. */
  recipient?(address: string): string | null;
  /** Answer to a message once it is there (`550 5.4.5 daily limit`); null takes it. */
  message?(to: string): string | null;
  /** How long a message is kept waiting before it is acknowledged, in milliseconds. */
  delay?: number;
  /** SIZE announced, in bytes. */
  size?: number;
  /** Who may sign in, and with which password; default: anybody, or nobody at all. */
  accounts?: Record<string, string>;
}

/** A real SMTP peer in this process: takes every message and sends nothing on. For the demo and the tests. */
export interface Mailbox {
  url: string;
  port: number;
  /** The latest first. */
  messages: Received[];
  /** Plays a provider; `{}` takes everything again. */
  play(behaviour: Behaviour): void;
  /** Cuts every connection, as a server that falls over. */
  cut(): void;
  close(): Promise<void>;
}

const SIZE = 30_000_000;

/** @param kept how many messages are remembered. */
export async function startMailbox(kept = 200): Promise<Mailbox> {
  const messages: Received[] = [];
  let behaviour: Behaviour = {};
  const server = new SMTPServer({
    authOptional: true,
    allowInsecureAuth: true,
    disabledCommands: ['STARTTLS'],
    disableReverseLookup: true,
    size: SIZE,
    onAuth({ username = '', password }, _session, done) {
      const { accounts } = behaviour;
      if (accounts && accounts[username] !== password) return done(answer('535 5.7.8 authentication failed'));
      done(null, { user: username });
    },
    onMailFrom(_address, session, done) {
      if (behaviour.accounts && !session.user) return done(answer('530 5.7.0 authentication required'));
      done();
    },
    onRcptTo({ address }, _session, done) {
      done(answer(behaviour.recipient?.(address)));
    },
    onData(stream, session, done) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', async () => {
        const to = session.envelope.rcptTo.map((one) => one.address);
        const refusal = answer(behaviour.message?.(to.join(',')));
        if (refusal) return done(refusal);
        const raw = Buffer.concat(chunks).toString('utf8');
        const mail = await PostalMime.parse(raw);
        messages.unshift({
          at: new Date(),
          to,
          from: mail.from?.address ?? '',
          subject: mail.subject ?? '',
          text: mail.text ?? '',
          raw,
        });
        messages.length = Math.min(messages.length, kept);
        if (behaviour.delay) setTimeout(done, behaviour.delay);
        else done();
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
    play(next) {
      behaviour = next;
      server.options.size = next.size ?? SIZE;
    },
    cut() {
      for (const connection of server.connections) connection.close();
    },
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

/** `550 5.1.1 unknown user` as the library wants it. */
function answer(line: string | null | undefined): Error | null {
  if (!line) return null;
  return Object.assign(new Error(line.slice(4)), { responseCode: Number(line.slice(0, 3)) });
}
