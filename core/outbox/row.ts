import type { Mail } from '../mail/mailer.ts';
import type { Content } from './content.ts';
import type { Sender } from './outbox-types.ts';

export type State = 'queued' | 'held' | 'sending' | 'sent' | 'refused' | 'cancelled';

/** A message, with what its sending says. */
export interface Row {
  id: string;
  mailing_id: string;
  person_id: string | null;
  to_name: string;
  to_address: string;
  subject: string;
  content: Buffer | null;
  message_id: string;
  state: State;
  due_at: Date;
  deliver_at: Date;
  until: Date | null;
  attempts: number;
  sending_since: Date | null;
  sent_at: Date | null;
  reason: string | null;
  suggestion: string | null;
  sender: string;
  purpose: string;
  cancelled_at: Date | null;
}

/** What becomes of a message that nobody will receive. */
export const CALLED_OFF = { state: 'cancelled', content: null, reason: null } as const;

/** A message that may leave: its sender and its text are known, for as long as it takes. */
export interface Ready {
  row: Row;
  sender: Sender;
  content: Content;
}

export const mailOf = ({ row, sender, content }: Ready): Mail => ({
  to: { name: row.to_name, address: row.to_address },
  subject: row.subject,
  messageId: row.message_id,
  sender: { ...sender, replyTo: content.replyTo ?? sender.replyTo },
  text: content.text,
  attachments: content.attachments,
});
