import nodemailer from 'nodemailer';

export interface Mail {
  to: { name: string; address: string };
  subject: string;
  text: string;
}

/** One recipient per message; names and addresses are given apart, so that no comma splits them (case B20). */
export interface Mailer {
  send(mail: Mail): Promise<void>;
  close(): void;
}

const ADDRESS = /^[^\s@<>,;"]+@[^\s@<>,;"]+\.[^\s@<>,;".]+$/;

/**
 * Mails through an SMTP server.
 * @param smtpUrl null when none is configured: sending then fails with a French sentence.
 */
export function mailer(smtpUrl: string | null, from: string): Mailer {
  const transport = smtpUrl
    ? nodemailer.createTransport({
        url: smtpUrl,
        disableFileAccess: true,
        disableUrlAccess: true,
        tls: isLocal(smtpUrl) ? { rejectUnauthorized: false } : undefined,
      } as object)
    : null;
  return {
    async send({ to, subject, text }) {
      if (!transport) throw new Error('Aucun serveur d’envoi n’est réglé : renseignez SMTP_URL.');
      if (!ADDRESS.test(to.address)) throw new Error(`L’adresse « ${to.address} » n’a pas la forme nom@domaine.fr.`);
      const sent = await transport.sendMail({
        from: { name: 'Préau', address: from },
        to: { name: to.name, address: to.address },
        subject,
        text,
        headers: { 'Auto-Submitted': 'auto-generated' },
      });
      const envelope = (sent.envelope?.to ?? []).map(String);
      if (envelope.length !== 1 || envelope[0] !== to.address)
        throw new Error(`Le message pour ${to.address} serait parti vers ${envelope.join(', ') || 'personne'}.`);
    },
    close: () => transport?.close(),
  };
}

const isLocal = (url: string) => ['localhost', '127.0.0.1'].includes(new URL(url).hostname);
