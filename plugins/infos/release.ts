import { createHash } from 'node:crypto';
import {
  childrenInWords,
  type Delivered,
  firstMoment,
  type KeptFile,
  type Recipient,
  type Transaction,
  type Work,
} from '@preau/core';
import { change, type Item } from './items.ts';
import { aboutOf } from './words.ts';

/** P17: what is sent may be called back for a minute, before anybody has received it. */
const CALL_BACK = 60_000;

/** When it begins to reach people, and when mail and staff get it (proposal 4). */
export function deliveryOf({ now, school, services }: Pick<Work, 'now' | 'school' | 'services'>, item: Item) {
  const urgent = item.urgent !== null;
  const soonest = new Date(now.getTime() + (urgent ? 0 : CALL_BACK));
  const first = item.from_day ? firstMoment(item.from_day, school.timezone) : soonest;
  const begins = first > soonest ? first : soonest;
  const { delivery } = services;
  return {
    begins,
    later: first > soonest,
    families: delivery.when('families', { urgent, from: begins }),
    staff: delivery.when('staff', { urgent, from: begins }),
  } satisfies { families: Delivered; staff: Delivered; begins: Date; later: boolean };
}

/** Who receives and for which children, as of now: later arrivals and changes of class do not alter what was sent. */
export async function freeze(db: Transaction, item: Item, people: Recipient[]): Promise<void> {
  await db('infos_recipients').where({ item_id: item.id }).delete();
  await db('infos_children').where({ item_id: item.id }).delete();
  await db.batchInsert(
    'infos_recipients',
    people.map(({ personId, kind }) => ({ item_id: item.id, person_id: personId, kind })),
  );
  const children = people
    .filter((one) => one.kind === 'guardians')
    .flatMap((one) =>
      one.children.map(({ pupilId }) => ({ item_id: item.id, person_id: one.personId, pupil_id: pupilId })),
    );
  if (children.length) await db.batchInsert('infos_children', children);
}

/** Sends what was frozen: each person gets it once, with the names of the children it is about (case B24). */
export async function release(work: Work, item: Item, people: Recipient[], byName: string): Promise<void> {
  const { db, now, services } = work;
  const { begins, staff } = deliveryOf(work, item);
  await db('infos_recipients')
    .where({ item_id: item.id })
    .update({
      delivered_at: db.raw("case when kind in ('guardians', 'pupils') then ?::timestamptz else ?::timestamptz end", [
        begins,
        staff.at,
      ]),
    });
  await change(db, item.id, now, {
    state: 'published',
    publish: true,
    published_at: now,
    // What is there at once can be withdrawn, not called back.
    cancel_until: begins > now ? new Date(now.getTime() + CALL_BACK) : null,
    text_version: 1,
    needs_version: 1,
    word: null,
  });
  await keepVersion(work, { ...item, text_version: 1 }, byName);
  if (item.anonymous) await openBoxes(db, item);
  await services.notices.tell(
    people.map((one) => noticeOf(item, one)),
    { urgent: item.urgent ?? undefined, from: begins },
  );
}

/** Gone from the Espaces at once; who read and signed stays known. */
export async function takeAway(
  { db, now, services }: Pick<Work, 'db' | 'now' | 'services'>,
  item: Item,
): Promise<void> {
  if (item.state !== 'published') return;
  await services.notices.forget(aboutOf(item));
  await change(db, item.id, now, { state: 'withdrawn', withdrawn_at: now });
}

/** What is announced to one reader; `part` when it is more than the item itself (a reminder, a new version). */
export function noticeOf(item: Item, one: Recipient, part?: string, before = '') {
  const children = one.kind === 'guardians' ? childrenInWords(one) : '';
  return {
    personId: one.personId,
    category: item.kind === 'survey' ? 'infos.sondage' : 'infos.information',
    about: part ? `${aboutOf(item)}:${part}` : aboutOf(item),
    title: `${before}${item.title}${children ? `, pour ${children}` : ''}`,
    path: `/infos/lire/${item.id}`,
    pupilIds: one.kind === 'guardians' ? one.children.map((child) => child.pupilId) : [],
  };
}

export interface Version {
  number: number;
  title: string;
  body: string;
  files: { name: string; sha256: string }[];
  hash: string;
  at: Date;
}

/** Keeps the text as it now stands; a signature quotes its hash (P5). */
export async function keepVersion({ db, now, services }: Work, item: Item, byName: string): Promise<void> {
  const files = (await services.files.of(aboutOf(item))).map(({ name, sha256 }: KeptFile) => ({ name, sha256 }));
  const text = { number: item.text_version, title: item.title, body: item.body ?? '', files };
  await db('infos_versions').insert({
    ...text,
    files: JSON.stringify(files),
    item_id: item.id,
    hash: hashOf(item.id, text),
    at: now,
    by_name: byName,
  });
}

/** sha-256 of the text in its one canonical writing: anybody who holds the text can compute it again. */
export function hashOf(
  itemId: string,
  { number, title, body, files }: Pick<Version, 'number' | 'title' | 'body' | 'files'>,
): string {
  const canonical = JSON.stringify([
    'preau-information',
    itemId,
    number,
    title,
    body,
    files.map((one) => [one.name, one.sha256]),
  ]);
  return createHash('sha256').update(canonical).digest('hex');
}

async function openBoxes(db: Transaction, item: Item): Promise<void> {
  const questions: { id: string; options: string[] }[] = await db('infos_questions')
    .where({ item_id: item.id })
    .select('id', 'options');
  await db('infos_boxes').insert(
    questions.map(({ id, options }) => ({
      item_id: item.id,
      question_id: id,
      counts: JSON.stringify(options.map(() => 0)),
      texts: '[]',
    })),
  );
}
