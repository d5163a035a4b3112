import { likePattern, page, type Reply, searchKey, type Visit } from '@preau/core';
import { type Deposit, stateOf } from './documents.ts';
import { naturesOf, preloadNatures } from './natures.ts';
import { APPROVE, DEPOSIT } from './words.ts';

/** As many as are looked through in one go. */
const PAGE = 50;

/** The two screens of Diffusion (F17-02). */
export const SIDES = {
  equipe: { title: 'Prof. & Pers.', path: '/diffusion/equipe', kinds: ['teachers', 'staff'] },
  familles: { title: 'Responsables & Élèves', path: '/diffusion/familles', kinds: ['guardians'] },
} as const;
export type Side = keyof typeof SIDES;

interface Line extends Deposit {
  nature: string | null;
  total: number;
  opened: number;
}

/** What the school has put into these people’s lockers, and how many have opened it. */
export async function showDiffusion(visit: Visit, side: Side): Promise<Reply> {
  const { db, query } = visit;
  const { title, path, kinds } = SIDES[side];
  await preloadNatures(db);
  const natures = await naturesOf(db);
  const q = query.get('q')?.trim().slice(0, 100) ?? '';
  const nature = natures.find((one) => one.id === query.get('nature'))?.id ?? '';
  const past = query.get('annees') === 'passees';
  const at = Number(query.get('page'));
  const number = Number.isInteger(at) && at > 1 && at < 10_000 ? at : 1;
  const found = db('casier_documents as d')
    .leftJoin('casier_natures as n', 'n.id', 'd.nature_id')
    .joinRaw(
      `cross join lateral (select count(*)::int as total, count(r.opened_at)::int as opened
        from casier_recipients r where r.document_id = d.id and r.kind = any(?::text[])) counted`,
      [[...kinds]],
    )
    .where('d.by_school', true)
    .whereIn('d.state', ['sent', 'withdrawn'])
    .where('counted.total', '>', 0)
    [past ? 'whereNotNull' : 'whereNull']('d.past_year');
  if (q) found.whereRaw('d.search like ?', [likePattern(searchKey(q))]);
  if (nature) found.where('d.nature_id', nature);
  const rows: Line[] = await found
    .orderBy([{ column: 'd.sent_at', order: 'desc' }, 'd.id'])
    .limit(PAGE + 1)
    .offset((number - 1) * PAGE)
    .select('d.*', 'n.label as nature', 'counted.total', 'counted.opened');
  const home = `/gestion/casier${path}`;
  const address = (to: number) =>
    `${home}?${new URLSearchParams(Object.entries({ annees: past ? 'passees' : '', q, nature, page: String(to) }).filter(([, word]) => word && word !== '1'))}`;
  return page('casier/diffusion', {
    title,
    home,
    families: side === 'familles',
    past,
    hasPast: !!(await db('casier_documents').whereNotNull('past_year').first('id')),
    q,
    narrowed: q !== '' || nature !== '',
    searchable: rows.length > 0 || q !== '' || nature !== '',
    natures: natures.map((one) => ({ ...one, selected: one.id === nature })),
    mayDeposit: visit.can(DEPOSIT),
    waiting: side === 'familles' && visit.can(APPROVE) ? await waitingForApproval(visit) : [],
    lines: rows.slice(0, PAGE).map((row) => ({
      id: row.id,
      title: row.title,
      nature: row.nature,
      author: row.author_name,
      at: row.sent_at,
      withdrawn: row.state === 'withdrawn',
      mark: stateOf(row),
      total: row.total,
      opened: row.opened,
    })),
    before: number > 1 ? address(number - 1) : null,
    after: rows.length > PAGE ? address(number + 1) : null,
  });
}

const waitingForApproval = ({ db }: Visit): Promise<Deposit[]> =>
  db('casier_documents')
    .where({ state: 'to-approve' })
    .orderBy('sent_at')
    .select('id', 'title', 'author_name', 'sent_at');
