import type { Secrets } from '../secret.ts';
import type { Letter } from './outbox-types.ts';

/** What must be read by its receiver alone: kept sealed, and only until the message has left. */
export interface Content {
  text: string;
  attachments: NonNullable<Letter['attachments']>;
  replyTo?: string | null;
}

const PURPOSE = 'outbox';

export function sealContent(secrets: Secrets, { text, attachments, replyTo }: Content): Buffer {
  const files = attachments.map((one) => ({ ...one, body: one.body.toString('base64') }));
  return secrets.seal(PURPOSE, JSON.stringify({ text, files, replyTo }));
}

/** Null when this house has not sealed it: its key has changed. */
export function openContent(secrets: Secrets, sealed: Buffer): Content | null {
  const told = secrets.open(PURPOSE, sealed);
  if (told === null) return null;
  const { text, files, replyTo } = JSON.parse(told) as {
    text: string;
    files: { name: string; type: string; body: string }[];
    replyTo?: string | null;
  };
  return { text, replyTo, attachments: files.map((one) => ({ ...one, body: Buffer.from(one.body, 'base64') })) };
}
