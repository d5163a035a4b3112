import { randomUUID } from 'node:crypto';
import { FILE_LIMIT, waiting } from '../files/arrive.ts';
import type { KeptFile } from '../files/files-types.ts';
import { ACCEPT, kindInWords } from '../files/kinds.ts';
import { sizeInWords } from '../files/names.ts';
import { plainOf } from '../rich-text/plain.ts';
import { type Field, type Form, listOf, type Typed } from './form.ts';

/** A field ready to be shown: what was typed, what is wrong. */
export interface BoundField {
  name: string;
  id: string;
  kind: Field['kind'];
  label: string;
  hint: string | null;
  error: string | null;
  optional: boolean;
  value: string;
  checked: boolean;
  options: { value: string; label: string; note: string | null; selected: boolean; id: string }[];
  max: number | null;
  accept: string | null;
  autocomplete: string | null;
  describedBy: string | null;
  attributes: Record<string, string>;
  /** Of a rich text: its words, for a browser without the editor. */
  plain: string;
  /** Of attachments: those that wait for this form to be right, and those kept earlier. */
  waiting: ShownFile[];
  kept: ShownFile[];
  camera: boolean;
  /** Bytes of one file. */
  limit: number;
}

interface ShownFile {
  value: string;
  name: string;
  words: string;
  /** « photo très sombre » */
  remark: string | null;
  path: string | null;
  ticked: boolean;
  id: string;
}

/** What a page receives for each of its forms; `_` is what {{#form}} needs. */
export type BoundForm = Record<string, BoundField> & {
  _: {
    id: string;
    action: string;
    multipart: boolean;
    key: string;
    version: string | null;
    errors: { id: string; message: string }[];
  };
};

/** Joins a form's declaration with the values to show: those typed, else those the page starts with. */
export function bindForm(
  name: string,
  form: Form,
  action: string,
  shown: {
    values?: Record<string, unknown>;
    typed?: Typed;
    errors?: Record<string, string>;
    version?: string | null;
  },
): BoundForm {
  const fields = Object.entries(form).map(([key, field]): [string, BoundField] => [
    key,
    bindField(`${name}-${key}`, key, field, shown),
  ]);
  const errors = fields.flatMap(([, field]) => (field.error ? [{ id: field.id, message: field.error }] : []));
  // A wrong that belongs to no field is still said.
  for (const [key, message] of Object.entries(shown.errors ?? {}))
    if (!(key in form)) errors.push({ id: `form-${name}`, message });
  const multipart = Object.values(form).some(({ kind }) => kind === 'upload' || kind === 'attachments');
  return {
    ...Object.fromEntries(fields),
    _: { id: `form-${name}`, action, multipart, key: randomUUID(), version: shown.version ?? null, errors },
  } as unknown as BoundForm;
}

function bindField(
  id: string,
  name: string,
  field: Field,
  shown: { values?: Record<string, unknown>; typed?: Typed; errors?: Record<string, string> },
): BoundField {
  const error = shown.errors?.[name] ?? null;
  const hint = field.hint ?? null;
  const sent = field.kind === 'richText' ? `${name}.html` : name;
  const raw = shown.typed ? shown.typed[sent] : shown.values?.[name];
  const secret = field.kind === 'password' || field.kind === 'upload';
  const list = Array.isArray(raw)
    ? raw.map(String)
    : raw === undefined || raw === null || typeof raw === 'object'
      ? []
      : [String(raw)];
  return {
    name,
    id,
    kind: field.kind,
    label: field.label,
    hint,
    error,
    optional: field.optional ?? false,
    value: secret ? '' : (list[0] ?? ''),
    checked: list[0] === 'on' || list[0] === 'true',
    options: (field.options ?? []).map((option, at) => ({
      ...option,
      note: option.note ?? null,
      selected: list.includes(option.value),
      id: `${id}-${at}`,
    })),
    max: field.kind === 'upload' ? null : (field.max ?? null),
    accept: field.accept ?? (field.kind === 'attachments' ? ACCEPT : null),
    autocomplete: field.autocomplete ?? null,
    describedBy:
      [hint && `${id}-h`, field.kind === 'richText' && `${id}-t`, error && `${id}-e`].filter(Boolean).join(' ') || null,
    attributes: field.attributes ?? {},
    plain: field.kind === 'richText' ? plainOf(list[0] ?? '') : '',
    camera: field.camera ?? false,
    limit: FILE_LIMIT,
    ...(field.kind === 'attachments' ? filesOf(id, name, shown) : { waiting: [], kept: [] }),
  };
}

/** A file sent with a form that was wrong is still there, ticked; one kept earlier may be taken away. */
function filesOf(
  id: string,
  name: string,
  { typed = {}, values = {} }: { typed?: Typed; values?: Record<string, unknown> },
): Pick<BoundField, 'waiting' | 'kept'> {
  const removed = listOf(typed[`${name}.removed`]);
  return {
    waiting: listOf(typed[`${name}.kept`]).flatMap((token, at) => {
      const told = waiting(token);
      if (!told) return [];
      const words = `${kindInWords(told.type)}, ${sizeInWords(told.size)}`;
      return [
        {
          value: token,
          name: told.name,
          words,
          remark: told.remark ?? null,
          path: null,
          ticked: true,
          id: `${id}-w${at}`,
        },
      ];
    }),
    kept: ((values[name] ?? []) as KeptFile[]).map((file, at) => {
      const { id: value, words, remark, path } = file;
      return { value, name: file.name, words, remark, path, ticked: removed.includes(value), id: `${id}-k${at}` };
    }),
  };
}
