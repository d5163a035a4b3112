import {
  dayInWords,
  espaceOptions,
  forbidden,
  hidden,
  invalid,
  missing,
  page,
  type Reply,
  redirect,
  type Transaction,
  text,
  type Visit,
} from '@preau/core';
import { surveyFor } from './answering.ts';
import type { Item } from './items.ts';
import { forWhom, isDue, isUnread, mustSign, type Received, receivedOne } from './received.ts';
import { hashOf, type Version } from './release.ts';
import { returnsPage } from './returns.ts';
import { aboutOf, feedOf, homeOf, inPeriod, KINDS, momentOf } from './words.ts';

/** One thing to read (LOOKS 05). Showing it marks nothing: reading is said by the open page, see `markRead`. */
export async function showOne(visit: Visit): Promise<Reply> {
  const { db, school, services, person } = visit;
  const one = await receivedOne(visit);
  if (!one) return missing();
  if (one.state !== 'published' || !inPeriod(one, visit)) return gone(visit, one);
  const sign = await signatureOf(db, one, person?.id ?? '');
  const named = !visit.espace || espaceOptions(school, visit.espace).teachers;
  const classes = named ? one.children.map((child) => child.classId) : [];
  const teachers = [...(await services.people.teachersOf(classes)).values()].flat();
  const shared = await db('infos_shares')
    .where({ item_id: one.id, person_id: person?.id ?? null })
    .first('id');
  return page(
    'infos/lire',
    {
      path: homeOf(visit),
      url: `${homeOf(visit)}/lire/${one.id}`,
      all: feedOf(visit),
      id: one.id,
      title: one.title,
      body: one.body,
      icon: one.kind === 'survey' ? 'list' : (one.icon ?? 'megaphone'),
      category: one.kind === 'survey' ? KINDS.survey.one : one.category,
      author: one.author_name,
      for: forWhom(one),
      publishedAt: momentOf(one.published_at as Date, school.timezone),
      changed: one.text_version > 1 ? one.text_version : null,
      due: isDue(one, visit) ? dueWords(one) : null,
      urgent: one.urgent !== null,
      files: await services.files.of(aboutOf(one)),
      unread: isUnread(one),
      mustSign: mustSign(one),
      version: one.text_version,
      sign,
      survey: one.kind === 'survey' ? await surveyFor(visit, one) : null,
      teachers: [...new Set(teachers)],
      shared: !!shared,
    },
    'infos/_lecture',
    { signing: { version: String(one.text_version) } },
  );
}

/** What is asked of the reader, and until when. */
export const dueWords = (one: Received): string => {
  const last = one.kind === 'survey' ? one.closes_on : one.to_day;
  const what = one.kind === 'survey' ? 'Réponse attendue' : 'À signer';
  return last ? `${what} jusqu’au ${dayInWords(last)}` : what;
};

/** Withdrawn, or outside of its period: the old link still says something. */
const gone = (visit: Visit, one: Item): Reply => ({
  ...page('infos/retiree', {
    all: feedOf(visit),
    withdrawn: one.state === 'withdrawn',
    words: KINDS[one.kind],
  }),
  status: 410,
});

/** What the reader signed: which version, when, and whether its text is still the one he signed. */
async function signatureOf(db: Transaction, one: Received, personId: string) {
  if (one.sign_version === null) return null;
  const receipt: { at: Date; hash: string; name: string; text_version: number } = await db('infos_receipts')
    .where({ item_id: one.id, person_id: personId, kind: 'sign', text_version: one.sign_version })
    .first();
  const version: Version | undefined = await db('infos_versions')
    .where({ item_id: one.id, number: one.sign_version })
    .first();
  return {
    version: receipt.text_version,
    several: one.text_version > 1,
    at: receipt.at,
    name: receipt.name,
    hash: receipt.hash.slice(0, 12),
    right: version !== undefined && hashOf(one.id, version) === receipt.hash,
  };
}

/** « Lu »: sent by the open page once it is there, or by a button without JavaScript. Twice is once. */
export async function markRead(visit: Visit): Promise<Reply> {
  const { db, now, account, person, services } = visit;
  const one = await receivedOne(visit);
  if (one?.state !== 'published' || !inPeriod(one, visit) || !person) return missing();
  await db('infos_receipts')
    .insert({
      item_id: one.id,
      person_id: person.id,
      kind: 'read',
      text_version: one.text_version,
      at: now,
      account_id: account?.id,
    })
    .onConflict(['school_id', 'item_id', 'person_id', 'kind', 'text_version'])
    .ignore();
  await services.notices.read(person.id, aboutOf(one));
  return redirect(`${homeOf(visit)}/lire/${one.id}`);
}

export const signForm = {
  name: text('Signez en tapant vos nom et prénom', { max: 120, autocomplete: 'name' }),
  version: hidden({ max: 6 }),
};

/** A signed receipt holds the hash of the text that was on the page, its time and the account (P5). */
export async function sign(visit: Visit<{ name: string; version: string }>): Promise<Reply> {
  const { db, now, account, person, input, services } = visit;
  const one = await receivedOne(visit);
  if (one?.state !== 'published' || !inPeriod(one, visit) || !person) return missing();
  if (one.receipt !== 'sign' || one.past_year !== null) return missing();
  if (input.version !== String(one.text_version))
    return invalid({ name: 'Le texte vient de changer. Relisez-le, puis signez de nouveau.' });
  const version: Version = await db('infos_versions').where({ item_id: one.id, number: one.text_version }).first();
  const receipt = {
    item_id: one.id,
    person_id: person.id,
    text_version: one.text_version,
    at: now,
    account_id: account?.id,
  };
  await db('infos_receipts')
    .insert([
      { ...receipt, kind: 'sign', name: input.name, hash: version.hash },
      { ...receipt, kind: 'read', name: null, hash: null },
    ])
    .onConflict(['school_id', 'item_id', 'person_id', 'kind', 'text_version'])
    .ignore();
  await services.notices.read(person.id, aboutOf(one));
  return redirect(`${homeOf(visit)}/lire/${one.id}`, 'C’est signé. L’école le voit.');
}

/** Retours, for a colleague they were shared with (C-40). */
export async function sharedReturns(visit: Visit): Promise<Reply> {
  const { db, params, person, account } = visit;
  // What families answered was shared with a colleague, not with whoever looks as him.
  if (account?.viewing) return forbidden('Contenu masqué : ces retours ont été partagés avec cette personne seule.');
  const item: Item | undefined = await db('infos_items as i')
    .join('infos_shares as s', 's.item_id', 'i.id')
    .where({ 'i.id': params.id, 's.person_id': person?.id ?? null })
    .first('i.*');
  return item ? returnsPage(visit, item, { shared: true }) : missing();
}
