import { frenchDay } from '../clock.ts';
import { hidden } from '../form/form.ts';
import { invalid, missing, post, type Reply, type Route, redirect, type Visit } from '../plugin/contract.ts';
import { addressOf, askOf } from './ask.ts';
import { type Editing, heldValue } from './cells.ts';
import { type CellEdit, type List, type Option, tableOf } from './declare.ts';
import { readRows } from './read.ts';

/** One route per column that may be edited: no request names a column (S18-08). */
export const editRoutes = (list: List, write: string): Route[] =>
  Object.entries(list.columns).flatMap(([key, { edit }]) => {
    if (!edit) return [];
    const form = { id: hidden(), was: hidden({ max: 4000 }), value: edit.field };
    return post('admin', `${list.path}/modifier/${key}`, write, form, (visit) => save(visit, list, key, edit), {
      back: list.path,
      as: `edit_${key}`,
    });
  });

async function save(
  visit: Visit<{ id: string; was: string; value: unknown }>,
  list: List,
  key: string,
  edit: CellEdit,
): Promise<Reply> {
  const { id, was, value } = visit.input;
  const [known] = await readRows(visit, list, [id]);
  if (!known) return missing();
  // Held until the end of the visit, then read again: what stands now is what we compare.
  await visit.db(tableOf(list)).where({ id: known.id }).forUpdate().first('id');
  const [row] = await readRows(visit, list, [id]);
  if (!row) return missing();
  const options = edit.options ? await edit.options(visit) : (edit.field.options ?? null);
  const now = heldValue(row, key, edit);
  const typed = String(value ?? '');
  if (now !== typed) {
    if (now !== was)
      return invalid({ value: meanwhile(wordsOf(now, edit.field, options), wordsOf(typed, edit.field, options)) });
    if (edit.options && !options?.some((one) => one.value === typed))
      return invalid({ value: 'Choisissez dans la liste : elle a changé entre-temps.' });
    const refused = await edit.save(visit, row, value);
    if (refused) return refused;
  }
  const { ask } = await askOf(visit, list);
  const more = visit.query.has('ligne') ? { ligne: id } : undefined;
  return redirect(addressOf(list, ask, { page: ask.page, more }));
}

/** S18-18: nothing is overwritten silently; the cell keeps what was typed and tells what stands. */
const meanwhile = (now: string, typed: string) =>
  `Quelqu’un a changé cette case entre-temps : elle contient maintenant ${now}. Vous aviez mis ${typed}. Entrée enregistre votre valeur, Échap garde l’autre.`;

function wordsOf(value: string, { kind }: CellEdit['field'], options: Option[] | null): string {
  const day = kind === 'date' ? frenchDay(value) : value;
  const words = options?.find((one) => one.value === value)?.label ?? day;
  return words ? `« ${words} »` : '(vide)';
}

/** The cell the address opens as a field, if this person may edit it. */
export async function editingOf(visit: Visit, list: List, writes: boolean): Promise<Editing | null> {
  const [, id, key] = /^([0-9a-f-]{36})\.(\w+)$/.exec(visit.query.get('modifier') ?? '') ?? [];
  if (!writes || !id || !key || !Object.hasOwn(list.columns, key)) return null;
  const edit = list.columns[key]?.edit;
  if (!edit) return null;
  // Shown again after a refusal, the page finds here what was typed.
  const typed = (visit.input as { value?: unknown } | null)?.value;
  return { id, key, options: (await edit.options?.(visit)) ?? null, typed: typeof typed === 'string' ? typed : null };
}
