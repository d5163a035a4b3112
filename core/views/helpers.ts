import Handlebars from 'handlebars';
import { frenchDay } from '../clock.ts';
import type { BoundField, BoundForm } from '../form/bind.ts';
import type { School } from '../plugin/contract.ts';
import { shownRich } from '../rich-text/sanitise.ts';
import { inseeOf, isCommune } from '../tenancy/communes.ts';

/** What every template may see of the visit, under @seen. */
export interface Seen {
  url(path: string): string;
  asset(name: string): string;
  can(permission: string): boolean;
  timezone: string;
  /** Public address of the house, without a path. */
  origin: string;
  /** Blocks prepared for this page, by place. */
  blocks: Record<string, { plugin: string; title: string; html: Markup; due: number }[]>;
  /** Pages that must be light carry the few icons they use in themselves. */
  inlineIcon: ((name: string) => string) | null;
}

/** Renders another template of the same theme for the same visit. */
export type Partial = (name: string, context: object) => string;
interface Options {
  hash: Record<string, unknown>;
  data: { seen: Seen; partial: Partial };
  fn(context: unknown): string;
  inverse(context: unknown): string;
}

const { SafeString, escapeExpression } = Handlebars;
const FRENCH = new Intl.NumberFormat('fr-FR');

/** HTML made by our own templates (or cleaned by our sanitiser), to be put in a page as it is; templates themselves never say {{{ }}}. */
export type Markup = Handlebars.SafeString;
export const markup = (html: string): Markup => new SafeString(html);

/** The helpers of every template. */
export const HELPERS: Record<string, Handlebars.HelperDelegate> = {
  url: (path: string, options: Options) => options.data.seen.url(path),
  asset: (name: string, options: Options) => options.data.seen.asset(name),
  can: (permission: string, options: Options) => options.data.seen.can(permission),
  icon: (name: string, options: Options) =>
    new SafeString(icon(name, options.data.seen, String(options.hash.class ?? 'icon'))),
  eq: (a: unknown, b: unknown) => a === b,
  not: (value: unknown) => !value,
  add: (a: number, b: number) => a + b,
  /** How many are left beyond those shown. */
  more: (total: number, shown: number) => Math.max(0, total - shown),
  concat: (...parts: unknown[]) => parts.slice(0, -1).join(''),
  first: (list: unknown[], n: number) => list.slice(0, n),
  /** {{count 3 "élève" "élèves"}} -> 3 élèves; without a plural word an s is added. */
  count: (n: number, one: string, many: string | Options) =>
    `${FRENCH.format(n)} ${n < 2 ? one : typeof many === 'string' ? many : `${one}s`}`,
  initial: (name: string) => [...(name || '?')][0]?.toUpperCase() ?? '?',
  /** A telephone as a phone dials it: the figures, and the + before them. */
  dial: (phone: string) => phone.replace(/(?!^\+)\D/g, ''),
  /** « RNE 0301674G », or « INSEE 01053 » of a town hall. */
  'school-number': (school: School) => (isCommune(school) ? `INSEE ${inseeOf(school)}` : `RNE ${school.rne}`),
  'date-fr': (day: string | null) => (day ? frenchDay(day) : ''),
  'moment-fr': (at: string | Date | null, options: Options) =>
    at ? momentIn(new Date(at), options.data.seen.timezone) : '',
  /** {{rich body}}: a cleaned text with its formatting; its titles stand below an h1, or, with level=3, below an h2. */
  rich: (html: string, options: Options) =>
    new SafeString(
      `<div class="prose rich" hx-ignore>${shownRich(html, options.hash.level === 3 ? 'h3' : 'h2')}</div>`,
    ),
  /** Each block of a place under its title; with bare=true, one after the other as they are; with from="x", of that module. */
  blocks: (place: string, options: Options) =>
    new SafeString(
      standing(place, options)
        .map((block) => (options.hash.bare ? block.html : options.data.partial('partials/block', block)))
        .join(''),
    ),
  /** Whether a place has any block. */
  'shown-in': (place: string, options: Options) => standing(place, options).length > 0,
  /** How many things the blocks of a place ask for. */
  'due-in': (place: string, options: Options) =>
    (options.data.seen.blocks[place] ?? []).reduce((sum, block) => sum + block.due, 0),
  field(field: BoundField | undefined, options: Options) {
    if (!field?.name) throw new Error('{{field}} attend un champ d’un formulaire, par exemple {{field form.titre}}.');
    return new SafeString(options.data.partial('partials/field', { ...field, ...options.hash }));
  },
  /** Opens a form: method, action, htmx attributes, double-submit key, summary of what is wrong. */
  form(this: unknown, form: BoundForm, options: Options) {
    const { target, swap, class: name = 'stack', keep } = options.hash as Record<string, string | undefined>;
    const meta = form._;
    const attributes: Record<string, string> = {
      id: meta.id,
      method: 'post',
      action: meta.action,
      class: name,
      novalidate: '',
    };
    if (meta.multipart) attributes.enctype = 'multipart/form-data';
    if (target)
      Object.assign(attributes, { 'hx-post': meta.action, 'hx-target': target, 'hx-swap': swap ?? 'outerHTML' });
    if (keep) attributes['data-keep'] = '';
    const { key, version, errors } = meta;
    const head = options.data.partial('partials/form-head', { key, version, formId: meta.id, errors });
    return new SafeString(`<form ${spread(attributes)}>${head}${options.fn(this)}</form>`);
  },
  attributes: (record: Record<string, string> | undefined) => new SafeString(spread(record ?? {})),
};

const standing = (place: string, { data, hash }: Options) =>
  (data.seen.blocks[place] ?? []).filter(({ plugin }) => hash.from === undefined || hash.from === plugin);

const spread = (attributes: Record<string, string>) =>
  Object.entries(attributes)
    .map(([name, value]) => `${name}="${escapeExpression(value)}"`)
    .join(' ');

function icon(name: string, seen: Seen, className: string): string {
  const body = seen.inlineIcon
    ? seen.inlineIcon(name)
    : `<use href="${seen.asset('icons.svg')}#${escapeExpression(name)}"/>`;
  return `<svg class="${escapeExpression(className)}" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true">${body}</svg>`;
}

/** Making a format costs a hundred times what using it does. */
const MOMENTS = new Map<string, { day: Intl.DateTimeFormat; hour: Intl.DateTimeFormat }>();

function momentIn(at: Date, timeZone: string): string {
  let formats = MOMENTS.get(timeZone);
  if (!formats) {
    formats = {
      day: new Intl.DateTimeFormat('fr-FR', { weekday: 'long', day: 'numeric', month: 'long', timeZone }),
      hour: new Intl.DateTimeFormat('fr-FR', { hour: 'numeric', minute: '2-digit', timeZone }),
    };
    MOMENTS.set(timeZone, formats);
  }
  return `${formats.day.format(at)} à ${formats.hour.format(at).replace(':', ' h ')}`;
}
