import { z } from 'zod';
import type { Arrival, Attached } from '../files/files-types.ts';
import { plainOf } from '../rich-text/plain.ts';
import { cleanRich } from '../rich-text/sanitise.ts';

/** A file as it came from the browser, checked for size only; its type is read from its content by whoever keeps it. */
export interface Upload {
  name: string;
  bytes: Buffer;
}

export interface FieldOptions {
  hint?: string;
  optional?: boolean;
  autocomplete?: string;
  /** Extra words on the control, e.g. { autocapitalize: 'none' }. */
  attributes?: Record<string, string>;
  /** A unique constraint of the database, and what to say when it refuses. */
  unique?: { constraint: string; message: string };
}

type Kind =
  | 'text'
  | 'longText'
  | 'date'
  | 'time'
  | 'choice'
  | 'choices'
  | 'tick'
  | 'email'
  | 'number'
  | 'password'
  | 'upload'
  | 'attachments'
  | 'richText'
  | 'hidden'
  | 'strings'
  | 'record';

/** One declaration gives the type of the input, the check, the French message and the markup. */
export interface Field<T = unknown> extends FieldOptions {
  kind: Kind;
  label: string;
  max?: number;
  options?: { value: string; label: string; note?: string }[];
  accept?: string;
  /** Of attachments: a phone offers its camera. */
  camera?: boolean;
  /** From what the browser sent to the value, with French messages. */
  schema: z.ZodType<T>;
}

// biome-ignore lint/suspicious/noExplicitAny: a form mixes fields of every type; InputOf gives each its own back.
export type Form = Record<string, Field<any>>;
export type InputOf<F extends Form> = { [K in keyof F]: F[K] extends Field<infer T> ? T : never };

type Maybe<O extends FieldOptions, T> = O extends { optional: true } ? T | null : T;

/** Text as typed, with the invisible and the impossible gone: NUL is no text for PostgreSQL, lone surrogates no UTF-8. */
const clean = z.string().transform((text) => text.replaceAll('\0', '').toWellFormed().normalize('NFC'));

/** A required value must be there; an optional one that is empty is null. Either way `check` says in French what is wrong. */
function textual<O extends FieldOptions, T>(
  options: O,
  refuse: string,
  check: z.ZodType<T, string>,
): z.ZodType<Maybe<O, T>> {
  const schema = clean.transform((typed, context) => {
    const text = typed.trim();
    if (text === '' && options.optional) return null;
    const checked = text === '' ? null : check.safeParse(text);
    if (checked?.success) return checked.data;
    context.addIssue({ code: 'custom', message: checked?.error.issues[0]?.message ?? refuse });
    return z.NEVER;
  });
  return schema as unknown as z.ZodType<Maybe<O, T>>;
}

/** One line of text; `max` in characters (default 200). */
export function text<const O extends FieldOptions & { max?: number }>(
  label: string,
  options: O = {} as O,
): Field<Maybe<O, string>> {
  const max = options.max ?? 200;
  const check = z.string().max(max, `Raccourcissez : ${max} caractères au plus.`);
  return { kind: 'text', label, ...options, max, schema: textual(options, fillIn(label), check) };
}

/** Several lines of plain text; `max` in characters (default 4,000). */
export function longText<const O extends FieldOptions & { max?: number }>(
  label: string,
  options: O = {} as O,
): Field<Maybe<O, string>> {
  return { ...text(label, { max: 4000, ...options } as O), kind: 'longText' };
}

/** A day, as text: 2026-11-25. */
export function date<const O extends FieldOptions>(label: string, options: O = {} as O): Field<Maybe<O, string>> {
  const check = z
    .string()
    .refine(isDay, 'Cette date n’existe pas. Écrivez-la ainsi : 2026-11-25, ou 25/11/2026.')
    .transform(toIso);
  return { kind: 'date', label, ...options, schema: textual(options, fillIn(label), check) };
}

/** An hour of the day, as text: 16:30; « 16h30 » and « 8 h » are understood. */
export function time<const O extends FieldOptions>(label: string, options: O = {} as O): Field<Maybe<O, string>> {
  const check = z
    .string()
    .transform(toHour)
    .pipe(z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'Cette heure n’existe pas. Écrivez-la ainsi : 16:30.'));
  return { kind: 'time', label, ...options, schema: textual(options, fillIn(label), check) };
}

/** An e-mail address; kept as typed. */
export function email<const O extends FieldOptions>(label: string, options: O = {} as O): Field<Maybe<O, string>> {
  const check = z.email('Cette adresse n’a pas la forme nom@domaine.fr.').max(254, 'Cette adresse est trop longue.');
  return { kind: 'email', label, autocomplete: 'email', ...options, schema: textual(options, fillIn(label), check) };
}

/** A whole number between `min` and `max`. */
export function number<const O extends FieldOptions & { min?: number; max?: number }>(
  label: string,
  options: O = {} as O,
): Field<Maybe<O, number>> {
  const { min = 0, max = 1_000_000, ...rest } = options;
  const between = `Écrivez un nombre entier de ${min} à ${max}.`;
  const check = z
    .string()
    .regex(/^-?\d{1,9}$/, between)
    .transform(Number)
    .pipe(z.number().min(min, between).max(max, between));
  return { kind: 'number', label, ...rest, schema: textual(options, fillIn(label), check) };
}

/** A secret: compared exactly, never trimmed, never shown again. */
export function password(label: string, options: FieldOptions = {}): Field<string> {
  const schema = z.string().min(1, fillIn(label)).max(200, 'Raccourcissez : 200 caractères au plus.');
  return { kind: 'password', label, ...options, schema };
}

/** One among several; options as value -> label. */
export function choice<const V extends string>(
  label: string,
  options: Record<V, string>,
  extra: FieldOptions = {},
): Field<V> {
  const values = Object.keys(options);
  const schema = z.string({ error: choose(label) }).refine((value) => values.includes(value), choose(label));
  return { kind: 'choice', label, ...extra, options: listed(options), schema: schema as unknown as z.ZodType<V> };
}

/** Any number among several. */
export function choices<const V extends string>(
  label: string,
  options: Record<V, string>,
  extra: FieldOptions = {},
): Field<V[]> {
  const values = Object.keys(options);
  const schema = z.array(z.string({ error: choose(label) }).refine((value) => values.includes(value), choose(label)));
  return { kind: 'choices', label, ...extra, options: listed(options), schema: schema as unknown as z.ZodType<V[]> };
}

/** A box to tick. */
export function tick(label: string, extra: FieldOptions = {}): Field<boolean> {
  return {
    kind: 'tick',
    label,
    ...extra,
    schema: z.unknown().transform((value) => value === 'on' || value === 'true'),
  };
}

/** A file of at most `max` bytes (default 20 MB), given to the handler in memory. */
export function upload<const O extends FieldOptions & { accept?: string; max?: number }>(
  label: string,
  options: O = {} as O,
): Field<Maybe<O, Upload>> {
  const there = z.custom<Upload>((value) => isUpload(value) && value.name !== '', 'Choisissez un fichier.');
  const schema = options.optional ? there.nullable().catch(null) : there;
  return {
    kind: 'upload',
    label,
    max: 20_000_000,
    ...options,
    schema: schema as unknown as z.ZodType<Maybe<O, Upload>>,
  };
}

/**
 * A text with its formatting: the value is clean HTML (see core/rich-text/sanitise.ts), shown by {{rich}}, read by `plainOf`.
 * Without JavaScript it is typed as plain text. `max` in characters read (default: none but the 64 KB of the whole).
 */
export function richText<const O extends FieldOptions & { max?: number }>(
  label: string,
  options: O = {} as O,
): Field<Maybe<O, string>> {
  const schema = clean.transform((typed, context) => {
    const wrong = (message: string) => {
      context.addIssue({ code: 'custom', message });
      return z.NEVER;
    };
    if (typed.length > RICH_LIMIT)
      return wrong(
        `Ce texte est trop long : ${Math.ceil(typed.length / 1024)} Ko avec sa mise en forme, ${RICH_LIMIT / 1024} Ko au plus. Raccourcissez-le, ou joignez un fichier.`,
      );
    const html = cleanRich(typed);
    const { length } = plainOf(html);
    if (length === 0) return options.optional ? null : wrong(fillIn(label));
    if (options.max && length > options.max) return wrong(`Raccourcissez : ${options.max} caractères au plus.`);
    return html;
  });
  return { kind: 'richText', label, ...options, schema: schema as unknown as z.ZodType<Maybe<O, string>> };
}
/** Cleaning takes longer than its text is long: beyond, one text would hold up everybody. */
const RICH_LIMIT = 64 * 1024;

/**
 * Files joined to something, at most `max` (default 10) of 20 MB. They are checked and stored while no connection is
 * held; when the form is wrong they wait in the page, so that nothing is sent twice. `values` takes the files kept so far.
 * `camera` adds « Prendre une photo » on a phone; `photos` asks for nothing else (the handler still looks).
 */
export function attachments(
  label: string,
  options: FieldOptions & { max?: number; camera?: boolean; photos?: boolean } = {},
): Field<Attached> {
  const { max = 10 } = options;
  const schema = z
    .custom<Attached & { refused: string[] }>()
    .superRefine(({ arrived, refused }, context) => {
      const wrong = [...refused];
      if (arrived.length > max) wrong.push(`Gardez ${max} fichiers au plus.`);
      if (!options.optional && !arrived.length && !wrong.length) wrong.push('Choisissez un fichier.');
      if (wrong.length) context.addIssue({ code: 'custom', message: wrong.join(' ') });
    })
    .transform(({ arrived, removed }): Attached => ({ arrived, removed }));
  const limits = `${max} fichier${max > 1 ? 's' : ''} au plus, 20 Mo chacun\u00a0: ${options.photos ? 'JPEG, PNG, WebP ou HEIC' : 'PDF, photos, textes, tableurs, diaporamas'}.`;
  const hint = [options.hint, limits].filter(Boolean).join(' ');
  const accept = options.photos ? 'image/*' : undefined;
  return { kind: 'attachments', label, ...options, hint, max, accept, schema };
}

/** A value the page carries for the handler (an identifier); checked like a line of text. */
export function hidden(options: FieldOptions & { max?: number } = {}): Field<string> {
  return {
    ...text('', { max: 200, hint: options.hint }),
    kind: 'hidden',
    schema: clean.pipe(z.string().max(options.max ?? 200, STALE_PAGE)),
  };
}

/** Any number of short texts the page itself offers, such as the ticked lines of a preview; the handler compares them with what it offered. */
export function strings(options: { max?: number } = {}): Field<string[]> {
  const { max = 20_000 } = options;
  const schema = z.array(clean.pipe(z.string().max(200, STALE_PAGE))).max(max, STALE_PAGE);
  return { kind: 'strings', label: '', schema };
}

/** Answers to questions that the page itself asks, one control named `<field>.<question>` each; the handler knows the questions. */
export function record(): Field<Record<string, string>> {
  const schema = z.record(z.string(), clean.pipe(z.string().max(200, STALE_PAGE)));
  return { kind: 'record', label: '', schema };
}

/** What a browser sent, before any check. */
export type Typed = Record<string, string | string[] | Upload>;

/**
 * Checks a sent form against its declaration. Unknown fields are dropped.
 * @param arrivals opens the tokens under which files of this form wait.
 * @returns the input, or the French message of each field that is wrong.
 */
export function checkForm(
  form: Form,
  typed: Typed,
  arrivals: OpenArrivals = () => ({ arrived: [], refused: [] }),
): { input: Record<string, unknown> } | { errors: Record<string, string> } {
  const input: Record<string, unknown> = {};
  const errors: Record<string, string> = {};
  for (const [name, field] of Object.entries(form)) {
    const sent = typed[name];
    const value =
      field.kind === 'record'
        ? answersIn(typed, `${name}.`)
        : field.kind === 'attachments'
          ? attachedIn(typed, name, arrivals)
          : field.kind === 'richText'
            ? (first(typed[`${name}.html`]) ?? '')
            : field.kind === 'choices' || field.kind === 'strings'
              ? [sent ?? []].flat()
              : field.kind === 'tick' || field.kind === 'upload'
                ? sent
                : (first(sent) ?? (field.kind === 'choice' ? undefined : ''));
    const checked = field.schema.safeParse(value);
    // A picture of the text that could not be kept is told beside it; the text is there.
    const lost = field.kind === 'richText' ? first(typed[`${name}.refused`]) : undefined;
    if (checked.success && lost) errors[name] = lost;
    else if (checked.success) input[name] = checked.data;
    else errors[name] = checked.error.issues[0]?.message ?? fillIn(field.label);
  }
  return Object.keys(errors).length ? { errors } : { input };
}

/** What waits under these tokens; one that is not this person's, or too old, is refused in words. */
export type OpenArrivals = (tokens: string[]) => { arrived: Arrival[]; refused: string[] };

/** Beside what a handler receives: why others are not there, for the field's own check. */
interface Sent extends Attached {
  tokens: string[];
  refused: string[];
  failed: boolean;
}

function attachedIn(typed: Typed, name: string, open: OpenArrivals): Sent {
  const tokens = listOf(typed[`${name}.kept`]);
  const { arrived, refused } = open(tokens);
  return {
    arrived,
    tokens,
    failed: `${name}.failed` in typed,
    removed: listOf(typed[`${name}.removed`]),
    refused: [...refused, ...listOf(typed[`${name}.refused`])],
  };
}
export const listOf = (value: Typed[string] | undefined): string[] =>
  [value ?? []].flat().filter((one) => typeof one === 'string');
const answersIn = (typed: Typed, prefix: string) =>
  Object.fromEntries(
    Object.entries(typed).flatMap(([name, value]) =>
      name.startsWith(prefix) ? [[name.slice(prefix.length), first(value) ?? '']] : [],
    ),
  );
const first = (value: Typed[string] | undefined) =>
  Array.isArray(value) ? value[0] : typeof value === 'string' ? value : undefined;
const isUpload = (value: unknown): value is Upload => typeof value === 'object' && value !== null && 'bytes' in value;
const STALE_PAGE = 'Cette page n’est plus à jour. Rechargez-la puis recommencez.';
const fillIn = (label: string) => `Remplissez « ${label} ».`;
const choose = (label: string) => `Choisissez « ${label} » dans la liste.`;
const listed = (options: Record<string, string>) =>
  Object.entries(options).map(([value, text]) => ({ value, label: text }));

function toHour(typed: string): string {
  const [, hour, minutes] = /^(\d{1,2})\s*[:h]\s*(\d{2})?$/i.exec(typed) ?? [];
  return hour ? `${hour.padStart(2, '0')}:${minutes ?? '00'}` : typed;
}

function toIso(day: string): string {
  const french = /^(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})$/.exec(day);
  return french ? `${french[3]}-${french[2]?.padStart(2, '0')}-${french[1]?.padStart(2, '0')}` : day;
}

function isDay(day: string): boolean {
  const parts = /^(\d{4})-(\d{2})-(\d{2})$/.exec(toIso(day));
  if (!parts || parts[1] === '0000') return false;
  const [, year, month, dayOfMonth] = parts.map(Number) as [number, number, number, number];
  const real = new Date(Date.UTC(year, month - 1, dayOfMonth));
  // 31 February must not roll over to 3 March.
  return real.getUTCFullYear() === year && real.getUTCMonth() === month - 1 && real.getUTCDate() === dayOfMonth;
}
