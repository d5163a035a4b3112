import { randomBytes } from 'node:crypto';
import type { Middleware } from 'koa';
import type { House } from '../container.ts';
import { dressOf } from '../looks/dress.ts';
import { NOT_ON_PHONE } from '../phone/on-phone.ts';
import type { School } from '../plugin/contract.ts';
import { communeAddress, normaliseInsee, wrongInsee } from '../tenancy/communes.ts';
import { normaliseRne, wrongRne } from '../tenancy/rne.ts';
import { atTheDoor, NO_SCHOOL } from '../tenancy/schools.ts';
import { markup } from '../views/helpers.ts';
import type { Theme } from '../views/themes.ts';
import { themeOf } from './answer.ts';
import { fromPostgres } from './form-keys.ts';
import { seenBy, titleOf } from './seen.ts';
import { Stop } from './stop.ts';

const WORDS: Record<number, string> = {
  400: 'Cette adresse ou cet envoi est mal écrit.',
  403: 'Vous n’avez pas accès à cette page.',
  404: 'Cette page n’existe pas, ou n’existe plus.',
  405: 'Cette page ne s’ouvre pas ainsi.',
  413: 'Cet envoi est trop gros.',
  415: 'Ce format n’est pas attendu ici.',
  429: 'Trop d’essais. Attendez un peu.',
  503: 'Trop de monde en même temps. Recommencez dans une minute.',
};

/** Every failure ends here: a French page (or, for htmx, a message that leaves the page as it was), never a stack. */
export function errors(house: House): Middleware {
  return async (ctx, next) => {
    try {
      await next();
      if (ctx.status === 404 && ctx.body === undefined) throw new Stop(404);
    } catch (thrown) {
      const { status, reason } = understood(thrown);
      const reference = status >= 500 ? randomBytes(4).toString('hex') : null;
      if (reference)
        house.log.error(
          { err: thrown, reference, method: ctx.method, path: withoutSecret(ctx.path, ctx.routerPath) },
          'visit failed',
        );
      const school = ctx.state.school ?? (await schoolOfAddress(house, ctx.path)) ?? NO_SCHOOL;
      const visit = { school, url: (path: string) => (school.rne ? `/${school.rne}${path}` : path), can: () => false };
      const theme = themeOf(house.views, visit, ctx.state.espace ?? null);
      const closed = thrown instanceof Stop ? thrown.closed : undefined;
      const dress = dressOf(school, house.views.themes.get(theme) as Theme, false, ctx.state.account ?? null);
      const seen = seenBy(visit, { house }, {}, true);
      const view = [403, 404].includes(status) ? `errors/${status}` : status >= 500 ? 'errors/500' : 'errors/400';
      const data = {
        reason: reason ?? WORDS[status] ?? (status >= 500 ? 'Une panne imprévue s’est produite.' : WORDS[400]),
        reference,
        status,
        school,
        inSchool: !!school.rne,
        home: visit.url('/'),
        closed: closed ?? null,
        // The home of a closed Espace is the very page that is refused.
        stuck: closed?.whole === true && ctx.state.account?.mode === 'espace',
        kept: thrown instanceof Stop ? thrown.kept : [],
      };
      ctx.status = status;
      ctx.type = 'text/html; charset=utf-8';
      ctx.set('Cache-Control', 'private, no-store');
      if (ctx.get('HX-Request-Type') === 'partial') {
        ctx.set('HX-Reswap', 'none');
        ctx.body = house.views.render(theme, 'errors/fragment', data, seen);
        return;
      }
      const body = house.views.render(theme, view, data, seen);
      ctx.body = house.views.render(
        theme,
        'layouts/door',
        {
          title: markup(titleOf(body)),
          ...dress,
          body: markup(body),
          flash: null,
          school,
          operator: house.config.operator,
          demo: house.config.demo,
          accountId: '',
          looking: ctx.state.looking ?? null,
          indexed: false,
          onPhone: NOT_ON_PHONE,
        },
        seen,
      );
    }
  };
}

/** Words of a route whose value alone opens an account, or a family's request. */
const SECRETS = [':code', ':token'];

/** The log must not open what a link or a label opens. @param pattern of the route met; a path that met none is no failure. */
function withoutSecret(path: string, pattern = ''): string {
  const words = pattern.split('/');
  return path
    .split('/')
    .map((part, at) => (SECRETS.includes(words[at] ?? '') ? '…' : part))
    .join('/');
}

/** An address nobody knows below a school still leads back to that school, like that of a module that is off. */
async function schoolOfAddress(house: House, path: string): Promise<School | null> {
  const [, first = '', second = ''] = path.split('/');
  const insee = first === 'commune' ? normaliseInsee(second) : '';
  const rne = insee ? communeAddress(insee) : normaliseRne(first);
  if (insee ? wrongInsee(insee) : wrongRne(rne)) return null;
  return (await atTheDoor(house.door, rne, null, house.clock()).catch(() => null))?.school ?? null;
}

/** A status, and a reason when it was written for people. No input may give a 500: what PostgreSQL cannot read is a 400. */
function understood(thrown: unknown): { status: number; reason: string | null } {
  if (thrown instanceof Stop) return { status: thrown.status, reason: thrown.message || null };
  const error = thrown as { status?: number; name?: string };
  if (typeof error.status === 'number' && error.status < 500) return { status: error.status, reason: null };
  if (/^22/.test(fromPostgres(thrown)?.code ?? ''))
    return { status: 400, reason: 'Une des valeurs envoyées ne peut pas être lue.' };
  if (error.name === 'KnexTimeoutError') return { status: 503, reason: null };
  return { status: 500, reason: null };
}
