import nodemailer from 'nodemailer';
import type { SmtpServer } from '../outbox/outbox-types.ts';
import type { Slow } from '../plugin/slow.ts';
import { ForbiddenServer, reach } from './guard.ts';
import { PATIENCE, toServer } from './transports.ts';

type Fault = NonNullable<Awaited<ReturnType<Slow['trySmtp']>>>;
interface SmtpError {
  code?: string;
  responseCode?: number;
  message: string;
}

/**
 * Connects to a server and signs in, sending nothing. @returns null when it works, else which field is wrong and why.
 * @param privateHosts whether it may be on a private network.
 */
export async function trySmtp(server: SmtpServer, privateHosts: boolean): Promise<Fault | null> {
  let address: string;
  try {
    address = await reach(server, privateHosts);
  } catch (error) {
    return error instanceof ForbiddenServer
      ? { field: error.field, reason: error.message }
      : { field: 'host', reason: 'Aucun serveur ne porte ce nom. Vérifiez son orthographe.' };
  }
  const transport = nodemailer.createTransport({
    ...PATIENCE,
    socketTimeout: 10_000,
    disableFileAccess: true,
    disableUrlAccess: true,
    ...toServer(server, address),
  } as object);
  try {
    await transport.verify();
    return null;
  } catch (error) {
    return faultOf(error as SmtpError, server);
  } finally {
    transport.close();
  }
}

const ENCRYPTION: Record<SmtpServer['encryption'], string> = {
  tls: 'Ce serveur ne parle pas TLS sur ce port. Essayez STARTTLS (port 587), ou le port 465.',
  starttls: 'Ce serveur n’offre pas STARTTLS sur ce port. Essayez TLS (port 465), ou le port 587.',
  none: 'Ce serveur demande une connexion chiffrée. Choisissez TLS ou STARTTLS.',
};

const NOT_MAIL: Fault = {
  field: 'host',
  reason: 'Ce n’est pas un serveur d’envoi d’e-mails, ou il ne répond pas. Vérifiez son nom et son port.',
};

/** In the terms of the form: which field to look at again. */
function faultOf({ code, responseCode, message }: SmtpError, server: SmtpServer): Fault {
  if (/certificate|self.signed|altname|unable to verify/i.test(message))
    return { field: 'host', reason: 'Le certificat de ce serveur n’est pas valable pour ce nom. Vérifiez le nom.' };
  if (code === 'EAUTH' && (responseCode === 538 || /encryption required|starttls/i.test(message)))
    return { field: 'encryption', reason: ENCRYPTION.none };
  if (code === 'EAUTH' && responseCode)
    return { field: 'password', reason: 'Le serveur refuse cet identifiant avec ce mot de passe. Vérifiez les deux.' };
  if (code === 'EAUTH')
    return { field: 'user', reason: 'Ce serveur ne permet pas de se connecter avec un compte ici.' };
  if (/invalid greeting/i.test(message)) return NOT_MAIL;
  if (code === 'ETLS' || /wrong version|ssl|tls|eproto|packet length/i.test(message))
    return { field: 'encryption', reason: ENCRYPTION[server.encryption] };
  if (/ECONNREFUSED/.test(message))
    return { field: 'port', reason: 'Le serveur refuse la connexion sur ce port. Vérifiez le port.' };
  // A server that waits for TLS says nothing to one who waits for its greeting.
  if (/greeting/i.test(message))
    return {
      field: 'encryption',
      reason: 'Le serveur ne dit rien sur ce port. Essayez une autre sécurité, ou un autre port.',
    };
  if (code === 'ETIMEDOUT' || /timeout|ETIMEDOUT/i.test(message))
    return { field: 'host', reason: 'Ce serveur ne répond pas. Vérifiez son nom et son port.' };
  if (responseCode === 530) return { field: 'encryption', reason: ENCRYPTION.none };
  return NOT_MAIL;
}
