import type { Knex } from 'knex';
import { isId } from '../identifier.ts';
import { likePattern } from '../people/names.ts';
import type { Visit } from '../plugin/contract.ts';
import { type Ask, sortable } from './ask.ts';
import { idOf, type List, type Row, tableOf } from './declare.ts';

/** Rows of one page of a list; a school of 10,000 pupils stays as quick as one of 30. */
export const PAGE = 100;

export type GroupedRow = Row & { list_group?: string | null };

export interface ListPage {
  rows: GroupedRow[];
  /** Rows that match, and all the list is about. */
  found: number;
  total: number;
  page: number;
  pages: number;
}

type Counted = GroupedRow & { list_found?: number; list_total: number };

/** One page of a list, filtered and sorted in the database, accents ignored. */
export async function readPage(visit: Visit, list: List, ask: Ask): Promise<ListPage> {
  const id = idOf(list);
  const all = about(visit, list, ask);
  const narrower = ask.q.trim() !== '' || otherFilters(list, ask).length > 0;
  const matching = narrowed(visit, list, ask);
  const joins = otherFilters(list, ask).length > 0;
  // The page is chosen first, by index where one serves, and joined after: its time does not grow with the school.
  // Rows and both counts in one round trip; past the last page there is no row to carry the counts.
  const read = async (page: number): Promise<Counted[]> => {
    const query = sorted(visit, list, ask, matching.clone());
    return query
      .clone()
      .select(
        visit.db.raw('(?) as list_total', [counting(all, false)]),
        ...(narrower ? [visit.db.raw('(?) as list_found', [counting(matching, joins)])] : []),
      )
      .whereIn(
        id,
        bare(query, joins || sortsElsewhere(list, ask))
          .select(id)
          .limit(PAGE)
          .offset((page - 1) * PAGE),
      );
  };
  let page = ask.page;
  let rows = await read(page);
  if (!rows.length && page > 1) {
    page = 1;
    rows = await read(page);
  }
  const total = rows[0]?.list_total ?? (await counting(all, false))[0].count;
  const found = narrower ? (rows[0]?.list_found ?? 0) : total;
  return { rows, found, total, page, pages: Math.max(1, Math.ceil(found / PAGE)) };
}

/** All rows that are asked for, in their order. */
export const readAll = (visit: Visit, list: List, ask: Ask): Promise<Row[]> =>
  sorted(visit, list, ask, narrowed(visit, list, ask)) as unknown as Promise<Row[]>;

/** Ids of all rows that are asked for. */
export const readIds = (visit: Visit, list: List, ask: Ask): Promise<string[]> =>
  narrowed(visit, list, ask).clear('select').orderBy(list.search).orderBy(idOf(list)).pluck(idOf(list));

/** The rows of these ids that really are in the list, filtered out or not. */
export async function readRows(visit: Visit, list: List, ids: string[]): Promise<Row[]> {
  const valid = ids.filter((id) => isId(id));
  if (!valid.length) return [];
  return list
    .query(visit)
    .whereRaw('?? = any(?::uuid[])', [idOf(list), valid])
    .orderBy(list.search)
    .orderBy(idOf(list));
}
/** How many rows each group has, over all pages. */
export async function groupCounts(visit: Visit, list: List, ask: Ask): Promise<Map<string | null, number>> {
  const group = list.groups?.[ask.group ?? ''];
  if (!group) return new Map();
  const rows: { list_group: string | null; count: number }[] = await narrowed(visit, list, ask)
    .clear('select')
    .select(visit.db.raw(`${group.by} as list_group`))
    .count('* as count')
    .groupByRaw(group.by);
  return new Map(rows.map((row) => [row.list_group, row.count]));
}

/** Whom the list is about: all its rows, save those a filter hides until it is asked for them. */
function about(visit: Visit, list: List, ask: Ask): Knex.QueryBuilder {
  const query = list.query(visit);
  for (const [key, filter] of Object.entries(list.filters ?? {})) {
    if (!filter.otherwise) continue;
    const value = ask.filters[key];
    if (value === undefined) filter.otherwise(query, visit);
    else filter.narrow(query, value, visit);
  }
  return query;
}

const otherFilters = (list: List, ask: Ask) =>
  Object.entries(list.filters ?? {}).filter(([key, filter]) => !filter.otherwise && ask.filters[key] !== undefined);

function narrowed(visit: Visit, list: List, ask: Ask): Knex.QueryBuilder {
  const query = about(visit, list, ask);
  if (ask.q.trim()) query.whereLike(list.search, likePattern(ask.q));
  for (const [key, filter] of otherFilters(list, ask)) filter.narrow(query, ask.filters[key] as string, visit);
  return query;
}

/** The id comes last, so that equal rows keep their order from page to page. */
function sorted(visit: Visit, list: List, ask: Ask, query: Knex.QueryBuilder): Knex.QueryBuilder {
  const group = list.groups?.[ask.group ?? ''];
  if (group)
    query.select(visit.db.raw(`${group.by} as list_group`)).orderByRaw(`${group.order} nulls last, ${group.by}`);
  const column = ask.sort && sortable(list, ask.sort.key);
  if (column && column.sort !== list.search)
    query.orderByRaw(`${column.sort} ${ask.sort?.down ? 'desc' : 'asc'} nulls last`);
  const down = ask.sort?.down && column?.sort === list.search ? 'desc' : 'asc';
  return query.orderBy(list.search, down).orderBy(idOf(list), down);
}

function sortsElsewhere(list: List, ask: Ask): boolean {
  const { sort = null } = (ask.sort && sortable(list, ask.sort.key)) ?? {};
  return ask.group !== null || (sort !== null && !sort.startsWith(`${tableOf(list)}.`));
}

/** Joins of a list add columns, never rows: what is counted or cut into pages goes without those nothing asks for. */
function bare(query: Knex.QueryBuilder, joins: boolean): Knex.QueryBuilder {
  const plain = query.clone().clear('select');
  return joins ? plain : plain.clear('join');
}
const counting = (query: Knex.QueryBuilder, joins: boolean) => bare(query, joins).clear('order').count('* as count');
