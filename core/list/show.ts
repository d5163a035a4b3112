import { page, type Reply, type Visit } from '../plugin/contract.ts';
import { actsView } from './acts.ts';
import { type Ask, addressOf, askOf, type Choices, wordsOf } from './ask.ts';
import { type Around, rowView } from './cells.ts';
import { makingView } from './create.ts';
import { homeOf, howMany, type List } from './declare.ts';
import { editingOf } from './edit.ts';
import { type GroupedRow, groupCounts, type ListPage, readPage, readRows } from './read.ts';

/** The list's page; for htmx the list alone, or with `ligne` one row of it. */
export async function showList(visit: Visit, list: List): Promise<Reply> {
  const writes = list.allow.write !== undefined && visit.can(list.allow.write);
  const { ask, choices } = await askOf(visit, list);
  const editing = await editingOf(visit, list, writes);
  const here = visit.url(addressOf(list, ask, { page: ask.page }));
  const around: Around = { list, url: visit.url, writes, editing, here: here + (here.includes('?') ? '&' : '?') };
  const row = visit.query.get('ligne');
  // A form shown again comes as a whole page, whatever asked.
  if (row && visit.input === null) {
    const [one] = await readRows(visit, list, [row]);
    const alone = { title: list.title, path: here, row: one ? rowView(one, around) : null };
    return page('list/one', alone, 'list/_one');
  }
  const found = await readPage(visit, list, ask);
  const asked = wordsOf({ ...ask, page: 1 });
  const made = visit.query.get('nouveau');
  const [fresh] = made ? await readRows(visit, list, [made]) : [];
  const rows = found.rows.filter((one) => one.id !== fresh?.id);
  const acts = actsView(visit, list, ask);
  const goTo = (changes: Parameters<typeof addressOf>[2]) => visit.url(addressOf(list, ask, changes));
  return page(
    'list/page',
    {
      title: list.title,
      intro: (await list.intro?.(visit)) ?? '',
      path: visit.url(homeOf(list)),
      sheet: visit.url(`${homeOf(list)}.csv${addressOf(list, ask).slice(homeOf(list).length)}`),
      said: countWords(list, found),
      q: ask.q,
      kept: { tri: asked.tri ?? null, groupe: asked.groupe ?? null },
      filters: filterViews(list, ask, choices),
      chips: chipViews(list, ask, choices, goTo),
      groups: Object.entries(list.groups ?? {}).map(([key, group]) => ({
        key,
        title: ask.group === key ? 'Ne plus regrouper' : `Regrouper ${group.title}`,
        href: goTo({ group: ask.group === key ? null : key }),
      })),
      head: headView(list, ask, goTo),
      width: Object.keys(list.columns).length,
      making:
        writes && list.create
          ? await makingView(visit, list, list.create, here.slice(visit.url(homeOf(list)).length))
          : null,
      fresh: fresh ? rowView(fresh, around) : null,
      sections: await sectionViews(visit, list, ask, rows, around),
      pager: pagerView(found, goTo),
      picks: { acts, found: found.found, one: list.one, many: list.many, e: list.feminine ? 'e' : '' },
      empty: emptyView(visit, list, found, ask),
    },
    'list/_swap',
  );
}

type GoTo = (changes: Parameters<typeof addressOf>[2]) => string;

const countWords = (list: List, { found, total }: ListPage) =>
  found === total
    ? howMany(total, list)
    : `${howMany(found, list)} sur ${howMany(total, { one: '', many: '' }).trim()}`;

const filterViews = (list: List, ask: Ask, choices: Choices) =>
  Object.entries(list.filters ?? {}).map(([key, { title, all }]) => ({
    key,
    title,
    all,
    options: (choices[key] ?? []).map((one) => ({ ...one, selected: ask.filters[key] === one.value })),
  }));

function chipViews(list: List, ask: Ask, choices: Choices, goTo: GoTo) {
  const chips = Object.entries(ask.filters).map(([key, value]) => {
    const { [key]: _, ...filters } = ask.filters;
    const label = choices[key]?.find((one) => one.value === value)?.label ?? value;
    return { key, text: `${list.filters?.[key]?.title} : ${label}`, href: goTo({ filters }) };
  });
  return ask.q.trim() ? [{ key: 'q', text: `« ${ask.q.trim()} »`, href: goTo({ q: '' }) }, ...chips] : chips;
}

/** The first click sorts upwards, the next the other way round. */
function headView(list: List, ask: Ask, goTo: GoTo) {
  return Object.entries(list.columns).map(([key, column]) => {
    const current = ask.sort ? ask.sort.key === key : column.sort === list.search;
    const down = current && (ask.sort?.down ?? false);
    return {
      key,
      title: column.title,
      opt: column.opt ?? false,
      sort: column.sort
        ? {
            href: goTo({ sort: { key, down: current && !down } }),
            aria: current ? (down ? 'descending' : 'ascending') : null,
            icon: current ? (down ? 'arrow-down' : 'arrow-up') : 'chevrons-up-down',
          }
        : null,
    };
  });
}

async function sectionViews(visit: Visit, list: List, ask: Ask, rows: GroupedRow[], around: Around) {
  const group = list.groups?.[ask.group ?? ''];
  if (!group) return rows.length ? [{ label: '', size: '', rows: rows.map((row) => rowView(row, around)) }] : [];
  const counts = await groupCounts(visit, list, ask);
  return [...Map.groupBy(rows, (row) => row.list_group ?? null)].map(([key, members]) => ({
    label: group.label(members[0] as GroupedRow),
    size: howMany(counts.get(key) ?? members.length, list),
    rows: members.map((row) => rowView(row, around)),
  }));
}

function pagerView({ page: current, pages }: ListPage, goTo: GoTo) {
  if (pages < 2) return [];
  const near = [...new Set([1, current - 1, current, current + 1, pages])].filter((one) => one >= 1 && one <= pages);
  return near.map((one) => ({ href: goTo({ page: one }), title: String(one), current: one === current }));
}

/** Nothing yet, or nothing that matches: either way the next step. */
function emptyView(visit: Visit, list: List, { found, total }: ListPage, ask: Ask) {
  if (found > 0) return null;
  const none = list.feminine ? 'Aucune' : 'Aucun';
  if (total === 0 && !Object.keys(ask.filters).length)
    return {
      title: `${none} ${list.one} pour l’instant`,
      text: list.empty.text,
      steps: list.empty.steps
        .filter((step) => visit.can(step.allow))
        .map((step) => ({ ...step, href: visit.url(step.path) })),
    };
  return {
    title: ask.q.trim()
      ? `${none} ${list.one} ne répond à « ${ask.q.trim()} »`
      : `${none} ${list.one} ne répond à ces filtres`,
    text: 'Essayez moins de lettres, ou un filtre de moins.',
    steps: [{ title: 'Enlever tous les filtres', icon: 'x', href: visit.url(homeOf(list)) }],
  };
}
