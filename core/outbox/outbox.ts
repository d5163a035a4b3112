import { randomUUID } from 'node:crypto';
import { audit } from '../audit.ts';
import type { House } from '../container.ts';
import { howMany } from '../list/declare.ts';
import { isAddress, meantAddress, notAnAddress } from '../mail/addresses.ts';
import { oneLine } from '../mail/clean.ts';
import { tooBig } from '../mail/size.ts';
import type { Deps, Work } from '../plugin/contract.ts';
import { Stop } from '../web/stop.ts';
import { type Content, sealContent } from './content.ts';
import type { Letter, Mailing, Outbox, Unreachable } from './outbox-types.ts';
import { CALLED_OFF } from './row.ts';
import { HOUSE, offered } from './senders.ts';

/** How long a sending to many can be called off before anybody has received it (proposal 17). */
export const RECALL_SECONDS = 60;
/** The core plugin that sends; its jobs are `envois.send`. */
export const POST = 'envois';

type OutboxDeps = Deps & Pick<House, 'config' | 'secrets' | 'jobs' | 'modules'> & { workOf(plugin: string): Work };

/** The scoped service `outbox`: what leaves is written in the transaction of the visit, and sent by the worker. */
export function outbox(deps: OutboxDeps): Outbox {
  const { db, school, now, by, modules, workOf } = deps;
  const senders = () => offered({ modules, workOf }, { school }, by);
  return {
    senders,
    sort,
    async send(mailing) {
      const sender = await mayUse(deps, mailing.sender ?? HOUSE, senders);
      for (const letter of mailing.letters) {
        const big = tooBig(letter.attachments?.map(({ name, body }) => ({ name, bytes: body.length })) ?? []);
        if (big) throw new Error(big);
      }
      const [{ id }] = await db('mailings')
        .insert({
          title: oneLine(mailing.title),
          purpose: mailing.purpose,
          sender: sender.id,
          sender_title: sender.title,
          by_account: by.accountId,
          by_name: by.name,
          created_at: now,
        })
        .returning('id');
      const { rows, unreachable } = messages(deps, mailing, id);
      if (rows.length) await db.batchInsert('outbox', rows, 500);
      const waiting = rows.filter((row) => row.state !== 'refused');
      const at = waiting[0]?.deliver_at;
      if (at)
        await deps.jobs.later(
          db,
          school,
          POST,
          'send',
          waiting.map((row) => ({ message: row.id })),
          at > now ? at : undefined,
        );
      return { id, queued: waiting.length, unreachable };
    },
    async cancel(mailingId) {
      const mailing = await db('mailings').where({ id: mailingId }).forUpdate().first('title');
      if (!mailing) return 0;
      const called = await db('outbox')
        .where({ mailing_id: mailingId })
        .whereIn('state', ['queued', 'held'])
        .update(CALLED_OFF);
      if (!called) return 0;
      await db('mailings').where({ id: mailingId }).update({ cancelled_at: now });
      const about = `${mailing.title} : ${howMany(called, { one: 'message', many: 'messages' })}`;
      await audit(db, now, { account: by.account ?? null, person: null, who: by.name }, 'Envoi annulé', about);
      return called;
    },
  };
}

/** @throws Stop (403) for an account that is not offered to who acts. The house's own jobs write what a visit has allowed. */
async function mayUse({ by, school }: Deps, id: string, senders: Outbox['senders']) {
  if (id === HOUSE) return { id, title: school.name };
  const choice = (await senders()).find((one) => one.id === id);
  if (choice) return choice;
  if (!by.accountId) return { id, title: '' };
  throw new Stop(403, 'Vous ne pouvez pas envoyer de message depuis ce compte e-mail.');
}

function sort<T extends Letter['to']>(people: T[]): { reachable: T[]; unreachable: Unreachable[] } {
  const reachable: T[] = [];
  const unreachable: Unreachable[] = [];
  for (const person of people) {
    const address = person.address?.trim() || null;
    if (address && isAddress(address)) reachable.push({ ...person, address });
    else unreachable.push(whyNot(person, address));
  }
  return { reachable, unreachable };
}

const whyNot = ({ name, personId }: Letter['to'], address: string | null): Unreachable => ({
  name,
  personId: personId ?? null,
  address,
  reason: address ? notAnAddress(address) : 'Sans adresse.',
  suggestion: address && meantAddress(address),
});

/** A row per letter; what cannot be reached is a row too, so that the journal names it. */
function messages({ secrets, config, now }: OutboxDeps, mailing: Mailing, mailingId: string) {
  const recalled = mailing.recall ? new Date(now.getTime() + RECALL_SECONDS * 1000) : now;
  const deliverAt = mailing.deliverAt && mailing.deliverAt > recalled ? mailing.deliverAt : recalled;
  const unreachable: Unreachable[] = [];
  const rows = mailing.letters.map((letter) => {
    const { reachable, unreachable: lost } = sort([letter.to]);
    unreachable.push(...lost);
    const content: Content = { text: letter.text, attachments: letter.attachments ?? [], replyTo: letter.replyTo };
    return {
      id: randomUUID(),
      mailing_id: mailingId,
      person_id: letter.to.personId ?? null,
      to_name: oneLine(letter.to.name),
      to_address: reachable[0]?.address ?? lost[0]?.address ?? null,
      subject: oneLine(letter.subject),
      content: lost.length ? null : sealContent(secrets, content),
      // Made once: what is sent again after a crash is known as the same message.
      message_id: `<${randomUUID()}@${config.url.hostname}>`,
      state: lost.length ? 'refused' : deliverAt > now ? 'held' : 'queued',
      due_at: deliverAt,
      deliver_at: deliverAt,
      until: mailing.until ?? null,
      reason: lost[0]?.reason ?? null,
      suggestion: lost[0]?.suggestion ?? null,
    };
  });
  return { rows, unreachable };
}
