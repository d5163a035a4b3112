import { ForbiddenServer } from './guard.ts';

/** What becomes of a message that did not leave: refused for good, tried again later, or its sender waits with all it has to send. */
export interface Verdict {
  fate: 'refuse' | 'retry' | 'pause';
  /** One French sentence. */
  reason: string;
  /** How long the sender waits. */
  minutes: number;
}

interface SmtpError {
  code?: string;
  command?: string;
  responseCode?: number;
  response?: string;
  message: string;
}

const refuse = (reason: string): Verdict => ({ fate: 'refuse', reason, minutes: 0 });
const retry = (reason: string): Verdict => ({ fate: 'retry', reason, minutes: 0 });
const pause = (minutes: number, reason: string): Verdict => ({ fate: 'pause', reason, minutes });

const FULL = 'La boîte aux lettres du destinataire est pleine.';
const TOO_BIG = 'Le message est trop gros pour le serveur du destinataire.';
const LIMIT = 'La limite d’envoi du fournisseur est atteinte.';
const WRONG_LOGIN = 'Le serveur d’envoi refuse l’identifiant ou le mot de passe du compte.';
const SILENT = 'Le serveur d’envoi ne répond pas.';

/** Providers tell a spent quota by code, or in their own words. */
const QUOTA_STATUS = ['5.4.5', '4.4.5', '4.5.3', '5.5.3', '4.7.28', '5.7.28'];
const QUOTA_WORDS =
  /\b(quota|limite?s?|rate)\b[^.]*\b(exceed|reach|atteint|dépass|depass|over)|\b(exceed|reach)\w*\b[^.]*\b(quota|limits?|rate)\b|\b(daily|hourly|sending|message|rate)\s+(\w+\s+)?(quota|limit)|too many (messages|mails|emails|connections|recipients)|try again tomorrow/i;

/** Reads what a server, or the network, said: 4xx and 5xx are told apart, and what concerns the sender from what concerns one recipient. */
export function readAnswer(thrown: unknown): Verdict {
  const error = thrown as SmtpError;
  if (thrown instanceof ForbiddenServer) return refuse(error.message);
  if (error.code === 'EAUTH' || [530, 534, 535].includes(error.responseCode ?? 0))
    return pause(error.responseCode && error.responseCode < 500 ? 5 : 60, WRONG_LOGIN);
  return error.responseCode ? readReply(error, error.responseCode) : withoutReply(error);
}

/** Nothing was answered: the network, the encryption, or the message itself before it was offered. */
function withoutReply({ code, message }: SmtpError): Verdict {
  if (code === 'EMESSAGE' && /size larger/i.test(message))
    return refuse('Le message est trop gros pour le serveur d’envoi.');
  if (code === 'ETLS' || /certificate|self.signed|ssl|tls/i.test(message))
    return pause(15, 'La connexion chiffrée au serveur d’envoi a échoué.');
  if (code === 'EABORT') return retry('Le serveur d’envoi a mis trop longtemps à répondre.');
  if (code && /^E(CONN|DNS|TIMEDOUT|SOCKET|HOST|NET|NOTFOUND|PIPE|AI_AGAIN|PROTOCOL)/.test(code))
    return pause(1, SILENT);
  return retry('Le message n’a pas pu partir.');
}

function readReply({ response = '', command = '' }: SmtpError, code: number): Verdict {
  const status = /\b[245]\.\d{1,3}\.\d{1,3}\b/.exec(response)?.[0] ?? '';
  const temporary = code < 500;
  if (/^[45]\.2\.2$/.test(status)) return temporary ? retry(FULL) : refuse(FULL);
  if (code === 552 || ['5.3.4', '5.2.3'].includes(status)) return refuse(TOO_BIG);
  if (QUOTA_STATUS.includes(status) || QUOTA_WORDS.test(response) || (code === 421 && status.startsWith('4.7.')))
    return pause(temporary ? 15 : 60, LIMIT);
  if (code === 421) return pause(5, SILENT);
  if (temporary) return retry('Le serveur du destinataire demande d’attendre.');
  // Refused before any recipient was named: every other message of this sender would be too.
  if (command === 'MAIL FROM') return pause(60, 'Le serveur d’envoi refuse cet expéditeur.');
  if (/^5\.1\./.test(status) || (command === 'RCPT TO' && [550, 551, 553].includes(code) && !status.startsWith('5.7.')))
    return refuse('Cette adresse n’existe pas, ou n’existe plus.');
  if (status === '5.2.1') return refuse('Cette boîte aux lettres est fermée.');
  if (status.startsWith('5.7.') || code === 554)
    return refuse('Le serveur du destinataire refuse les messages de cet expéditeur.');
  return refuse(`Le serveur du destinataire refuse ce message (${[code, status].filter(Boolean).join(' ')}).`);
}
