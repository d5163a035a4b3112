import type { Visit } from '../plugin/contract.ts';
import { type Column, homeOf, type List, type Option } from './declare.ts';

/** What an address asks of a list; every name in it is one the list declares (S18-08). */
export interface Ask {
  q: string;
  /** Key of a column, and whether downwards; null: by name. */
  sort: { key: string; down: boolean } | null;
  group: string | null;
  /** Value of each active filter. */
  filters: Record<string, string>;
  page: number;
}

/** Choices of each filter, as the school has them now. */
export type Choices = Record<string, Option[]>;

/** Reads the choices of the filters, and what the address asks. Whatever the list does not declare is not heard. */
export async function askOf(visit: Visit, list: List): Promise<{ ask: Ask; choices: Choices }> {
  const { query } = visit;
  const choices: Choices = {};
  const filters: Record<string, string> = {};
  for (const [key, filter] of Object.entries(list.filters ?? {})) {
    const options = typeof filter.options === 'function' ? await filter.options(visit) : filter.options;
    choices[key] = options;
    const value = query.get(key);
    if (value && options.some((one) => one.value === value)) filters[key] = value;
  }
  const wanted = query.get('tri') ?? '';
  const key = wanted.replace(/^-/, '');
  const group = query.get('groupe') ?? '';
  const page = Number(query.get('page') ?? 1);
  return {
    choices,
    ask: {
      q: query.get('q')?.slice(0, 100) ?? '',
      sort: sortable(list, key) ? { key, down: wanted.startsWith('-') } : null,
      group: Object.hasOwn(list.groups ?? {}, group) ? group : null,
      filters,
      page: Number.isInteger(page) && page >= 1 && page <= 1_000_000 ? page : 1,
    },
  };
}

/** The column of that key, if the list has it and says how to sort it. */
export function sortable(list: List, key: string): (Column & { sort: string }) | null {
  const column = Object.hasOwn(list.columns, key) ? list.columns[key] : undefined;
  return column?.sort ? (column as Column & { sort: string }) : null;
}

/** Path of the list's page with all that is asked, some of it changed. */
export function addressOf(
  list: List,
  ask: Ask,
  changes: Partial<Ask> & { more?: Record<string, string> } = {},
): string {
  const words = wordsOf({ ...ask, page: 1, ...changes });
  const query = new URLSearchParams({ ...words, ...changes.more }).toString();
  return homeOf(list) + (query ? `?${query}` : '');
}

/** What is asked, as parameters of an address. */
export const wordsOf = ({ q, sort, group, filters, page }: Ask): Record<string, string> => ({
  ...(q ? { q } : {}),
  ...(sort ? { tri: `${sort.down ? '-' : ''}${sort.key}` } : {}),
  ...(group ? { groupe: group } : {}),
  ...filters,
  ...(page > 1 ? { page: String(page) } : {}),
});
