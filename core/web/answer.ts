import type { Readable } from 'node:stream';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { Context } from 'koa';
import { ESPACE_TITLES } from '../access/espaces.ts';
import { optionsOf } from '../access/options.ts';
import { allowed } from '../access/permissions.ts';
import type { House } from '../container.ts';
import { bindForm } from '../form/bind.ts';
import { type Form, listOf, type Typed } from '../form/form.ts';
import { dressOf } from '../looks/dress.ts';
import { bellCount } from '../notices/open-to.ts';
import { printedPage } from '../pdf/printed.ts';
import { doorOnPhone, NOT_ON_PHONE, type OnPhone, onPhone } from '../phone/on-phone.ts';
import type { Espace, Message, Page, PublicPage, Reply, Route, Visit, ZipEntry } from '../plugin/contract.ts';
import type { ModulesOfSchool } from '../plugin/modules-of.ts';
import type { Declared } from '../plugin/registry.ts';
import { plainOf } from '../rich-text/plain.ts';
import type { Banner } from '../see-as/banner.ts';
import { csvText } from '../table/csv-text.ts';
import { isCommune } from '../tenancy/communes.ts';
import type { Hat } from '../tenancy/schools.ts';
import { adminNav, espaceNav, offersNextStep, phoneBar, placesOf } from '../views/chrome.ts';
import { markup, type Seen } from '../views/helpers.ts';
import type { Theme } from '../views/themes.ts';
import { fillPath, pathOf } from './paths.ts';
import { seenBy, titleOf } from './seen.ts';
import { archiveOf } from './zip.ts';

/** What leaves after the commit. */
export interface Answer {
  status: number;
  headers: Record<string, string>;
  type?: string;
  body?: string | Buffer | (() => Promise<Readable>);
  /** Of a body that is opened when it is sent. */
  size?: number;
  attachment?: string;
  /** Printed to PDF outside of the transaction. */
  pdf?: string;
  /** Put together while it leaves. */
  zip?: ZipEntry[];
  redirect?: string;
  /** RNE of the school the session is in from now on, when it is another. */
  school?: string;
  window?: boolean;
  session?: string | null;
  framedBy?: string[];
}

/** A form shown again with what was typed. */
export interface Again {
  as: string;
  errors: Record<string, string>;
  typed: Typed;
  /** Somebody else has saved meanwhile: each field that differs tells what stands now. */
  stale?: boolean;
}

export interface Asked {
  house: House;
  route: Declared<Route>;
  modules: ModulesOfSchool;
  flash: Message | null;
  head: boolean;
  /** htmx wants a piece of the page it shows. */
  fragment: boolean;
  /** The other accounts of the same human, for the switcher. */
  hats: Hat[];
  /** Notices that are new, by category. */
  bell: Record<string, number>;
  path: string;
  /** Whom this session looks as, for the banner over every page. */
  looking: Banner | null;
}

/** From a handler's reply to what is sent: renders while the transaction is open, since blocks read the database. */
export async function prepare(reply: Reply, visit: Visit, asked: Asked, again?: Again): Promise<Answer> {
  switch (reply.reply) {
    case 'page':
      return preparePage(reply, visit, asked, again);
    case 'redirect':
      return {
        status: 303,
        headers: reply.session === null ? NOTHING_LEFT : {},
        redirect: reply.school ? `/${reply.school}${reply.to}` : visit.url(reply.to),
        school: reply.school,
        window: reply.window,
        session: reply.session,
      };
    case 'csv': {
      const body = csvText(reply.header, reply.rows);
      return { status: 200, headers: {}, type: 'text/csv; charset=utf-8', attachment: reply.name, body };
    }
    case 'file':
      if (reply.own)
        return {
          status: reply.status ?? 200,
          headers: { 'Cache-Control': `private, max-age=${reply.own.keep}`, ...reply.own.headers },
          type: reply.type,
          body: reply.body,
          size: reply.size,
        };
      return {
        status: reply.status ?? 200,
        headers: { 'Content-Security-Policy': "sandbox; default-src 'none'" },
        type: reply.type,
        attachment: reply.name,
        body: reply.body,
        size: reply.size,
      };
    case 'pdf': {
      const pdf = printedPage(asked.house, visit, reply.view, reply.data);
      return { status: 200, headers: {}, attachment: reply.name, pdf };
    }
    case 'zip':
      return { status: 200, headers: {}, attachment: reply.name, zip: reply.entries };
    default:
      throw new Error(`Réponse sans rendu : ${reply.reply}`);
  }
}

async function preparePage(page: Page, visit: Visit, asked: Asked, again?: Again): Promise<Answer> {
  const { house, route } = asked;
  const layout =
    page.layout ??
    (route.area === 'admin' ? 'admin' : route.area === 'espace' ? 'espace' : route.area === 'site' ? 'door' : 'public');
  const espace = visit.espace ?? visit.account?.espaces[0] ?? null;
  // Gestion always wears the base theme, so that no theme can lock a director out.
  const theme = layout === 'admin' ? 'base' : themeOf(house.views, visit, page.wears ?? espace);
  const dress = dressOf(visit.school, house.views.themes.get(theme) as Theme, layout === 'admin', visit.account);
  // A message is said once, by the first page that can show it: not by a download, a redirect or a look ahead.
  if (asked.flash && visit.db && visit.account && !asked.head)
    await visit.db.raw('select leave_message(?, null)', [visit.account.sessionHandle]);
  const light = layout === 'door' || layout === 'showcase';
  const blocks = await blocksOf(page.view, visit, asked, theme, light);
  const seen = seenBy(visit, asked, blocks, light);
  const common = { ...dress, school: visit.school, operator: house.config.operator, demo: house.config.demo };
  const data = { ...common, ...page.data, ...(await formsOf(page, visit, asked, again)) };
  const fragment = asked.fragment && !again && page.fragment;
  const body = house.views.render(theme, fragment || page.view, data, seen);
  const headers: Record<string, string> = { 'Cache-Control': 'private, no-store', Vary: 'HX-Request-Type' };
  const status = page.status ?? (again ? 422 : 200);
  if (asked.fragment) {
    const place = page.window ? '#fenetre' : again ? '#contenu' : null;
    if (place) Object.assign(headers, { 'HX-Retarget': place, 'HX-Reswap': 'innerHTML' });
    const messages = house.views.render(theme, 'partials/messages', { flash: asked.flash, oob: true }, seen);
    return { status, headers, type: 'text/html; charset=utf-8', body: body + messages, session: page.session };
  }
  // What a view puts in the roof of an Espace (greeting, child switcher) stands beside it, as <view>-toit.
  const top =
    layout === 'espace' && house.views.has(`${page.view}-toit`)
      ? house.views.render(theme, `${page.view}-toit`, data, seen)
      : '';
  const chrome = chromeOf(layout, visit, asked, espace);
  const indexed = isIndexed(page, visit, asked);
  const html = house.views.render(
    theme,
    `layouts/${layout}`,
    {
      ...common,
      ...chrome,
      title: markup(TITLE),
      top: top ? markup(top) : null,
      body: markup(body),
      flash: asked.flash,
      indexed,
      social: page.social ?? null,
      framed: !!page.framedBy?.length,
    },
    seen,
  );
  if (indexed) headers['X-Robots-Tag'] = 'all';
  const { session, framedBy } = page;
  return { status, headers, type: 'text/html; charset=utf-8', body: titled(html), session, framedBy };
}

/**
 * F11-08: search engines are kept out until the director lets them in; then they find the school's own pages for whoever
 * comes, at their plain address, and nothing else.
 */
function isIndexed({ wears }: Page, { school, account, query }: Visit, { route }: Asked): boolean {
  if (school.settings['espaces-web']?.index !== true || account || query.size) return false;
  const door = route.plugin === 'connexion' && route.path === '/';
  return route.allow === 'anyone' && !route.path.includes(':') && (door || wears !== undefined);
}

/** Stands for the title until the page is whole. */
const TITLE = '\u0000title';

/** A page of 250 kB is put together, measured and encoded once: its title is found in the bytes that leave. */
function titled(html: string): Buffer {
  const bytes = Buffer.from(html);
  const at = bytes.indexOf(TITLE);
  const heading = bytes.indexOf('<h1');
  const title = heading < 0 ? '' : titleOf(bytes.toString('utf8', heading, bytes.indexOf('</h1>', heading) + 5));
  const after = bytes.subarray(at + TITLE.length);
  // The sign-in page of a school is headed by its name, which follows anyway.
  const again = Buffer.from(` — ${title}`);
  const rest = title && after.subarray(0, again.length).equals(again) ? after.subarray(again.length) : after;
  return Buffer.concat([bytes.subarray(0, at), Buffer.from(title), rest]);
}

/** Espaces and public pages wear the theme their school chose; what stands before the sign-in that of the Page commune, else the parents'. */
export function themeOf(
  { themes }: House['views'],
  { school }: Pick<Visit, 'school'>,
  where: Espace | PublicPage | null,
): string {
  const chosen = (where ? school.themes[where] : (school.themes.commune ?? school.themes.parents)) ?? 'base';
  return themes.has(chosen) ? chosen : 'base';
}

/** The page's forms: every POST that comes back to this page and that this person may use. */
async function formsOf(page: Page, visit: Visit, asked: Asked, again?: Again): Promise<Record<string, unknown>> {
  const { route, house, modules } = asked;
  const home = route.method === 'get' ? route.path : route.back;
  const forms: Record<string, unknown> = {};
  for (const other of house.modules.routes) {
    if (
      other.method !== 'post' ||
      !other.form ||
      other.plugin !== route.plugin ||
      other.area !== route.area ||
      other.back !== home
    )
      continue;
    if (!allowed(other, visit.account, visit.school, modules, visit.espace).ok) continue;
    if (other.as in page.data)
      throw new Error(`${page.view} : « ${other.as} » est à la fois une donnée et un formulaire.`);
    const action = visit.url(fillPath(pathOf(other, visit.espace ?? undefined), visit.params));
    const mine = again?.as === other.as ? again : undefined;
    const values = page.values?.[other.as];
    const version = await other.version?.(visit, false);
    forms[other.as] = bindForm(other.as, other.form, action, {
      values,
      typed: mine?.typed,
      errors: mine?.stale ? { ...meanwhile(other.form, values ?? {}, mine.typed), ...mine.errors } : mine?.errors,
      version: version === undefined || version === null ? null : String(version),
    });
  }
  return forms;
}

/** For each field that differs from what is typed, what somebody else has saved. */
function meanwhile(form: Form, values: Record<string, unknown>, typed: Typed): Record<string, string> {
  const told: Record<string, string> = {};
  for (const [name, field] of Object.entries(form)) {
    // Identifiers say nothing to a reader; the page itself tells what stands.
    if (field.kind === 'attachments' || field.kind === 'strings') continue;
    const rich = field.kind === 'richText';
    const now = rich ? plainOf(String(values[name] ?? '')) : values[name];
    const sent = rich ? plainOf(listOf(typed[`${name}.html`])[0] ?? '') : typed[name];
    if (field.kind === 'tick' ? Boolean(now) === (typed[name] === 'on') : String(now ?? '') === String(sent ?? ''))
      continue;
    const words =
      field.kind === 'tick'
        ? now
          ? 'coché'
          : 'décoché'
        : (field.options?.find((one) => one.value === now)?.label ?? now);
    told[name] =
      `Enregistré entre-temps : ${words === null || words === undefined || words === '' ? '(vide)' : `« ${words} »`}.`;
  }
  return told;
}

async function blocksOf(
  view: string,
  visit: Visit,
  asked: Asked,
  theme: string,
  light: boolean,
): Promise<Seen['blocks']> {
  const shown: Seen['blocks'] = {};
  for (const place of asked.house.views.placesOf(view)) {
    shown[place] = [];
    for (const block of asked.modules.blocks(place)) {
      const area = asked.route.area;
      if (!allowed({ area, allow: block.allow }, visit.account, visit.school, asked.modules, visit.espace).ok) continue;
      const data = await block.data({
        ...visit,
        ...(block.allow === 'anyone' ? NOBODY : {}),
        settings: visit.school.settings[block.plugin] ?? {},
        options: optionsOf(visit.school, asked.modules, visit.espace, block.allow),
      });
      if (!data) continue;
      shown[place]?.push({
        plugin: block.plugin,
        title: block.title,
        due: data.due ?? 0,
        html: markup(asked.house.views.render(theme, block.view, data, seenBy(visit, asked, {}, light))),
      });
    }
  }
  return shown;
}

/** What is for anyone shows nothing of whoever looks, be it the director (F10-7). */
const NOBODY = { account: null, person: null, can: () => false };

function chromeOf(layout: string, visit: Visit, asked: Asked, espace: Espace | null): object {
  const { school, account, person } = visit;
  const path = asked.path;
  const common = {
    looking: asked.looking,
    person: person && {
      name: `${person.firstName} ${person.lastName}`,
      short: person.civility ? `${person.civility} ${person.lastName}` : person.firstName,
    },
    places: account ? placesOf(account, asked.house.modules, school, asked.hats) : [],
    elsewhere: asked.hats.some((hat) => hat.school),
    bell: account ? bellCount(asked.house.modules, school, account, asked.bell) : 0,
    accountId: account?.id ?? '',
    town: isCommune(school),
    onPhone: phoneOf(layout, visit, asked, espace),
    help: helpFor(asked.route, asked.house.views)?.replace(/^(.*)\/help\//, '/aide/$1/') ?? null,
  };
  if (layout === 'admin' && account)
    return {
      ...common,
      nav: adminNav(school, account, asked.modules, path),
      nextStep: offersNextStep(school, account, asked.modules),
      year: visit.services.people.year,
    };
  if (layout === 'espace' && account && espace) {
    const rubrics = espaceNav(school, account, asked.modules, espace, path);
    const home = `/espace/${espace}/accueil/`;
    return { ...common, espaceTitle: ESPACE_TITLES[espace], rubrics, bar: phoneBar(rubrics, home, path), home };
  }
  return common;
}

/**
 * Whoever signs out leaves nothing readable behind (proposal 14). Not « cache »: our pages are never in it, and emptying
 * it takes some browsers many seconds. Not « cookies »: the device stays known.
 */
const NOTHING_LEFT = { 'Clear-Site-Data': '"storage"' };

/** What a page of this layout tells a phone. */
function phoneOf(layout: string, visit: Visit, { route, modules }: Asked, espace: Espace | null): OnPhone {
  if (layout === 'espace') return onPhone(modules, visit.account, espace);
  return route.plugin === 'connexion' && route.path === '/' ? doorOnPhone(modules, visit) : NOT_ON_PHONE;
}

/** The help page of a screen is named after the path of its route: onde-import /eleves -> onde-import/help/eleves. */
export function helpName(route: Pick<Declared<Route>, 'plugin' | 'path'>): string {
  const words = route.path.split('/').filter((word) => word && !word.startsWith(':'));
  return `${route.plugin}/help/${words.join('-') || 'index'}`;
}

/**
 * The help page of a screen, else that of the screen it belongs to: a window is helped by its list (I-07, F18-2). What a
 * module shows first in an Espace may have a page of its own, `help/espace`.
 */
export function helpFor(
  route: Pick<Declared<Route>, 'plugin' | 'path' | 'area'>,
  { has }: Pick<House['views'], 'has'>,
): string | null {
  const inEspace = `${route.plugin}/help/espace`;
  if (route.area === 'espace' && route.path === '/' && has(inEspace)) return inEspace;
  for (let name = helpName(route); ; name = name.slice(0, name.lastIndexOf('-'))) {
    if (has(name)) return name;
    if (!name.includes('-', name.lastIndexOf('/'))) break;
  }
  const index = `${route.plugin}/help/index`;
  return has(index) ? index : null;
}

/** For old readers of the header, which know no accent; the others read the whole name (case B39). */
const asciiName = (name: string) =>
  name
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .replace(/[^\x20-\x7e]/gu, '_');

/** Writes an answer on the wire. */
export async function send(
  ctx: Context,
  answer: Answer,
  asked: { house: House; fragment: boolean; shownPath: string | null },
): Promise<void> {
  // Opened before anything is said of it: a file that is lost is told on a page, not as a download.
  const body = typeof answer.body === 'function' ? await answer.body() : (answer.body ?? '');
  ctx.status = answer.status;
  for (const [name, value] of Object.entries(answer.headers)) ctx.set(name, value);
  if (answer.framedBy?.length) {
    const policy = String(ctx.response.get('Content-Security-Policy'));
    ctx.set(
      'Content-Security-Policy',
      policy.replace("frame-ancestors 'none'", `frame-ancestors ${answer.framedBy.join(' ')}`),
    );
    ctx.remove('X-Frame-Options');
  }
  if (answer.redirect !== undefined) {
    // htmx follows a 303 by itself when it leads back to the page it shows; to another page the browser goes as a whole.
    if (asked.fragment && !answer.window && asked.shownPath !== answer.redirect.split('?')[0]) {
      ctx.status = 200;
      ctx.set('HX-Redirect', answer.redirect);
      ctx.body = '';
      return;
    }
    ctx.redirect(answer.redirect);
    ctx.status = 303;
    ctx.set('Cache-Control', 'private, no-store');
    return;
  }
  if (answer.attachment) {
    ctx.attachment(answer.attachment, { fallback: asciiName(answer.attachment) });
    ctx.set('Cache-Control', 'private, no-store');
  }
  if (answer.pdf !== undefined) {
    ctx.type = 'application/pdf';
    ctx.body = await asked.house.pdf.print(answer.pdf);
    return;
  }
  if (answer.zip) return sendZip(ctx, answer.zip, asked.house);
  ctx.type = answer.type ?? 'text/plain; charset=utf-8';
  const whole = typeof body === 'string' || Buffer.isBuffer(body);
  if (whole && body.length > 1400 && (typeof body === 'string' || answer.type?.startsWith('text/html'))) {
    ctx.vary('Accept-Encoding');
    if (ctx.acceptsEncodings('gzip', 'identity') === 'gzip') {
      ctx.set('Content-Encoding', 'gzip');
      ctx.body = await promisify(gzip)(body, { level: 5 });
      return;
    }
  }
  ctx.body = body;
  if (answer.size !== undefined) ctx.length = answer.size;
}

/** An archive that breaks off says so: the connection ends before its end, and the browser shows a failed download. */
function sendZip(ctx: Context, entries: ZipEntry[], { log }: House): void {
  const { stream, size } = archiveOf(entries, (error, path) => {
    log.error({ err: error, entry: path }, 'archive broken off');
    ctx.res.destroy();
  });
  ctx.type = 'application/zip';
  ctx.body = stream;
  if (size !== undefined) ctx.length = size;
}
