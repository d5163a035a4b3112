import {
  type BeforeSending,
  beforeSending,
  type InputOf,
  type pickForm,
  type Reply,
  type Transaction,
  type Visit,
  type Work,
} from '@preau/core';
import { keepPicked } from './picks.ts';
import { type Recipient, sorted } from './recipients.ts';
import { type SendKind, sendKind } from './send-kinds.ts';

/** A letter being prepared, or sent: its maker's only. */
export interface Sending {
  id: string;
  kind: Recipient['kind'];
  person_ids: string[];
  sent_at: Date | null;
  mailing_id: string | null;
}

export const sendingPath = (id: string): string => `/gestion/credentials/envois/${id}`;

/** The page of a sending under way, where it can be called off for a minute. */
export const mailingPath = (id: string): string => `/gestion/envois/${id}`;

/** From a list's toolbar to the window of the letter. */
export const startSending = (visit: Visit<InputOf<typeof pickForm>>, kind: SendKind): Promise<Reply> =>
  keepPicked(visit, kind, 'credentials_sendings', sendingPath);

/** The sending the path names, when who asks has made it. */
export async function sendingOf({ db, params, account }: Visit, hold = false): Promise<Sending | null> {
  const query = db('credentials_sendings').where({ id: params.id, account_id: account?.id ?? null });
  const row = await (hold ? query.forUpdate() : query).first('id', 'kind', 'person_ids', 'sent_at', 'mailing_id');
  if (!row) return null;
  return { ...row, mailing_id: (await calledOff(db, row.mailing_id)) ? null : row.mailing_id };
}

/** Called off before anybody received it: the letter is to be sent again (proposal 17). */
async function calledOff(db: Transaction, mailing_id: string | null): Promise<boolean> {
  if (!mailing_id) return false;
  const reached = db('outbox').where({ mailing_id }).whereNotIn('state', ['cancelled', 'refused']).select('id');
  return !!(await db('mailings')
    .where({ id: mailing_id })
    .whereNotNull('cancelled_at')
    .whereNotExists(reached)
    .first('id'));
}

const KEPT_DAYS = 30;
/** Whom a letter was for is of no use a month later; the journal of mails has its own term. */
export async function purgeSendings({ db, now }: Work): Promise<void> {
  await db('credentials_sendings')
    .where('made_at', '<', new Date(now.getTime() - KEPT_DAYS * 86_400_000))
    .delete();
}

/** A person one writes to; `name` and `address` as the outbox wants them. */
export type Addressee = Recipient & { name: string; address: string | null; personId: string };

export interface Audience {
  /** Those whose key may be handed out. */
  allowed: Addressee[];
  /** Of them, who can be written to and who cannot, in words and by name. */
  before: BeforeSending<Addressee>;
  refused: { name: string; reason: string }[];
}

/** Who gets a letter, who cannot be written to, whose key may not be handed out, and why. One line a person (case B24). */
export async function audienceOf(visit: Visit, { person_ids, kind }: Sending): Promise<Audience> {
  const { may, refused } = await sorted(visit, person_ids);
  const allowed = may.map((one) => ({ ...one, name: nameOf(one), address: one.email, personId: one.id }));
  const { one, many } = sendKind(kind);
  const family = kind === 'guardian' || kind === 'pupil';
  const classes = family ? new Set(allowed.flatMap((person) => person.classes)).size : 0;
  return {
    allowed,
    before: beforeSending(visit.services.outbox, [{ one, many, people: allowed }], { classes }),
    refused: refused.map(({ person, reason }) => ({ name: nameOf(person), reason })),
  };
}
const nameOf = ({ firstName, lastName }: Recipient) => `${firstName} ${lastName}`;

/** Address where everybody signs in, for those whose link no longer serves. */
export const signInAddress = ({ services, school }: Pick<Work, 'services' | 'school'>): string =>
  new URL(`/${school.rne}/`, services.keys.sample('guardian').link as string).href;
