import { type KeptFile, likePattern, missing, page, type Reply, redirect, searchKey, type Visit } from '@preau/core';
import {
  AWAY,
  type Deposit,
  namesOf,
  PUPIL_IDS,
  RECEIVED,
  type Received,
  received,
  receivedOne,
  stateOf,
} from './documents.ts';
import { naturesOf, preloadNatures } from './natures.ts';
import { aboutOf, homeOf, mayDeposit, myId, pageOf } from './words.ts';

/** As many as are looked through in one go. */
const PAGE = 30;
const VIEWS = { recus: 'Reçus', deposes: 'Déposés', archives: 'Archives' };
type View = keyof typeof VIEWS;

interface Asked {
  view: View;
  q: string;
  nature: string;
  page: number;
}

function askedBy({ query }: Visit, natures: { id: string }[]): Asked {
  const view = query.get('vue') ?? '';
  const nature = query.get('nature') ?? '';
  const page = Number(query.get('page'));
  return {
    view: Object.hasOwn(VIEWS, view) ? (view as View) : 'recus',
    q: query.get('q')?.trim().slice(0, 100) ?? '',
    nature: natures.some((one) => one.id === nature) ? nature : '',
    page: Number.isInteger(page) && page > 1 && page < 10_000 ? page : 1,
  };
}

/** « Mon casier » (F16-1): what I received, what I deposited, what I put aside. */
export async function showLocker(visit: Visit): Promise<Reply> {
  const { db, services } = visit;
  await preloadNatures(db);
  const natures = await naturesOf(db);
  const asked = askedBy(visit, natures);
  const mine = asked.view === 'deposes';
  const rows = mine ? await deposited(visit, asked) : await receivedRows(visit, asked);
  const shown = rows.slice(0, PAGE);
  const home = homeOf(visit);
  const address = (change: Partial<Asked>) => {
    const { view, q, nature, page } = { ...asked, ...change };
    const words = Object.entries({ vue: view, q, nature, page: String(page) });
    return `${home}?${new URLSearchParams(words.filter(([, word]) => word !== '' && word !== '1'))}`;
  };
  return page('casier/casier', {
    home,
    mine,
    archived: asked.view === 'archives',
    view: asked.view,
    q: asked.q,
    narrowed: asked.q !== '' || asked.nature !== '',
    searchable: shown.length > 0 || asked.q !== '' || asked.nature !== '',
    all: address({ q: '', nature: '', page: 1 }),
    natures: natures.map((one) => ({ ...one, selected: one.id === asked.nature })),
    tabs: Object.entries(VIEWS).map(([view, title]) => ({
      title,
      icon: view === 'recus' ? 'inbox' : view === 'deposes' ? 'upload' : 'archive',
      url: address({ view: view as View, page: 1 }),
      current: view === asked.view,
    })),
    unread: await unreadIn(visit),
    mayDeposit: mayDeposit(visit),
    cut: await services.audience.cut(),
    entries: mine ? await depositEntries(visit, shown as Line[]) : await entriesOf(visit, shown as Received[]),
    before: asked.page > 1 ? address({ page: asked.page - 1 }) : null,
    after: rows.length > PAGE ? address({ page: asked.page + 1 }) : null,
  });
}

async function receivedRows(visit: Visit, { view, q, nature, page }: Asked): Promise<Received[]> {
  const { query } = await received(visit);
  query.whereRaw(`${AWAY} = ?`, [view === 'archives']);
  if (q) query.whereRaw('d.search like ?', [likePattern(searchKey(q))]);
  if (nature) query.where('d.nature_id', nature);
  return query
    .orderBy([{ column: 'r.delivered_at', order: 'desc' }, 'd.id'])
    .limit(PAGE + 1)
    .offset((page - 1) * PAGE)
    .select(...RECEIVED, visit.db.raw(PUPIL_IDS));
}

async function unreadIn(visit: Visit): Promise<number> {
  const { query } = await received(visit);
  const counted = await query.whereNull('r.opened_at').whereRaw(`not ${AWAY}`).count('* as n').first();
  return Number(counted?.n ?? 0);
}

/** What a locker shows of each document: new or not, nature, from whom, for which child, its files. */
export async function entriesOf(visit: Visit, rows: Received[]) {
  const names = await namesOf(visit, [...new Set(rows.flatMap((row) => row.pupil_ids))]);
  const files = await filesOf(visit, rows);
  return rows.map((row) => ({
    id: row.id,
    url: pageOf(visit, row.id),
    title: row.title,
    nature: row.nature,
    author: row.author_name,
    children: names(row.pupil_ids),
    at: row.delivered_at,
    isNew: !row.opened_at,
    opened: row.opened_at,
    archived: row.kept_at !== null,
    files: files.get(aboutOf(row)) ?? [],
  }));
}

async function filesOf({ services }: Visit, rows: { id: string }[]): Promise<Map<string, KeptFile[]>> {
  if (!rows.length) return new Map();
  return Map.groupBy(await services.files.of(rows.map(aboutOf)), (file) => file.about);
}

interface Line extends Deposit {
  nature: string | null;
  total: number;
  opened: number;
}

async function deposited(visit: Visit, { q, nature, page }: Asked): Promise<Line[]> {
  const { db } = visit;
  const query = db('casier_documents as d')
    .leftJoin('casier_natures as n', 'n.id', 'd.nature_id')
    .where('d.author_id', myId(visit));
  if (q) query.whereRaw('d.search like ?', [likePattern(searchKey(q))]);
  if (nature) query.where('d.nature_id', nature);
  return query
    .orderBy([{ column: 'd.made_at', order: 'desc' }, 'd.id'])
    .limit(PAGE + 1)
    .offset((page - 1) * PAGE)
    .select(
      'd.*',
      'n.label as nature',
      db.raw('(select count(*)::int from casier_recipients r where r.document_id = d.id) as total'),
      db.raw('(select count(opened_at)::int from casier_recipients r where r.document_id = d.id) as opened'),
    );
}

async function depositEntries(visit: Visit, rows: Line[]) {
  const names = await namesOf(visit, [...new Set(rows.flatMap((row) => row.about))]);
  const files = await filesOf(visit, rows);
  return rows.map((row) => ({
    id: row.id,
    url: row.state === 'draft' ? `${pageOf(visit, row.id)}/brouillon` : pageOf(visit, row.id),
    title: row.title || 'Sans titre',
    nature: row.nature,
    children: names(row.about),
    at: row.sent_at ?? row.made_at,
    mark: stateOf(row),
    returns: row.total && row.state !== 'to-approve' ? `ouvert par ${row.opened} sur ${row.total}` : null,
    files: files.get(aboutOf(row)) ?? [],
  }));
}

/** Put aside for oneself, and back; the others keep theirs. */
export async function archive(visit: Visit<{ back: string }>): Promise<Reply> {
  const { db, now, input, params } = visit;
  const id = params.id as string;
  const one = await receivedOne(visit, id);
  if (!one) return missing();
  const away = input.back !== 'oui';
  await db('casier_recipients')
    .where({ document_id: id, person_id: myId(visit) })
    .update({ archived_at: away ? now : null });
  return redirect(homeOf(visit), {
    text: away ? `« ${one.title} » est archivé, pour vous seul.` : `« ${one.title} » est de retour dans votre casier.`,
    undo: away ? { to: `${pageOf(visit, id)}/archiver`, values: { back: 'oui' } } : undefined,
  });
}
