import type { Visit } from '../plugin/contract.ts';
import type { Column, List, Mark, Option, Row } from './declare.ts';

/** The cell that is open as a field. */
export interface Editing {
  id: string;
  key: string;
  options: Option[] | null;
  /** What was typed, when it was refused. */
  typed: string | null;
}

/** What the rows of one page have in common. */
export interface Around {
  list: List;
  url: Visit['url'];
  writes: boolean;
  editing: Editing | null;
  /** Address of this page, to which `modifier=<id>.<column>` is added. */
  here: string;
}

export const rowView = (row: Row, around: Around) => {
  const name = around.list.called(row);
  return {
    id: row.id,
    name,
    cells: Object.entries(around.list.columns).map(([key, column]) => cellView(row, key, column, name, around)),
  };
};

function cellView(row: Row, key: string, column: Column, name: string, around: Around) {
  const shown = shownOf(row, key, column);
  const mark = typeof shown === 'object' ? shown : null;
  const text = mark?.text ?? String(shown ?? '');
  const { edit } = column;
  const open = around.editing?.id === row.id && around.editing.key === key;
  return {
    // Most cells are plain text to edit: the view says those at once, since a page has hundreds of them.
    usual: edit !== undefined && around.writes && !open && !column.link && !mark && text !== '',
    text,
    mark,
    href: column.link ? around.url(column.link(row)) : null,
    head: column.link !== undefined,
    class: [column.opt && 'opt', column.figures && 'num', edit?.field.kind === 'email' && 'mail', open && 'editing']
      .filter(Boolean)
      .join(' '),
    phone: column.plain || column.link ? null : column.title,
    none: edit && around.writes && !text ? (edit.none ?? '—') : null,
    edit:
      edit && around.writes && !open
        ? {
            id: cellId(row.id, key),
            href: `${around.here}modifier=${row.id}.${key}`,
            label: `Modifier ${edit.what} de ${name}${text ? ` : ${text}` : ''}`,
          }
        : null,
    open: open ? openCell(row, key, column, name, around) : null,
  };
}

function openCell(row: Row, key: string, { title, edit }: Column, name: string, { here, editing, list, url }: Around) {
  const was = heldValue(row, key, edit);
  const value = editing?.typed ?? was;
  const options = editing?.options ?? edit?.field.options ?? null;
  const query = here.slice(here.indexOf('?'));
  return {
    bound: `edit_${key}`,
    id: cellId(row.id, key),
    row: row.id,
    label: `${title} de ${name}`,
    kind: edit?.field.kind === 'date' || edit?.field.kind === 'email' ? edit.field.kind : 'text',
    max: edit?.field.max ?? null,
    options: options?.map((one) => ({ ...one, selected: one.value === value })) ?? null,
    value,
    was,
    action: `${url(editPath(list, key))}${query}modifier=${row.id}.${key}`,
    cancel: here.replace(/[?&]$/, ''),
  };
}

export const editPath = (list: List, key: string): string =>
  `/gestion/${list.name.split('.')[0]}${list.path}/modifier/${key}`;
/** The link and the field it becomes share their id, so that the focus stays. */
const cellId = (id: string, key: string) => `c-${id}-${key}`;

export function shownOf(row: Row, key: string, column: Column): string | number | null | Mark {
  const shown = column.show ? column.show(row) : row[key];
  return typeof shown === 'boolean' ? (shown ? 'Oui' : 'Non') : (shown ?? null);
}

/** What a cell's field starts with, as text. */
export const heldValue = (row: Row, key: string, edit: Column['edit']): string =>
  String((edit?.value ? edit.value(row) : row[key]) ?? '');

/** One line of the spreadsheet. */
export const csvRow = (list: List, row: Row): (string | number | null)[] =>
  Object.entries(list.columns).map(([key, column]) => {
    if (column.csv) return column.csv(row);
    const shown = shownOf(row, key, column);
    return typeof shown === 'object' && shown !== null ? shown.text : shown;
  });
