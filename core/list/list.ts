import type { Knex } from 'knex';
import { likePattern } from '../people/names.ts';
import type { Visit } from '../plugin/contract.ts';

/** Rows of one page of a list; a school of 10,000 pupils stays as quick as one of 30. */
const PAGE = 100;

export interface ListPage<R> {
  rows: R[];
  /** Rows that match the filter, and all there are. */
  found: number;
  total: number;
  filter: string;
  pager: { href: string; title: string; current: boolean }[];
}

/**
 * One page of a query, filtered by `q` on its `search` column in the database, accents ignored.
 * @param path of the list, with its leading slash, for the pager's links.
 * @param query may be ordered and narrowed by columns of its own table only; its joins add columns.
 * @param search the column a filter reads, as `table.search`.
 */
export async function listPage<R>(
  visit: Visit,
  path: string,
  query: Knex.QueryBuilder,
  search: string,
): Promise<ListPage<R>> {
  const filter = visit.query.get('q')?.slice(0, 100) ?? '';
  const id = search.replace(/\w+$/, 'id');
  const all = query.clone();
  if (filter.trim()) query.whereLike(search, likePattern(filter));
  const matching = query.clone();
  const page = Number(visit.query.get('page') ?? 1);
  const wanted = Number.isInteger(page) && page >= 1 && page <= 1_000_000 ? page : 1;
  // The page is chosen first, by index, and joined after: its time does not grow with the school.
  // Rows and both counts in one round trip; past the last page there is no row to carry the counts.
  const read = async (current: number): Promise<(R & { list_found?: number; list_total: number })[]> =>
    query
      .clone()
      .select(
        visit.db.raw('(?) as list_total', [counting(all)]),
        ...(filter.trim() ? [visit.db.raw('(?) as list_found', [counting(matching)])] : []),
      )
      .whereIn(
        id,
        bare(query)
          .select(id)
          .limit(PAGE)
          .offset((current - 1) * PAGE),
      );
  let current = wanted;
  let rows = await read(current);
  if (!rows.length && wanted > 1) {
    current = 1;
    rows = await read(current);
  }
  const total = rows[0]?.list_total ?? (await counting(all))[0].count;
  const found = filter.trim() ? (rows[0]?.list_found ?? 0) : total;
  const pages = Math.max(1, Math.ceil(found / PAGE));
  const url = (to: number) =>
    visit.url(
      `${path}?${new URLSearchParams({ ...(filter ? { q: filter } : {}), ...(to > 1 ? { page: String(to) } : {}) })}`,
    );
  const near = [...new Set([1, current - 1, current, current + 1, pages])].filter((one) => one >= 1 && one <= pages);
  return {
    rows,
    found,
    total,
    filter,
    pager: pages > 1 ? near.map((one) => ({ href: url(one), title: String(one), current: one === current })) : [],
  };
}

/** Joins of a list add columns, never rows: what is counted or cut into pages goes without them. */
const bare = (query: Knex.QueryBuilder) => query.clone().clear('select').clear('join');
const counting = (query: Knex.QueryBuilder) => bare(query).clear('order').count('* as count');
