import MailComposer from 'nodemailer/lib/mail-composer';
import type { Letter, Sender } from '../outbox/outbox-types.ts';
import { asSent, isAddress, notAnAddress } from './addresses.ts';
import { oneLine } from './clean.ts';
import { transports } from './transports.ts';

export interface Mail {
  to: { name: string; address: string };
  subject: string;
  text: string;
  /** Default: the platform itself. */
  sender?: Sender;
  attachments?: Letter['attachments'];
  /** `<random@host>`; what is sent twice is known by it as the same message. */
  messageId?: string;
}

/** One recipient per message; names and addresses are given apart, so that no comma splits them (case B20). */
export interface Mailer {
  /** @throws what the server or the network said; `core/mail/answers.ts` says what it means. */
  send(mail: Mail): Promise<void>;
  close(): void;
}

/** The whole of one sending, whatever a server does to make it last. */
const AT_MOST = 120_000;
const PLATFORM: Sender = { name: 'Préau', replyTo: null, own: null };

/**
 * Mails through SMTP: the house's server, or a sender's own.
 * @param smtpUrl null when none is configured: sending then fails with a French sentence.
 * @param privateHosts whether a sender's own server may be on a private network.
 */
export function mailer(smtpUrl: string | null, from: string, privateHosts = false): Mailer {
  const pools = transports(smtpUrl, privateHosts);
  return {
    async send(mail) {
      const { own } = mail.sender ?? PLATFORM;
      if (!own && !pools.house) throw new Error('Aucun serveur d’envoi n’est réglé : renseignez SMTP_URL.');
      if (!isAddress(mail.to.address)) throw new Error(notAnAddress(mail.to.address));
      const { raw, envelope } = await compose(mail, from);
      const transport = own ? await pools.of(own.server) : pools.house;
      try {
        await transport?.sendMail({ raw, envelope, signal: AbortSignal.timeout(AT_MOST) } as object);
      } catch (error) {
        if (own && !(error as { responseCode?: number }).responseCode) pools.drop(own.server);
        throw error;
      }
    },
    close: pools.close,
  };
}

/** The message as it will be sent. @throws when its envelope would say anything but this sender and this one recipient. */
async function compose({ to, subject, text, sender = PLATFORM, attachments, messageId }: Mail, mailFrom: string) {
  // Header and envelope belong to the domain we sign for; the person is in the name and in Reply-To (case B26).
  const from = sender.own?.address ?? mailFrom;
  const node = new MailComposer({
    from: { name: oneLine(sender.name), address: from },
    to: { name: oneLine(to.name), address: to.address },
    replyTo: sender.replyTo && isAddress(sender.replyTo) ? { name: '', address: sender.replyTo } : undefined,
    subject: oneLine(subject),
    text,
    messageId,
    attachments: attachments?.map(({ name, type, body }) => ({
      filename: oneLine(name),
      contentType: type,
      content: body,
    })),
    // Neither bounces nor absences are to be answered to by a machine (case B27).
    headers: { 'Auto-Submitted': 'auto-generated', 'X-Auto-Response-Suppress': 'All' },
    disableFileAccess: true,
    disableUrlAccess: true,
  }).compile();
  const envelope = node.getEnvelope();
  const [only, ...others] = envelope.to;
  if (envelope.from !== asSent(from) || only !== asSent(to.address) || others.length)
    throw new Error(`Le message pour ${to.address} serait parti vers ${envelope.to.join(', ') || 'personne'}.`);
  return { raw: await node.build(), envelope };
}
