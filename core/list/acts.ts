import { audit } from '../audit.ts';
import { hidden } from '../form/form.ts';
import { csv, missing, page, post, type Reply, type Route, redirect, type Visit } from '../plugin/contract.ts';
import { type Ask, askOf, wordsOf } from './ask.ts';
import { csvRow } from './cells.ts';
import { newCause, undoOf } from './create.ts';
import { homeOf, howMany, type List, type OwnAct, pickForm } from './declare.ts';
import type { OfferedAct } from './lists.ts';
import { homeWith, nobodyPicked, type Pick, pickedOf } from './picked.ts';
import { readRows } from './read.ts';

type Sent = Pick & { dit: string; choisi: string };

/** « Exporter », every act of the list, and « Annuler ». */
export function actRoutes(list: List): Route[] {
  const write = list.allow.write ?? list.allow.read;
  return [
    post('admin', `${list.path}/exporter`, list.allow.read, pickForm, (visit) => exportPicked(visit, list), {
      back: list.path,
      as: 'act_exporter',
      fresh: true,
    }),
    ...(list.acts ?? []).map((act) =>
      post('admin', `${list.path}/${act.key}`, act.allow ?? write, pickForm, (visit) => doAct(visit, list, act), {
        back: list.path,
        as: `act_${act.key}`,
      }),
    ),
    ...(list.undo
      ? [
          post('admin', `${list.path}/annuler`, write, { cause: hidden() }, (visit) => takeBack(visit, list), {
            back: list.path,
            as: 'undo',
          }),
        ]
      : []),
  ];
}

/** The acts this person may do, with what their buttons say as long as nobody has counted. */
export function actsView(visit: Visit, list: List, ask: Ask) {
  const write = list.allow.write ?? list.allow.read;
  const own: OfferedAct[] = [EXPORT, ...(list.acts ?? []).filter((act) => act.when?.(ask.filters) ?? true)].map(
    (act) => ({
      ...act,
      allow: (act as OwnAct).allow ?? (act === EXPORT ? list.allow.read : write),
      path: `${homeOf(list)}/${act.key}`,
    }),
  );
  const query = new URLSearchParams(wordsOf({ ...ask, page: 1 })).toString();
  return [...own, ...visit.services.lists.acts(list.name)]
    .filter((act) => visit.can(act.allow))
    .map((act) => ({
      key: act.key,
      icon: act.icon,
      to: visit.url(act.path) + (query ? `?${query}` : ''),
      title: act.title,
      words: act.title.replace('{qui}', act.counts?.some ?? 'la sélection'),
      one: act.counts?.one ?? list.one,
      many: act.counts?.many ?? list.many,
    }));
}
const EXPORT = { key: 'exporter', icon: 'download', title: 'Exporter {qui}' };

async function exportPicked(visit: Visit<Sent>, list: List): Promise<Reply> {
  const ids = await pickedOf(visit, list);
  if (!ids.length) return nobodyPicked(visit, list);
  return sheet(visit, list, await readRows(visit, list, ids));
}

/** Rows as a spreadsheet, the columns of the screen; who took it out is written down. */
export async function sheet(visit: Visit, list: List, rows: Parameters<typeof csvRow>[1][]): Promise<Reply> {
  await audit(visit.db, visit.now, visit, 'Liste exportée', `${list.title} : ${howMany(rows.length, list)}`);
  const header = Object.values(list.columns).map((column) => column.title);
  return csv(
    `${list.title}.csv`,
    header,
    rows.map((row) => csvRow(list, row)),
  );
}

/**
 * Done at once when the button has said this very number; otherwise, or when there is something to choose or to lose,
 * a page between tells who is meant.
 */
async function doAct(visit: Visit<Sent>, list: List, act: OwnAct): Promise<Reply> {
  const ids = await pickedOf(visit, list);
  if (!ids.length) return nobodyPicked(visit, list);
  const { dit, choisi } = visit.input;
  const options = act.choose ? await act.choose.options(visit) : null;
  const chosen = !options || options.some((one) => one.value === choisi);
  const sure = dit === `sûr ${ids.length}` || (dit === String(ids.length) && !act.loss && !options);
  if (!sure || !chosen) return between(visit, list, act, ids, options, sure && !chosen);
  const cause = newCause(list);
  const done = await act.run(visit, { ids, chosen: choisi, cause });
  if ('reply' in done) return done;
  return redirect(await homeWith(visit, list), {
    text: done.text,
    undo: list.undo && done.undo !== false ? undoOf(list, cause) : undefined,
  });
}

/** Names told on the page between; the rest is counted. */
const NAMES = 50;

async function between(
  visit: Visit<Sent>,
  list: List,
  act: OwnAct,
  ids: string[],
  options: { value: string; label: string }[] | null,
  wrong: boolean,
): Promise<Reply> {
  const { tout, sauf, id } = visit.input;
  const { ask } = await askOf(visit, list);
  const query = new URLSearchParams(wordsOf({ ...ask, page: 1 })).toString();
  const words = act.title.replace('{qui}', howMany(ids.length, act.counts ?? list));
  const rows = await readRows(visit, list, ids.slice(0, NAMES));
  return {
    ...page('list/between', {
      words,
      icon: act.icon,
      sentence: act.ask ?? '',
      loss: act.loss ?? false,
      names: rows.map((row) => list.called(row)),
      others: ids.length - rows.length,
      action: visit.url(`${homeOf(list)}/${act.key}`) + (query ? `?${query}` : ''),
      back: visit.url(await homeWith(visit, list)),
      sent: { tout, id: tout ? [] : id, sauf: tout ? sauf : [], dit: `sûr ${ids.length}` },
      choose: options && {
        label: act.choose?.label,
        options,
        error: wrong ? `Choisissez « ${act.choose?.label} ».` : '',
      },
    }),
    status: wrong ? 422 : 200,
  };
}

/** Only causes of this very list: those of an import are the import's affair. */
async function takeBack(visit: Visit<{ cause: string }>, list: List): Promise<Reply> {
  const { cause } = visit.input;
  if (!list.undo || !cause.startsWith(`${list.name}:`)) return missing();
  return redirect(homeOf(list), await list.undo(visit, cause));
}
