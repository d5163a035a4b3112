import type { Actor, Work } from '../plugin/contract.ts';

/** A mail server somebody writes through. */
export interface SmtpServer {
  host: string;
  port: number;
  /** `tls` from the first byte, `starttls` asked and required, `none` in clear (only where private hosts are allowed). */
  encryption: 'tls' | 'starttls' | 'none';
  user: string;
  /** In clear: lives in a worker for the time of a sending, never in a row or a log. */
  password: string;
}

/** From whom a message leaves. */
export interface Sender {
  /** Display name: « École Jean-Macé », « Rémy MARTIN ». */
  name: string;
  /** Where answers go; null when they may go to `from`, or nowhere. */
  replyTo: string | null;
  /** The account's own server, with the address it signs for; null: the house's server and its MAIL_FROM (case B26). */
  own: { address: string; server: SmtpServer } | null;
}

/** A sender as the window of a sending offers it. */
export interface SenderChoice {
  /** `<plugin>:<id>`; `house` for the house itself. */
  id: string;
  /** « Secrétariat (secretariat@ecole.fr) » */
  title: string;
}

/** What a module that keeps mail accounts declares: `senders` in its plugin object. */
export interface Senders {
  /** Accounts who acts may send from; ids without the plugin's name. */
  offered(work: Work, by: Actor): Promise<SenderChoice[]>;
  /** What the worker needs to send from it; null when the account has gone since. */
  open(work: Work, id: string): Promise<Sender | null>;
}

/** One message to one person. */
export interface Letter {
  /** The name may hold commas and quotes: it is never part of an address (case B20). */
  to: { name: string; address: string | null; personId?: string | null };
  /** Line breaks and marks of direction are taken out (case B28). */
  subject: string;
  text: string;
  /** Base64 is added by the encoding: `tooBig` says beforehand what a server will refuse (case B29). */
  attachments?: { name: string; type: string; body: Buffer }[];
  /** Where answers to this one letter go, instead of where those to its sender go. */
  replyTo?: string | null;
}

/** A sending: one letter or six hundred. */
export interface Mailing {
  /** As the journal names it: « Connexion des professeurs ». */
  title: string;
  /** What the message is for (`credentials.letter`, `connexion.code`); told again in `house.mail-refused`. */
  purpose: string;
  /** Id of a SenderChoice; default `house`. */
  sender?: string;
  letters: Letter[];
  /** Not before; default now. */
  deliverAt?: Date;
  /** Of no use after: a code that has expired is not sent. */
  until?: Date;
  /** Waits 60 seconds first, during which it can be called off. For what goes to many. */
  recall?: boolean;
}

/** A letter that cannot be sent, known before anything is queued. */
export interface Unreachable {
  name: string;
  personId: string | null;
  address: string | null;
  /** « Sans adresse », « L’adresse claire@exemple,fr n’a pas la forme nom@domaine.fr. » */
  reason: string;
  /** What was probably meant: claire@exemple.fr. Shown, never used by itself (case B21). */
  suggestion: string | null;
}

/** The scoped service `outbox`: the one way a mail leaves the house. */
export interface Outbox {
  /** Accounts who acts may send from; the house itself comes last. */
  senders(): Promise<SenderChoice[]>;
  /** Which of them can be written to. Addresses are trimmed, nothing else is mended. */
  sort<T extends Letter['to']>(people: T[]): { reachable: T[]; unreachable: Unreachable[] };
  /**
   * Queues a message per letter, in the transaction of the visit; what cannot be reached is listed in the journal as refused.
   * @throws Error when who acts may not send from this account; screens offer `senders()` only.
   */
  send(mailing: Mailing): Promise<{ id: string; queued: number; unreachable: Unreachable[] }>;
  /** Calls off what has not left yet. @returns how many messages nobody will receive. */
  cancel(mailingId: string): Promise<number>;
}

declare module '../plugin/contract.ts' {
  interface Events {
    /** A message will not arrive: refused by a server, or given up. What could not even be queued, `send` says itself. */
    'house.mail-refused': { purpose: string; personId: string | null; address: string; reason: string };
  }
}

declare module '../plugin/services.ts' {
  interface Services {
    outbox: Outbox;
  }
}
