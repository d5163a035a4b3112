import type { Context, Middleware } from 'koa';
import { missingFor } from '../access/espaces.ts';
import { askAgain, isFresh } from '../access/fresh.ts';
import { optionsOf } from '../access/options.ts';
import { allowed } from '../access/permissions.ts';
import { stationOf } from '../auth/first-steps.ts';
import type { Container } from '../container.ts';
import { arrivalsOf } from '../files/arrive.ts';
import { checkForm, type Typed } from '../form/form.ts';
import { isId } from '../identifier.ts';
import {
  ESPACES,
  type Espace,
  type Invalid,
  type Page,
  page,
  type Redirect,
  type Reply,
  type Route,
  type Transaction,
  type Visit,
  type Work,
} from '../plugin/contract.ts';
import { stands } from '../plugin/public-page.ts';
import type { Declared } from '../plugin/registry.ts';
import { gatherRich } from '../rich-text/gather.ts';
import { bannerOf } from '../see-as/banner.ts';
import { glance } from '../see-as/glance.ts';
import { masksFrom, shutToLook } from '../see-as/shut.ts';
import { communeAddress, normaliseInsee, wrongInsee } from '../tenancy/communes.ts';
import { inSchool } from '../tenancy/in-school.ts';
import { normaliseRne } from '../tenancy/rne.ts';
import { type AtTheDoor, atTheDoor, NO_SCHOOL, touchSession } from '../tenancy/schools.ts';
import { type Again, type Answer, type Asked, prepare, send } from './answer.ts';
import { readBody } from './body.ts';
import { readDevice, readSession, rememberDevice, writeSession } from './cookies.ts';
import { claimKey, keepAnswer, refusedFiles, uniqueErrors } from './form-keys.ts';
import { keptText } from './kept-text.ts';
import { fillPath, pathOf } from './paths.ts';
import { INSIDE } from './slow.ts';
import { Stop } from './stop.ts';
import { openWork } from './work.ts';

/** Thrown inside the visit's transaction to undo it, then caught to show the form again. */
class RolledBack extends Error {
  readonly reply: Invalid;
  readonly stale: boolean;
  constructor(reply: Invalid, stale = false) {
    super('rolled back');
    this.reply = reply;
    this.stale = stale;
  }
}

/** The way of one visit, from the address to the reply (DESIGN section 9). */
export function walk(container: Container, route: Declared<Route>): Middleware {
  const { house } = container;
  const secure = house.config.url.protocol === 'https:';
  return async (ctx) => {
    // 1. Which school, which person: one question at the door.
    const params = ctx.params as Record<string, string>;
    const token = readSession(ctx, secure);
    const fragment = ctx.get('HX-Request-Type') === 'partial';
    const told = await whoIsThere(container, route, params, token);
    if (!told) throw new Stop(404, NOWHERE[params.insee ? 'commune' : 'school']);
    const { school } = told;
    // Whoever looks as somebody else sees what is for anyone as anyone does (P9).
    const looking = bannerOf(told.account, told.person);
    const { account, person } = looking && route.allow === 'anyone' ? VISITOR : told;
    Object.assign(ctx.state, { school, looking });

    // 2. Is the module on here? Off answers exactly like an unknown address.
    const modules = house.modules.of(school);
    if (!modules.has(route.plugin) || (route.page && !modules.opens(route.page))) throw new Stop(404);
    if (school.state === 'prepared' && route.plugin !== 'ouverture' && route.area !== 'site')
      return ctx.redirect(`/${school.rne}/ouverture/`);
    const espace = params.espace ? (ESPACES.find((one) => one === params.espace) ?? null) : null;
    if (route.area === 'espace' && !espace) throw new Stop(404);
    Object.assign(ctx.state, { espace, account });
    for (const [name, value] of Object.entries(params)) if (isIdentifier(name) && !isId(value)) throw new Stop(404);

    // What was written is given back, to be copied.
    const refuse = async (reason: string, closed?: Stop['closed']): Promise<never> => {
      const written: Typed = route.method === 'post' ? await readBody(ctx.req, route.form).catch(() => ({})) : {};
      throw new Stop(403, reason, keptText(route.form, written), closed);
    };
    const shut = looking && shutToLook(route);
    if (shut) return refuse(shut);

    // 3. May this person open it? Deny by default; the first password comes before anything else (F02-04).
    const url = (path: string) => (route.area === 'site' ? path : `/${school.rne}${path}`);
    const asked: Asked = {
      house,
      route,
      modules,
      flash: told.flash,
      head: ctx.method === 'HEAD',
      fragment,
      hats: told.hats,
      bell: told.bell,
      looking,
      path: route.area === 'site' ? ctx.path : ctx.path.slice(school.rne.length + 1),
    };
    const station = account && stationOf(account);
    if (station && !route.beforeFirst && route.area !== 'site') return lead(ctx, url(station));
    const may = allowed(route, account, school, modules, espace);
    const masked = masksFrom(account, route, may);
    if (!may.ok && !masked && account) return refuse(may.reason, may.closed);
    if (!may.ok && !masked) return toSignIn(ctx, container, told, route, url, params);
    if (account && told.stale) await touchSession(house.door, account.sessionHandle, house.clock());

    const device = readDevice(ctx, secure);
    const client = {
      address: ctx.ip,
      agent: ctx.get('User-Agent'),
      device: device.id,
      schools: device.schools,
      cameFrom: cameFrom(ctx, school.rne),
    };
    const by =
      account && person
        ? { accountId: account.id, name: `${person.firstName} ${person.lastName}`, account, person }
        : undefined;
    const enter = looking && route.method === 'get' ? glance : inSchool;
    const outside = {
      slow: house.slow(school),
      step: <T>(work: (one: Work) => Promise<T>) =>
        enter(house.app, school.id, (db) => work(openWork(container, route.plugin, school, db, by))),
    };
    const open = (db: Transaction, input: unknown): Visit => ({
      ...openWork(container, route.plugin, school, db, by),
      ...((db as Transaction | null) ? INSIDE : outside),
      account,
      person,
      espace,
      params,
      query: ctx.URL.searchParams,
      input,
      options: optionsOf(school, modules, espace, route.allow),
      pupil: null,
      class: null,
      client,
      can: (permission) => !!account && allowed({ area: 'admin', allow: permission }, account, school, modules).ok,
      placed: (place) => modules.blocks(place).map(({ plugin, title, side = false }) => ({ plugin, title, side })),
      url,
    });
    const finish = async (answer: Answer) => {
      if (answer.session !== undefined) {
        writeSession(ctx, secure, answer.session);
        if (answer.session) rememberDevice(ctx, secure, answer.school ?? school.rne, device);
      }
      await send(ctx, answer, { house, fragment, shownPath: shownPath(ctx) });
    };

    if (masked) {
      const title = modules.rubrics.get(route.allow)?.title ?? 'Contenu personnel';
      const hidden = page('see-as/masque', { title });
      return finish(await enter(house.app, school.id, (db) => prepare(hidden, open(db, null), asked)));
    }

    // 4. The body is read and checked while no connection is held.
    let input: unknown = null;
    let typed: Typed = {};
    if (route.method === 'post') {
      const arrivals = arrivalsOf(house, school, account);
      typed = await readBody(ctx.req, route.form, arrivals.receive);
      await gatherRich(route.form ?? {}, typed, arrivals.receive);
      const checked = checkForm(route.form ?? {}, typed, arrivals.open);
      if ('errors' in checked) return finish(await showAgain({ as: route.as, errors: checked.errors, typed }));
      input = checked.input;
    }
    if (route.fresh && account && (route.fresh === 'always' || !(await isFresh(house, account)))) {
      if (route.method === 'get') return lead(ctx, url(`/confirmation/?vers=${encodeURIComponent(ctx.url)}`));
      const back = url(fillPath(pathOf({ ...route, path: route.back }, espace ?? undefined), params));
      const asking = await askAgain(house, open(null as never, input), route.form, typed, { action: ctx.path, back });
      if (asking) return finish(await interrupt(asking));
    }

    // 5. The work: one short transaction. A rule only the database knows undoes it and shows the form again.
    try {
      if (route.outside)
        return finish(
          await conclude(await route.handle(open(null as never, input) as Visit<never>), open(null as never, input)),
        );
      return finish(
        await enter(house.app, school.id, async (db) => {
          const visit = open(db, input);
          if (!(await resolveWords(visit)) || !(await stands(house.modules, route, visit))) throw new Stop(404);
          const missing = espace && person ? await missingFor(visit.services.people, person, espace, school) : null;
          if (missing) throw new Stop(403, missing.reason, keptText(route.form, typed), missing.closed);
          const key =
            route.method === 'post' && account && !looking ? await claimKey(db, account.id, keyRoute(), typed) : null;
          // Sent twice: the answer of the first time.
          if (key?.earlier) return { status: 303, headers: {}, redirect: key.earlier };
          // A request by hand carries no version, as it carries no key.
          const version = typeof typed._version === 'string' ? await route.version?.(visit, true) : undefined;
          if (version !== undefined && typed._version !== String(version ?? ''))
            throw new RolledBack({ reply: 'invalid', errors: { _: STALE } }, true);
          const answer = await conclude(await route.handle(visit as Visit<never>), visit);
          if (key && answer.redirect) await keepAnswer(db, key.id, answer.redirect);
          return answer;
        }),
      );
    } catch (error) {
      const errors =
        error instanceof RolledBack
          ? error.reply.errors
          : (refusedFiles(error, route.form) ?? uniqueErrors(error, route.form));
      if (!errors) throw error;
      const stale = error instanceof RolledBack && error.stale;
      return finish(await showAgain({ as: route.as, errors, typed, stale }));
    }

    async function conclude(reply: Reply, visit: Visit): Promise<Answer> {
      if (reply.reply === 'invalid') throw new RolledBack(reply);
      if (reply.reply === 'missing') throw new Stop(404);
      if (reply.reply === 'forbidden') throw new Stop(403, reply.reason, keptText(route.form, typed));
      if (reply.reply === 'redirect' && reply.message && visit.account)
        await leaveMessage(visit, visit.account.sessionHandle, reply);
      return prepare(reply, visit, asked);
    }

    /** A page of the core's own, in the place of the act it holds up. */
    async function interrupt(page: Page): Promise<Answer> {
      const confirm = house.modules.routes.find((other) => other.plugin === 'confirmation') as Declared<Route>;
      const answer = await prepare(page, open(null as never, input), { ...asked, flash: null, route: confirm });
      if (fragment) Object.assign(answer.headers, { 'HX-Retarget': '#contenu', 'HX-Reswap': 'innerHTML' });
      return answer;
    }

    async function leaveMessage({ db }: Visit, handle: string, { message }: Redirect): Promise<void> {
      const write = (open: Transaction) => open.raw('select leave_message(?, ?)', [handle, JSON.stringify(message)]);
      await (db ? write(db) : inSchool(house.app, school.id, write));
    }

    async function showAgain(again: Again): Promise<Answer> {
      const home = house.modules.routes.find(
        (other) =>
          other.method === 'get' &&
          other.plugin === route.plugin &&
          other.area === route.area &&
          other.path === route.back,
      );
      if (!home) throw new Error(`${route.plugin} ${route.path} : pas de page où revenir`);
      const show = async (visit: Visit) => {
        if (!(await resolveWords(visit))) throw new Stop(404);
        const reply = await home.handle(visit as Visit<never>);
        if (reply.reply !== 'page') return conclude(reply, visit);
        return prepare(reply, visit, { ...asked, route: home }, again);
      };
      // The page may look at what was typed, to say more than the errors do.
      return home.outside
        ? show(open(null as never, again.typed))
        : inSchool(house.app, school.id, (db) => show(open(db, again.typed)));
    }

    function keyRoute(): string {
      return `${route.plugin} ${fillPath(pathOf(route, espace ?? undefined), params)}`;
    }
  };
}

const STALE =
  'Quelqu’un d’autre a enregistré cette fiche pendant que vous écriviez. Vos changements sont encore là : comparez, puis enregistrez de nouveau.';

const NOWHERE = {
  school: 'Aucune école n’a cette adresse. Vérifiez le numéro RNE.',
  commune: 'Aucune mairie n’a cette adresse. Vérifiez le code INSEE.',
};

const VISITOR = { account: null, person: null };

/** Path words that hold a row's identifier; anything else there is a 404, not a question to the database. */
const isIdentifier = (name: string) => name === 'id' || name === 'pupil' || name === 'class' || name.endsWith('Id');

async function whoIsThere(
  { house }: Container,
  route: Declared<Route>,
  { rne, insee }: Record<string, string>,
  token: string | null,
): Promise<AtTheDoor | null> {
  if (route.area === 'site')
    return {
      school: NO_SCHOOL,
      account: null,
      person: null,
      flash: null,
      expired: null,
      stale: false,
      hats: [],
      bell: {},
    };
  const address = insee === undefined ? rneOf(rne) : communeOf(insee);
  return address ? atTheDoor(house.door, address, token, house.clock()) : null;
}

const rneOf = (typed = '') => {
  const rne = normaliseRne(typed);
  return /^\d{7}[A-Z]$/.test(rne) ? rne : null;
};
const communeOf = (typed: string) => {
  const insee = normaliseInsee(typed);
  return wrongInsee(insee) ? null : communeAddress(insee);
};

/** `:pupil` and `:class` belong to the core: whom they name must concern the person, in Gestion with the permission all do. */
async function resolveWords(visit: Visit): Promise<boolean> {
  const { people } = visit.services;
  const { pupil, class: classId } = visit.params;
  if (!pupil && !classId) return true;
  if (!visit.person) return false;
  if (pupil)
    visit.pupil = visit.espace ? await people.concerningPupil(visit.person, pupil) : await people.anyPupil(pupil);
  if (classId)
    visit.class = visit.espace ? await people.concerningClass(visit.person, classId) : await people.anyClass(classId);
  return (!pupil || visit.pupil !== null) && (!classId || visit.class !== null);
}

/** Path of the page htmx was on, as it says itself; ours only, since it is compared, never followed. */
const shownPath = (ctx: Context): string | null => URL.parse(ctx.get('HX-Current-URL'))?.pathname ?? null;

/** Path inside the school of the page one came from, as the browser says it: shown to who asks for help, never followed. */
function cameFrom(ctx: Context, rne: string): string {
  const before = URL.parse(ctx.get('Referer'))?.pathname ?? '';
  return before.startsWith(`/${rne}/`) ? before.slice(rne.length + 1) : '';
}

/** Sends the browser elsewhere as a whole, also out of a fragment. */
function lead(ctx: Context, to: string): void {
  if (ctx.get('HX-Request')) {
    ctx.status = 401;
    ctx.set('HX-Redirect', to);
    ctx.body = '';
    return;
  }
  ctx.redirect(to);
  ctx.status = 303;
}

const RESUME_LIMIT = 200_000;

/**
 * A visitor, or a session that has ended, goes to the sign-in page and comes back where he was. What he had typed is
 * not lost (case B53): with htmx our script keeps it in the tab; without, it travels sealed inside the sign-in form,
 * and opens again for the same account only.
 */
async function toSignIn(
  ctx: Context,
  container: Container,
  told: AtTheDoor,
  route: Declared<Route>,
  url: (path: string) => string,
  params: Record<string, string>,
): Promise<void> {
  const { house } = container;
  const here =
    route.method === 'get'
      ? ctx.url
      : url(fillPath(pathOf({ ...route, path: route.back }, params.espace as Espace), params));
  const door = `${url('/connexion/')}?vers=${encodeURIComponent(here)}`;
  if (ctx.get('HX-Request'))
    return lead(ctx, `${url('/connexion/')}?vers=${encodeURIComponent(shownPath(ctx) ?? here)}`);
  if (route.method === 'get' || !told.expired) return lead(ctx, door);
  const typed = await readBody(ctx.req, route.form);
  const texts = Object.entries(typed).filter(([name, value]) => {
    const field = route.form?.[name.replace(/\.html$/, '')];
    return typeof value === 'string' && field && field.kind !== 'password';
  });
  const kept = JSON.stringify({ account: told.expired, to: ctx.path, back: here, fields: Object.fromEntries(texts) });
  const signIn = house.modules.routes.find(
    (other) => other.plugin === 'connexion' && other.method === 'get' && other.path === '/',
  );
  if (!texts.length || kept.length > RESUME_LIMIT || !signIn) return lead(ctx, door);
  const resume = house.secrets.seal('resume', kept).toString('base64url');
  const asked: Asked = {
    house,
    route: signIn,
    modules: house.modules.of(told.school),
    flash: { text: 'Votre session était terminée. Connectez-vous : ce que vous aviez écrit est gardé.' },
    head: false,
    fragment: false,
    hats: [],
    bell: {},
    looking: null,
    path: '/connexion/',
  };
  const visit = {
    ...openWork(container, 'connexion', told.school, null as never),
    ...INSIDE,
    account: null,
    person: null,
    espace: null,
    params,
    query: new URLSearchParams({ vers: here, suite: resume }),
    input: null,
    options: {},
    pupil: null,
    class: null,
    client: { address: ctx.ip, agent: '', device: '', schools: [], cameFrom: '' },
    can: () => false,
    placed: () => [],
    url,
  };
  const page = await signIn.handle(visit as never);
  await send(ctx, { ...(await prepare(page, visit, asked)), status: 401 }, { house, fragment: false, shownPath: null });
}
