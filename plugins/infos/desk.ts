import { audienceWords, missing, page, type Reply, searchKey, type Visit } from '@preau/core';
import { categoriesOf } from './categories.ts';
import { startOf, typedCategory } from './compose.ts';
import { type Item, loadItem, recipientsOf } from './items.ts';
import { waits } from './publish.ts';
import { questionsOf } from './questions.ts';
import { tabsOf } from './tabs.ts';
import { APPROVE, aboutOf, deskOf, homeOf, KINDS, momentOf, SEND, stateOf } from './words.ts';

interface Line extends Item {
  category: string | null;
  icon: string | null;
  recipients: number;
  done: number;
}

/** What the list shows at once; older ones are found by a search. */
const MOST = 300;

/** « Informations et sondages » (F14-01): what was written, in which state, how many have read it. */
export async function showDesk(visit: Visit): Promise<Reply> {
  const { db, espace, person, services } = visit;
  const query = db('infos_items as i').leftJoin('infos_categories as c', 'c.id', 'i.category_id');
  if (espace) query.where('i.author_id', person?.id ?? null);
  const past = visit.query.get('annees') === 'passees';
  query[past ? 'whereNotNull' : 'whereNull']('i.past_year');
  const q = visit.query.get('q')?.trim().slice(0, 100) ?? '';
  if (q) {
    // Accents and capitals do not matter; two school years of titles are few enough to be compared here.
    const all = await query.clone().select('i.id', 'i.title', 'i.author_name', 'c.label');
    const typed = searchKey(q).split(' ');
    const found = all.filter((one) => {
      const key = searchKey(one.title, one.label, one.author_name);
      return typed.every((word) => key.includes(word));
    });
    query.whereRaw('i.id = any(?::uuid[])', [found.map((one) => one.id)]);
  }
  const items: Line[] = await query
    .orderByRaw("i.state = 'to-approve' desc, i.changed_at desc")
    .limit(MOST)
    .select(
      'i.*',
      'c.label as category',
      'c.icon',
      db.raw('(select count(*)::int from infos_recipients r where r.item_id = i.id) as recipients'),
      db.raw(`(case when i.kind = 'survey' then (select count(*)::int from infos_answers a where a.item_id = i.id)
        else (select count(distinct person_id)::int from infos_receipts x
          where x.item_id = i.id and (x.kind = i.receipt or x.kind = 'paper') and x.text_version >= i.needs_version) end) as done`),
    );
  return page('infos/liste', {
    base: homeOf(visit),
    espace,
    mayWrite: !!espace || visit.can(SEND),
    cut: await services.audience.cut(),
    q,
    searchable: q !== '' || items.length > 0,
    path: deskOf(visit),
    past,
    hasPast: !!(await db('infos_items').whereNotNull('past_year').first('id')),
    most: items.length === MOST ? MOST : null,
    items: items.map((item) => ({
      id: item.id,
      title: item.title,
      icon: item.kind === 'survey' ? 'list' : (item.icon ?? 'megaphone'),
      kind: KINDS[item.kind].one,
      category: item.category,
      author: item.author_name,
      state: stateOf(item, visit),
      day: (item.published_at ?? item.changed_at).toISOString(),
      returns: returnsInWords(item),
    })),
  });
}

function returnsInWords(item: Line): string {
  if (item.state === 'draft' || item.state === 'to-approve' || !item.recipients) return '';
  const did = item.kind === 'survey' ? 'répondu par' : item.receipt === 'sign' ? 'signé par' : 'lu par';
  return `${did} ${item.done} sur ${item.recipients}`;
}

/** One item as its writer sees it: a draft to fill in, or what was published. */
export async function showItem(visit: Visit): Promise<Reply> {
  const item = await loadItem(visit);
  if (!item) return missing();
  const mayWrite = !!visit.espace || visit.can(SEND);
  return item.state === 'draft' && mayWrite ? showDraft(visit, item) : showSent(visit, item, mayWrite);
}

async function showDraft(visit: Visit, item: Item): Promise<Reply> {
  const { db, services } = visit;
  const people = await recipientsOf(visit, item);
  const start = startOf(item, await services.files.of(aboutOf(item)));
  return page(
    'infos/brouillon',
    {
      base: homeOf(visit),
      id: item.id,
      kind: item.kind,
      words: KINDS[item.kind],
      title: item.title,
      word: item.word,
      // The buttons beside the form keep what is being written.
      formId: item.kind === 'survey' ? 'form-survey' : 'form-form',
      savedAt: item.changed_at,
      cut: await services.audience.cut(),
      people: people.length,
      audience: audienceWords(people),
      questions: (await questionsOf(db, item.id)).length,
      categories: await categoriesOf(db, typedCategory(visit) ?? item.category_id),
    },
    undefined,
    { form: start, survey: start },
  );
}

async function showSent(visit: Visit, item: Item, mayWrite: boolean): Promise<Reply> {
  const { db, now, school, services } = visit;
  const people = await recipientsOf(visit, item);
  const category = await db('infos_categories').where({ id: item.category_id }).first('label');
  const versions = await db('infos_versions')
    .where({ item_id: item.id })
    .orderBy('number', 'desc')
    .select('number', 'title', 'at', 'by_name', 'hash');
  return page('infos/envoi', {
    base: homeOf(visit),
    id: item.id,
    kind: item.kind,
    words: KINDS[item.kind],
    tabs: tabsOf(visit, item, ''),
    title: item.title,
    body: item.body,
    category: category?.label ?? null,
    author: item.author_name,
    state: stateOf(item, visit),
    publishedAt: item.published_at && momentOf(item.published_at, school.timezone),
    from: item.from_day,
    to: item.to_day,
    closesOn: item.closes_on,
    urgent: item.urgent,
    onPage: item.on_page,
    sign: item.receipt === 'sign',
    anonymous: item.anonymous,
    files: await services.files.of(aboutOf(item)),
    questions: await questionsOf(db, item.id),
    audience: audienceWords(people),
    versions: versions.map((one) => ({ ...one, hash: one.hash.slice(0, 12) })),
    several: versions.length > 1,
    live: item.state === 'published',
    toApprove: item.state === 'to-approve',
    mayApprove: !visit.espace && visit.can(APPROVE),
    mayWrite,
    mayChange: mayWrite && !item.town_hall_key && !waits(visit, people),
    cancellable: mayWrite && item.state === 'published' && item.cancel_until !== null && now < item.cancel_until,
    open: item.kind === 'survey' && item.state === 'published' && !item.closed_at,
  });
}
