import { randomUUID } from 'node:crypto';
import { invalid, post, type Reply, type Route, redirect, type Visit } from '../plugin/contract.ts';
import { addressOf, askOf } from './ask.ts';
import { type Creation, type List, type Option, pluginOf } from './declare.ts';

/** The creation line's own route. */
export const createRoutes = (list: List, write: string): Route[] => {
  const { create } = list;
  if (!create) return [];
  return [
    post('admin', `${list.path}/creer`, write, create.fields, (visit) => save(visit, list, create), {
      back: list.path,
      as: 'make',
    }),
  ];
};

async function save(visit: Visit<Record<string, unknown>>, list: List, create: Creation): Promise<Reply> {
  for (const [name, options] of Object.entries(create.options ?? {})) {
    const value = visit.input[name];
    if (value && !(await options(visit)).some((one) => one.value === value))
      return invalid({ [name]: 'Choisissez dans la liste.' });
  }
  const cause = newCause(list);
  const made = await create.save(visit, visit.input, cause);
  if ('reply' in made) return made;
  const message = { text: made.text, undo: list.undo && undoOf(list, cause) };
  if (made.next) return { ...redirect(made.next, message), window: true };
  const { ask } = await askOf(visit, list);
  return redirect(addressOf(list, ask, { page: ask.page, more: { nouveau: made.id } }), message);
}

export const newCause = (list: List): string => `${list.name}:${randomUUID()}`;
export const undoOf = (list: List, cause: string) => ({
  to: `/gestion/${pluginOf(list)}${list.path}/annuler`,
  values: { cause },
});

const MANY = 100;

/** The creation line as the page shows it: a field below the title of its column, the button behind the last. */
export async function makingView(visit: Visit, list: List, { fields, options, title, of }: Creation, again: string) {
  const columns = Object.entries(list.columns);
  const known: Record<string, Option[]> = {};
  for (const [name, load] of Object.entries(options ?? {})) known[name] = await load(visit);
  // A select of hundreds is no comfort, and twice the page: the cell of the new row is there for it.
  const shown = (key: string) => key in fields && (known[key]?.length ?? 0) <= MANY;
  const last = columns.findLastIndex(([key]) => shown(key));
  const required = (key: string) =>
    key in fields && !fields[key]?.optional && !known[key] && fields[key]?.kind !== 'choice';
  const first = columns.find(([key]) => required(key))?.[0];
  const cells = columns.slice(0, last + 1).map(([key, column]) => ({
    name: shown(key) ? key : null,
    // Ready for the next one.
    focus: key === first && visit.query.has('nouveau'),
    opt: column.opt && !shown(key) ? true : null,
    label: `${fields[key]?.label ?? ''} ${of}`,
    options: known[key] ?? fields[key]?.options ?? null,
    required: required(key),
  }));
  return {
    title,
    cells,
    rest: Math.max(1, columns.length - last - 1),
    action: visit.url(`/gestion/${pluginOf(list)}${list.path}/creer`) + again,
  };
}
